"""Finding the certificate for authentication on a Finnish card, without a PIN (FINEID S1; PKCS #15 v1.1).

The place that all generations since 2017 share is looked at first. Where it holds something else, the card's own
directories are followed: EF.DIR, EF.OD, the directories of certificates, and there the one whose key authenticates.
"""

from collections.abc import Iterator
from contextlib import suppress

from kiosk.devices.card import certificate, der
from kiosk.devices.card.apdu import (
    MASTER_FILE,
    CardNonsenseError,
    Conversation,
    read_content,
    read_object,
    read_records,
    select,
    select_application,
    select_child,
    select_path,
)
from kiosk.devices.card.steps import Step, Trail

PKCS15 = bytes.fromhex("a000000063504b43532d3135")
"""The application identifier of PKCS #15."""

KNOWN_FILE = bytes.fromhex("4331")
CARD_DIRECTORY = bytes.fromhex("2f00")
OBJECT_DIRECTORY = bytes.fromhex("5031")

_APPLICATION_TEMPLATE, _AID, _PATH = 0x61, 0x4F, 0x51
_DIRECTORY_TAGS = (0xA4, 0xA5)
"""Certificates, and trusted certificates (PKCS #15, 6.2)."""
_TYPE_ATTRIBUTES = 0xA1
_MOST_APPLICATIONS = 4
_MOST_DIRECTORIES = 4
_MOST_CERTIFICATES = 8


def authentication_certificate(trail: Trail) -> Conversation[bytes | None]:
    """The certificate in DER; ``None`` where the card has none. Raises ``CardNonsenseError`` where it is garbled."""
    known = yield from _known(trail)
    if known is not None and certificate.authenticates(known):
        return known
    listed = yield from _listed(trail)
    if listed is None and known is not None and not certificate.understood(known):
        raise CardNonsenseError("certificate")
    return listed


def _known(trail: Trail) -> Conversation[bytes | None]:
    if not trail.note(Step.APPLICATION, (yield from select_application(PKCS15))):
        return None
    content = (yield from read_object()) if (yield from select_child(KNOWN_FILE)) else None
    trail.note(Step.KNOWN_FILE, content is not None)
    return content


def _listed(trail: Trail) -> Conversation[bytes | None]:
    garbled = False
    for aid, path in (yield from _applications(trail)):
        if not (yield from _enter(aid, path)):
            continue
        directories = yield from _directories(trail)
        paths: list[bytes] = []
        for directory in directories:
            yield from _enter(aid, path)
            if trail.note(Step.CERTIFICATE_DIRECTORY, (yield from select_path(directory))):
                paths += _certificate_paths((yield from read_content()) or b"")
        for place in list(dict.fromkeys(paths))[:_MOST_CERTIFICATES]:
            yield from _enter(aid, path)
            content = (yield from read_object()) if (yield from select_path(place)) else None
            if content is not None and certificate.authenticates(content):
                trail.note(Step.LISTED_CERTIFICATE, found=True)
                return content
            garbled = garbled or (content is not None and not certificate.understood(content))
    trail.note(Step.LISTED_CERTIFICATE, found=False)
    if garbled:
        raise CardNonsenseError("certificate")
    return None


def _enter(aid: bytes, path: bytes) -> Conversation[bool]:
    if path:
        return (yield from select_path(path))
    return (yield from select_application(aid))


def _applications(trail: Trail) -> Conversation[list[tuple[bytes, bytes]]]:
    """Identifier and path of each application that the card lists, those of PKCS #15 first."""
    found: list[tuple[bytes, bytes]] = []
    if (yield from select(0x00, MASTER_FILE)) and (yield from select_child(CARD_DIRECTORY)):
        content = yield from read_content()
        rows = [content] if content is not None else (yield from read_records())
        found = [entry for row in rows for entry in _application_entries(row)]
    trail.note(Step.CARD_DIRECTORY, bool(found))
    found.sort(key=lambda entry: not entry[0].startswith(PKCS15))
    return found[:_MOST_APPLICATIONS]


def _directories(trail: Trail) -> Conversation[list[bytes]]:
    """The paths of the selected application's directories of certificates."""
    content = (yield from read_content()) if (yield from select_child(OBJECT_DIRECTORY)) else None
    trail.note(Step.OBJECT_DIRECTORY, content is not None)
    paths = [path for tag in _DIRECTORY_TAGS for path in _directory_paths(content or b"", tag)]
    return paths[:_MOST_DIRECTORIES]


def _application_entries(row: bytes) -> Iterator[tuple[bytes, bytes]]:
    for template in _whole(row):
        if template.tag == _APPLICATION_TEMPLATE:
            fields = {one.tag: one.content for one in _whole(template.content)}
            if _AID in fields or _PATH in fields:
                yield fields.get(_AID, b""), fields.get(_PATH, b"")


def _directory_paths(content: bytes, tag: int) -> Iterator[bytes]:
    for entry in _whole(content):
        if entry.tag == tag:
            # PathOrObjects: a Path is a SEQUENCE that begins with an OCTET STRING.
            for path in _whole(entry.content):
                yield from _path(path)


def _certificate_paths(content: bytes) -> list[bytes]:
    return [
        path
        for entry in _whole(content)
        for attributes in _whole(entry.content)
        if attributes.tag == _TYPE_ATTRIBUTES
        for x509 in _whole(attributes.content)
        for value in _whole(x509.content)[:1]
        for path in _path(value)
    ]


def _path(element: der.Element) -> Iterator[bytes]:
    inner = _whole(element.content)
    if element.tag == der.SEQUENCE and inner and inner[0].tag == der.OCTET_STRING:
        yield inner[0].content


def _whole(content: bytes) -> tuple[der.Element, ...]:
    """The objects in a row as far as they are well formed: a directory may end anyhow."""
    found: list[der.Element] = []
    with suppress(der.MalformedError):
        # One by one: what was found before a mistake stays.
        found.extend(der.elements(content))
    return tuple(found)
