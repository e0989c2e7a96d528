"""How a bug is planted: small tools, and what a planted bug is."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlcipher3 import dbapi2

from tests.simulation import disk as disks
from tests.simulation.centre import DATABASE
from tests.simulation.disk import Disk
from tests.simulation.plan import Plan
from tests.simulation.templates import Workplace

Planting = Callable[[Workplace], AbstractContextManager[None]]


def in_any_run(_: Plan) -> bool:
    """Where a bug may show itself anywhere."""
    return True


@dataclass(frozen=True)
class Mutant:
    """A bug, what it breaks in a sentence, and in which runs its code runs at all."""

    name: str
    breaks: str
    plant: Planting
    runs_in: Callable[[Plan], bool] = in_any_run


def changing(target: object, name: str, value: object) -> Planting:
    """Another function, or another value, in the place of one of the product's."""

    @contextmanager
    def planted(_: Workplace) -> Iterator[None]:
        with patch.object(target, name, value):
            yield

    return planted


def saying(where: str, pattern: str, instead: str) -> Planting:
    """Another statement in the place of those that match, at machines whose name matches ``where``."""
    wanted = re.compile(pattern)

    @contextmanager
    def planted(_: Workplace) -> Iterator[None]:
        def rewrite(disk: Disk, sql: str) -> str:
            return wanted.sub(instead, sql) if re.fullmatch(where, disk.folder.name) else sql

        disks.rewrites.append(rewrite)
        try:
            yield
        finally:
            disks.rewrites.remove(rewrite)

    return planted


def together(*plantings: Planting) -> Planting:
    """Several changes that make one bug."""

    @contextmanager
    def planted(workplace: Workplace) -> Iterator[None]:
        if not plantings:
            yield
            return
        first, *others = plantings
        with first(workplace), together(*others)(workplace):
            yield

    return planted


def without_keys(*tables: str) -> Planting:
    """The centre's tables without their primary keys and unique columns, as somebody might have made them."""

    def lay_open(folder: Path) -> None:
        connection = dbapi2.connect(str(folder / DATABASE), isolation_level=None)
        for table in tables:
            connection.execute(f"CREATE TABLE bare AS SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE bare RENAME TO {table}")
        connection.close()

    @contextmanager
    def planted(workplace: Workplace) -> Iterator[None]:
        with workplace.changed(lay_open):
            yield

    return planted


@contextmanager
def anew(workplace: Workplace) -> Iterator[None]:
    """Templates that are made while the bug is there."""
    workplace.forget()
    try:
        yield
    finally:
        workplace.forget()
