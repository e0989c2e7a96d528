"""HL7 v2 over a real line: the library's client talks to our listener, and we to the library's server in a process."""

import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import hl7
import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hl7.client import MLLPClient

from central.ehr.adapter import Delivered, Later
from central.ehr.config import Hl7, Listen, Send, Tls
from central.ehr.hl7.sender import Sender
from central.store import Store, ehr_letters, roster
from kiosk.checkin.appointment import Status
from kiosk.scenario.stagehand import wait_until
from tests.central.ehr.office import Office
from tests.central.ehr.test_hl7_parts import PLACES, siu
from tests.central.rig import MORNING, ROOT, SITE


class Peer:
    """The receiver in its process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.answers("AA")
        line = [sys.executable, "-m", "tests.central.ehr.peer", str(folder)]
        self.process = subprocess.Popen(line, cwd=ROOT, env=dict(os.environ))
        wait_until((folder / "port").exists, 20, "the peer listens")
        self.port = int((folder / "port").read_text())

    def answers(self, how: str) -> None:
        (self.folder / "how.new").write_text(how)
        (self.folder / "how.new").rename(self.folder / "how")

    def received(self) -> list[str]:
        file = self.folder / "received"
        return file.read_text().rstrip("\n").split("\n") if file.exists() else []

    def control_ids(self) -> list[str]:
        return [one.split("\x1e")[0].split("|")[9] for one in self.received()]


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    running = Peer(tmp_path / "peer")
    yield running
    running.process.kill()
    running.process.wait()


def section(peer: Peer | None, **more: Any) -> Hl7:
    send = Send(host="127.0.0.1", port=1 if peer is None else peer.port, timeout_seconds=2.0)
    return Hl7(**{"name": "line", "places": PLACES, "listen": Listen(port=0), "send": send, **more})


@contextmanager
def listening(office: Office) -> Iterator[int]:
    """Our listener, on its own thread; its port."""
    stop = threading.Event()
    adapter: Any = office.adapter
    thread = threading.Thread(target=adapter.bring, args=(office.inbox, stop))
    thread.start()
    try:
        wait_until(lambda: adapter.listener._bound is not None, 5, "we listen")
        yield adapter.listener.port
    finally:
        stop.set()
        thread.join()


def say(port: int, content: bytes) -> Any:
    with MLLPClient("127.0.0.1", port) as client:
        return hl7.parse(client.send_message(content).decode().strip("\x0b\x1c\r"))


def code(ack: Any) -> tuple[str, str, str]:
    msa = ack.segment("MSA")
    return str(msa[1]), str(msa[2]), str(msa[3]) if len(msa) > 3 else ""


def booking(store: Store, name: str) -> roster.Booking | None:
    with store.reading() as connection:
        return roster._bookings(connection, SITE, [name]).get(name)


def test_bookings_come_in_and_are_kept_before_they_are_acknowledged(store: Store) -> None:
    office = Office(store, section(None))
    with listening(office) as port:
        assert code(say(port, siu())) == ("AA", "M1", "")
        found = booking(store, "F77")
        assert found is not None
        assert (found.unit, found.status) == ("dental", Status.BOOKED)
        moved = siu("S13", SCH="SCH|P77^EHR|F77^EHR|||||||20|min|^^^20261123100000+0200")
        assert code(say(port, moved.replace(b"20261123080000+0200||SIU", b"20261123080100+0200||SIU")))[0] == "AA"
        late = booking(store, "F77")
        assert late is not None
        assert late.starts - found.starts == timedelta(hours=1)
        # An older message that comes later changes nothing.
        assert code(say(port, siu()))[0] == "AA"
        assert booking(store, "F77") == late
        gone = siu("S15").replace(b"20261123080000+0200||SIU", b"20261123080200+0200||SIU")
        assert code(say(port, gone))[0] == "AA"
        cancelled = booking(store, "F77")
        assert cancelled is not None
        assert cancelled.status is Status.CANCELLED


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (siu("S01"), ("AR", "M1", "unsupported-event")),
        (siu(SCH="SCH|"), ("AE", "M1", "no-appointment-id")),
        (siu(PID="PID|1||4711^^^HOSP^MR"), ("AE", "M1", "column person: no identifier that a client could show")),
        (b"hello", ("AR", "", "no-header")),
        (siu().replace(b"UNICODE UTF-8", b"JIS"), ("AR", "", "unknown-encoding")),
        (siu(PV1="PV1|1|O|" + "x" * 3000), ("AR", "", "too-large")),
        (siu("S12", SCH="SCH||010594Y9032|||||||20|min|^^^20261123090000+0200"), ("AE", "M1", "its id cannot be kept")),
        (siu(AIL="AIL|1|A|XRAY", PV1=""), ("AA", "M1", "")),
    ],
)
def test_what_is_not_taken_is_told(store: Store, content: bytes, expected: tuple[str, str, str]) -> None:
    office = Office(store, section(None, listen=Listen(port=0, largest_kib=2)))
    with listening(office) as port:
        assert code(say(port, content)) == expected
    assert booking(store, "F77") is None


def test_the_line_survives_cuts_noise_and_two_at_once(store: Store) -> None:
    office = Office(store, section(None))
    whole = b"\x0b" + siu() + b"\x1c\r"
    second = whole.replace(b"|M1|", b"|M2|").replace(b"F77", b"F78")
    with listening(office) as port, socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        answers = line.makefile("rb")
        for start in range(0, len(whole), 37):
            line.sendall(whole[start : start + 37])
        line.sendall(b"noise" + second + whole.replace(b"|M1|", b"|M3|"))
        found = b""
        while found.count(b"\x1c\r") < 3:
            found += answers.read1(4096)
        assert [name in found for name in (b"MSA|AA|M1", b"MSA|AA|M2", b"MSA|AA|M3")] == [True] * 3
    assert booking(store, "F78") is not None


def test_whoever_breaks_off_leaves_nothing(store: Store) -> None:
    office = Office(store, section(None))
    with listening(office) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"\x0b" + siu()[:100])
        assert code(say(port, siu()))[0] == "AA"


def test_tls_with_certificates_on_both_sides(store: Store, tmp_path: Path) -> None:
    certificate, key = certificates(tmp_path)
    tls = Tls(certificate=certificate, key=key, authorities=certificate)
    office = Office(store, section(None, listen=Listen(port=0, tls=tls)))
    context = ssl.create_default_context(cafile=str(certificate))
    context.load_cert_chain(certificate, key)
    stranger = ssl.create_default_context(cafile=str(certificate))
    with listening(office) as port:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as line,
        ):
            line.sendall(b"\x0b" + siu() + b"\x1c\r")
            assert b"MSA|AA|M1" in line.recv(4096)
        with (
            pytest.raises((ssl.SSLError, ConnectionError)),
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            stranger.wrap_socket(plain, server_hostname="localhost") as line,
        ):
            line.sendall(b"\x0b" + siu() + b"\x1c\r")
            if not line.recv(4096):
                raise ConnectionResetError
        # And our own sender, which checks whom it talks to.
        sending = Send(host="127.0.0.1", port=port, tls=msgspec.structs.replace(tls, host_name="localhost"))
        sender = Sender(sending, "UNICODE UTF-8")
        assert isinstance(sender.tell(siu(), "M1"), Delivered)
        sender.close()
        wrong = Sender(msgspec.structs.replace(sending, tls=tls), "UNICODE UTF-8")
        assert wrong.tell(siu(), "M1") == Later("no-connection")


def certificates(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 77, MORNING - timedelta(days=30), MORNING + timedelta(days=999)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


# --- out


def booked(store: Store, peer: Peer | None, **more: Any) -> Office:
    office = Office(store, section(peer, **more))
    with listening(office) as port:
        assert code(say(port, siu()))[0] == "AA"
    return office


def test_an_arrival_goes_out_with_number_and_patient(store: Store, peer: Peer) -> None:
    office = booked(store, peer)
    number = office.arrive("F77")
    assert office.tell() == [("arrived", "done", None)]
    [message] = peer.received()
    assert "ADT^A04^ADT_A01" in message
    assert "|4711^^^HOSP^MR" in message
    assert f"\x1eZTN|{number}|" in message
    assert "Esimerkki" not in message
    office.annul("F77")
    assert office.tell()[-1] == ("annulled", "done", None)
    assert "ADT^A11" in peer.received()[-1]
    assert len(set(peer.control_ids())) == 2


@pytest.mark.parametrize(
    ("how", "state", "reason"),
    [
        ("AE", "dead", "AE"),
        ("AE 204", "dead", "AE-204"),
        ("AE 207", "waiting", "AE-207"),
        ("AR", "waiting", "AR"),
        ("silent", "waiting", "no-acknowledgement"),
        ("close", "waiting", "closed"),
        ("garbage", "waiting", "ack-malformed"),
        ("other", "waiting", "ack-of-another"),
    ],
)
def test_whatever_the_receiver_answers(store: Store, peer: Peer, how: str, state: str, reason: str) -> None:
    office = booked(store, peer)
    office.arrive("F77")
    peer.answers(how)
    assert office.tell() == [("arrived", state, reason)]
    peer.answers("AA")
    if state == "dead":
        with store.writing() as connection:
            assert ehr_letters.retry(connection, office.lines()[0].id, "desk", "mended", office.moment)
    office.later(minutes=10)
    assert office.tell() == [("arrived", "done", None)]
    assert len(set(peer.control_ids())) == 1, "a message told again has the same control id"


def test_a_receiver_that_is_away_is_found_again(store: Store, tmp_path: Path) -> None:
    office = booked(store, None)
    office.arrive("F77")
    assert office.tell() == [("arrived", "waiting", "no-connection")]


def test_a_visit_cancelled_after_the_arrival_is_a_difference(store: Store, peer: Peer) -> None:
    office = booked(store, peer)
    office.arrive("F77")
    office.tell()
    with listening(office) as port:
        say(port, siu("S15").replace(b"20261123080000+0200||SIU", b"20261123080200+0200||SIU"))
    compared = office.compare()
    assert compared is not None
    assert (compared.letters, compared.differ, compared.sent_again) == (1, 1, 0)


def test_nothing_of_the_patient_lies_open_in_the_database(store: Store, peer: Peer) -> None:
    from sqlalchemy import select

    from central.store.tables import ehr_link, roster

    booked(store, peer)
    with store.reading() as connection:
        rows = [*connection.execute(select(ehr_link)), *connection.execute(select(roster))]
    text = str([tuple(row) for row in rows])
    assert "F77" in text
    assert not any(secret in text for secret in ("4711", "010594Y9032", "Esimerkki"))
