"""Pages as plain values for QML. Everything is always there, so that a layout never asks for what is missing."""

from dataclasses import replace

from kiosk.checkin.page import Card, Entry, Frame, Page, Role

GROUPS_OF_A_HETU = (6, 1, 3, 1)

View = dict[str, object]


def page_view(page: Page[str]) -> View:
    """A page as QML reads it."""
    return {
        "name": page.name,
        "shape": page.shape.value,
        "language": page.language,
        "heading": page.heading,
        "sentences": list(page.sentences),
        "items": list(page.items),
        "sign": page.sign.value,
        "hasCard": page.card is not None,
        "card": _card_view(page.card or Card()),
        "entry": _entry_view(page.entry or Entry(label="", shown="", length=0, allowed="", complete=False)),
        "choices": [
            {"id": choice.id, "words": choice.words, "main": choice.role is Role.MAIN} for choice in page.choices
        ],
    }


def frame_view(frame: Frame[str]) -> View:
    """What stands around every page, as QML reads it."""
    return {
        "site": frame.site,
        "urgent": frame.urgent,
        "languages": [{"code": code, "name": name} for code, name in frame.languages],
    }


def without_typing(page: Page[str]) -> Page[str]:
    """The page but for what one more typed character changes, short of making the code complete."""
    if page.entry is None:
        return page
    return replace(page, entry=replace(page.entry, shown="", allowed=""))


def _card_view(card: Card[str]) -> View:
    return {
        "time": card.time or "",
        "day": card.day or "",
        "title": card.title or "",
        "placeLabel": card.place_label or "",
        "place": card.place or "",
        "way": card.way or "",
        "numberLabel": card.number_label or "",
        "number": card.number or "",
        "numberAlone": card.number_alone,
    }


def _entry_view(entry: Entry[str]) -> View:
    starts = _group_starts(entry.length)
    return {
        "label": entry.label,
        "error": entry.error or "",
        "allowed": entry.allowed,
        "complete": entry.complete,
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
