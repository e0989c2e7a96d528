"""Look for known weaknesses without a network: ``python -m supply.audit all.zip`` (``make audit DATABASE=all.zip``).

``all.zip`` is the export of the OSV database for PyPI, fetched on another machine and carried here; that for npm may
come with it. Exit 0: none is known. 1: some are, or one that was accepted has to be looked at again. 2: the database
can't be read, or is too old to say anything.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packageurl import PackageURL

from supply.advisories import NPM, PYPI, Database, DatabaseError, Finding, Part, findings, read
from supply.components import taken_over
from supply.lock import PACKAGES, locked, needed

ACCEPTED = Path(__file__).with_name("accepted.toml")
OLDEST_DAYS = 30


@dataclass(frozen=True)
class Accepted:
    """A weakness that does not touch us: why, and the day from which that has to be looked at again."""

    id: str
    why: str
    until: date


def parts() -> tuple[Part, ...]:
    """Everything that the lock pins, the tools among it, and what was taken over from npm."""
    python = [Part(PYPI, pin.name, pin.version) for pin in locked().values()]
    purls = [PackageURL.from_string(one.purl) for one in taken_over() if one.purl]
    return (*python, *(Part(NPM, one.name, one.version or "") for one in purls if one.type == "npm"))


def shipped() -> frozenset[str]:
    """The names of what goes to a kiosk or a centre; the rest is for building and testing."""
    files = {PackageURL.from_string(one.purl).name for one in taken_over() if one.purl and one.package}
    return frozenset({name for extras in PACKAGES.values() for name in needed(extras)} | files)


def accepted(text: str) -> Mapping[str, Accepted]:
    """The rows of ``accepted.toml``. Raises ``KeyError`` for one without a reason or a day."""
    table: Mapping[str, Any] = tomllib.loads(text)
    return {name: Accepted(name, row["why"], row["until"]) for name, row in table.items()}


def standing(found: Iterable[Finding], let: Mapping[str, Accepted], today: date) -> Iterator[Finding]:
    """Those that nobody has accepted for today, by any of their names."""
    for one in found:
        rows = [let[name] for name in (one.id, *one.aliases) if name in let]
        if not any(today < row.until for row in rows):
            yield one


def report(database: Database, now: datetime) -> int:
    """Print what is known. The exit code."""
    age = (now - database.newest).days
    print(f"{len(database.advisories)} advisories, the newest {age} days old; {len(parts())} parts")
    if age > OLDEST_DAYS:
        print(f"supply.audit: older than {OLDEST_DAYS} days: fetch a new export", file=sys.stderr)
        return 2
    let = accepted(ACCEPTED.read_text(encoding="utf-8"))
    found = sorted(standing(findings(database, parts()), let, now.date()), key=lambda one: (one.part.name, one.id))
    goes_out = shipped()
    for one in found:
        where = "shipped" if one.part.name in goes_out else "tools only"
        names = " ".join((one.id, *one.aliases))
        print(f"{one.part.name} {one.part.version} ({where}): {names}: {one.summary}")
        print(f"    fixed in {', '.join(one.fixed) or 'no version yet'}")
    print(f"{len(found)} known weaknesses")
    return 1 if found else 0


def main() -> int:
    """Read the arguments and report."""
    parser = argparse.ArgumentParser(prog="supply.audit", description=__doc__)
    parser.add_argument("database", type=Path, nargs="+", help="exports of OSV: zips, or single advisories")
    try:
        return report(read(parser.parse_args().database), datetime.now(UTC))
    except DatabaseError as error:
        print(f"supply.audit: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
