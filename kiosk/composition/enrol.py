"""``kiosk enrol``: makes the keys, hands in the one-time code, keeps what the centre answers."""

from kiosk.config import Config
from kiosk.offline.enrolment import save_enrolment
from kiosk.offline.store import Store
from kiosk.offline.vault import DATABASE, make_database_key
from kiosk.ports import Enrolment
from kiosk.sync import client
from kiosk.sync.credentials import make_key, public_half


def enrol_kiosk(config: Config, url: str, code: str) -> tuple[str, str]:
    """The name and site of the kiosk that this machine has become. Raises ``CentreError`` or ``StoreError``."""
    private_key = make_key()
    answer = client.enrol(url, code, public_half(private_key))
    enrolment = Enrolment(
        kiosk=answer.kiosk,
        site=answer.site,
        centre=url,
        reserve_series=answer.reserve_series,
        site_key=bytes.fromhex(answer.site_key),
        private_key=private_key,
    )
    with Store(config.state / DATABASE, make_database_key(config.state)).connect() as connection:
        save_enrolment(connection, enrolment)
    return answer.kiosk, answer.site
