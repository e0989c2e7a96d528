"""A real subscription: the FHIR server rings at our door, and the centre looks at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from central import serve
from central.ehr.config import EhrConfigError, Subscription
from central.ehr.within import working
from central.store import Store, ehr_turns
from kiosk.scenario.stagehand import wait_until
from tests.central.ehr.office import Office
from tests.central.ehr.record import Record
from tests.central.ehr.test_fhir_record import booking

SECRET = "a-secret-of-the-record"


@contextmanager
def door(store: Store, office: Office, port_to: Any) -> Iterator[str]:
    bound = serve.listen("127.0.0.1", 0)
    section = port_to(bound.getsockname()[1])
    running = serve.server(store, office.now, records=[section])
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]})
    thread.start()
    try:
        with working(store, [section], office.now):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}/v1/ehr/apotti/hook"
    finally:
        running.should_exit = True
        thread.join()


def test_the_server_rings_and_the_centre_looks(store: Store, record: Record, place: str, tmp_path: Path) -> None:
    office = Office(store, record.config(place))
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")

    def section(port: int) -> Any:
        subscription = Subscription(endpoint=f"http://127.0.0.1:{port}/v1/ehr/apotti/hook", secret_file=secret)
        # Nobody would wait so long for the next look.
        return record.config(place, poll_seconds=600.0, subscription=subscription)

    with door(store, office, section) as url:
        wait_until(lambda: _subscribed(record, url), 20, "the subscription is alive")
        record.book(f"{place}-1", place)
        wait_until(lambda: booking(store, f"{place}-1") is not None, 20, "the visit is here")


def _subscribed(record: Record, url: str) -> bool:
    found = record.get("Subscription?status=active&_count=100").get("entry", [])
    return any(one["resource"]["channel"]["endpoint"] == url for one in found)


@pytest.mark.parametrize(
    ("method", "path", "secret", "status"),
    [
        ("POST", "", SECRET, 200),
        ("PUT", "/Appointment/1", SECRET, 200),
        ("POST", "", "another-secret-of-theirs", 401),
        ("POST", "", None, 401),
        ("GET", "", SECRET, 405),
        ("POST", "er", SECRET, 404),
        ("POST", "/../../other/hook", SECRET, 404),
    ],
)
def test_who_may_ring(
    store: Store, record: Record, place: str, tmp_path: Path, method: str, path: str, secret: str | None, status: int
) -> None:
    office = Office(store, record.config(place))
    (tmp_path / "secret").write_text(SECRET)
    subscription = Subscription(endpoint="http://127.0.0.1:1/", secret_file=tmp_path / "secret")
    section = record.config(place, subscription=subscription)
    bound = serve.listen("127.0.0.1", 0)
    running = serve.server(store, office.now, records=[section])
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]})
    thread.start()
    headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
    try:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1/ehr/apotti/hook{path}"
        with httpx.Client(trust_env=False) as http:
            assert http.request(method, url, headers=headers, content=b"{}").status_code == status
    finally:
        running.should_exit = True
        thread.join()
    with store.writing() as connection:
        assert ehr_turns.poked(connection, "apotti") == (status == 200)
        assert not ehr_turns.poked(connection, "apotti"), "it counts once"


def test_a_secret_that_is_none_is_refused(store: Store, record: Record, place: str, tmp_path: Path) -> None:
    office = Office(store, record.config(place))
    (tmp_path / "secret").write_text("short")
    for file in ("secret", "missing"):
        subscription = Subscription(endpoint="http://127.0.0.1:1/", secret_file=tmp_path / file)
        with pytest.raises(EhrConfigError):
            serve.server(store, office.now, records=[record.config(place, subscription=subscription)])
