"""New keys: the ring of them in the database, and ``kiosk new-key``, which asks for one."""

from collections.abc import Callable, Mapping
from functools import partial
from random import SystemRandom

from kiosk.clock import clock_from_environment
from kiosk.composition.memory import connected, enrolled_store
from kiosk.composition.noting import note
from kiosk.config import Config
from kiosk.offline.connection import Connection
from kiosk.offline.enrolment import change_keys, load_enrolment
from kiosk.offline.spare import keep_spare
from kiosk.ports import Clock, Enrolment
from kiosk.sync.client import Centre
from kiosk.sync.credentials import make_key
from kiosk.sync.rotation import Keys, Rotation


class SqlKeyRing:
    """The keys as the enrolment has them, and its spare."""

    def __init__(self, connection: Connection, before: Enrolment) -> None:
        self._connection = connection
        self._before = before

    def load(self) -> Keys:
        """What is kept now."""
        held = load_enrolment(self._connection) or self._before
        return Keys(held.private_key, held.keyed_at, held.next_key)

    def save(self, keys: Keys) -> None:
        """Keep these in their place. Raises the database's own errors."""
        change_keys(self._connection, keys.private_key, keys.since, keys.next_key)
        keep_spare(self._connection)


def rotation(
    config: Config, enrolment: Enrolment, clock: Clock, changed: Callable[[], None], connection: Connection
) -> Rotation:
    """How ``kiosk sync`` goes over to new keys; ``changed`` is called when it has."""
    return Rotation(
        SqlKeyRing(connection, enrolment),
        partial(_reached, config, enrolment, clock),
        kiosk=enrolment.kiosk,
        site=enrolment.site,
        clock=clock,
        make=make_key,
        changed=changed,
        chance=SystemRandom(),
    )


def ask_for_new_key(config: Config) -> bool:
    """Have ``kiosk sync`` go over to a new key within a minute, or as soon as the line is there.

    ``False`` where it is about to already. Raises ``OutOfOrderError`` or the database's own errors.
    """
    store, enrolment = enrolled_store(config.state)
    with connected(store) as connection:
        ring = SqlKeyRing(connection, enrolment)
        keys = ring.load()
        if keys.next_key is not None:
            return False
        ring.save(Keys(keys.private_key, keys.since or clock_from_environment().now(), make_key()))
    note("new-key", "key_asked_for")
    return True


def _reached(config: Config, enrolment: Enrolment, clock: Clock, key: Mapping[str, str]) -> Centre:
    return Centre(enrolment.centre, enrolment.kiosk, key, clock, config.centre.authorities)
