"""The centre's configuration: one TOML file, checked when it is read. Each section is declared where it is used.

What the command line says wins over it.
"""

from pathlib import Path

import msgspec
from msgspec import Struct, field

from central.alarms.settings import AlarmsConfig
from central.configurations import SigningConfig
from central.ehr.config import Ehr
from central.people.settings import PeopleConfig
from central.retention import RetentionConfig
from central.serving import LimitsConfig, ServeConfig
from central.store.address import StoreConfig


class ConfigError(Exception):
    """The file can't be read, or says what can't be. The message is for a person."""


class Config(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it; whatever is left out has its default."""

    store: StoreConfig = field(default_factory=StoreConfig)
    serve: ServeConfig = field(default_factory=ServeConfig)
    limits: LimitsConfig = field(default_factory=LimitsConfig)
    people: PeopleConfig = field(default_factory=PeopleConfig)
    ehr: tuple[Ehr, ...] = ()
    alarms: AlarmsConfig = field(default_factory=AlarmsConfig)
    retention: RetentionConfig = field(default_factory=RetentionConfig)
    signing: SigningConfig = field(default_factory=SigningConfig)


def read(path: Path) -> Config:
    """Read a file. Raises ``ConfigError``."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config, dec_hook=_path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _path(kind: type, value: object) -> Path:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)
