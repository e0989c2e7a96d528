"""What one node of the centre carries, on PostgreSQL that syncs to the disk, beside a plain service that does less.

``python -m benchmarks.centre [--facts N] [--kiosks N] [--connections N] [--folder DIR]``. PostgreSQL, the service and
the load run on the same machine at once; the service is ``central serve`` in a process of its own, with its usual
limits, and every kiosk has a token of its own. Each answer means that the fact is on the disk.

Single facts: check-ins, one to a request. Batches: 500 of them. Replays: the same requests again, which must store
nothing. Heartbeats: from as many kiosks. The peer is ``benchmarks.centre_peer``. At the end: how many kiosks these
figures carry, at a heartbeat every 30 s and 367 check-ins a day within eight hours.
"""

import argparse
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil
import psycopg
from joserfc.jwk import ECKey
from sqlalchemy import func, select

from benchmarks import centre_load
from central import auth
from central.store import Store
from central.store.tables import arrival, change, fact, kiosk, site
from kiosk.checkin.facts import uuid7
from tests.central.databases import postgresql

ROOT = Path(__file__).parents[1]
BATCH = 500
SITES = 40
HEARTBEAT_SECONDS, CHECK_INS, HOURS = 30, 367, 8
"""Of each kiosk: seconds between two heartbeats, check-ins a day, and the hours of that day in which they come."""
FOR_FACTS, FOR_BATCHES = 12_000, 50_000
"""Facts a second that are asked for."""
PATIENCE = 30.0


@dataclass(frozen=True)
class Measured:
    """Things a second, and milliseconds within which 50 and 99 of 100 answers came.

    ``spent`` are the microseconds of processor that one thing took of the service, the database and the load.
    """

    rate: float
    p50: float
    p99: float
    spent: tuple[float, float, float]

    def __str__(self) -> str:
        return f"{self.rate:10,.0f} {self.p50:9.1f} {self.p99:9.1f}"


class Load:
    """Requests to a service, sent by a process of its own; what ``service`` and ``database`` spend is looked at."""

    def __init__(self, folder: Path, port: int, connections: int, service: int, database: int) -> None:
        self._file = folder / "requests"
        self._port, self._connections = port, connections
        self._watched = (psutil.Process(service), psutil.Process(database))

    def play(self, requests: Sequence[bytes], each: int = 1) -> Measured:
        """Send them; ``each`` things are in a request. Raises ``RuntimeError`` where any answer is no success."""
        centre_load.write(requests, self._file)
        command = [sys.executable, "-m", "benchmarks.centre_load", "127.0.0.1", str(self._port), str(self._file)]
        before = [_seconds(one) for one in self._watched]
        ran = subprocess.run([*command, str(self._connections)], cwd=ROOT, check=True, capture_output=True)
        after = [_seconds(one) for one in self._watched]
        told = json.loads(ran.stdout)
        if set(told["statuses"]) != {"200"}:
            raise RuntimeError(f"not all were answered well: {told['statuses']}")
        count = len(requests) * each
        service, database = ((late - early) / count * 1e6 for early, late in zip(before, after, strict=True))
        p50, p99 = told["ms"]
        return Measured(count / told["seconds"], p50, p99, (service, database, told["processor"] / count * 1e6))


def _seconds(process: psutil.Process) -> float:
    """Seconds of processor that a process and all below it have spent."""
    spent = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            spent += sum(one.cpu_times()[:2])
    return spent


class Kiosks:
    """As many enrolled kiosks at some sites, and what they send."""

    def __init__(self, store: Store, count: int) -> None:
        self._store = store
        self._chance = random.Random(1)
        self._seqs = [0] * count
        now = datetime.now(UTC)
        key = ECKey.generate_key("P-384").as_dict(private=False)
        sites = [{"id": f"site-{n}", "rules": "{}", "last_change": 0} for n in range(SITES)]
        self.callers = [auth.Caller(f"kiosk-{n}", f"site-{n % SITES}") for n in range(count)]
        with store.writing() as connection:
            for row in sites:
                connection.execute(site.insert().values(_whole(site, row)))
            rows = [
                _whole(kiosk, {"id": one.kiosk, "site": one.site, "public_key": json.dumps(key), "reserve_series": "K"})
                | {"enrolled_at": now}
                for one in self.callers
            ]
            connection.execute(kiosk.insert(), rows)
        self._tokens = [auth.issue_token(store.token_key, store.identity, one, now) for one in self.callers]

    def facts(self, count: int, each: int) -> list[bytes]:
        """That many requests of so many check-ins; kiosk after kiosk, as they come in a city."""
        return [
            self._request("/v1/facts", n % len(self.callers), self._batch(n % len(self.callers), each))
            for n in range(count)
        ]

    def heartbeats(self, count: int) -> list[bytes]:
        """That many heartbeats."""
        at = datetime.now(UTC).isoformat()
        body = {"version": 1, "at": at, "light": "green", "faults": ["printer-paper-near-end"], "waiting": 0}
        body |= {"roster_as_of": at, "clock": "trusted", "offset_ms": 12, "numbers_left": {"": 40}, "program": "0.1.0"}
        return [self._request("/v1/heartbeats", n % len(self.callers), json.dumps(body).encode()) for n in range(count)]

    def _request(self, path: str, place: int, body: bytes) -> bytes:
        headers = {"Authorization": f"Bearer {self._tokens[place]}", "Content-Type": "application/json"}
        return centre_load.request("POST", path, "127.0.0.1", headers, body)

    def _batch(self, place: int, each: int) -> bytes:
        return msgspec.json.encode({"version": 1, "facts": [self._check_in(place) for _ in range(each)]})

    def _check_in(self, place: int) -> dict[str, Any]:
        self._seqs[place] += 1
        now = datetime.now(UTC)
        milliseconds = int(now.timestamp() * 1000)
        identity = uuid7(milliseconds, self._chance.randbytes(10))
        details = {
            "appointment": f"V-{identity[-12:]}-{self._seqs[place]}",
            "number": f"A {self._seqs[place] % 1000:03d}",
        }
        details |= {"claim": "barcode", "language": "fi", "service": "dental", "area": "B2"}
        fields = {
            "id": identity,
            "seq": self._seqs[place],
            "kind": "checked-in",
            "at": now.isoformat(),
            "details": details,
        }
        return fields | {"order": milliseconds << 16, "clock": "trusted", "offset_ms": 12}


def _whole(table: Any, row: Mapping[str, object]) -> dict[str, object]:
    """A row with something in every column that needs it."""
    filled = {column.name: "" for column in table.c if not column.nullable and column.name not in row}
    return {**{name: value for name, value in filled.items() if table.c[name].type.python_type is str}, **row}


@contextmanager
def _process(command: Sequence[str], port: int, folder: Path) -> Iterator[int]:
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                if time.monotonic() > ends or process.poll() is not None:
                    raise RuntimeError((folder / "log").read_text()[-600:]) from None
                time.sleep(0.05)
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _centre(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Measured]:
    store = Store.open(url)
    kiosks = Kiosks(store, options.kiosks)
    port = _free_port()
    central = [sys.executable, "-m", "central", "serve", "--port", str(port), "--database", url]
    found: dict[str, Measured] = {}
    with _process(central, port, folder) as service:
        load = Load(folder, port, options.connections, service, _postmaster(folder))
        load.play(kiosks.facts(options.kiosks, 1))
        single = kiosks.facts(options.facts, 1)
        found["single facts"] = load.play(single)
        before = _rows(store)
        found["replays"] = load.play(single)
        if _rows(store) != before:
            raise RuntimeError(f"replays stored something: {before} before, {_rows(store)} after")
        batches = kiosks.facts(max(8, options.facts * 4 // BATCH), BATCH)
        found["facts in batches"] = load.play(batches, BATCH)
        found["heartbeats"] = load.play(kiosks.heartbeats(options.facts))
    told = options.kiosks + options.facts + len(batches) * BATCH
    if _rows(store) != (told, told, told):
        raise RuntimeError(f"{told} facts were told, and {_rows(store)} facts, arrivals and changes kept")
    store.close()
    return found


def _postmaster(folder: Path) -> int:
    return int((folder / "postgresql" / "data" / "postmaster.pid").read_text().split()[0])


def _rows(store: Store) -> tuple[int, ...]:
    with store.reading() as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(one)).scalar_one() for one in (fact, arrival, change)
        )


def _peer(url: str, folder: Path, options: argparse.Namespace) -> dict[str, Measured]:
    dsn = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(dsn, autocommit=True) as once:
        once.execute("CREATE DATABASE peer")
    port = _free_port()
    chance = random.Random(2)

    def one(seq: int) -> dict[str, Any]:
        now = datetime.now(UTC)
        identity = uuid7(int(now.timestamp() * 1000), chance.randbytes(10))
        details = {"appointment": f"V-{seq}", "number": "A 001", "claim": "barcode", "language": "fi"}
        return {"id": identity, "seq": seq, "kind": "checked-in", "at": now.isoformat(), "details": details}

    def asked(path: str, body: object) -> bytes:
        return centre_load.request(
            "POST", path, "127.0.0.1", {"Content-Type": "application/json"}, msgspec.json.encode(body)
        )

    found: dict[str, Measured] = {}
    command = [sys.executable, "-m", "benchmarks.centre_peer", str(port), dsn.replace("/postgres?", "/peer?")]
    with _process(command, port, folder) as service:
        load = Load(folder, port, options.connections, service, _postmaster(folder))
        load.play([asked("/facts", {"facts": [one(n)]}) for n in range(500)])
        few = max(500, options.facts // 4)
        single = [asked("/facts", {"facts": [one(n)]}) for n in range(few)]
        found["single facts"] = load.play(single)
        found["replays"] = load.play(single)
        batches = [asked("/facts", {"facts": [one(n) for n in range(BATCH)]}) for _ in range(max(8, few * 4 // BATCH))]
        found["facts in batches"] = load.play(batches, BATCH)
        beats = [asked("/heartbeats", {"kiosk": f"kiosk-{n}", "light": "green", "waiting": 0}) for n in range(few)]
        found["heartbeats"] = load.play(beats)
    return found


def _table(centre: Mapping[str, Measured], peer: Mapping[str, Measured]) -> str:
    head = (
        f"{'':20} {'per second':>10} {'p50 ms':>9} {'p99 ms':>9}   {'the peer':>10} {'p50 ms':>9} {'p99 ms':>9}   times"
    )
    rows = [f"{name:20} {one}   {peer[name]}   {one.rate / peer[name].rate:5.1f}" for name, one in centre.items()]
    spent = [
        f"{name:20} "
        + " + ".join(f"{value:5.0f}" for value in (*one.spent,))
        + f"      {sum(one.spent):5.0f}"
        + " " * 10
        + " + ".join(f"{value:5.0f}" for value in peer[name].spent)
        for name, one in centre.items()
    ]
    about = "microseconds of processor for each: service + database + load, together; and the peer's"
    return "\n".join([head, *rows, about, *spent])


def _carries(centre: Mapping[str, Measured]) -> int:
    """Kiosks whose heartbeats and check-ins fill one node: the share of each that one kiosk takes adds up to one."""
    a_kiosk = 1 / HEARTBEAT_SECONDS / centre["heartbeats"].rate
    a_kiosk += CHECK_INS / (HOURS * 3600) / centre["single facts"].rate
    return int(1 / a_kiosk)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=30_000, help="single facts, replays and heartbeats")
    parser.add_argument("--kiosks", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=512)
    parser.add_argument("--folder", type=Path, default=None, help="where the database is; a disk, not a tmpfs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)
        base = folder / "postgresql"
        base.mkdir()
        with postgresql(base, durable=True) as url:
            found = _centre(url, folder, options)
            beside = _peer(url, folder, options)
    print(_table(found, beside))
    single, batches = found["single facts"].rate, found["facts in batches"].rate
    for what, rate, wanted in (("single facts", single, FOR_FACTS), ("in batches", batches, FOR_BATCHES)):
        print(f"{what}: {rate:,.0f} a second (at least {wanted:,}): {'holds' if rate >= wanted else 'DOES NOT HOLD'}")
    print(f"one node carries {_carries(found):,} kiosks")


if __name__ == "__main__":
    main()
