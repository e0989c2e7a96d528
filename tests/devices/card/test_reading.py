from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from kiosk.checkin.card import CardFailure
from kiosk.checkin.identity import Claim, ClaimKind
from kiosk.devices.card import certificate, esteid, reading
from kiosk.devices.card.atr import CardClass
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.card.reading import Belief
from kiosk.devices.card.steps import Step, Trail
from kiosk.devices.simulated.card import layouts
from kiosk.devices.simulated.card.authority import (
    AUTHENTICATION,
    ISSUING,
    SIGNATURE,
    Authority,
    Span,
    person,
    practitioner,
)
from kiosk.devices.simulated.card.chip import Chip, Manner
from kiosk.devices.simulated.card.files import File, Folder
from tests.devices.card.talk import talk

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAY = timedelta(days=1)
STATE = Authority("Testivaltio", NOW)
TESTS = Authority("Testivaltio TEST", NOW)
BELIEF = Belief(NOW, Issuers((STATE.issuing(), STATE.issuing(by_rsa=True), STATE.root), (TESTS.issuing(),)))
TEA = person("99900001N", "TESTI", "TEA")
CLAIM = Claim(ClaimKind.CHIP, "satu:99900001N")


def der(made: x509.Certificate) -> bytes:
    return made.public_bytes(Encoding.DER)


GOOD = der(STATE.issue(TEA, AUTHENTICATION))
SIGNING = der(STATE.issue(TEA, SIGNATURE))
ISSUER = der(STATE.issuing())


def judge(content: bytes, belief: Belief = BELIEF) -> Claim | CardFailure:
    return reading.judge(content, belief, Trail())


def test_curves_and_rsa() -> None:
    assert judge(GOOD) == CLAIM
    assert judge(der(STATE.issue(TEA, AUTHENTICATION, by_rsa=True))) == CLAIM


@pytest.mark.parametrize(
    ("moment", "result"),
    [
        (NOW - 366 * DAY, CardFailure.EXPIRED),
        (NOW - 364 * DAY, CLAIM),
        (NOW + 1459 * DAY, CLAIM),
        (NOW + 1461 * DAY, CardFailure.EXPIRED),
    ],
)
def test_the_time_of_a_certificate(moment: datetime, result: Claim | CardFailure) -> None:
    assert judge(GOOD, Belief(moment, BELIEF.issuers)) == result


def test_an_authority_whose_time_is_over_answers_for_nobody() -> None:
    for_ever = der(STATE.issue(TEA, AUTHENTICATION, span=Span(NOW - DAY, NOW + 20 * 365 * DAY)))
    assert judge(for_ever) == CLAIM
    assert judge(for_ever, Belief(NOW + 11 * 365 * DAY, BELIEF.issuers)) is CardFailure.ISSUER_UNKNOWN


@pytest.mark.parametrize("span", [Span(NOW - 30 * DAY, NOW - DAY), Span(NOW + DAY, NOW + 30 * DAY)])
def test_where_nobody_knows_the_time_no_card_is_called_expired(span: Span) -> None:
    other_days = der(STATE.issue(TEA, AUTHENTICATION, span=span))
    assert judge(other_days) is CardFailure.EXPIRED
    timeless = Belief(None, BELIEF.issuers)
    assert judge(other_days, timeless) == CLAIM
    # Who answers for it can be told without a clock, and what is no card of a client too.
    forged = der(Authority("Testivaltio", NOW).issue(TEA, AUTHENTICATION))
    assert judge(forged, timeless) is CardFailure.ISSUER_UNKNOWN
    assert judge(der(TESTS.issue(TEA, AUTHENTICATION)), timeless) is CardFailure.FOR_TESTS
    estonian = ("60001019906", NOW.date() - DAY)
    assert reading.judge_estonian(*estonian, BELIEF, Trail()) is CardFailure.EXPIRED
    assert reading.judge_estonian(*estonian, timeless, Trail()) == Claim(ClaimKind.CHIP, "ee:60001019906")
    assert reading.judge_estonian("60001019907", NOW.date(), timeless, Trail()) is CardFailure.UNREADABLE


def test_only_an_authority_may_issue() -> None:
    # Signed rightly, but with the key of somebody's card.
    holder = Authority("Kansalainen", NOW)
    holder._issuing[False] = (holder._root_key, STATE.issue(holder.root.subject, AUTHENTICATION))
    made = holder.issue(TEA, AUTHENTICATION)
    trusting = Issuers((holder.issuing(),))
    assert judge(der(made), Belief(NOW, trusting)) is CardFailure.ISSUER_UNKNOWN
    assert ISSUING not in (AUTHENTICATION, SIGNATURE)


def test_issuers_are_told_apart() -> None:
    test_card = der(TESTS.issue(TEA, AUTHENTICATION))
    accepting = Issuers((), (TESTS.issuing(),), accept_tests=True)
    assert judge(test_card) is CardFailure.FOR_TESTS
    assert judge(test_card, Belief(NOW, accepting)) == CLAIM
    assert judge(GOOD, Belief(NOW, Issuers(()))) is CardFailure.ISSUER_UNKNOWN
    for by_rsa in (False, True):
        forged = Authority("Testivaltio", NOW).issue(TEA, AUTHENTICATION, by_rsa=by_rsa)
        assert judge(der(forged)) is CardFailure.ISSUER_UNKNOWN


def test_a_professional_is_told_apart_whoever_issued_the_card() -> None:
    made = Authority("Ammattivaltio", NOW).issue(practitioner("00012345678", "TESTI", "TEA"), AUTHENTICATION)
    assert judge(der(made)) is CardFailure.PROFESSIONAL
    of_organisation = x509.Name([*TEA, x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Testiyritys")])
    assert judge(der(STATE.issue(of_organisation, AUTHENTICATION))) is CardFailure.PROFESSIONAL


@pytest.mark.parametrize("number", ["99900001H", "9990000", "010594Y9032", "PNOEE-60001019906"])
def test_a_number_that_is_no_satu_makes_no_claim(number: str) -> None:
    assert judge(der(STATE.issue(person(number, "TESTI", "TEA"), AUTHENTICATION))) is CardFailure.UNREADABLE


def test_a_subject_with_two_numbers_makes_no_claim() -> None:
    twice = x509.Name([*TEA, x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, "10000350X")])
    assert judge(der(STATE.issue(twice, AUTHENTICATION))) is CardFailure.UNREADABLE


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_certificate_with_one_wrong_byte_makes_no_claim(at: int, change: int) -> None:
    wrong = bytearray(GOOD)
    wrong[at] ^= change
    assert isinstance(judge(bytes(wrong)), CardFailure)
    assert certificate.authenticates(bytes(wrong)) in (True, False)


@given(st.binary(max_size=400) | st.integers(0, len(GOOD) - 1).map(lambda at: GOOD[:at]))
def test_what_is_no_certificate_makes_no_claim(content: bytes) -> None:
    assert judge(content) is CardFailure.UNREADABLE
    assert not certificate.authenticates(content)


def read(root: Folder, card_class: CardClass = CardClass.CITIZEN_2023, manner: Manner | None = None) -> object:
    chip = Chip(root, manner or Manner())
    return talk(reading.read(card_class, BELIEF, Trail()), chip.answer, most=200)


manners = st.builds(Manner, in_parts=st.booleans(), exact=st.booleans(), children_only=st.booleans())


@given(card_class=st.sampled_from(CardClass), manner=manners, in_records=st.booleans(), straight=st.booleans())
def test_a_card_is_read_whatever_its_class_its_manner_and_its_order(
    card_class: CardClass, manner: Manner, in_records: bool, straight: bool
) -> None:
    if straight:
        root = layouts.finnish(GOOD, SIGNING, ISSUER)
    else:
        root = layouts.rearranged(GOOD, SIGNING, ISSUER, in_records=in_records)
    assert read(root, card_class, manner) == CLAIM


def test_the_known_place_is_enough() -> None:
    trail = Trail()
    chip = Chip(layouts.finnish(GOOD, SIGNING, ISSUER))
    talk(reading.read(CardClass.CITIZEN_2023, BELIEF, trail), chip.answer)
    assert [taken.step for taken in trail.taken][:2] == [Step.APPLICATION, Step.KNOWN_FILE]
    assert Step.CARD_DIRECTORY not in {taken.step for taken in trail.taken}


@pytest.mark.parametrize(
    ("root", "card_class", "failure"),
    [
        (layouts.bank(), CardClass.UNKNOWN, CardFailure.UNKNOWN),
        (layouts.bank(), CardClass.CONTACTLESS, CardFailure.UNKNOWN),
        (layouts.bank(), CardClass.PROFESSIONAL, CardFailure.PROFESSIONAL),
        (layouts.bank(), CardClass.CITIZEN_2021, CardFailure.UNREADABLE),
        (layouts.bank(), CardClass.ESTONIAN, CardFailure.UNREADABLE),
        # Nothing but a certificate for signatures
        (layouts.finnish(SIGNING, SIGNING, ISSUER), CardClass.UNKNOWN, CardFailure.UNKNOWN),
        # Cut off, in the known place and in the listed one
        (layouts.finnish(GOOD[:300], SIGNING, ISSUER), CardClass.UNKNOWN, CardFailure.UNREADABLE),
        (layouts.rearranged(GOOD[:300], SIGNING, ISSUER), CardClass.UNKNOWN, CardFailure.UNREADABLE),
        (layouts.finnish(b"\x30\x82\xff\xff", SIGNING, ISSUER), CardClass.UNKNOWN, CardFailure.UNREADABLE),
        (Folder("3f00", (File("2f00", b"\x61\x7f\x4f"),)), CardClass.UNKNOWN, CardFailure.UNKNOWN),
    ],
)
def test_a_card_without_a_claim(root: Folder, card_class: CardClass, failure: CardFailure) -> None:
    assert read(root, card_class) is failure


@pytest.mark.parametrize(
    ("code", "last_day", "result"),
    [
        ("60001019906", "31.12.2026", Claim(ClaimKind.CHIP, "ee:60001019906")),
        ("60001019906", "23.11.2026", Claim(ClaimKind.CHIP, "ee:60001019906")),
        ("60001019906", "23 11 2026", Claim(ClaimKind.CHIP, "ee:60001019906")),
        ("60001019906", "22.11.2026", CardFailure.EXPIRED),
        ("60001019906", "", CardFailure.UNREADABLE),
        ("60001019906", "31.02.2027", CardFailure.UNREADABLE),
        ("60001019907", "31.12.2026", CardFailure.UNREADABLE),
        ("", "31.12.2026", CardFailure.UNREADABLE),
        ("\N{SNOWMAN}" * 40, "31.12.2026", CardFailure.UNREADABLE),
    ],
)
@pytest.mark.parametrize("card_class", [CardClass.ESTONIAN, CardClass.UNKNOWN])
def test_an_estonian_card(card_class: CardClass, code: str, last_day: str, result: Claim | CardFailure) -> None:
    assert read(layouts.estonian(code, last_day), card_class) == result


def test_only_two_records_of_an_estonian_card_are_read() -> None:
    selected: list[bytes] = []
    chip = Chip(layouts.estonian("60001019906", "31.12.2026"))

    def answer(command: bytes) -> bytes:
        if command[1] == 0xA4:
            selected.append(command[5:])
        return chip.answer(command)

    talk(reading.read(CardClass.ESTONIAN, BELIEF, Trail()), answer)
    assert selected == [esteid.APPLICATION, b"\x50\x00", b"\x50\x06", b"\x50\x08"]


@given(st.text(max_size=20) | st.dates().map(lambda day: f"{day:%d.%m.%Y}"))
def test_any_text_is_a_date_or_none(written: str) -> None:
    found = esteid.last_day(written)
    assert found is None or isinstance(found, date)


CHIPS = (
    layouts.finnish(GOOD, SIGNING, ISSUER),
    layouts.rearranged(GOOD, SIGNING, ISSUER),
    layouts.estonian("60001019906", "31.12.2026"),
)


@given(
    root=st.sampled_from(CHIPS),
    card_class=st.sampled_from(CardClass),
    manner=manners,
    seed=st.integers(0, 2**32),
    often=st.floats(0, 1),
)
def test_a_hostile_card_never_keeps_the_reader_and_never_makes_another_claim(
    root: Folder, card_class: CardClass, manner: Manner, seed: int, often: float
) -> None:
    chance = Random(seed)
    chip = Chip(root, manner)

    def answer(command: bytes) -> bytes:
        honest = chip.answer(command)
        if chance.random() >= often:
            return honest
        return chance.choice(
            [
                b"",
                b"\x90",
                b"\x90\0",
                bytes([0x61, chance.randrange(256)]),
                bytes([0x6C, chance.randrange(256)]),
                b"\x30\x82\xff\xff\x90\0",
                chance.randbytes(chance.randrange(260)) + b"\x90\0",
                chance.randbytes(chance.randrange(2, 300)),
                honest[: chance.randrange(len(honest) + 1)],
                honest[:-2] + b"\x62\x82",
                bytes(256) + b"\x61\0",
            ]
        )

    result = talk(reading.read(card_class, BELIEF, Trail()), answer, most=2000)
    assert isinstance(result, CardFailure) or result in (CLAIM, Claim(ClaimKind.CHIP, "ee:60001019906"))
