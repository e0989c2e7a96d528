"""The service as a process: its errors, its document, its log, its end."""

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from joserfc.jwk import ECKey
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from central.operations import LARGE, OPERATIONS
from central.store import Store, UnfitDatabaseError
from central.store.database import loses_commits
from central.store.tables import metadata
from kiosk.sync.messages import REQUEST_ID
from tests.central.databases import Server
from tests.central.rig import DOCUMENT, ROOT, SITE, Centre, Kiosk, Process, check_in, client, command

PERSON = "010594Y9032"


def key(answer: httpx.Response) -> str:
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return str(problem["type"]).removeprefix("urn:kiosk:problem:")


def test_what_cannot_be_read_is_a_problem_and_never_a_traceback(centre: Centre) -> None:
    http = centre.kiosk().http
    for body in (b"", b"{", b"[]", b"17", b'"\xff"', b"[" * 100_000, b'{"facts": 1}', b'{"version": "x"}'):
        answer = http.post("/v1/facts", content=body)
        assert (answer.status_code, key(answer)) == (400, "malformed"), body[:20]
    answer = http.post("/v1/facts", json={"facts": [{}] * 2001})
    assert (answer.status_code, key(answer)) == (400, "malformed")
    answer = http.post("/v1/facts", json={"version": 2, "facts": []})
    assert (answer.status_code, key(answer)) == (400, "unknown-version")
    assert (http.get("/v1/nothing").status_code, key(http.get("/v1/facts/"))) == (404, "not-found")
    assert (http.delete("/v1/facts").status_code, key(http.get("/v1/facts"))) == (405, "method-not-allowed")


def test_what_is_too_large_is_refused_packed_or_not(centre: Centre) -> None:
    http = centre.kiosk().http
    packed = {"Content-Encoding": "gzip"}
    large = b" " * (LARGE + 1)
    for body, headers in ((large, {}), (gzip.compress(large), packed), (gzip.compress(b" " * 10**8), packed)):
        answer = http.post("/v1/facts", content=body, headers=headers)
        assert (answer.status_code, key(answer)) == (413, "too-large")
    assert http.post("/v1/facts", content=b'{"facts":[]}'.ljust(LARGE)).status_code == 200
    facts = gzip.compress(json.dumps({"facts": [check_in("A1")]}).encode())
    assert http.post("/v1/facts", content=facts, headers=packed).json()["results"][0]["verdict"] == "recorded"
    assert key(http.post("/v1/facts", content=facts[:-9], headers=packed)) == "malformed"
    assert key(http.post("/v1/facts", content=b"plain", headers=packed)) == "malformed"
    assert key(http.post("/v1/facts", content=b"", headers={"Content-Encoding": "br"})) == "unknown-encoding"


def test_the_document_is_whole(centre: Centre) -> None:
    served = centre.kiosk().http.get("/openapi.json").json()
    assert served == DOCUMENT
    assert served["openapi"] == "3.1.0"
    assert {(one.path, one.method.lower()) for one in OPERATIONS} == {
        (path, method) for path, methods in served["paths"].items() for method in methods
    }
    references = set(_references(served))
    schemas = served["components"]["schemas"]
    assert references == {f"#/components/schemas/{name}" for name in schemas}
    assert all(item["additionalProperties"] is not False for item in schemas.values() if "additionalProperties" in item)


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [part["$ref"]] if "$ref" in part else []
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _references(inner)


def test_it_tells_its_health_and_its_own_time(centre: Centre) -> None:
    answer = httpx.get(f"{centre.url}/healthz", trust_env=False)
    assert answer.json() == {"status": "ok"}
    assert answer.headers["Date"] == "Mon, 23 Nov 2026 06:50:00 GMT"


@pytest.mark.parametrize("path", ["/healthz", "/v1/facts"])
def test_an_answer_says_which_question_it_answers(centre: Centre, path: str) -> None:
    with httpx.Client(base_url=centre.url, trust_env=False) as http:
        for asked, told in (("a1b2", "a1b2"), ("", None), ("x" * 65, None), ('a"b', None)):
            method = "GET" if path == "/healthz" else "POST"
            assert http.request(method, path, headers={REQUEST_ID: asked}).headers.get(REQUEST_ID) == told


def start(data: Path, log: Path) -> tuple[Process, Kiosk]:
    """Seed, serve and enrol, all by the command."""
    rows = [f"A{n},{PERSON},dental,B2,09:00" for n in range(3)]
    (data / "day.csv").write_text("\n".join(["id,person,unit,area,starts", *rows]))
    said = command(data, "seed", str(data / "day.csv"), "--site", SITE).stdout
    assert said == f"{SITE}: 3 new, 0 changed, 0 as before\n"
    code = command(data, "enrol-code", "--site", SITE, "--kiosk", "k1").stdout.strip()
    assert len(code) == 8
    process, private = Process(data, log), ECKey.generate_key("P-384")
    kiosk = Kiosk(process.url, "k1", private, lambda: datetime.now(UTC))
    request = {"code": code, "public_key": private.as_dict(private=False)}
    assert kiosk.http.post("/v1/enrolments", json=request).status_code == 200
    return process, kiosk.sign_in()


def test_killed_in_the_middle_it_has_all_that_it_acknowledged(tmp_path: Path) -> None:
    process, kiosk = start(tmp_path, tmp_path / "log")
    acknowledged: list[str] = []

    def send(which: int) -> None:
        with client(process.url) as http:
            for n in range(10_000):
                batch = [check_in(f"S{which}-{n}-{m}", seq=n * 3 + m + 1) for m in range(3)]
                try:
                    headers = dict(kiosk.http.headers)
                    results = http.post("/v1/facts", json={"facts": batch}, headers=headers).json()["results"]
                except httpx.TransportError:
                    return
                acknowledged.extend(result["receipt"] for result in results)

    senders = [threading.Thread(target=send, args=(which,)) for which in range(4)]
    for sender in senders:
        sender.start()
    while len(acknowledged) < 300:
        assert process.process.poll() is None
    os.kill(process.process.pid, signal.SIGKILL)
    for sender in senders:
        sender.join()
    process.process.wait()
    kiosk.http.close()
    listed = json.loads(command(tmp_path, "arrivals", "--json").stdout)
    assert len(acknowledged) == len(set(acknowledged)) >= 300
    assert {one["receipt"] for one in listed} >= set(acknowledged)


def test_stopped_it_answers_who_waits_and_ends_at_once(tmp_path: Path) -> None:
    process, kiosk = start(tmp_path, tmp_path / "log")
    cursor = kiosk.changes()["cursor"]
    threading.Timer(0.3, process.process.terminate).start()
    began = time.monotonic()
    assert kiosk.changes(cursor, wait=20)["records"] == []
    assert process.process.wait(5) == 0
    assert time.monotonic() - began < 10, "nobody waits out the 20 seconds that were asked for"
    kiosk.http.close()


def test_no_identity_code_is_in_the_files_or_the_log(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    process, kiosk = start(data, log)
    (data / "day.csv").unlink()
    kiosk.send(check_in("A1"))
    kiosk.http.get(f"/{PERSON}")
    kiosk.http.get("/v1/changes", params={"cursor": PERSON})
    kiosk.http.post("/v1/facts", json={"facts": PERSON})
    kiosk.http.post("/v1/token", data={"client_assertion": PERSON})
    for path in data.iterdir():
        assert PERSON.encode() not in path.read_bytes(), path
        assert path.stat().st_mode & 0o077 == 0, path
    process.process.terminate()
    assert process.process.wait(5) == 0
    kiosk.http.close()
    assert PERSON not in log.read_text()
    lines = [msgspec.json.decode(line) for line in log.read_bytes().splitlines()]
    assert [line["event"] for line in (lines[0], lines[-1])] == ["started", "stopped"]
    requests = [line for line in lines if line["event"] == "request"]
    assert {"method", "route", "status", "ms", "kiosk"} <= requests[0].keys()
    assert "k1" in {line.get("kiosk") for line in requests}


def test_the_command_lists_and_cancels(centre: Centre) -> None:
    kiosk = centre.kiosk()
    kiosk.send(check_in("A1", "A 017"), {})
    [one] = json.loads(command(centre.data, "arrivals", "--json", "--site", SITE).stdout)
    assert (one["appointment"], one["number"], one["kiosk"], one["verdict"]) == ("A1", "A 017", "k1", "recorded")
    table = command(centre.data, "arrivals").stdout
    assert "A 017" in table
    assert "refused facts: 1" in table
    assert json.loads(command(centre.data, "refused", "--json").stdout)[0]["reason"] == "malformed"
    assert command(centre.data, "arrivals", "--json", "--site", "nowhere").stdout == "[]\n"
    assert command(centre.data, "cancel", "NONE", "--site", SITE).exit_code == 1
    assert command(centre.data, "enrol-code", "--site", "nowhere", "--kiosk", "k9").exit_code == 1
    assert command(centre.data, "serve", "--host", "0.0.0.0").exit_code == 1


@pytest.mark.parametrize(
    ("version", "loses"),
    [
        *[((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True), ((3, 45, 0), True), ((3, 51, 2), True)],
        *[((3, 6, 23), False), ((3, 44, 6), False), ((3, 50, 7), False), ((3, 51, 3), False), ((3, 53, 4), False)],
    ],
)
def test_which_builds_of_sqlite_lose_commits(version: tuple[int, ...], loses: bool) -> None:
    assert loses_commits(version) is loses


def test_the_database_is_durable_and_shared(tmp_path: Path) -> None:
    with pytest.raises(UnfitDatabaseError):
        Store.open("sqlite://")
    store = Store.open(f"sqlite:///{tmp_path}/central.db")
    with store.reading() as connection:
        read = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert read == ["wal", 2]
    store.close()


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_could_not_hold_every_name_is_refused(server: Server, tmp_path: Path, encoding: str) -> None:
    with server.empty(tmp_path, encoding) as url:
        with pytest.raises(UnfitDatabaseError, match=f"in {encoding}: make it with --encoding=UTF8"):
            Store.open(url)
        line = [sys.executable, "-m", "central", "kiosks", "--database", url]
        told = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
        words = f"central: the database is in {encoding}: make it with --encoding=UTF8\n"
        assert (told.returncode, told.stderr) == (1, words)


def test_the_tables_are_portable() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=dialect))
    indexes = [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in metadata.tables.values()
        for index in table.indexes
    ]
    assert [index for index in indexes if "UNIQUE" in index and "WHERE done_at IS NULL" in index]
