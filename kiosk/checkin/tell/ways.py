"""How to identify, in words and pictures: only the ways that work now, and which one does not today."""

from dataclasses import replace

from kiosk.checkin.means import Means, Way
from kiosk.checkin.page import Choice, Page, Role, WayIn
from kiosk.checkin.visit import choices
from kiosk.checkin.wording import Text

_PRINTED = (Text("welcome.kela-card"), Text("welcome.driving-licence"), Text("welcome.barcode-card"))
_CODE = Text("welcome.message-code")
_CHIP = Text("welcome.chip-card")


def told(page: Page[Text], means: Means, *, codes: bool) -> Page[Text]:
    """A page that asks who somebody is, with the ways of this moment. ``codes``: the site has appointment codes.

    A page that has a list of its own keeps it.
    """
    items = page.items or cards(means, codes=codes)
    way = way_in(means)
    offered = tuple(_weighed(choice) for choice in page.choices) if way is WayIn.TYPE else page.choices
    return replace(page, sentences=sentences(means), items=items, choices=offered, way_in=way)


def _weighed(choice: Choice[Text]) -> Choice[Text]:
    """Where nothing reads a card, typing is what the page is about."""
    return replace(choice, role=Role.MAIN) if choice.id == choices.TYPE_IDENTITY else choice


def sentences(means: Means) -> tuple[Text, ...]:
    """What to do with the card, and the way that is out of order."""
    scans, reads = means.scanner is Way.WORKS, means.card_reader is Way.WORKS
    if scans:
        other = {Way.WORKS: (Text("welcome.or-insert"),), Way.BROKEN: (Text("welcome.no-card-reader"),)}
        return Text("welcome.sentence"), *other.get(means.card_reader, ())
    if reads:
        return Text("welcome.insert"), *((Text("welcome.no-scanner"),) if means.scanner is Way.BROKEN else ())
    nothing = Way.BROKEN in (means.scanner, means.card_reader)
    return *((Text("welcome.no-cards"),) if nothing else ()), Text("welcome.type")


def cards(means: Means, *, codes: bool) -> tuple[Text, ...]:
    """What can be read now."""
    printed = (*_PRINTED, *((_CODE,) if codes else ())) if means.scanner is Way.WORKS else ()
    return (*printed, *((_CHIP,) if means.card_reader is Way.WORKS else ()))


def way_in(means: Means) -> WayIn:
    """How it is done, without words."""
    if means.scanner is Way.WORKS:
        return WayIn.SHOW_CARD
    return WayIn.INSERT_CARD if means.card_reader is Way.WORKS else WayIn.TYPE
