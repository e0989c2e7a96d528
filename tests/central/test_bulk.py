"""Many rows at once: what is written is what was given, or nothing of it."""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import select

from central.store import Store, bulk
from central.store.tables import arrival, change
from tests.central.rig import MORNING, SITE

TEXTS = ("a\tb", "a\nb\r\n", "\\N", "\\", "\\.", "\\t", '"{,}', "NULL", "", " ", "ä€😀", "'")
EAST = MORNING.astimezone(timezone(timedelta(hours=5, minutes=45)))


def _rows(texts: tuple[str, ...]) -> list[dict[str, object]]:
    times = (MORNING, None, EAST + timedelta(microseconds=7), MORNING.replace(year=2))
    return [
        {"site": SITE, "seq": seq, "kind": "appointment", "key": text, "was": times[seq % len(times)]}
        for seq, text in enumerate(texts, 1)
    ]


def test_rows_come_back_as_they_were_given(store: Store) -> None:
    rows = _rows(TEXTS)
    arrivals = [
        {"site": SITE, "appointment": text, "fact": f"f{place}", "number": text, "at": MORNING}
        | {"at_trusted": place % 2 == 0, "at_fact": f"f{place}"}
        for place, text in enumerate(TEXTS)
    ]
    with store.writing() as connection:
        bulk.add(connection, change, rows)
        bulk.add(connection, arrival, arrivals)
        bulk.add(connection, arrival, [])
    with store.reading() as connection:
        assert [dict(row) for row in connection.execute(select(change).order_by(change.c.seq)).mappings()] == rows
        held = {row["fact"]: dict(row) for row in connection.execute(select(arrival)).mappings()}
    assert held == {row["fact"]: row for row in arrivals}


def test_one_row_that_is_there_keeps_all_of_them_out(store: Store) -> None:
    rows = _rows(TEXTS)
    with store.writing() as connection:
        bulk.add(connection, change, rows[:1])
    with pytest.raises(bulk.TakenError) as caught, store.writing() as connection:
        bulk.add(connection, change, list(reversed(rows)))
    assert "ä" not in repr(caught.value)
    with store.writing() as connection:
        assert len(connection.execute(select(change)).all()) == 1
        bulk.add(connection, change, rows[1:])
    with store.reading() as connection:
        assert len(connection.execute(select(change)).all()) == len(rows)


def test_tables_are_read_from_end_to_end_again_by_the_next_transaction(store: Store) -> None:
    def told() -> list[str]:
        if connection.dialect.name == "sqlite":
            return []
        names = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
        return [str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names]

    with store.writing() as connection:
        bulk.by_index(connection)
        assert set(told()) <= {"off"}
    with store.writing() as connection:
        assert set(told()) <= {"on"}
