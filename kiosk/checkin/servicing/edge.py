"""What stands around the pages: the light and the strip for staff on the first page, less around service pages."""

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from kiosk.checkin import fault_words
from kiosk.checkin.comfort import Comfort
from kiosk.checkin.health import Health
from kiosk.checkin.page import Choice, Frame
from kiosk.checkin.servicing import choices
from kiosk.checkin.servicing.device_check import Station
from kiosk.checkin.servicing.opening import LANGUAGES
from kiosk.checkin.servicing.staff import first_to_mend, line_first
from kiosk.checkin.servicing.states import Checking, LineCard, StaffCard, State
from kiosk.checkin.witness import OnlyHere
from kiosk.checkin.wording import Text, language_name


def staff_notice(health: Health, zone: str | None = None, only_here: OnlyHere | None = None) -> Choice[Text] | None:
    """The strip for staff: what is the matter, in its note. ``None`` where they can mend nothing now."""
    first = first_to_mend(health)
    if only_here is not None and line_first(first):
        since = only_here.since.astimezone(UTC if zone is None else ZoneInfo(zone))
        return Choice(
            choices.STAFF, Text("staff.notice"), note=Text("staff.line", {"count": only_here.count, "since": since})
        )
    if first is None:
        return None
    return Choice(choices.STAFF, Text("staff.notice"), note=fault_words.sentence(first.fault))


def edge(frame: Frame[Text], health: Health, only_here: OnlyHere | None = None) -> Frame[Text]:
    """The frame while nobody is being served: with the kiosk's light and the strip for staff."""
    return replace(
        frame,
        light=health.light,
        light_words=Text(f"doctor.light.{health.light.value}"),
        staff_notice=staff_notice(health, frame.zone, only_here),
    )


def around(frame: Frame[Text], state: State) -> Frame[Text]:
    """The frame around a page of service mode: the languages that it has, and nothing that belongs to a visit."""
    heard = isinstance(state, Checking) and state.walk.at is Station.SOUND and state.trying
    languages = tuple((code, language_name(code)) for code in LANGUAGES)
    return replace(
        frame,
        languages=languages,
        help=frame.help if isinstance(state, StaffCard | LineCard) else None,
        light=None,
        light_words=None,
        staff_notice=None,
        switches=(),
        comfort=Comfort(speech=True) if heard else frame.comfort,
    )
