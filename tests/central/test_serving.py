"""The service as operators see it: TLS, whether it is ready, its proxies, and its end."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

from kiosk.checkin.facts import FactKind
from kiosk.clock import SystemClock
from kiosk.composition.enrol import enrol_kiosk
from kiosk.composition.memory import enrolled_store
from kiosk.config import CentreConfig, Config, dump
from kiosk.offline.journal import SqlJournal
from kiosk.scenario.stagehand import wait_until
from tests.central.rig import ROOT, SITE, Centre, Kiosk, Process, check_in, command
from tests.example_site import SITE as RULES
from tests.sync.test_certificate import certificate

SECONDS = 30.0
FULL = {
    "sqlite": [
        "CREATE TRIGGER full_disk BEFORE INSERT ON setting BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON setting FOR EACH ROW EXECUTE FUNCTION full_disk()",
    ],
}
"""What makes a table take nothing, as a full disk would."""


def secured(folder: Path, days: int = 90) -> tuple[Path, str]:
    """A certificate with its key, and the configuration that names both."""
    pem = certificate(folder, "127.0.0.1", datetime.now(UTC).replace(microsecond=0) + timedelta(days=days))
    return pem, f'[serve]\ntls_certificate = "{pem}"\ntls_key = "{pem}"\n'


@pytest.fixture
def process(database: str, tmp_path: Path) -> Iterator[Process]:
    """A real service, of each kind of database, that speaks TLS itself."""
    (tmp_path / "day.csv").write_text("id,person,unit,area,starts\nA1,010594Y9032,dental,B2,09:00\n")
    assert command(tmp_path, "seed", str(tmp_path / "day.csv"), "--site", SITE).exit_code == 0
    _, config = secured(tmp_path)
    running = Process(tmp_path, tmp_path / "log", config, scheme="https")
    yield running
    running.process.kill()
    running.process.wait(SECONDS)


def versions(process: Process) -> dict[str, bool]:
    """Which versions of TLS it takes."""
    port, taken = int(process.url.rpartition(":")[2]), {}
    for version in (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with socket.create_connection(("127.0.0.1", port)) as plain:
            try:
                with context.wrap_socket(plain) as wrapped:
                    taken[version.name] = wrapped.version() is not None
            except ssl.SSLError:
                taken[version.name] = False
    return taken


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_kiosk_speaks_to_it_over_tls_by_its_certificate(process: Process, tmp_path: Path) -> None:
    assert versions(process) == {"TLSv1_1": False, "TLSv1_2": True, "TLSv1_3": True}
    state = tmp_path / "kiosk"
    config = Config(state=state / "state", run=state / "run", centre=CentreConfig(authorities=tmp_path / "centre.pem"))
    state.mkdir()
    (state / "kiosk.toml").write_bytes(dump(config))
    code = command(tmp_path, "enrol-code", "--site", SITE, "--kiosk", "k1").stdout.strip()
    assert enrol_kiosk(config, process.url, code) == ("k1", SITE)
    store, enrolment = enrolled_store(config.state)
    with store.connect() as connection:
        SqlJournal(connection, site=lambda: RULES, enrolment=enrolment, clock=SystemClock()).note(
            FactKind.PRINT_FAILED, {"arrival": "x"}
        )
    line = [sys.executable, "-m", "kiosk", "sync", "--config", str(state / "kiosk.toml")]
    with (state / "log").open("wb") as log:
        sync = subprocess.Popen(line, stderr=log)
        try:
            wait_until(lambda: _has_fact(tmp_path), SECONDS, "fact")
        finally:
            sync.send_signal(signal.SIGTERM)
            assert sync.wait(SECONDS) == 0


def _has_fact(data: Path) -> bool:
    [line] = json.loads(command(data, "kiosks", "--json").stdout)
    return line["last_fact_at"] is not None


def _shown(process: Process) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", int(process.url.rpartition(":")[2]))) as plain,
        context.wrap_socket(plain) as wrapped,
    ):
        return ssl.DER_cert_to_PEM_cert(wrapped.getpeercert(binary_form=True) or b"")


def test_a_new_certificate_is_taken_without_a_pause(process: Process, tmp_path: Path) -> None:
    before = _shown(process)
    secured(tmp_path, days=180)
    assert _shown(process) == before
    process.process.send_signal(signal.SIGHUP)
    wait_until(lambda: _shown(process) != before, SECONDS, "new certificate")
    (tmp_path / "centre.pem").write_text("no certificate")
    after = _shown(process)
    process.process.send_signal(signal.SIGHUP)
    wait_until(lambda: b"certificate_not_read" in process.log.read_bytes(), SECONDS, "word on it")
    assert _shown(process) == after
    assert [line["event"] for line in process.end()][-1] == "stopped"


def test_a_certificate_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    pem, config = secured(tmp_path)
    pem.write_text("no certificate")
    (tmp_path / "central.toml").write_text(config)
    line = [sys.executable, "-m", "central", "serve", "--port", "0", "--data", str(tmp_path), "--config"]
    refused = subprocess.run([*line, str(tmp_path / "central.toml")], cwd=ROOT, capture_output=True, text=True)
    assert (refused.returncode, "certificate or key" in refused.stderr) == (1, True)


def test_what_is_under_way_is_finished_before_the_end(database: str, tmp_path: Path) -> None:
    """Half of a batch is here when SIGTERM comes; the other half comes after it, and gets its receipts."""
    (tmp_path / "day.csv").write_text("id,person,unit,area,starts\nA1,010594Y9032,dental,B2,09:00\n")
    assert command(tmp_path, "seed", str(tmp_path / "day.csv"), "--site", SITE).exit_code == 0
    code = command(tmp_path, "enrol-code", "--site", SITE, "--kiosk", "k1").stdout.strip()
    running = Process(tmp_path, tmp_path / "log")
    key = ECKey.generate_key("P-384")
    kiosk = Kiosk(running.url, "k1", key, lambda: datetime.now(UTC))
    enrolment = {"code": code, "public_key": key.as_dict(private=False)}
    kiosk.http.post("/v1/enrolments", json=enrolment).raise_for_status()
    token = kiosk.sign_in().http.headers["Authorization"]
    kiosk.http.close()
    body = json.dumps({"facts": [check_in("A1")]}).encode()
    head = f"POST /v1/facts HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    port = int(running.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head.encode() + body[:20])
        # A second request tells that the first has been taken up: connections are served in order of coming.
        httpx.get(f"{running.url}/healthz", trust_env=False)
        running.process.terminate()
        wait_until(lambda: _refuses(port), SECONDS, "no new connection is taken")
        line.sendall(body[20:])
        answer = b""
        while part := line.recv(65536):
            answer += part
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert b'"recorded"' in answer
    assert running.process.wait(SECONDS) == 0
    [one] = json.loads(command(tmp_path, "arrivals", "--json").stdout)
    assert one["appointment"] == "A1"


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def ready(centre: Centre) -> tuple[int, Mapping[str, object]]:
    answer = httpx.get(f"{centre.url}/readyz", trust_env=False, timeout=30)
    assert answer.headers["Content-Type"] == f"application/{'json' if answer.status_code == 200 else 'problem+json'}"
    return answer.status_code, answer.json()


def test_it_is_ready_where_the_database_takes_what_is_written(centre: Centre) -> None:
    assert ready(centre) == (200, {"status": "ok"})
    with centre.store.reading() as connection:
        kept = connection.execute(text("SELECT value FROM setting WHERE name = 'ready'")).scalar_one()
    assert kept == centre.moment.isoformat()


def test_it_is_not_ready_for_a_database_of_another_revision(centre: Centre) -> None:
    with centre.store.writing() as connection:
        was = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    status, problem = ready(centre)
    assert (status, problem["type"]) == (503, "urn:kiosk:problem:unavailable")
    with centre.store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :was"), {"was": was})
    assert ready(centre)[0] == 200


def test_it_is_not_ready_where_nothing_can_be_written(centre: Centre) -> None:
    """As a full disk or a replica would have it: the table takes nothing."""
    with centre.store.writing() as connection:
        for statement in FULL[connection.dialect.name]:
            connection.exec_driver_sql(statement)
    status, problem = ready(centre)
    assert (status, problem["type"]) == (503, "urn:kiosk:problem:unavailable")
    with centre.store.writing() as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("DROP TRIGGER full_disk" if sqlite else "DROP FUNCTION full_disk CASCADE")
    assert ready(centre)[0] == 200


def test_it_is_not_ready_while_the_database_is_held_for_too_long(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.kiosk_api.PATIENCE", 0.2)
    monkeypatch.setattr("central.kiosk_api.READY_FOR", 0.0)
    assert ready(centre)[0] == 200
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with centre.store.writing() as connection:
            connection.execute(text("UPDATE setting SET value = value"))
            held.set()
            release.wait(SECONDS)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(SECONDS)
    assert ready(centre)[0] == 503
    release.set()
    other.join()
    assert ready(centre)[0] == 200


@pytest.mark.parametrize(
    ("path", "allowed"), [("/v1/facts", {"POST"}), ("/v1/changes", {"GET", "HEAD"}), ("/healthz", {"GET", "HEAD"})]
)
def test_a_wrong_method_is_told_which_ones_there_are(centre: Centre, path: str, allowed: set[str]) -> None:
    for method in ("DELETE", "PATCH", "PUT", "OPTIONS", "TRACE"):
        answer = httpx.request(method, f"{centre.url}{path}", trust_env=False)
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == allowed
        assert answer.json()["type"] == "urn:kiosk:problem:method-not-allowed"
