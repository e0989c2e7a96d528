"""What stands around every page."""

from kiosk.checkin.comfort import AS_USUAL, SPEECH, SWITCHES, Comfort, is_on
from kiosk.checkin.page import Choice, Frame
from kiosk.checkin.site import Site
from kiosk.checkin.visit.choices import CALL_STAFF
from kiosk.checkin.wording import Text, language_name, named


def frame(site: Site | None, comfort: Comfort = AS_USUAL, *, speaks: bool = False) -> Frame[Text]:
    """Where this is, the languages, what makes the screen easier, the way to a person, the line for emergencies.

    Without a voice (``speaks``) nothing offers to read aloud.
    """
    switches = [one for one in SWITCHES if speaks or one != SPEECH] if site else []
    return Frame(
        site=named(site.name) if site else Text("frame.no-site"),
        urgent=Text("frame.urgent"),
        languages=tuple((code, language_name(code)) for code in site.languages) if site else (),
        zone=site.zone if site else None,
        help=Choice(CALL_STAFF, Text("choice.call-staff")) if site else None,
        switches=tuple(Choice(one, Text(one), on=is_on(comfort, one)) for one in switches),
        comfort=comfort,
        leafing=(Text("frame.leaf-back"), Text("frame.leaf-on")),
    )
