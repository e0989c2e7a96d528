"""Signing what kiosks are served by: once for each version of a site's rules, not for each kiosk that asks."""

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

import structlog
from msgspec import Struct

from central import configuration
from central.store import Connection, configurations
from central.store.configurations import Held
from kiosk.sync.messages import ConfigurationRecord

log = structlog.stdlib.get_logger("central")

CREDENTIAL = "configuration-key"
"""The name of the systemd credential that holds the private key, where one is given."""


class SigningConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The ``[signing]`` of the configuration. ``key`` is a file with the private key, where the database has it not."""

    key: Path | None = None


class KeyMissingError(Exception):
    """The private key that belongs to the public one in the database is not here. The message is for a person."""


class Signing:
    """Signs with the key of the database, or with the one in a file that belongs to it."""

    def __init__(self, config: SigningConfig | None = None, environment: Mapping[str, str] = os.environ) -> None:
        given = None if config is None else config.key
        folder = environment.get("CREDENTIALS_DIRECTORY")
        credential = None if folder is None else Path(folder) / CREDENTIAL
        self.file = given or (credential if credential is not None and credential.is_file() else None)
        self._lock = Lock()
        self._signed: dict[str, tuple[int, str, ConfigurationRecord]] = {}
        self._complained_of = ""

    def key(self, held: Held) -> str:
        """The private key. Raises ``KeyMissingError``."""
        if configuration.is_private(held.key):
            return held.key
        if self.file is None:
            raise KeyMissingError("the key that signs configurations is in a file: name it in [signing] key")
        try:
            key = self.file.read_text("utf-8")
            if configuration.public_half(key) == configuration.public_half(held.key) and configuration.is_private(key):
                return key
        except OSError as error:
            raise KeyMissingError(f"{self.file}: {error.strerror}") from error
        except ValueError as error:
            raise KeyMissingError(f"{self.file} is no key") from error
        raise KeyMissingError(f"{self.file} is another key than the one that signs configurations now")

    def record(self, connection: Connection, site: str) -> ConfigurationRecord | None:
        """The newest configuration of a site, signed; ``None`` where the key is not here. Raises ``LookupError``."""
        held = configurations.held(connection)
        number = configurations.newest_number(connection, site)
        known = self._signed.get(site)
        if known is not None and known[:2] == (number, held.key):
            return known[2]
        with self._lock:
            # Of many kiosks that ask at once for what is new, one waits for the signature and the others for that one.
            known = self._signed.get(site)
            if known is not None and known[:2] == (number, held.key):
                return known[2]
            found = configurations.newest(connection, site)
            try:
                key = self.key(held)
            except KeyMissingError as error:
                self._complain(str(error))
                return None
            text = configuration.document(key, site, found.number, found.made_at, found.content)
            record = ConfigurationRecord(signed=text, handovers=list(held.handovers))
            self._signed[site] = (found.number, held.key, record)
            return record

    def _complain(self, what: str) -> None:
        if what != self._complained_of:
            self._complained_of = what
            log.error("configuration_not_signed", reason=what)
