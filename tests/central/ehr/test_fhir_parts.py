"""The pure parts of FHIR: mapping in, deciding out, tokens."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from central.ehr.adapter import Dead, Incoming, Kind, Letter, Status
from central.ehr.config import EhrConfigError, Fhir, Place, Smart
from central.ehr.fhir.appointments import Reader, incoming, pairs
from central.ehr.fhir.arrival import Fits, Patch, Put, on_appointment, on_encounter, on_task
from central.ehr.fhir.client import FhirClient
from central.ehr.fhir.reading import status
from central.ehr.fhir.terms import FINNISH_STATUS, FINNISH_STATUSES, TICKET_NUMBER
from central.ehr.fhir.token import NoTokenError, Tokens, private_key
from tests.central.ehr.record import CLIENT, HETU, SCOPES, Record

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
PLACES = (Place(code="Location/1", site="kalasatama", unit="dental", area="B2"),)
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "identifier": [
        {"use": "old", "system": HETU, "value": "020594X903P"},
        {"system": "urn:oid:9.9", "value": "local-1"},
        {"use": "official", "system": HETU, "value": "010594Y9032"},
    ],
    "telecom": [{"system": "email", "value": "a@b"}, {"system": "phone", "value": "+358 40 765 4321"}],
}


def config(**more: Any) -> Fhir:
    return Fhir(**{"name": "r", "base_url": "http://127.0.0.1:1", "places": PLACES, **more})


def appointment(said: str = "booked", finnish: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": "a1",
        "status": said,
        "start": "2026-11-23T09:00:00+02:00",
    }
    found["participant"] = [
        {"actor": {"reference": "Patient/p1"}},
        {"actor": {"reference": "https://x/fhir/Location/1"}},
    ]
    if finnish:
        coding = {"system": FINNISH_STATUSES, "code": finnish}
        found["_status"] = {"extension": [{"url": FINNISH_STATUS, "valueCoding": coding}]}
    return found | more


def read(resource: dict[str, Any], patient: dict[str, Any] | None = PATIENT, **more: Any) -> Incoming:
    return incoming(Reader(config(**more), date(2026, 11, 23), {}), resource, patient)


# --- in


@pytest.mark.parametrize(
    ("said", "finnish", "expected"),
    [
        ("booked", "", Status.BOOKED),
        ("booked", "3", Status.BOOKED),
        ("booked", "10", Status.CHECKED_IN),
        ("arrived", "3", Status.ARRIVED),
        ("arrived", "6", Status.FULFILLED),
        ("checked-in", "10", Status.CHECKED_IN),
        ("fulfilled", "10", Status.FULFILLED),
        ("booked", "4", Status.CANCELLED),
        ("booked", "5", Status.BOOKED),
        ("booked", "9", Status.NOSHOW),
        ("cancelled", "10", Status.CANCELLED),
        ("entered-in-error", "", Status.CANCELLED),
        ("noshow", "", Status.NOSHOW),
        ("proposed", "2", Status.OTHER),
        ("pending", "8", Status.OTHER),
        ("waitlist", "1", Status.OTHER),
        ("nonsense", "10", Status.OTHER),
    ],
)
def test_statuses(said: str, finnish: str, expected: Status) -> None:
    assert status(appointment(said, finnish)) is expected
    assert (read(appointment(said, finnish)).row is None) == (expected in (Status.CANCELLED, Status.OTHER))


@pytest.mark.parametrize(
    ("resource", "patient", "protected"),
    [
        (appointment(), PATIENT, False),
        (appointment(), PATIENT | {"meta": {"security": [{"code": "TURVAKIELTO"}]}}, True),
        (appointment(meta={"security": [{"system": "urn:other", "code": "turvakielto"}]}), PATIENT, True),
        (appointment(meta={"security": [{"code": "R"}]}), PATIENT, False),
    ],
)
def test_non_disclosure(resource: dict[str, Any], patient: dict[str, Any], protected: bool) -> None:
    row = read(resource, patient, phone=True).row
    assert row is not None
    assert row["protected"] is protected
    assert row["phone"] == ("" if protected else "•• 21")


def test_identifiers_are_those_that_hold() -> None:
    row = read(appointment(), identifiers={HETU: "", "urn:oid:9.9": "local"}).row
    assert row is not None
    assert (row["person"], row["identifiers"]) == ("010594Y9032", [])
    reader = Reader(
        config(identifiers={HETU: "", "urn:oid:9.9": "local"}), date(2026, 11, 23), {"kalasatama": "LOCAL-[0-9]"}
    )
    found = incoming(reader, appointment(), PATIENT).row
    assert found is not None
    assert found["identifiers"] == ["local:local-1"]
    assert "010594" not in repr(incoming(reader, appointment(), PATIENT))


@pytest.mark.parametrize(
    ("resource", "patient", "why"),
    [
        (appointment(start=None), PATIENT, "column starts: it is missing"),
        (appointment(), None, "column person: the patient cannot be read"),
        (appointment(), {}, "column person: no identifier that a client could show"),
        (appointment(participant=[]), PATIENT, ""),
    ],
)
def test_what_is_missing(resource: dict[str, Any], patient: dict[str, Any] | None, why: str) -> None:
    found = read(resource, patient)
    assert (found.row, found.refused) == (None, why)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"participant": [{"actor": {"identifier": {"system": "urn:s", "value": "7"}}}]}, "urn:s|7"),
        ({"participant": [{"actor": {"reference": "HealthcareService/h"}}]}, "HealthcareService/h"),
        ({"participant": [], "serviceType": [{"coding": [{"system": "urn:t", "code": "8"}]}]}, "urn:t|8"),
    ],
)
def test_places_by_other_codes(more: dict[str, Any], code: str) -> None:
    places = (Place(code=code, site="kalasatama", unit="dental", area="B2"),)
    assert read(appointment(**more), places=places).row is not None


NAMES = """id status _status extension url participant actor reference meta security identifier system value start
coding serviceType telecom valueCoding code""".split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["booked", "Patient/1", HETU]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(["id", "status", "_status", "extension", "participant", "meta", "start"]), JSON),
    JSON,
)
def test_no_resource_breaks_anything(resource: dict[str, Any], patient: Any) -> None:
    read(resource, patient if isinstance(patient, dict) else None)
    pairs([resource | {"resourceType": "Appointment"}])
    for kind in Kind:
        for said in ("booked", "arrived"):
            written = resource | {"status": said}
            on_appointment(config(finnish_status=True), letter(kind), written)
            on_encounter(letter(kind), written, None)
            on_task(letter(kind), written, resource)


# --- out


def letter(kind: Kind = Kind.ARRIVED, number: str = "A 042") -> Letter:
    return Letter(1, "x-1", "kalasatama", "a1", "fact-1", kind, number, AT, "a1", 1)


def numbered(number: str) -> list[dict[str, str]]:
    return [{"url": TICKET_NUMBER, "valueString": number}]


def test_a_patch_tests_what_it_changes_and_changes_no_more() -> None:
    step = on_appointment(config(), letter(), appointment())
    assert step == Patch(
        "Appointment/a1",
        [
            {"op": "test", "path": "/status", "value": "booked"},
            {"op": "replace", "path": "/status", "value": "arrived"},
            {"op": "add", "path": "/extension", "value": numbered("A 042")},
        ],
    )
    back = on_appointment(config(), letter(Kind.ANNULLED), appointment("arrived", extension=numbered("A 042")))
    assert isinstance(back, Patch)
    assert list(back.operations)[1:] == [
        {"op": "replace", "path": "/status", "value": "booked"},
        {"op": "remove", "path": "/extension"},
    ]


@pytest.mark.parametrize(
    ("there", "kind", "expected"),
    [
        (appointment("arrived", extension=numbered("A 042")), Kind.ARRIVED, Fits()),
        (appointment("checked-in", extension=numbered("A 042")), Kind.ARRIVED, Fits()),
        (appointment("fulfilled"), Kind.ARRIVED, Fits(passed=True)),
        (appointment("cancelled"), Kind.ARRIVED, Dead("cancelled-there")),
        (appointment("noshow"), Kind.ARRIVED, Dead("noshow-there")),
        (appointment("waitlist"), Kind.ARRIVED, Dead("not-booked-there")),
        (appointment("booked"), Kind.ANNULLED, Fits()),
        (appointment("fulfilled"), Kind.ANNULLED, Fits(passed=True)),
        (appointment("arrived", extension=numbered("B 001")), Kind.ANNULLED, Fits(passed=True)),
        (appointment("arrived"), Kind.ANNULLED, Fits(passed=True)),
    ],
)
def test_what_is_decided(there: dict[str, Any], kind: Kind, expected: object) -> None:
    assert on_appointment(config(), letter(kind), there) == expected


def test_who_is_checked_in_there_only_gets_the_number() -> None:
    step = on_appointment(config(arrival="put"), letter(), appointment("checked-in"))
    assert isinstance(step, Put)
    assert (step.resource["status"], step.resource["extension"]) == ("checked-in", numbered("A 042"))


@pytest.mark.parametrize("decide", [on_encounter, on_task])
def test_a_resource_that_work_has_begun_on_is_left_alone(decide: Any) -> None:
    made = decide(letter(), appointment(), None)
    assert made.new
    assert decide(letter(), appointment(), made.resource) == Fits()
    cancelled = decide(letter(Kind.ANNULLED), appointment(), made.resource)
    assert cancelled.resource["status"] == "cancelled"
    begun = made.resource | {"status": "in-progress"}
    assert decide(letter(Kind.ANNULLED), appointment(), begun) == Fits(passed=True)
    assert decide(letter(Kind.ANNULLED), appointment(), None) == Fits()
    assert decide(letter(), appointment("cancelled"), None) == Dead("cancelled-there")


# --- tokens


def pem(key: Any) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    written: bytes = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return written


def smart(file: Path, **more: Any) -> Smart:
    return Smart(client_id=CLIENT, key_file=file, scope=SCOPES, **more)


def test_keys(tmp_path: Path) -> None:
    file = tmp_path / "key"
    good = {
        "EC": [pem(ec.generate_private_key(ec.SECP384R1()))],
        "RSA": [pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))],
    }
    good["EC"].append(msgspec.json.encode(ECKey.generate_key("P-384").as_dict(private=True)))
    for kind, written in good.items():
        for one in written:
            file.write_bytes(one)
            assert private_key(smart(file)).key_type == kind
    public = msgspec.json.encode(ECKey.generate_key("P-384").as_dict(private=False))
    for wrong in (pem(ec.generate_private_key(ec.SECP256R1())), public, b"", b"{", b"-----BEGIN PRIVATE KEY-----"):
        file.write_bytes(wrong)
        with pytest.raises(EhrConfigError, match="no private key"):
            private_key(smart(file))
    with pytest.raises(EhrConfigError, match="No such file"):
        private_key(smart(tmp_path / "none"))


class Desk:
    """A token endpoint: what it answers, and what it was asked."""

    def __init__(self, endpoint: str = "https://auth.example/token", life: float = 300.0) -> None:
        self.endpoint, self.life, self.asked = endpoint, life, list[dict[str, str]]()

    def get_json(self, url: str) -> tuple[int, dict[str, object] | None]:
        return 200, {"token_endpoint": self.endpoint}

    def post_form(self, url: str, form: dict[str, str]) -> tuple[int, dict[str, object] | None]:
        self.asked.append(form)
        return 200, {"access_token": f"t{len(self.asked)}", "expires_in": self.life}


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_token_is_kept_till_shortly_before_its_end(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "key"
    generated = ec.generate_private_key(ec.SECP384R1()) if kind == "EC" else rsa.generate_private_key(65537, 2048)
    file.write_bytes(pem(generated))
    moment = [AT]
    desk = Desk()
    tokens = Tokens(smart(file), "https://ehr.example/fhir", desk, lambda: moment[0])
    assert [tokens.get(), tokens.get()] == ["t1", "t1"]
    moment[0] += timedelta(seconds=271)
    assert tokens.get() == "t2"
    tokens.drop("t1")
    assert tokens.get() == "t2"
    tokens.drop("t2")
    assert tokens.get() == "t3"
    algorithm = "ES384" if kind == "EC" else "RS384"
    claims = [
        jwt.decode(one["client_assertion"], private_key(smart(file)), algorithms=[algorithm]) for one in desk.asked
    ]
    assert len({one.claims["jti"] for one in claims}) == 3
    assert claims[0].header["alg"] == algorithm
    assert claims[0].claims["aud"] == "https://auth.example/token"
    assert claims[0].claims["exp"] - AT.timestamp() <= 300


def test_a_token_is_not_asked_for_in_the_open(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP384R1())))
    with pytest.raises(NoTokenError, match="token-endpoint-not-https"):
        Tokens(smart(file), "https://ehr.example/fhir", Desk("http://auth.example/token"), lambda: AT).get()


def test_a_real_server_lets_no_stranger_in_and_nobody_further(record: Record, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(pem(ec.generate_private_key(ec.SECP384R1())))
    stranger = FhirClient(record.config("x", smart=smart(file)))
    assert getattr(stranger.read("Appointment/none"), "reason", "") == "token-401"
    stranger.close()
    for scope, why in (("system/Patient.d", "token-400"), ("system/Patient.rs", "forbidden")):
        asked = Smart(client_id=CLIENT, key_file=record.key, scope=scope)
        client = FhirClient(record.config("x", smart=asked))
        assert getattr(client.read("Appointment/none"), "reason", "") == why
        client.close()
