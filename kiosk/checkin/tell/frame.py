"""What stands around every page."""

from kiosk.checkin.page import Choice, Frame
from kiosk.checkin.site import Site
from kiosk.checkin.visit.choices import CALL_STAFF
from kiosk.checkin.wording import Text, named


def frame(site: Site | None) -> Frame[Text]:
    """Where this is, the languages, the way to a person and the line for emergencies."""
    return Frame(
        site=named(site.name) if site else Text("frame.no-site"),
        urgent=Text("frame.urgent"),
        languages=tuple((code, Text(f"language.{code}")) for code in site.languages) if site else (),
        zone=site.zone if site else None,
        help=Choice(CALL_STAFF, Text("choice.call-staff")) if site else None,
    )
