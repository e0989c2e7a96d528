"""Changes of rules in words, and bulletins as a kiosk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from central import amendments
from central.pages.words import Words
from central.people.roles import COMMAND
from central.store.proposals import NotDoneError, Proposal
from kiosk import texts
from kiosk.checkin.site import Severity
from kiosk.checkin.wording import Text
from kiosk.sync.messages import BulletinMessage, SiteRecord
from kiosk.sync.site_rules import STAFF_WRITE

FITS = 120
"""Characters of a bulletin beside which the kiosk's first page stands with letters of full size; more make them smaller
(measured with 1080 × 1920 and 1920 × 1080 pixels)."""
TURNS = 320
"""Characters beyond which two bulletins at once make a lying first page one that must be turned over."""


@dataclass(frozen=True)
class Card:
    """A bulletin as clients see it who speak one language. ``stands_in`` is the language of its words, if another."""

    language: str
    name: str
    direction: str
    label: str
    words: str
    spoken: str
    stands_in: str
    smaller: bool
    turned: bool


@dataclass(frozen=True)
class Saying:
    """A few words in one of the kiosk's languages."""

    language: str
    name: str
    direction: str
    words: Sequence[str]


@dataclass(frozen=True)
class Said:
    """What templates say in one language."""

    words: Words

    def moment(self, at: datetime) -> str:
        """Day, date with the year, and time."""
        local = at.astimezone(ZoneInfo(self.words.zone))
        return f"{self.date(local.date())} {self.words.time(at)}"

    def date(self, day: date) -> str:
        """A date with its day of the week and its year."""
        return self.words.whole_date(day)

    def month(self, year: int, month: int) -> str:
        """A month with its year."""
        return self.words.month(date(year, month, 1))

    def who(self, subject: str, name: str) -> str:
        """Somebody, or the command line."""
        return self.words.say("ops.command") if subject == COMMAND.subject else name

    def about(self, one: Proposal) -> str:
        """What a proposal is about, beside its kind."""
        match one.change:
            case amendments.Bulletin(bulletin=bulletin) | amendments.BulletinEnd(was=bulletin):
                return shortened(self.words.name(bulletin.text))
            case amendments.GoLive(unit=unit, day=day):
                named = next((it.name for it in one.rules.units if it.id == unit), {"fi": unit})
                return f"{self.words.name(named)}: {self.date(day)}"
            case amendments.Back(number=number):
                return self.words.say("ops.as-in", number=str(number))
            case amendments.Whole():
                return ""

    def not_done(self, error: NotDoneError) -> str:
        """Why nothing was done."""
        return self.words.say(f"ops.not-done.{error.why}", what=error.what)

    def cards(self, bulletin: BulletinMessage, rules: SiteRecord) -> Sequence[Card]:
        """The bulletin in each language of the site."""
        return [self._card(bulletin, language) for language in rules.languages]

    def before_go_live(self, languages: Sequence[str]) -> Sequence[Saying]:
        """What a kiosk tells clients of a unit before its first day."""
        said = ("not-live.heading", "not-live.sentence")
        return [
            Saying(one, texts.autonym(one), texts.direction(one), [texts.say(Text(key), one) for key in said])
            for one in languages
        ]

    def autonym(self, language: str) -> str:
        """A language's own name."""
        return texts.autonym(language)

    def units(self, bulletin: BulletinMessage, rules: SiteRecord) -> str:
        """Whom a bulletin concerns."""
        names = {one.id: self.words.name(one.name) for one in rules.units}
        if not bulletin.units:
            return self.words.say("ops.everybody")
        return self.words.say("ops.only-units", units=", ".join(names.get(one, one) for one in bulletin.units))

    def _card(self, bulletin: BulletinMessage, language: str) -> Card:
        words = texts.in_its_words(bulletin.text, language)
        spoken = language if bulletin.text.get(language) else texts.FALLBACK
        label = texts.say(Text("bulletin.warning"), language) if bulletin.severity == Severity.WARNING else ""
        stands_in = "" if spoken == language else texts.autonym(spoken)
        name, direction = texts.autonym(language), texts.direction(language)
        return Card(language, name, direction, label, words, spoken, stands_in, len(words) > FITS, len(words) > TURNS)


def needed(rules: SiteRecord) -> Sequence[str]:
    """The languages in which a bulletin must be written."""
    return [one for one in rules.languages if one in STAFF_WRITE or one == rules.languages[0]]


def shortened(text: str, longest: int = 80) -> str:
    """The beginning of a text."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def by_time(rules: SiteRecord, now: datetime) -> Mapping[str, Sequence[BulletinMessage]]:
    """The bulletins of a site: those of now, those that come, those that are over."""
    found: dict[str, list[BulletinMessage]] = {"now": [], "coming": [], "past": []}
    for one in sorted(rules.bulletins, key=lambda one: one.since):
        found["past" if one.until <= now else "coming" if now < one.since else "now"].append(one)
    found["past"].reverse()
    return found
