"""What stands around every page."""

from collections.abc import Collection

from kiosk.checkin.comfort import AS_USUAL, SPEECH, SWITCHES, Comfort, is_on
from kiosk.checkin.page import Choice, Frame
from kiosk.checkin.site import Site
from kiosk.checkin.visit.choices import CALL_STAFF
from kiosk.checkin.wording import Text, language_name, named


def frame(
    site: Site | None,
    comfort: Comfort = AS_USUAL,
    *,
    speaks: bool = False,
    language: str = "",
    voices: Collection[str] = (),
    private: bool = False,
    visit: int = 0,
) -> Frame[Text]:
    """Where this is, the languages, what makes the screen easier, the way to a person, the line for emergencies.

    ``voices`` are the languages that can be heard, and ``language`` is that of the page: without a voice for it nothing
    offers to read aloud, unless ``speaks`` says so. While the page is read aloud, only languages with a voice are
    offered; that of the page stays.
    """
    speaks = speaks or comfort.speech or language in voices
    switches = [one for one in SWITCHES if speaks or one != SPEECH] if site else []
    named_here = site.languages if site else ()
    if comfort.speech and voices:
        named_here = tuple(code for code in named_here if code in voices or code == language)
    return Frame(
        site=named(site.name) if site else Text("frame.no-site"),
        urgent=Text("frame.urgent"),
        languages=tuple((code, language_name(code)) for code in named_here),
        zone=site.zone if site else None,
        help=Choice(CALL_STAFF, Text("choice.call-staff")) if site else None,
        switches=tuple(Choice(one, Text(one), on=is_on(comfort, one)) for one in switches),
        comfort=comfort,
        leafing=(Text("frame.leaf-back"), Text("frame.leaf-on")),
        voices=frozenset(voices),
        private=private,
        visit=visit,
    )
