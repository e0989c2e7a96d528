"""Words not yet said: a key of the catalogue and the data that goes into it.

The rules never hold a sentence. They name one, and ``kiosk.texts`` makes it in the client's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.checkin.site import LocalText


@dataclass(frozen=True)
class Spelled:
    """Characters that are said one by one: ``B 042`` as "B, 0 4 2". What is hidden in them is left out."""

    characters: str


Datum = str | int | datetime | LocalText | Spelled
"""A value for a place holder. A ``datetime`` is already on the site's wall clock and is said as a time of day."""


@dataclass(frozen=True)
class Text:
    """A catalogue key such as ``confirm.heading`` with its data.

    Of data with several whole numbers the one that the words agree with comes first.
    """

    key: str
    data: Mapping[str, Datum] = field(default_factory=dict)


def named(words: LocalText) -> Text:
    """What a site calls something, passed through as it is."""
    return Text("named", {"name": words})


def language_name(code: str) -> Text:
    """A language's name for itself: ``Suomi``, ``Svenska``, the same in every language."""
    return Text("language", {"code": code})
