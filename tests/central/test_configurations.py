"""What kiosks are served by is signed once for each version, and by no key that they were not led to."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import ECKey
from sqlalchemy import update

from central import configuration, configurations
from central.configurations import KeyMissingError, Signing, SigningConfig
from central.store import Store, sites
from central.store import configurations as kept
from central.store.tables import setting
from central.store.versions import Kind, Made
from kiosk.sync.configuration import led, opened
from kiosk.sync.messages import CONFIGURATION_TYPE, ConfigurationRecord, SiteRecord
from tests.central.rig import MORNING, ROOT, SITE, Centre, Kiosk, Process, client, command, of_kind


@pytest.fixture(autouse=True)
def keys_stay(store: Store) -> Iterator[None]:
    """A server's settings are those of all tests."""
    before = held(store)
    yield
    chain = json.dumps(list(before.handovers))
    with store.writing() as connection:
        for name, value in ((kept.KEY, before.key), (kept.HANDOVERS, chain)):
            connection.execute(update(setting).where(setting.c.name == name).values(value=value))


def signed(kiosk: Kiosk, cursor: str | None = None) -> dict[str, Any]:
    parameters = {"configuration": "signed", **({} if cursor is None else {"cursor": cursor})}
    page: dict[str, Any] = kiosk.http.get("/v1/changes", params=parameters).raise_for_status().json()
    return page


def said(text: str) -> dict[str, Any]:
    payload = text.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def publish(centre: Centre, **other: object) -> int:
    with centre.store.writing() as connection:
        rules = sites.all_rules(connection)[SITE]
        return sites.amend(connection, msgspec.structs.replace(rules, **other), Made(Kind.LOADED, centre.moment))


def held(store: Store) -> kept.Held:
    with store.reading() as connection:
        return kept.held(connection)


def test_a_kiosk_that_asks_for_it_gets_a_signed_one_and_others_what_they_always_got(centre: Centre) -> None:
    kiosk = centre.kiosk()
    old, new = kiosk.changes(), signed(kiosk)
    assert (len(of_kind(old, "site")), len(of_kind(old, "configuration"))) == (1, 0)
    assert (len(of_kind(new, "site")), len(of_kind(new, "configuration"))) == (0, 1)
    assert [one for one in old["records"] if one["record"] != "site"] == [
        one for one in new["records"] if one["record"] != "configuration"
    ]
    document = said(of_kind(new, "configuration")[0]["signed"])
    assert (document["site"], document["number"], document["version"]) == (SITE, 1, 1)
    assert document["content"] == of_kind(old, "site")[0]


def test_the_key_comes_with_the_enrolment_and_holds_for_what_is_sent(centre: Centre) -> None:
    key = ECKey.generate_key("P-384")
    answer = centre.enrol(centre.code("k9"), key).raise_for_status().json()
    assert set(answer["configuration_key"]) == {"kty", "crv", "x"}, "the private half stays here"
    record = of_kind(signed(centre.kiosk()), "configuration")[0]
    assert opened(record["signed"], answer["configuration_key"], CONFIGURATION_TYPE)


def test_a_change_is_a_new_number(centre: Centre) -> None:
    kiosk = centre.kiosk()
    page = signed(kiosk)
    number = publish(centre, roster_stale_minutes=44)
    (record,) = of_kind(signed(kiosk, page["cursor"]), "configuration")
    document = said(record["signed"])
    assert (document["number"], document["content"]["roster_stale_minutes"]) == (number, 44)
    # Old rules that are to hold again are newer than those between.
    before = msgspec.convert(of_kind(kiosk.changes(), "site")[0], SiteRecord)
    assert publish(centre, roster_stale_minutes=before.roster_stale_minutes + 1) == number + 1


def test_a_version_is_signed_once_however_many_ask(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[int] = []
    document = configuration.document

    def counted(*given: Any) -> str:
        times.append(given[2])
        return document(*given)

    monkeypatch.setattr(configuration, "document", counted)
    kiosks = [centre.kiosk(f"k{place}") for place in range(4)]
    texts = {of_kind(signed(kiosk), "configuration")[0]["signed"] for kiosk in kiosks for _ in range(3)}
    number = publish(centre, roster_stale_minutes=45)
    for kiosk in kiosks:
        signed(kiosk)
    assert len(texts) == 1
    assert times == [number - 1, number]


def test_two_processes_sign_one_version_alike(store: Store, centre: Centre) -> None:
    with store.reading() as connection:
        one, other = (Signing(environment={}).record(connection, SITE) for _ in range(2))
    assert one == other


def test_a_new_key_is_led_to_and_all_kiosks_are_told(centre: Centre) -> None:
    kiosk, before = centre.kiosk(), held(centre.store)
    page = signed(kiosk)
    result = command(centre.data, "config-key", "--rotate")
    assert result.exit_code == 0
    after = held(centre.store)
    assert configuration.name_of(after.key) in result.output
    assert configuration.name_of(after.key) in command(centre.data, "config-key").output
    record = msgspec.convert(of_kind(signed(kiosk, page["cursor"]), "configuration")[0], ConfigurationRecord)
    assert said(record.signed)["number"] == said(of_kind(page, "configuration")[0]["signed"])["number"]
    key = led(configuration.public_half(before.key), record)
    assert key == configuration.public_half(after.key)
    assert opened(record.signed, key, CONFIGURATION_TYPE)


def test_of_two_who_rotate_at_once_one_is_told(centre: Centre) -> None:
    before = held(centre.store)
    keys = [configuration.new_key() for _ in range(2)]
    done = []
    for key in keys:
        with centre.store.writing() as connection:
            handover = configuration.hand_over(before.key, key, MORNING)
            done.append(kept.follow(connection, before, key, handover))
    assert done == [True, False]
    assert (held(centre.store).key, len(held(centre.store).handovers)) == (keys[0], len(before.handovers) + 1)


def test_the_private_half_can_live_in_a_file(centre: Centre, tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    assert command(centre.data, "config-key", "--rotate", "--to", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert not configuration.is_private(held(centre.store).key)
    with centre.store.reading() as connection:
        assert Signing(SigningConfig(file), environment={}).record(connection, SITE) is not None
        credentials = tmp_path / "credentials"
        credentials.mkdir()
        (credentials / configurations.CREDENTIAL).write_text(file.read_text())
        given = Signing(environment={"CREDENTIALS_DIRECTORY": str(credentials)})
        assert given.record(connection, SITE) is not None
        # A process without it goes on with everything else.
        assert Signing(environment={}).record(connection, SITE) is None
    kiosk = centre.kiosk()
    assert [one["id"] for one in of_kind(signed(kiosk), "site")] == [SITE]
    assert command(centre.data, "config-key", "--rotate").exit_code == 1
    assert command(centre.data, "config-key", "--rotate", "--to", str(file)).exit_code == 1


@pytest.mark.parametrize("content", [None, "no key", "{}", configuration.new_key()])
def test_a_file_that_does_not_hold_the_key_is_told_in_words(content: str | None, tmp_path: Path) -> None:
    key, file = configuration.new_key(), tmp_path / "signing.key"
    if content is not None:
        file.write_text(content)
    public = configuration.as_text(configuration.public_half(key))
    with pytest.raises(KeyMissingError, match=str(file)):
        Signing(SigningConfig(file), environment={}).key(kept.Held(public, ()))


def test_a_centre_without_its_key_does_not_begin_to_serve(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "signing.key"
    data.mkdir()
    assert command(data, "config-key", "--rotate", "--to", str(file)).exit_code == 0
    line = [sys.executable, "-m", "central", "serve", "--port", "0", "--data", str(data)]
    without = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert (without.returncode, "[signing] key" in without.stderr) == (1, True)
    served = Process(data, tmp_path / "log", f'[signing]\nkey = "{file}"\n')
    with client(served.url) as http:
        assert http.get("/healthz").is_success
    served.end()


def test_numbers_can_be_lifted_above_those_that_kiosks_have(centre: Centre) -> None:
    kiosk = centre.kiosk()
    page = signed(kiosk)
    assert "version 42" in command(centre.data, "config-lift", "--site", SITE, "--above", "41").output
    assert said(of_kind(signed(kiosk, page["cursor"]), "configuration")[0]["signed"])["number"] == 42
    assert "as before" in command(centre.data, "config-lift", "--site", SITE, "--above", "41").output
    assert command(centre.data, "config-lift", "--site", "nowhere", "--above", "41").exit_code == 1


def test_what_is_signed_is_read_by_any_library(centre: Centre) -> None:
    """The signature as PyCA has it, without the library that made it."""
    text = of_kind(signed(centre.kiosk()), "configuration")[0]["signed"]
    head, payload, signature = (part.encode() for part in text.split("."))
    x = configuration.public_half(held(centre.store).key)["x"]
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "="))
    public.verify(base64.urlsafe_b64decode(signature + b"=="), head + b"." + payload)
    header = json.loads(base64.urlsafe_b64decode(head + b"=="))
    assert header == {"alg": "Ed25519", "typ": CONFIGURATION_TYPE, "kid": configuration.name_of(held(centre.store).key)}
