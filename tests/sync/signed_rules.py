"""Rules of a site as a centre signs them, with keys that a test has."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from msgspec.structs import replace

from central import configuration, site_files
from kiosk.checkin.configuration import Refused, Trust
from kiosk.sync.messages import ConfigurationRecord, SiteRecord, encode

MADE = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITE = "kalasatama"
RULES, _SERIES = site_files.site(site_files.example(SITE))
KEYS = [configuration.new_key() for _ in range(4)]
TRUST = Trust(configuration.public_half(KEYS[0]))


def rules(**other: object) -> str:
    """The example with something else in it, as text."""
    return encode(replace(RULES, **other)).decode()


def hand_over(before: int, after: int) -> str:
    return configuration.hand_over(KEYS[before], KEYS[after], MADE)


def record(
    number: int = 1, content: str | None = None, *, key: int = 0, site: str = SITE, handovers: list[str] | None = None
) -> ConfigurationRecord:
    text = configuration.document(KEYS[key], site, number, MADE, rules() if content is None else content)
    return ConfigurationRecord(signed=text, handovers=handovers or [])


def raw(one: ConfigurationRecord | SiteRecord) -> bytes:
    return encode(one)


def plain(one: ConfigurationRecord) -> Mapping[str, object]:
    found: Mapping[str, object] = msgspec.json.decode(encode(one))
    return found


class Kept:
    """``kiosk.ports.ConfigurationStore`` without a disk."""

    def __init__(self, trust: Trust | None = TRUST) -> None:
        self.now = trust
        self.last: Refused | None = None

    def trust(self) -> Trust | None:
        return self.now

    def believe(self, before: Trust, after: Trust) -> bool:
        if self.now != before:
            return False
        self.now = after
        return True

    def refused(self) -> Refused | None:
        return self.last
