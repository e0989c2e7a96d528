"""A list of all parts of a Debian package: ``python -m supply.sbom`` (``make sbom``), CycloneDX 1.6 as JSON.

Made with cyclonedx-python-lib from the lock, from what the installed wheels tell of themselves, and from
``components.toml``. The same lock gives the same bytes: serial number and time follow from what is in it and from
the last commit (``SOURCE_DATE_EPOCH``).
"""

import argparse
import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

import kiosk
from supply.carried import carried
from supply.components import Inside, TakenOver, debian, inside, taken_over
from supply.licences import licence_of
from supply.lock import PACKAGES, Pin, direct, locked, needed
from supply.moment import source_moment

SCHEMA = SchemaVersion.V1_6
LICENCE = "EUPL-1.2"
DISTRO = "debian-12"
WHEEL = "health-centre-kiosk"
SERIALS = UUID("5f0a0a3e-6d1f-4f58-9e0f-3f7d5a1c2b40")
"""The name space of the serial numbers, drawn once."""


def bom(package: str, moment: datetime) -> Bom:
    """All parts of a Debian package, and which of them needs which."""
    extras = PACKAGES[package]
    tree = needed(extras)
    pins = locked()
    parts = {name: _python(pins[name]) for name in carried(package)}
    files = [_file(one) for one in taken_over() if one.package == package]
    system = [_debian(name, version) for name, version in versions(debian(package)).items()]
    whole = Component(
        name=package,
        version=kiosk.__version__,
        type=ComponentType.APPLICATION,
        bom_ref=package,
        licenses=[LicenseExpression(LICENCE)],
        purl=PackageURL("deb", "", package, kiosk.__version__, {"distro": DISTRO}),
        properties=[Property(name="kiosk:wheel", value=WHEEL)],
    )
    made = Bom(
        components=[*parts.values(), *files, *system],
        metadata=BomMetaData(component=whole, timestamp=moment),
        serial_number=_serial(package, [*parts.values(), *files, *system]),
    )
    made.register_dependency(whole, [*(parts[name] for name in direct(extras) if name in parts), *files, *system])
    for name, component in parts.items():
        made.register_dependency(component, [parts[one] for one in tree[name] if one in parts])
    return made


def as_json(made: Bom) -> str:
    """The list as text that ends with a line feed."""
    return make_outputter(made, OutputFormat.JSON, SCHEMA).output_as_string(indent=2) + "\n"


def versions(names: Iterable[str]) -> Mapping[str, str]:
    """The version of each Debian package on this machine; empty where it is not installed or there is no dpkg."""
    found = {}
    for name in names:
        command = ["dpkg-query", "--show", "--showformat", "${Version}", name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return dict.fromkeys(names, "")
        found[name] = done.stdout if done.returncode == 0 else ""
    return found


def _python(pin: Pin) -> Component:
    licence = licence_of(pin.name)
    return Component(
        name=pin.name,
        version=pin.version,
        bom_ref=f"{pin.name}=={pin.version}",
        purl=PackageURL("pypi", "", pin.name, pin.version),
        licenses=[] if licence is None else [LicenseExpression(licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in pin.hashes],
        properties=[Property(name="kiosk:hashes", value="of every file that the lock admits for it")],
        components=[_inside(one, pin) for one in inside(pin.name)],
    )


def _inside(one: Inside, pin: Pin) -> Component:
    return Component(
        name=one.name,
        version=one.version or None,
        bom_ref=f"{pin.name}=={pin.version}/{one.name}@{one.version}",
        purl=PackageURL.from_string(one.purl) if one.purl else PackageURL("generic", "", one.name, one.version),
        licenses=[LicenseExpression(one.licence)] if one.licence else [],
    )


def _file(one: TakenOver) -> Component:
    return Component(
        name=one.name,
        version=one.version,
        type=ComponentType.FILE,
        bom_ref=one.file,
        purl=PackageURL.from_string(one.purl) if one.purl else None,
        licenses=[LicenseExpression(one.licence)],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one.sha256)],
        properties=[Property(name="kiosk:file", value=one.file)],
    )


def _debian(name: str, version: str) -> Component:
    return Component(
        name=name,
        version=version or None,
        bom_ref=f"deb:{name}",
        purl=PackageURL("deb", "debian", name, version or None, {"distro": DISTRO}),
        properties=[Property(name="kiosk:from", value="Debian, with its own licences and its own updates")],
    )


def _serial(package: str, parts: Iterable[Component]) -> UUID:
    digest = hashlib.sha256(f"{package} {kiosk.__version__}\n".encode())
    for part in parts:
        digest.update(f"{part.bom_ref.value} {part.version} {sorted(one.content for one in part.hashes)}\n".encode())
    return uuid5(SERIALS, digest.hexdigest())


def main() -> None:
    """Write one list for each package."""
    parser = argparse.ArgumentParser(prog="supply.sbom", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for NAME.cdx.json")
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    moment = source_moment() or datetime.now(UTC)
    for package in PACKAGES:
        text = as_json(bom(package, moment))
        (out / f"{package}.cdx.json").write_text(text, encoding="utf-8")
        print(f"{out / package}.cdx.json: {len(text)} characters")


if __name__ == "__main__":
    main()
