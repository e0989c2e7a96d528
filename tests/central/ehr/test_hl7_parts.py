"""Framing, parsing and the tables of HL7 v2, without a line."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.ehr.adapter import Dead, Delivered, Incoming, Kind, Later, Letter, Outcome, Status
from central.ehr.config import Hl7, Listen, Place, Send
from central.ehr.hl7.acks import outcome
from central.ehr.hl7.framing import Deframer, Message, Noise, TooLarge, framed
from central.ehr.hl7.message import Hl7Message, MalformedError, escaped, moment
from central.ehr.hl7.outgoing import message
from central.ehr.hl7.siu import NotForUsError, SiuReader, incoming

AT = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
PLACES = (Place(code="DENT", site="kalasatama", unit="dental", area="B2"),)


def section(**more: Any) -> Hl7:
    given: dict[str, Any] = {"name": "line", "places": PLACES, "listen": Listen(port=0), "send": Send(host="h", port=1)}
    return Hl7(**{**given, **more})


def siu(event: str = "S12", **fields: str) -> bytes:
    """A message as a record sends it; ``fields`` replaces whole segments by their names."""
    segments = {
        "MSH": f"MSH|^~\\&|EHR|HOSP|KIOSK|CENTRE|20261123080000+0200||SIU^{event}^SIU_S12|M1|P|2.5||||||UNICODE UTF-8",
        "SCH": "SCH|P77^EHR|F77^EHR|||||||20|min^minutes|^^20^20261123090000+0200|||||||||||||BOOKED",
        "PID": "PID|1||4711^^^HOSP^MR~010594Y9032^^^FI&1.2.246.21&ISO^NNFIN||Esimerkki^Aino",
        "PV1": "PV1|1|O|DENT^2^1||||||||||||||||V9",
        "RGS": "RGS|1|A",
        "AIL": "AIL|1|A|DENT^2^1",
    } | fields
    return "\r".join(one for one in segments.values() if one).encode() + b"\r"


def read(content: bytes, **more: Any) -> Incoming:
    reader = SiuReader(section(**more), date(2026, 11, 23), {}, {"kalasatama": "Europe/Helsinki"})
    return incoming(reader, Hl7Message(content, "UNICODE UTF-8"))


# --- framing


@given(
    st.lists(st.binary(max_size=40).filter(lambda one: b"\x1c\r" not in one and b"\x0b" not in one), max_size=6),
    st.data(),
)
def test_messages_survive_any_cuts(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(framed(one) for one in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    deframer, found = Deframer(1000), list[bytes]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += [one.content for one in deframer.feed(stream[start:end]) if isinstance(one, Message)]
    assert found == messages
    assert not deframer.waiting


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_whatever_comes_little_is_held(pieces: list[bytes]) -> None:
    deframer = Deframer(50)
    for piece in pieces:
        for one in deframer.feed(piece):
            assert not isinstance(one, Message) or len(one.content) <= 50
        assert len(deframer._held) <= 50 + len(piece) + 2
    deframer.feed(b"\x1c\r")
    assert [one for one in deframer.feed(framed(b"MSH")) if isinstance(one, Message)] == [Message(b"MSH")]


def test_noise_broken_off_and_too_large() -> None:
    deframer = Deframer(10)
    assert deframer.feed(b"GET / HTTP/1.1\r\n") == [Noise(16)]
    assert deframer.feed(b"\x0bMSH|a\x0bMSH|b\x1c\r") == [Noise(5), Message(b"MSH|b")]
    assert deframer.feed(b"\x0b" + b"x" * 100) == []
    assert deframer.feed(b"x" * 100 + b"\x1c") == []
    assert deframer.feed(b"\r\x0bok\x1c\r") == [TooLarge(), Message(b"ok")]


# --- parsing


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for one in (content, b"MSH|^~\\&|" + content):
        try:
            parsed = Hl7Message(one, "UNICODE UTF-8")
            for name in ("MSH-10", "SCH-2.1", "PID-3", "MSH-9.2"):
                parsed.field(name)
            parsed.repetitions("PID", 3)
        except MalformedError:
            continue


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_what_is_escaped_comes_back(text: str) -> None:
    content = f"MSH|^~\\&|{escaped(text)}|x".encode()
    assert Hl7Message(content, "UNICODE UTF-8").field("MSH-3") == text


@pytest.mark.parametrize(
    ("named", "given_", "expected"),
    [
        ("UNICODE UTF-8", "Äiti".encode(), "Äiti"),
        ("8859/1", "Äiti".encode("latin-1"), "Äiti"),
        ("8859/15", "€".encode("iso-8859-15"), "€"),
        ("", "Äiti".encode(), "Äiti"),
    ],
)
def test_encodings(named: str, given_: bytes, expected: str) -> None:
    content = b"|".join([b"MSH", b"^~\\&", given_, *[b""] * 14, named.encode()])
    assert Hl7Message(content, "UNICODE UTF-8").field("MSH-3") == expected


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no-header"),
        (b"PID|1", "no-header"),
        (b"MSH|^~\\&|" + b"\xff\xfe", "other-encoding"),
        (b"|".join([b"MSH", b"^~\\&", *[b""] * 15, b"JIS"]), "unknown-encoding"),
    ],
)
def test_what_is_no_message(content: bytes, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        Hl7Message(content, "UNICODE UTF-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261123090000+0200", datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("202611230900", datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("2026112309", datetime(2026, 11, 23, 7, tzinfo=UTC)),
        ("20260623090000.1234", datetime(2026, 6, 23, 6, tzinfo=UTC)),
        ("20261123", None),
        ("20261332", None),
        ("202613320900", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_moments(text: str, expected: datetime | None) -> None:
    assert moment(text, "Europe/Helsinki") == expected


# --- SIU


def test_a_booking_in_the_words_of_a_seed() -> None:
    found = read(siu())
    assert found.remote == "F77"
    assert found.status is Status.BOOKED
    assert found.updated == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert found.row == {
        "person": "010594Y9032",
        "identifiers": [],
        "site": "kalasatama",
        "unit": "dental",
        "area": "B2",
        "starts": "2026-11-23T07:00:00+00:00",
        "protected": False,
    }
    assert found.keep == {
        "placer": "P77",
        "filler": "F77",
        "visit": "V9",
        "pid1": "4711",
        "pid4": "HOSP",
        "pid5": "MR",
        "pv1": "DENT",
        "pv2": "2",
        "pv3": "1",
    }
    assert "010594" not in repr(found)
    assert "Esimerkki" not in str(found.keep)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("S12", Status.BOOKED),
        ("S13", Status.BOOKED),
        ("S14", Status.BOOKED),
        ("S15", Status.CANCELLED),
        ("S16", Status.CANCELLED),
        ("S17", Status.CANCELLED),
        ("S26", Status.NOSHOW),
    ],
)
def test_events(event: str, said: Status) -> None:
    found = read(siu(event))
    assert found.status is said
    assert (found.row is None) == (said is Status.CANCELLED)


@pytest.mark.parametrize("event", ["S01", "S18", "A04", ""])
def test_other_events_are_not_for_us(event: str) -> None:
    with pytest.raises(NotForUsError, match="unsupported-event"):
        read(siu(event))


@pytest.mark.parametrize(
    ("segments", "row", "refused"),
    [
        ({"SCH": "SCH|P77||||||||20|min|"}, None, "column starts: it is missing"),
        ({"PID": "PID|1||4711^^^HOSP^MR"}, None, "column person: no identifier that a client could show"),
        ({"PID": "PID|1||010594-900X^^^^NNFIN"}, None, "column person: no identifier that a client could show"),
        ({"AIL": "", "PV1": "PV1|1|O|XRAY"}, None, ""),
        ({"PID": "PID|1||||||||||||||||010594Y9032"}, "010594Y9032", "column person: no identifier that a client"),
        ({"PID": "PID|1||1^^^^MR" + "|" * 16 + "010594Y9032"}, "010594Y9032", ""),
        ({"AIL": "", "PV1": "PV1|1|O|DENT"}, "010594Y9032", ""),
    ],
)
def test_what_is_missing(segments: dict[str, str], row: str | None, refused: str) -> None:
    found = read(siu(**segments))
    assert found.refused.startswith(refused) if refused else not found.refused
    if row is not None and not refused:
        assert found.row is not None
        assert found.row["person"] == row


def test_the_start_of_newer_versions_and_non_disclosure() -> None:
    found = read(siu(SCH="SCH|P77|F77", PD1="PD1||||||||||||Y", TQ1="TQ1|1||||||20261124101500+0200"))
    assert found.row is not None
    assert found.row["starts"] == "2026-11-24T08:15:00+00:00"
    assert found.row["protected"] is True


def test_an_id_from_where_the_configuration_says() -> None:
    assert read(siu(), appointment_id=("SCH-1.1",)).remote == "P77"
    assert read(siu(SCH="SCH|P77||||||||||^^^202611230900")).remote == "P77"


# --- out


def letter(kind: Kind = Kind.ARRIVED) -> Letter:
    kept = {
        "placer": "P77",
        "filler": "F77",
        "visit": "V9",
        "pid1": "4711",
        "pid4": "HOSP",
        "pid5": "MR",
        "pv1": "DENT",
    }
    return Letter(1, "abc-1", "kalasatama", "F77", "0190-fact", kind, "A 042", AT, "F77", 1, kept)


@pytest.mark.parametrize(
    ("arrival", "kind", "event"),
    [
        ("A04", Kind.ARRIVED, "ADT^A04^ADT_A01"),
        ("A04", Kind.ANNULLED, "ADT^A11^ADT_A09"),
        ("A10", Kind.ARRIVED, "ADT^A10^ADT_A09"),
        ("A10", Kind.ANNULLED, "ADT^A32^ADT_A21"),
        ("S14", Kind.ARRIVED, "SIU^S14^SIU_S12"),
        ("S14", Kind.ANNULLED, "SIU^S14^SIU_S12"),
    ],
)
def test_what_goes_out(arrival: Any, kind: Kind, event: str) -> None:
    text = message(section(arrival=arrival), letter(kind), AT).decode()
    segments = {one.split("|")[0]: one.split("|") for one in text.strip("\r").split("\r")}
    assert segments["MSH"][8] == event
    assert segments["MSH"][9] == "abc-1"
    assert segments["MSH"][17] == "UNICODE UTF-8"
    assert segments["PID"][3] == "4711^^^HOSP^MR"
    assert segments["PV1"][19] == "V9"
    assert segments["PV1"][44] == "20261123085000+0200"
    assert segments["ZTN"][1:] == [("A 042" if kind is Kind.ARRIVED else ""), "20261123085000+0200"]
    if arrival == "S14":
        assert segments["SCH"][1:3] == ["P77", "F77"]
        assert segments["SCH"][25].startswith("ARRIVED" if kind is Kind.ARRIVED else "BOOKED")


def test_the_z_segment_is_as_configured() -> None:
    text = message(section(z_segment="ZKI", z_fields=("fact", "number")), letter(), AT).decode()
    assert "\rZKI|0190-fact|A 042\r" in text
    assert "ZTN" not in message(section(z_segment=None), letter(), AT).decode()


@pytest.mark.parametrize(
    ("msa", "error", "expected"),
    [
        ("AA|abc-1", "", Delivered("AA X1")),
        ("CA|abc-1", "", Delivered("CA X1")),
        ("AE|abc-1", "", Dead("AE")),
        ("AE|abc-1", "ERR|||204^unknown", Dead("AE-204")),
        ("AE|abc-1", "ERR|||207^internal", Later("AE-207", whole=False)),
        ("AE|abc-1", "ERR|^^^206", Later("AE-206", whole=False)),
        ("AR|abc-1", "", Later("AR")),
        ("AR|abc-1", "ERR|||200", Dead("AR-200")),
        ("AR|abc-1||||203", "", Dead("AR-203")),
        ("AA|other", "", Later("ack-of-another")),
        ("ZZ|abc-1", "", Later("ack-unknown")),
        ("AE|abc-1", "ERR|||010594Y9032", Dead("AE")),
    ],
)
def test_acknowledgements(msa: str, error: str, expected: Outcome) -> None:
    content = f"MSH|^~\\&|EHR||KIOSK||20261123||ACK|X1|P|2.5\rMSA|{msa}\r{error}".encode()
    assert outcome(content, "abc-1", "UNICODE UTF-8") == expected


def test_a_malformed_acknowledgement_is_none() -> None:
    assert outcome(b"<html>", "abc-1", "UNICODE UTF-8") == Later("ack-malformed")
