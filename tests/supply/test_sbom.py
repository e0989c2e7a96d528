"""The list of parts: whole, valid, and the same twice."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from supply.carried import carried
from supply.components import debian, taken_over
from supply.lock import PACKAGES, direct, locked, needed
from supply.sbom import as_json, bom

NOW = datetime(2026, 11, 23, 8, 50, tzinfo=UTC)


@cache
def listed(package: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(as_json(bom(package, NOW)))
    return found


@cache
def schema(name: str) -> Any:
    return json.loads(resources.files("cyclonedx.schema").joinpath("_res", name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("package", PACKAGES)
def test_it_is_valid_by_the_schema_of_cyclonedx(package: str) -> None:
    base = "http://cyclonedx.org/schema/"
    others = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
    registry = jsonschema_rs.Registry([(base + name, schema(name)) for name in others])
    validator = jsonschema_rs.Draft7Validator(schema("bom-1.6.SNAPSHOT.schema.json"), registry=registry)
    assert [error.message for error in validator.iter_errors(listed(package))] == []
    assert not validator.is_valid({**listed(package), "bomFormat": "another"})


@pytest.mark.parametrize("package", PACKAGES)
def test_every_part_is_in_it_with_version_hashes_and_licence(package: str) -> None:
    found = {one["purl"]: one for one in listed(package)["components"] if one.get("purl", "").startswith("pkg:pypi/")}
    pins = [locked()[name] for name in carried(package)]
    assert set(found) == {f"pkg:pypi/{pin.name}@{pin.version}" for pin in pins}
    for pin in pins:
        one = found[f"pkg:pypi/{pin.name}@{pin.version}"]
        assert {told["content"] for told in one["hashes"]} == set(pin.hashes)
        assert one["licenses"][0]["expression"]


@pytest.mark.parametrize("package", PACKAGES)
def test_so_are_files_of_others_and_what_debian_brings(package: str) -> None:
    components = listed(package)["components"]
    files = {one["bom-ref"]: one for one in components if one["type"] == "file"}
    wanted = {one.file: one.sha256 for one in taken_over() if one.package == package}
    assert {name: one["hashes"][0]["content"] for name, one in files.items()} == wanted
    assert wanted
    from_debian = [one["name"] for one in components if one.get("purl", "").startswith("pkg:deb/debian/")]
    assert sorted(from_debian) == sorted(debian(package))
    assert from_debian


def test_what_is_inside_of_wheels_is_told() -> None:
    one = {part["name"]: part for part in listed("kiosk")["components"]}
    assert "openssl" in {part["name"] for part in one["cryptography"]["components"]}
    assert {"sqlcipher", "sqlite", "openssl"} <= {part["name"] for part in one["sqlcipher3"]["components"]}


@pytest.mark.parametrize("package", PACKAGES)
def test_it_tells_which_part_needs_which(package: str) -> None:
    needs = {one["ref"]: set(one.get("dependsOn", [])) for one in listed(package)["dependencies"]}
    there = {name: f"{name}=={locked()[name].version}" for name in carried(package)}
    assert {there[name] for name in direct(PACKAGES[package]) if name in there} <= needs[package]
    for name, others in needed(PACKAGES[package]).items():
        if name in there:
            assert needs[there[name]] == {there[one] for one in others if one in there}
    # Nothing that is carried hangs in the air.
    reached, waiting = set(), [package]
    while waiting:
        one = waiting.pop()
        reached.add(one)
        waiting += needs.get(one, set()) - reached
    assert set(there.values()) <= reached


def test_the_same_lock_gives_the_same_bytes_and_each_package_a_number_of_its_own() -> None:
    assert as_json(bom("kiosk", NOW)) == as_json(bom("kiosk", NOW))
    assert listed("kiosk")["serialNumber"] != listed("kiosk-central")["serialNumber"]
