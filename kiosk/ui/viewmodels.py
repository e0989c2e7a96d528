"""Pages as plain values for QML. Everything is always there, so that a layout never asks for what is missing."""

import re
from dataclasses import replace

from kiosk.checkin.health import Light
from kiosk.checkin.page import Card, Choice, Code, Entry, Frame, Line, Notice, Page, Role, Row, Shape, Sign, WayIn
from kiosk.checkin.servicing.choices import CHECK_NEXT
from kiosk.checkin.site import Severity
from kiosk.checkin.visit import choices
from kiosk.ui.plan_view import plan_view
from kiosk.ui.quick_response import drawing

GROUPS_OF_A_HETU = (6, 1, 3, 1)
DRAWN_BESIDE = {choices.MORE_TIME: "clock", choices.STILL_RIGHT: "phone"}
"""What is drawn where this may be chosen as the answer to a question."""
NUMBER_GAP = re.compile(r"(?<=\b[A-ZÅÄÖ]) (?=\d)")
SENTENCE = re.compile(r"(?<=[.!?]) (?=[^\W\da-zåäö])")
"""Between two sentences: what to do is one text, and stands on a page as steps."""
NOTHING = Choice(id="", words="")

View = dict[str, object]


def page_view(page: Page[str]) -> View:
    """A page as QML reads it."""
    return {
        "name": page.name,
        "shape": page.shape.value,
        "language": page.language,
        "heading": _begun(page.heading),
        "sentences": list(page.sentences),
        "items": [_unbroken(item) for item in page.items],
        "sign": page.sign.value,
        "hasCard": page.card is not None,
        "card": _card_view(page.card or Card()),
        "entry": _entry_view(page.entry or Entry(label="", shown="", length=0, allowed="", complete=False)),
        "rows": [_row_view(row) for row in page.rows],
        "lines": [_line_view(line) for line in page.lines],
        "facts": [_line_view(fact) for fact in page.facts],
        "steps": [step for item in page.items for step in SENTENCE.split(item)],
        "codes": [_code_view(code) for code in page.codes],
        "bulletins": [_notice_view(notice) for notice in page.bulletins],
        "choices": [_choice_view(choice) for choice in page.choices],
        "picture": _picture(page),
        "wayIn": page.way_in.value,
        "light": _light(page.light),
        "drawing": page.drawing,
        "stops": [{"light": _light(stop.light), "here": stop.here} for stop in page.stops],
        "marks": list(page.marks),
    }


def _unbroken(words: str) -> str:
    """A number such as ``B 042`` stays on one line."""
    return NUMBER_GAP.sub("\N{NO-BREAK SPACE}", words)


def frame_view(frame: Frame[str]) -> View:
    """What stands around every page, as QML reads it."""
    return {
        "site": frame.site,
        "urgent": frame.urgent,
        "languages": [{"code": code, "name": name} for code, name in frame.languages],
        "help": _choice_view(frame.help or NOTHING),
        "light": _light(frame.light),
        "lightWords": frame.light_words or "",
        "staffNotice": _choice_view(frame.staff_notice or NOTHING),
        "switches": [_choice_view(one) for one in frame.switches],
        "large": frame.comfort.large,
        "contrast": frame.comfort.contrast.value,
        "low": frame.comfort.low,
        "calm": frame.comfort.calm,
        "leafing": list(frame.leafing),
        "mirrored": frame.mirrored,
    }


def without_typing(page: Page[str]) -> Page[str]:
    """The page but for what one more typed character changes, short of making the code complete."""
    if page.entry is None:
        return page
    return replace(page, entry=replace(page.entry, shown="", allowed=""))


def _choice_view(choice: Choice[str]) -> View:
    return {
        "id": choice.id,
        "words": choice.words,
        "main": choice.role is Role.MAIN,
        "note": choice.note or "",
        "open": choice.open,
        "on": choice.on,
        "leadsBack": choice.id == choices.BACK,
        "leadsOn": choice.id == CHECK_NEXT,
        "erases": choice.id == choices.ERASE,
        "changesKeys": choice.id in (choices.TYPE_IDENTITY, choices.TYPE_CODE),
    }


def _notice_view(notice: Notice[str]) -> View:
    return {"words": notice.words, "label": notice.label or "", "warns": notice.severity is Severity.WARNING}


def _row_view(row: Row[str]) -> View:
    return {
        "time": row.time,
        "place": row.place,
        "title": row.title or "",
        "note": row.note or "",
        "now": row.now,
    }


def _light(light: Light | None) -> str:
    return "" if light is None else light.value


def _begun(words: str) -> str:
    """The name of a part, which stands in the catalogue as within a sentence, where it begins a line."""
    return words[:1].upper() + words[1:]


def _line_view(line: Line[str]) -> View:
    return {
        "words": _begun(line.words) if line.choice else line.words,
        "label": _begun(line.label or ""),
        "note": line.note or "",
        "light": _light(line.light),
        "choice": line.choice,
    }


def _code_view(code: Code[str]) -> View:
    drawn = drawing(code.payload)
    return {"words": code.words, "modules": drawn.modules, "width": drawn.width, "path": drawn.path}


def _picture(page: Page[str]) -> str:
    """What is drawn on a page that has nothing else to see: how a card is shown, a bell, a clock, a phone, the desk."""
    if page.sign is not Sign.NONE or page.card is not None or page.rows:
        return ""
    offered = {choice.id for choice in page.choices}
    if page.shape is Shape.QUESTION:
        return next((picture for choice, picture in DRAWN_BESIDE.items() if choice in offered), "")
    if page.shape is Shape.NOTICE and page.way_in is WayIn.INSERT_CARD:
        return "slot"
    if page.shape is Shape.NOTICE:
        return "reader" if choices.TYPE_IDENTITY in offered else "bell" if offered else "desk"
    return ""


def _card_view(card: Card[str]) -> View:
    return {
        "time": card.time or "",
        "day": card.day or "",
        "title": card.title or "",
        "person": card.person or "",
        "placeLabel": card.place_label or "",
        "place": card.place or "",
        "way": card.way or "",
        "numberLabel": card.number_label or "",
        "number": card.number or "",
        "numberAlone": card.number_alone,
        "plan": plan_view(card.plan),
        "photo": f"data:image/jpeg;base64,{card.photo}" if card.photo else "",
    }


def _entry_view(entry: Entry[str]) -> View:
    starts = _group_starts(entry.length)
    return {
        "label": entry.label,
        "error": entry.error or "",
        "allowed": entry.allowed,
        "complete": entry.complete,
        "keypad": entry.keypad.value,
        "shown": entry.shown,
        "slots": [
            {
                "character": entry.shown[index : index + 1],
                "begins": index in starts,
                "next": index == len(entry.shown),
            }
            for index in range(entry.length)
        ],
    }


def _group_starts(length: int) -> frozenset[int]:
    """Where a group of characters begins: as on a card where the length is a HETU's, else one group."""
    if length != sum(GROUPS_OF_A_HETU):
        return frozenset({0})
    return frozenset(sum(GROUPS_OF_A_HETU[:count]) for count in range(len(GROUPS_OF_A_HETU)))
