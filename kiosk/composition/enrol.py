"""``kiosk enrol``: makes the keys, hands in the one-time code, keeps what the centre answers.

On a kiosk that is enrolled already, the facts that the centre does not have yet come first.
"""

from kiosk.checkin.configuration import Trust
from kiosk.clock import clock_from_environment
from kiosk.composition import kept_check
from kiosk.composition.guard import guard, stopped
from kiosk.composition.last_words import close_for_good
from kiosk.config import Config
from kiosk.offline import enrolling, revocation
from kiosk.offline.connection import DatabaseError, StoreError
from kiosk.offline.enrolment import load_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, make_database_key
from kiosk.ports import Enrolment
from kiosk.sync import client
from kiosk.sync.credentials import make_key, public_half


def enrol_kiosk(config: Config, url: str, code: str, force: str = "", *, by_itself: bool = False) -> tuple[str, str]:
    """The name and site of the kiosk that this machine has become; ``force`` is why pending facts don't matter.

    ``by_itself``: it is ``kiosk sync`` that asks, on a machine that is no kiosk, and nobody has to be stopped first.

    Raises ``InUseError``, ``PendingError``, ``CentreError`` or ``StoreError``.
    """
    if (config.state / DATABASE).exists() and not by_itself:
        # Whoever runs goes on under the old name, and might record between the last day close and the first.
        stopped(config, "enrolment")
    reason = guard(config.state, "enrolment", force)
    try:
        # Whatever the disk may refuse comes before the code is spent, and a lost answer can be asked for again.
        with Store(config.state / DATABASE, make_database_key(config.state)).connect() as connection:
            before = load_enrolment(connection)
            if before is not None:
                close_for_good(config, connection, before, reason)
            private_key = enrolling.key_for(connection, code, make_key)
            answer = client.enrol(url, code, public_half(private_key), config.centre.authorities)
            enrolment = Enrolment(
                kiosk=answer.kiosk,
                site=answer.site,
                centre=url,
                reserve_series=answer.reserve_series,
                site_key=bytes.fromhex(answer.site_key),
                private_key=private_key,
                identity_key=answer.identity_key,
                keyed_at=clock_from_environment().now(),
                configuration=Trust(answer.configuration_key) if answer.configuration_key else None,
            )
            enrolling.finish(connection, enrolment)
            revocation.unmark(config.state)
            if not by_itself:
                # Whoever enrols from the shell tries the devices there too (kiosk doctor).
                kept_check.forget(config.state)
    except (OSError, DatabaseError) as error:
        raise StoreError("unwritable", str(error)) from error
    return answer.kiosk, answer.site
