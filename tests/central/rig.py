"""A real centre on a loopback port, and kiosks that speak to it as real ones do."""

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey
from typer.testing import CliRunner, Result

import central
from central import auth, cli, openapi, seed, serve
from central.people.settings import PeopleConfig
from central.store import Store, kiosks, listing
from kiosk.checkin.facts import uuid7
from kiosk.sync import messages

ROOT = Path(central.__file__).parent.parent
MORNING = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
"""08:50 in Helsinki."""
DOCUMENT = msgspec.json.decode(openapi.document())
SITE = "kalasatama"


def documented(response: httpx.Response) -> None:
    """Every answer that any test sees has its status and its type in the OpenAPI document."""
    path = response.request.url.path
    if path not in DOCUMENT["paths"] or response.request.method.lower() not in DOCUMENT["paths"][path]:
        return
    described = DOCUMENT["paths"][path][response.request.method.lower()]["responses"]
    assert str(response.status_code) in described, (path, response.status_code)
    [(media_type, content)] = described[str(response.status_code)]["content"].items()
    assert response.headers["Content-Type"].partition(";")[0] == media_type
    response.read()
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    kind = next((module[name] for module in (vars(messages), vars(auth)) if name in module), None)
    if kind is not None:
        msgspec.json.decode(response.content, type=kind)


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, event_hooks={"response": [documented]}, trust_env=False, timeout=20)


def fact(kind: str = "checked-in", *, seq: int = 1, **details: str) -> dict[str, Any]:
    identity = uuid7(int(MORNING.timestamp() * 1000), secrets.token_bytes(10))
    return {"id": identity, "seq": seq, "kind": kind, "at": MORNING.isoformat(), "details": details}


def check_in(appointment: str, number: str = "A 001", seq: int = 1) -> dict[str, Any]:
    return fact(seq=seq, appointment=appointment, number=number, claim="barcode", language="fi")


class Kiosk:
    """A kiosk with a key and, once it has asked for it, a token."""

    def __init__(self, url: str, name: str, key: ECKey, now: Any) -> None:
        self.http, self.name, self.key, self._now = client(url), name, key, now
        self.token_url = f"{url}/v1/token"

    def assertion(self, key: ECKey | None = None, **other: Any) -> str:
        claims: dict[str, Any] = {
            "iss": self.name,
            "sub": self.name,
            "aud": self.token_url,
            "jti": secrets.token_hex(8),
        }
        claims |= {"exp": int((self._now() + timedelta(minutes=4)).timestamp()), **other}
        return jwt.encode({"alg": "ES384"}, claims, key or self.key, algorithms=["ES384"])

    def ask_token(self, assertion: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_assertion_type": auth.ASSERTION_TYPE}
        return self.http.post("/v1/token", data=form | {"client_assertion": assertion})

    def sign_in(self) -> Self:
        token = self.ask_token(self.assertion()).raise_for_status().json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        return self

    def send(self, *facts: object) -> list[dict[str, Any]]:
        answer = self.http.post("/v1/facts", json={"version": 1, "facts": facts}).raise_for_status()
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def changes(self, cursor: str | None = None, wait: int = 0) -> dict[str, Any]:
        parameters = {"wait": str(wait), **({} if cursor is None else {"cursor": cursor})}
        page: dict[str, Any] = self.http.get("/v1/changes", params=parameters).raise_for_status().json()
        return page


class Centre:
    """The service in a thread over a database, else a file, with a clock that a test can set."""

    def __init__(self, directory: Path, database: str | None = None, people: PeopleConfig | None = None) -> None:
        self.moment = MORNING
        self.data = directory
        self.store = Store.open(database or f"sqlite:///{directory / 'central.db'}")
        bound = serve.listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self.server = serve.server(self.store, self.now, people=people)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [bound]})
        self._kiosks: list[Kiosk] = []

    def now(self) -> datetime:
        return self.moment

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for kiosk in self._kiosks:
            kiosk.http.close()
        self.server.should_exit = True
        self.thread.join()
        self.store.close()

    def seed(self, *rows: tuple[str, str, str], site: str = SITE, status: str = "") -> None:
        columns = [dict(zip(("id", "person", "starts"), row, strict=True)) for row in rows]
        written = [row | {"unit": "dental", "area": "B2", "status": status} for row in columns]
        seed.load(self.store, seed.Seed(site, written), None, self.moment)

    def load(self, *rows: Mapping[str, object], site: object = SITE, queues: Sequence[object] = ()) -> None:
        """Rows with any columns; what is not said is a dental visit."""
        usual = {"person": "010594Y9032", "unit": "dental", "area": "B2", "starts": "09:00"}
        seed.load(self.store, seed.Seed(site, [usual | dict(row) for row in rows], queues), None, self.moment)

    def code(self, name: str, site: str = SITE) -> str:
        code = auth.new_code()
        with self.store.writing() as connection:
            hashed = auth.code_hash(self.store.pepper, code)
            kiosks.admit(connection, hashed, site, name, self.moment + auth.CODE_LIFE)
        return code

    def enrol(self, code: str, key: ECKey) -> httpx.Response:
        with client(self.url) as http:
            return http.post("/v1/enrolments", json={"code": code, "public_key": key.as_dict(private=False)})

    def kiosk(self, name: str = "k1", site: str = SITE) -> Kiosk:
        key = ECKey.generate_key("P-384")
        self.enrol(self.code(name, site), key).raise_for_status()
        self._kiosks.append(Kiosk(self.url, name, key, self.now))
        return self._kiosks[-1].sign_in()

    def arrivals(self) -> list[listing.Arrived]:
        with self.store.reading() as connection:
            return listing.arrivals(connection, None)

    def refused(self) -> list[listing.Parked]:
        with self.store.reading() as connection:
            return listing.refused(connection, None)


def command(data: Path, *arguments: str) -> Result:
    """The command ``central`` as people give it, in this process."""
    return CliRunner().invoke(cli.app, [*arguments, "--data", str(data)])


def elsewhere(data: Path, *arguments: str) -> str:
    """The same in a process of its own; what it says."""
    line = [sys.executable, "-m", "central", *arguments, "--data", str(data)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout


class Process:
    """``central serve`` in a process of its own, its log in a file; with a configuration, as ``config`` has it."""

    def __init__(self, data: Path, log: Path, config: str = "", scheme: str = "http") -> None:
        self.log = log
        line = [sys.executable, "-m", "central", "serve", "--port", "0", "--data", str(data)]
        if config:
            (data / "central.toml").write_text(config)
            line += ["--config", str(data / "central.toml")]
        with log.open("wb") as stream:
            self.process = subprocess.Popen(line, cwd=ROOT, stderr=stream, env=dict(os.environ))
        while b"started" not in log.read_bytes():
            assert self.process.poll() is None, log.read_text()
        started = next(line for line in map(msgspec.json.decode, log.read_bytes().splitlines()) if "port" in line)
        self.url = f"{scheme}://127.0.0.1:{started['port']}"

    def end(self) -> list[dict[str, Any]]:
        """Stop it in good order; the lines of its log."""
        self.process.terminate()
        assert self.process.wait(10) == 0
        return [msgspec.json.decode(line) for line in self.log.read_bytes().splitlines()]


def of_kind(page: dict[str, Any], kind: str) -> Sequence[dict[str, Any]]:
    return [record for record in page["records"] if record["record"] == kind]
