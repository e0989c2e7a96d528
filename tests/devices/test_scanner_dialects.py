"""What scanners of several makers say, in any pieces: the twin's firmware on one side, the dialects on the other."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.identity import Scan
from kiosk.devices.scanner import ssi
from kiosk.devices.scanner.dialect import Dialect, Heard
from kiosk.devices.scanner.framing import IDLE_GAP
from kiosk.devices.scanner.joining import JOIN_WITHIN
from kiosk.devices.scanner.profile import NONE, PROFILES, ZEBRA_SSI
from kiosk.devices.simulated.scanner_firmware import MAKERS, Zebra
from kiosk.devices.simulated.travel_document import TravelDocument

TALKING = sorted(set(PROFILES) - {"none"})
PASSPORT = TravelDocument(born="940501", optional="010594Y9032").td3()
LARGER = TravelDocument(born="940501", kind="I").td2()
CARD = TravelDocument(born="940501", optional="010594Y9032", kind="I").td1()


def listen(dialect: Dialect, *pieces: bytes) -> Heard:
    """Everything that these pieces bring, and the silence after them."""
    heard = Heard()
    for piece in pieces:
        heard += dialect.feed(piece)
    for _ in range(10):
        heard += dialect.quiet(IDLE_GAP / 2)
    assert not dialect.waiting
    return heard


def split(data: bytes, places: list[int]) -> list[bytes]:
    cuts = sorted({0, len(data), *(min(place, len(data)) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(cuts)]


PLACES = st.lists(st.integers(0, 300), max_size=12)


def test_both_sides_know_the_same_makers() -> None:
    assert set(MAKERS) == set(PROFILES)


@pytest.mark.parametrize("maker", TALKING)
@given(places=PLACES, times=st.integers(1, 3))
def test_a_reply_is_a_sign_of_life_and_no_scan(maker: str, places: list[int], times: int) -> None:
    reply = MAKERS[maker]().feed(PROFILES[maker].probe * times)
    heard = listen(PROFILES[maker].dialect(IDLE_GAP), *split(reply, places))
    assert (heard.replies, heard.scans, heard.garbled) == (times, (), 0)


@pytest.mark.parametrize("maker", TALKING)
@pytest.mark.parametrize("first", ["reply", "scan"])
def test_a_reply_beside_a_scan_leaves_the_scan_whole(maker: str, first: str) -> None:
    firmware = MAKERS[maker]()
    reply = firmware.feed(PROFILES[maker].probe)
    read = firmware.sent(b"]A0010594Y9032\r", 1)
    heard = listen(PROFILES[maker].dialect(IDLE_GAP), reply + read if first == "reply" else read + reply)
    assert (heard.replies, heard.scans, heard.garbled) == (1, (Scan("010594Y9032", "code-39"),), 0)


@pytest.mark.parametrize("maker", TALKING)
def test_the_firmware_obeys_the_trigger(maker: str) -> None:
    firmware = MAKERS[maker]()
    assert firmware.feed(b"") == b""
    for order, reading in ((PROFILES[maker].trigger_on, True), (PROFILES[maker].trigger_off, False)):
        answer = firmware.feed(order[:2]) + firmware.feed(order[2:])
        assert firmware.reading is reading
        assert listen(PROFILES[maker].dialect(IDLE_GAP), answer).scans == ()


def test_a_refusal_is_a_sign_of_life_too() -> None:
    heard = listen(PROFILES["honeywell"].dialect(IDLE_GAP), b"CBRENA\x05.")
    assert (heard.replies, heard.scans) == (1, ())
    newland = MAKERS["newland"]().feed(b"~\x010000@XXXYYY*;\x03")
    assert listen(PROFILES["newland"].dialect(IDLE_GAP), newland).replies == 1
    assert MAKERS["honeywell"]().feed(b"\x16M\rXXXYYY?.") == b"XXXYYY\x05."


@given(
    st.lists(st.sampled_from([b"010594Y9032", b"]Q0020594X903P", b"A1", b"\xc3\x85ke"]), min_size=1, max_size=5),
    st.sampled_from([b"\r", b"\r\n", b"\n", b"\t"]),
    PLACES,
    st.sampled_from(sorted(PROFILES)),
)
def test_scans_come_through_in_any_pieces(scans: list[bytes], end: bytes, places: list[int], maker: str) -> None:
    # Plain text: also what a Zebra sends that was never told to send packets.
    stream = b"".join(scan + end for scan in scans)
    heard = listen(PROFILES[maker].dialect(IDLE_GAP), *split(stream, places))
    assert [scan.text.encode() for scan in heard.scans] == [scan.removeprefix(b"]Q0") for scan in scans]
    assert heard.garbled == heard.replies == 0


@pytest.mark.parametrize("rows", [PASSPORT, LARGER, CARD])
@pytest.mark.parametrize("end", [b"\r", b"\r\n", b"\t", b""])
def test_rows_that_come_one_by_one_are_one_scan(rows: tuple[str, ...], end: bytes) -> None:
    dialect = NONE.dialect(IDLE_GAP)
    heard = Heard()
    for row in rows:
        heard += dialect.feed(b"]o1" + row.encode() + end)
        heard += dialect.quiet(IDLE_GAP)
        heard += dialect.quiet(JOIN_WITHIN - IDLE_GAP - 0.01)
    assert heard.scans == (Scan("\n".join(rows), "ocr"),)


def test_rows_that_come_too_late_are_not_joined() -> None:
    dialect = NONE.dialect(IDLE_GAP)
    assert dialect.feed(PASSPORT[0].encode() + b"\r").scans == ()
    assert dialect.waiting
    assert dialect.quiet(JOIN_WITHIN).scans == (Scan(PASSPORT[0]),)
    assert not dialect.waiting
    assert dialect.feed(PASSPORT[1].encode() + b"\r").scans == (Scan(PASSPORT[1]),)


def test_something_else_after_a_first_row_ends_the_zone() -> None:
    dialect = NONE.dialect(IDLE_GAP)
    heard = dialect.feed(CARD[0].encode() + b"\r" + b"010594Y9032\r")
    assert heard.scans == (Scan(CARD[0]), Scan("010594Y9032"))
    heard = dialect.feed("\r".join((CARD[0], *PASSPORT)).encode() + b"\r")
    assert heard.scans == (Scan(CARD[0]), Scan("\n".join(PASSPORT)))


@pytest.mark.parametrize("rows", [PASSPORT, CARD])
@pytest.mark.parametrize("flag", [b"0", b""])
@pytest.mark.parametrize("check", [b"Z", b"\r", b"\x00", b""])
@given(places=PLACES)
def test_a_document_reader_s_message_is_read(
    rows: tuple[str, ...], flag: bytes, check: bytes, places: list[int]
) -> None:
    text = b"".join(row.replace("<", "_").encode() + b"\r" for row in rows)
    message = b"\x01" + bytes((len(text) + 1,)) + b"OU\x02" + flag + text + b"\x03" + check
    heard = listen(NONE.dialect(IDLE_GAP), *split(message, places))
    assert [scan.text.replace("_", "<") for scan in heard.scans] == ["\n".join(rows)]


def test_a_cancelled_frame_is_thrown_away_whole() -> None:
    heard = listen(NONE.dialect(IDLE_GAP), b"0105\x1894Y9032\r020594X903P\r")
    assert heard.scans == (Scan("020594X903P"),)
    assert heard.garbled == 1


def test_noise_makes_no_scan() -> None:
    heard = listen(NONE.dialect(IDLE_GAP), b"\x80\xff\x00\r", b"\xf0" * 5000 + b"\r")
    assert heard.scans == ()
    assert heard.garbled == 2


@given(st.binary(max_size=400), PLACES, st.sampled_from(sorted(PROFILES)))
def test_no_bytes_break_any_dialect(stream: bytes, places: list[int], maker: str) -> None:
    dialect = PROFILES[maker].dialect(IDLE_GAP)
    heard = listen(dialect, *split(stream, places))
    assert all(scan.text for scan in heard.scans)
    dialect.feed(stream)
    dialect.forget()
    assert not dialect.waiting


# Zebra's packets.


def test_packets_of_the_manual() -> None:
    assert ZEBRA_SSI.probe == bytes.fromhex("04 A3 04 00 FF 55")
    assert ssi.packet(ssi.ACK) == bytes.fromhex("04 D0 04 00 FF 28")
    assert ssi.packet(ssi.START_DECODE) == bytes.fromhex("04 E4 04 00 FF 14")


@given(st.text(min_size=1, max_size=300).filter(lambda text: not set(text) & set("\r\n\t\x18")), PLACES)
def test_packets_come_through_in_any_pieces_and_are_acknowledged(text: str, places: list[int]) -> None:
    raw = "".join(letter for letter in text if letter.isprintable()).strip().encode()
    firmware, dialect = Zebra(), ZEBRA_SSI.dialect(IDLE_GAP)
    going, heard = firmware.sent(raw + b"\r", 0x1C), Heard()
    while going:
        answer = b""
        for piece in split(going, places):
            one = dialect.feed(piece)
            answer += one.answer
            heard += one
        assert answer == ssi.packet(ssi.ACK)
        going = firmware.feed(answer)
    heard += listen(dialect)
    assert "".join(scan.text for scan in heard.scans).encode() in (raw, raw.removeprefix(raw[:3]))
    assert {scan.symbology for scan in heard.scans} <= {"qr", "other"}


def test_a_packet_with_a_wrong_checksum_is_wanted_again() -> None:
    firmware, dialect = Zebra(), ZEBRA_SSI.dialect(IDLE_GAP)
    going = firmware.sent(b"010594Y9032\r", 0x01)
    heard = dialect.feed(going[:-1] + bytes((going[-1] ^ 1,)))
    assert (heard.scans, heard.garbled) == ((), 1)
    heard = dialect.feed(firmware.feed(heard.answer))
    assert firmware.refused == 1
    assert heard.scans == (Scan("010594Y9032", "code-39"),)
    assert firmware.feed(heard.answer) == b""


def test_half_a_packet_is_wanted_again_after_the_gap() -> None:
    dialect = ZEBRA_SSI.dialect(IDLE_GAP)
    whole = Zebra().sent(b"010594Y9032\r", 0x01)
    assert dialect.feed(whole[:8]).scans == ()
    heard = listen(dialect)
    assert heard.garbled == 1
    assert heard.answer == ssi.packet(ssi.NAK, b"\x01")
    assert dialect.feed(whole).scans == (Scan("010594Y9032", "code-39"),)


def test_a_packet_sent_again_because_its_acknowledgement_was_lost_is_read_once() -> None:
    dialect = ZEBRA_SSI.dialect(IDLE_GAP)
    first = ssi.packet(ssi.DECODE_DATA, b"\x1cAB", source=0, status=ssi.CONTINUED)
    again = ssi.packet(ssi.DECODE_DATA, b"\x1cAB", source=0, status=ssi.CONTINUED | ssi.RETRANSMITTED)
    last = ssi.packet(ssi.DECODE_DATA, b"\x1c123456\r", source=0)
    heard = dialect.feed(first + again + last)
    assert heard.scans == (Scan("AB123456", "qr"),)
    assert heard.answer == ssi.packet(ssi.ACK) * 3


def test_half_a_message_is_forgotten() -> None:
    dialect = ZEBRA_SSI.dialect(IDLE_GAP)
    dialect.feed(ssi.packet(ssi.DECODE_DATA, b"\x1cAB", source=0, status=ssi.CONTINUED))
    assert listen(dialect).garbled == 1
    assert dialect.feed(Zebra().sent(b"123456\r", 1)).scans == (Scan("123456", "code-39"),)


def test_rows_in_packets_of_their_own_are_joined() -> None:
    dialect, heard = ZEBRA_SSI.dialect(IDLE_GAP), Heard()
    for row in PASSPORT:
        heard += dialect.feed(ssi.packet(ssi.DECODE_DATA, b"\x00" + row.encode(), source=0))
    assert heard.scans == (Scan("\n".join(PASSPORT)),)


def test_events_are_acknowledged() -> None:
    event = ssi.packet(ssi.EVENT, b"\x03", source=0)
    assert ZEBRA_SSI.dialect(IDLE_GAP).feed(event).answer == ssi.packet(ssi.ACK)
