"""What is fuzzed: each target takes any bytes, and may only fail in the way that its callers are ready for.

The code under test is imported inside each target, so that only its own process instruments it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.fuzz import cards

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, 40, tzinfo=ZoneInfo("Europe/Helsinki"))


@dataclass(frozen=True)
class Target:
    """``run`` takes the bytes; ``seeds`` are examples to start from."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]

    def load(self) -> None:
        """Import what it needs, by running it once."""
        self.run(self.seeds[0])


def scan(data: bytes) -> None:
    """A scanner's bytes, all the way to a claim."""
    from kiosk.checkin import identity
    from kiosk.devices.scanner.framing import IDLE_GAP
    from kiosk.devices.scanner.profile import PROFILES

    cut = len(data) // 2
    for profile in PROFILES.values():
        dialect = profile.dialect(IDLE_GAP)
        heard = dialect.feed(data[:cut]) + dialect.feed(data[cut:])
        for _ in range(6):
            heard += dialect.quiet(IDLE_GAP)
        assert not dialect.waiting
        for scan in heard.scans:
            identity.from_scan(scan, TODAY, "[A-Z]{2}[0-9]{6}", "T[0-9]{5}")


def typed(data: bytes) -> None:
    """A typed code."""
    from kiosk.checkin import hetu, identity

    text = data.decode(errors="surrogateescape")
    claim = identity.from_typed(text, TODAY)
    assert claim is None or hetu.canonical(claim.identifier, TODAY) == claim.identifier


def update_manifest(data: bytes) -> None:
    """What an update says of itself, once its signature holds."""
    from kiosk.updating.manifest import RefusedError, decode, encode

    with suppress(RefusedError):
        manifest = decode(data)
        assert decode(encode(manifest)) == manifest


def changes(data: bytes) -> None:
    """An answer of the change feed."""
    import msgspec

    from kiosk.sync import messages, news

    try:
        page = msgspec.json.decode(data, type=messages.Changes)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    news.read(page, ("fi", "sv", "en"))


def configuration(data: bytes) -> None:
    """A record of the site's rules as it comes, and what stands in one that is signed."""
    import hashlib
    from base64 import urlsafe_b64encode

    from joserfc import jws
    from joserfc.jwk import OKPKey

    from kiosk.checkin.configuration import Trust
    from kiosk.sync import messages
    from kiosk.sync.configuration import Judge

    secret = urlsafe_b64encode(hashlib.sha256(b"nobody's").digest()).decode().rstrip("=")
    x = "9IF4ydFZreZbmQZOdIHvWS6r3sGN-JX1KSj3UQrukG0"
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": secret, "x": x})
    public = {name: str(value) for name, value in key.as_dict(private=False).items() if name in ("kty", "crv", "x")}
    judge, trust = Judge("s", ("fi", "sv", "en"), lambda _: None), Trust(public)
    judge.judge(data, trust, None)
    header = {"alg": messages.SIGNED_WITH, "typ": messages.CONFIGURATION_TYPE, "kid": key.thumbprint()}
    signed = jws.serialize_compact(header, data, key, algorithms=[messages.SIGNED_WITH])
    found = judge.judge(messages.encode(messages.ConfigurationRecord(signed=signed)), trust, None)
    assert (found.refused is None) == (found.site is not None)


def cursor(data: bytes) -> None:
    """A cursor that comes back to the centre."""
    from central.feed import Cursor

    Cursor.read(data.decode("latin-1"))


def printer_replies(data: bytes) -> None:
    """Whatever a printer sends, told apart and read."""
    from kiosk.devices.printer import replies, status

    cut = len(data) // 2
    for automatic, presenter in ((False, False), (True, False), (False, True)):
        ear = replies.Ear(automatic=automatic, presenter=presenter)
        for part in (data[:cut], data[cut:]):
            ear.hear(part)
    status.all_faults(status.parse(dict(zip(status.QUERIES, data[:4], strict=False))))


def slip(data: bytes) -> None:
    """Any words on a slip: every byte sent is one that the machine knows."""
    from kiosk.checkin.ticket import Ticket
    from kiosk.devices.printer.encode import encode
    from kiosk.devices.printer.profile import PROFILES

    words = data.decode(errors="replace")
    ticket = Ticket(
        number="A 042", number_label=words, site="S", place_label="P", place=words, way=words, sentences=(words,)
    )
    for profile in PROFILES.values():
        encode(ticket, profile)


def fact_batch(data: bytes) -> None:
    """A batch of facts as it comes to the centre."""
    import msgspec

    from kiosk.sync import messages

    try:
        batch = msgspec.json.decode(data, type=messages.FactBatch)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    for raw in batch.facts:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            msgspec.json.decode(raw, type=messages.FactMessage)


_MANIFEST = (
    b'{"format":1,"version":"0.2.0","follows":"0.1","machine":"x86_64","python":"3.11","made_at":"2026-01-01T00:00:00Z",'
    b'"schema":{"journal":1},"payload":["%(hash)b",99,false],'
    b'"files":{"bin/kiosk":["%(hash)b",9,true],"pyvenv.cfg":["%(hash)b",7,false]}}'
) % {b"hash": b"0" * 64}
_SNAPSHOT = (
    b'{"snapshot":true,"cursor":"c","more":false,"records":[{"record":"appointment","id":"a","people":["00"],'
    b'"unit":"u","area":"b","starts":"2026-11-23T09:00:00+02:00"}]}'
)
_CHANGES = (
    b'{"snapshot":false,"cursor":"c","more":false,"records":[{"record":"gone","id":"a"},{"record":"queue",'
    b'"service":"lab","waiting":3,"minutes":10,"as_of":"2026-11-23T09:00:00+02:00"}]}'
)
_RULES = (
    b'{"version":1,"site":"s","number":1,"made_at":"2026-11-23T09:00:00Z","content":{"record":"site","id":"s","name":'
    b'{"fi":"a"},"zone":"Europe/Helsinki","languages":["fi"],"desk":{"fi":"a"},"units":[],"areas":[]}}'
)
_SIGNED = b'{"record":"configuration","signed":"eyJhbGciOiJFZDI1NTE5In0.e30.AA","handovers":["a.b.c"]}'
_FACTS = (
    b'{"facts":[{"id":"01234567-89ab-7cde-8f01-23456789abcd","seq":1,"kind":"checked-in",'
    b'"at":"2026-11-23T09:00:00+02:00","details":{"number":"A 042"}}]}'
)

TARGETS: Mapping[str, Target] = {
    "card": Target(cards.conversation, cards.CONVERSATIONS),
    "certificate": Target(cards.certificate, (cards.CERTIFICATE,)),
    "scan": Target(
        scan,
        (
            b"]A0010594Y9032\r",
            b"P<FINTAEHTINEN<<TESTI<<<<<<<<<<<<<<<<<<<<<<<\rXP12345674FIN9405011F3001019010594Y9032<<<08\r",
            b"I<FINXA12345679010594Y9032<<<<\r9405011F3001019FIN<<<<<<<<<<<9\rTESTI<<TEA<<<<<<<<<<<<<<<<<<<<\r",
            b"AB123456\r\n",
            b"123456\t",
            b"\x10\xf3\x00\x00\x01010594Y9032\xfc\x8a",
            b"CBRENA1\x06.",
            b"\x02\x010000@C11ENA0\x06;\x03",
            b"\x01\x02MPD9630\rS1\x03\x04",
        ),
    ),
    "typed": Target(typed, (b"010594Y9032", b"010181-900C")),
    "update-manifest": Target(update_manifest, (_MANIFEST,)),
    "changes": Target(changes, (_SNAPSHOT, _CHANGES)),
    "configuration": Target(configuration, (_RULES, _SIGNED)),
    "fact-batch": Target(fact_batch, (_FACTS,)),
    "printer-replies": Target(printer_replies, (b"\x16\x12\x12\x12", b"\x10\x0f\x00\x00\x00\x00", b"\x14\x00\x00\x0f")),
    "slip": Target(slip, ("Odottakaa täällä š ž".encode(), "انتظر هنا".encode())),
    "cursor": Target(cursor, (b"WyJzIiwia2FsYXNhdGFtYSIsIjIwMjYtMTEtMjMiLDEsbnVsbF0",)),
}
