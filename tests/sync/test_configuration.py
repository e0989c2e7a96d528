"""A configuration is believed for its signature, its site and its turn, and taken only where it can be used."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from central import site_files
from kiosk.checkin.configuration import OF_THE_CONTENT, Refusal, Refused, Trust
from kiosk.checkin.site import Site
from kiosk.clock import SystemClock
from kiosk.composition.configuration import _tried_out
from kiosk.sync import messages, news
from kiosk.sync.configuration import Judge, Judged
from kiosk.sync.messages import ConfigurationRecord
from tests.sync.signed_rules import KEYS, MADE, RULES, SITE, TRUST, hand_over, raw, record, rules

JUDGE = Judge(SITE, ("fi", "sv", "en"), lambda _: None, "1")


def judged(record: ConfigurationRecord | bytes, trust: Trust = TRUST, before: Refused | None = None) -> Judged:
    return JUDGE.judge(record if isinstance(record, bytes) else raw(record), trust, before)


def digest(one: ConfigurationRecord) -> str:
    payload = one.signed.split(".")[1]
    return hashlib.sha256(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).hexdigest()


def header(one: ConfigurationRecord, **other: object) -> str:
    """The same document under another header, which its signature does not fit."""
    first, payload, signature = one.signed.split(".")
    told = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))) | other
    changed = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    return f"{changed}.{payload}.{signature}"


def signed_as(key: str, payload: bytes, **other: str) -> ConfigurationRecord:
    """Anything, with a signature that holds."""
    private = OKPKey.import_key(json.loads(key))
    named = {"alg": "Ed25519", "typ": messages.CONFIGURATION_TYPE, "kid": private.thumbprint(), **other}
    return ConfigurationRecord(signed=jws.serialize_compact(named, payload, private, algorithms=["Ed25519"]))


def by_a_shared_secret() -> ConfigurationRecord:
    """The known forgery: the public key as the secret of an HMAC, under the genuine key's name."""
    public = OKPKey.import_key(dict(TRUST.key))
    named = {"alg": "HS256", "typ": messages.CONFIGURATION_TYPE, "kid": public.thumbprint()}
    said = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (json.dumps(named).encode(), body()))
    signature = hmac.digest(public.as_pem(private=False), said, "sha256")
    return ConfigurationRecord(signed=b".".join((said, base64.urlsafe_b64encode(signature).rstrip(b"="))).decode())


def with_payload_of_another() -> ConfigurationRecord:
    first, _, signature = record(1).signed.split(".")
    return ConfigurationRecord(signed=f"{first}.{record(2).signed.split('.')[1]}.{signature}")


def body(**other: object) -> bytes:
    whole = {"version": 1, "site": SITE, "number": 1, "made_at": MADE.isoformat(), "content": json.loads(rules())}
    return json.dumps(whole | other).encode()


BELIEVED = replace(TRUST, number=5, digest=digest(record(5)))
REFUSED: dict[str, tuple[Callable[[], ConfigurationRecord | bytes], Refusal, Trust]] = {
    "bare rules": (lambda: raw(RULES), Refusal.UNSIGNED, TRUST),
    "no JWS": (lambda: ConfigurationRecord(signed="no.such.thing"), Refusal.MALFORMED, TRUST),
    "nothing": (lambda: ConfigurationRecord(signed=""), Refusal.MALFORMED, TRUST),
    "no text at all": (lambda: b'{"record":"configuration","signed":7}', Refusal.MALFORMED, TRUST),
    "a record cut off": (lambda: raw(record())[:-1], Refusal.MALFORMED, TRUST),
    "another type": (lambda: ConfigurationRecord(signed=hand_over(0, 1)), Refusal.MALFORMED, TRUST),
    "not JSON": (lambda: signed_as(KEYS[0], b"rules"), Refusal.MALFORMED, TRUST),
    "no number": (lambda: signed_as(KEYS[0], body(number=None)), Refusal.MALFORMED, TRUST),
    "a number below nought": (lambda: signed_as(KEYS[0], body(number=-1)), Refusal.MALFORMED, TRUST),
    "another form": (lambda: signed_as(KEYS[0], body(version=2)), Refusal.UNKNOWN_VERSION, TRUST),
    "another key": (lambda: record(key=1), Refusal.UNKNOWN_KEY, TRUST),
    "another key under our name": (
        lambda: signed_as(KEYS[1], body(), kid=OKPKey.import_key(dict(TRUST.key)).thumbprint()),
        Refusal.BAD_SIGNATURE,
        TRUST,
    ),
    "the payload of another": (with_payload_of_another, Refusal.BAD_SIGNATURE, TRUST),
    "no algorithm": (lambda: ConfigurationRecord(signed=header(record(), alg="none")), Refusal.BAD_SIGNATURE, TRUST),
    "a shared secret": (by_a_shared_secret, Refusal.BAD_SIGNATURE, TRUST),
    "a header of its own": (lambda: ConfigurationRecord(signed=header(record(), x=1)), Refusal.BAD_SIGNATURE, TRUST),
    "another site": (lambda: record(site="vuosaari"), Refusal.OTHER_SITE, TRUST),
    "the rules of another site": (lambda: record(content=rules(id="vuosaari")), Refusal.OTHER_SITE, TRUST),
    "an older one": (lambda: record(4), Refusal.OLDER, BELIEVED),
    "the first of all again": (lambda: record(0), Refusal.OLDER, BELIEVED),
    "another five": (lambda: record(5, rules(roster_stale_minutes=7)), Refusal.ALTERED, BELIEVED),
    "no rules": (lambda: record(content="{}"), Refusal.CONTENT, TRUST),
    "rules of another kind": (lambda: record(content='{"record":"gone","id":"A1"}'), Refusal.CONTENT, TRUST),
    "a bulletin of a kind not known": (
        lambda: record(content=rules(bulletins=[bulletin("flood")])),
        Refusal.CONTENT,
        TRUST,
    ),
    "no such zone": (lambda: record(content=rules(zone="Europe/Nowhere")), Refusal.ZONE, TRUST),
    "no language of ours": (lambda: record(content=rules(languages=["ja"])), Refusal.LANGUAGE, TRUST),
    "a name left out": (lambda: record(content=rules(name={"fi": "Kalasatama"})), Refusal.RULES, TRUST),
    "a service in no area": (lambda: record(content=rules(areas=[])), Refusal.RULES, TRUST),
}


def bulletin(severity: str) -> messages.BulletinMessage:
    words = {"fi": "a", "sv": "b", "en": "c"}
    later = datetime(2026, 12, 1, tzinfo=UTC)
    return messages.BulletinMessage(id="b", text=words, since=MADE, until=later, severity=severity)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(name: str) -> None:
    make, refusal, trust = REFUSED[name]
    found = judged(make(), trust)
    assert found.refused is not None
    assert (found.refused.reason, found.site, found.version) == (refusal, None, None)
    assert found.trust == trust, "what is refused changes nothing of what is believed"


def test_every_reason_is_in_the_table_or_shown_elsewhere() -> None:
    assert {refusal for _, refusal, _ in REFUSED.values()} == set(Refusal) - {Refusal.PAGES, Refusal.FAILED}


def test_a_genuine_one_is_believed() -> None:
    found = judged(record(1))
    assert found.refused is None
    assert found.version is not None
    assert found.site is not None
    assert (found.version.number, found.version.made_at, found.site.id) == (1, MADE, SITE)
    assert found.trust == Trust(TRUST.key, 1, digest(record(1)))


def test_the_newest_may_come_again_and_old_rules_under_a_new_number() -> None:
    assert judged(record(5), BELIEVED).site is not None
    # An operator who goes back makes a new version with the old content.
    again = judged(record(6), BELIEVED)
    assert again.site is not None
    assert again.trust.number == 6


def test_a_page_that_cannot_be_made_is_found_before_anybody_is_served() -> None:
    def breaks(_: Site) -> None:
        raise KeyError("no such word")

    found = replace(JUDGE, fits=breaks).judge(raw(record(3)), TRUST, None)
    assert found.refused is not None
    assert (found.refused.reason, found.refused.number, found.trust) == (Refusal.PAGES, 3, TRUST)


def test_what_was_judged_is_not_judged_again_but_by_another_program() -> None:
    asked: list[str] = []

    def breaks(site: Site) -> None:
        asked.append(site.id)
        raise KeyError

    judge = replace(JUDGE, fits=breaks)
    first = judge.judge(raw(record(3)), TRUST, None).refused
    assert first is not None
    assert judge.judge(raw(record(3)), TRUST, first) == Judged(TRUST)
    # The same document on another way, with a hand-over beside it.
    assert judge.judge(raw(record(3, handovers=[hand_over(1, 2)])), TRUST, first) == Judged(TRUST)
    assert len(asked) == 1
    assert replace(judge, program="2").judge(raw(record(3)), TRUST, first).refused is not None
    assert len(asked) == 2


def test_a_document_that_the_line_spoilt_does_no_harm_to_the_whole_one() -> None:
    spoilt = judged(raw(record(3))[:-1]).refused
    assert judged(record(3), before=spoilt).site is not None
    stripped = judged(record(3, key=1)).refused
    assert judged(record(3, key=1, handovers=[hand_over(0, 1)]), before=stripped).site is not None


CHAIN = [hand_over(0, 1), hand_over(1, 2), hand_over(2, 3)]


@pytest.mark.parametrize("held", range(4))
def test_a_kiosk_follows_any_number_of_hand_overs(held: int) -> None:
    trust = Trust(Trust(json.loads(KEYS[held])).key and {n: json.loads(KEYS[held])[n] for n in ("kty", "crv", "x")})
    found = judged(record(1, key=3, handovers=CHAIN), trust)
    assert found.version is not None
    assert found.trust.key["x"] == json.loads(KEYS[3])["x"]
    # And what the keys before sign counts no more.
    assert judged(record(2, key=0, handovers=CHAIN), found.trust).refused is not None


@pytest.mark.parametrize(
    "chain",
    [
        [],
        [hand_over(1, 3)],
        [hand_over(2, 3), hand_over(0, 1)],
        [signed_as(KEYS[0], messages.encode(messages.HandoverBody(made_at=MADE, configuration_key={}))).signed],
        ["", "a.b.c", "x" * 4000],
        [hand_over(0, 1)[:-4] + "AAAA"],
    ],
    ids=["none", "of a key not held", "in the wrong order", "a document", "garbage", "a signature spoilt"],
)
def test_a_chain_that_does_not_lead_there_leads_nowhere(chain: list[str]) -> None:
    found = judged(record(1, key=3, handovers=chain))
    assert found.refused is not None
    assert (found.refused.reason, found.trust) == (Refusal.UNKNOWN_KEY, TRUST)


@pytest.mark.parametrize("key", [{}, {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}, {**TRUST.key, "x": "AAAA"}])
def test_a_key_that_is_none_believes_nothing(key: dict[str, str]) -> None:
    found = judged(record(), Trust(key))
    assert found.refused is not None
    assert found.refused.reason == Refusal.UNKNOWN_KEY


WHOLE = raw(record(7))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_byte_of_it_may_be_another(place: int, by: int) -> None:
    broken = WHOLE[:place] + bytes([WHOLE[place] ^ by]) + WHOLE[place + 1 :]
    found = judged(broken)
    # The same document written otherwise, as base64 and JSON allow it in places, is the same document.
    assert found.site is None or found.trust.digest == digest(record(7))
    assert found.refused is not None or found.trust.digest == digest(record(7))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted(json.loads(rules()))


@given(st.sampled_from(FIELDS), JSON)
def test_whatever_is_signed_ends_in_a_word_on_it(field: str, value: object) -> None:
    content = json.loads(rules()) | {field: value}
    found = judged(signed_as(KEYS[0], body(content=content)))
    assert (found.refused is None) == (found.site is not None)
    assert found.refused is None or found.refused.reason in (*OF_THE_CONTENT, Refusal.MALFORMED, Refusal.OTHER_SITE)


@given(st.binary(max_size=200) | JSON.map(lambda one: json.dumps(one).encode()))
def test_any_payload_that_is_signed_ends_in_a_word_on_it(payload: bytes) -> None:
    assert judged(signed_as(KEYS[0], payload)).refused is not None


@pytest.mark.parametrize("depth", [100, 100_000])
def test_what_is_nested_too_deep_is_refused(depth: int) -> None:
    nested = b'{"version":1,"site":"kalasatama","number":1,"made_at":"2026-11-20T12:00:00Z","content":'
    assert judged(signed_as(KEYS[0], nested + b"[" * depth + b"]" * depth + b"}")).refused is not None


def test_a_large_one_with_photographs_is_taken() -> None:
    photo = "A" * 60_000
    areas = [msgspec.structs.replace(one, photo=photo) for one in RULES.areas]
    assert judged(record(content=rules(areas=areas))).site is not None


def bulletin_for_ever() -> messages.BulletinMessage:
    return msgspec.structs.replace(
        bulletin("note"), id="ever", since=datetime(1, 1, 1, tzinfo=UTC), until=datetime(9999, 12, 31, tzinfo=UTC)
    )


@pytest.mark.parametrize("content", [rules(), rules(bulletins=[bulletin_for_ever(), bulletin("warning")])])
def test_what_can_be_served_by_stands_the_rehearsal(content: str) -> None:
    judge = replace(JUDGE, fits=lambda site: _tried_out("k1", SystemClock(), site))
    assert judge.judge(raw(record(1, content)), TRUST, None).refused is None


def test_the_rehearsal_meets_what_a_client_would_meet() -> None:
    site = news.site_of(RULES, ("fi", "sv", "en"))
    for spoilt in ({"policy": None}, {"zone": "Europe/Nowhere"}, {"units": None}):
        with pytest.raises((KeyError, AttributeError, TypeError)):
            _tried_out("k1", SystemClock(), replace(site, **spoilt))


def test_every_example_can_be_served_by() -> None:
    for name in site_files.EXAMPLES:
        examples, _ = site_files.site(site_files.example(name))
        _tried_out("k1", SystemClock(), news.site_of(examples, ("fi", "sv", "en", "ru", "et", "so", "ar")))
