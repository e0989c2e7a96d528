"""``python -m tests.migrations WHAT``: write the revision that leads from the newest one to the tables as they are now.

With ``--again`` the newest revision, not yet released, is written anew instead; it keeps its number and its name.
What comes out is to be read: Alembic sees no renaming, and moves no data.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from sqlalchemy import DDL

from central.store import database, schema
from central.store.tables import metadata

VERSIONS = schema.MIGRATIONS / "versions"


def write(what: str, number: int) -> Path:
    """Write the revision with this number from the difference between the one before and the tables."""
    with tempfile.TemporaryDirectory() as directory:
        engine = database.engine(f"sqlite:///{directory}/empty.db")
        with engine.connect() as connection, connection.begin():
            if number > 1:
                schema.upgrade(connection, f"{number - 1:04}")
            path = VERSIONS / f"r{number:04}_{what}.py"
            config = schema.config(connection)
            config.set_main_option("file_template", f"r%%(rev)s_{what}")
            command.revision(config, what.replace("_", " ").capitalize(), autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line) + "".join(_beside(path.read_text())))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
    # A statement may be longer than a line, and stays in one piece.
    subprocess.run([sys.executable, "-m", "ruff", "check", "--fix", "--quiet", "--ignore", "E501", path], check=True)
    return path


def _beside(written: str) -> Iterator[str]:
    """What tables carry that Alembic does not see: statements that are run after one was made, by dialect."""
    by_dialect: dict[str, list[str]] = {}
    for name in re.findall(r'op\.create_table\(\s*"(\w+)"', written.replace("'", '"')):
        for listener in metadata.tables[name].dispatch.after_create:
            if isinstance(listener, DDL):
                # Where ``execute_if`` keeps what it was told.
                statement, dialect = listener.statement.replace("%%", "%"), vars(listener)["_ddl_if"].dialect
                by_dialect.setdefault(dialect, []).append(statement)
    for dialect, statements in sorted(by_dialect.items()):
        yield f"    if op.get_bind().dialect.name == {dialect!r}:\n"
        yield from (f"        op.execute({statement!r})\n" for statement in statements)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", help="what it is about, as a_few_words")
    parser.add_argument("--again", action="store_true", help="write the newest revision anew")
    given = parser.parse_args()
    if given.again == (given.what is not None):
        parser.error("either say what it is about, or --again")
    number = len(schema.REVISIONS) + 1
    what = given.what
    if given.again:
        [old] = VERSIONS.glob(f"r{schema.HEAD}_*.py")
        number, what = int(schema.HEAD), old.stem.partition("_")[2]
        kept = old.read_text()
        old.unlink()
        try:
            print(write(what, number))
        except BaseException:
            old.write_text(kept)
            raise
        return
    print(write(what, number))


if __name__ == "__main__":
    main()
