"""What is wrong, in words: for staff as it is, and for everybody as a person lets it be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from central.launch import Means
from central.pages.launch_state import Day, Line
from central.pages.words import FALLBACK, LANGUAGES, Words


@dataclass(frozen=True)
class Sentence:
    """A text, and the language that it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class Said:
    """What may be read of a day in one language. Nothing here names a kiosk or a person."""

    words: Words
    day: Day

    def at(self, site: str) -> "Said":
        """The same on the clock of a site."""
        return Said(Words(self.words.language, self.day.zone(site)), self.day)

    def place(self, site: str) -> str:
        """What a site is called; the words for all where it is none."""
        rules = self.day.sites.get(site)
        return self.words.say("launch.everywhere") if rules is None else self.words.name(rules.name)

    def meaning(self, line: Line) -> Sentence:
        """What it means for clients."""
        spell, here = line.spell, self.words.language
        if spell.means is Means.REPORTED:
            return self._written({} if line.word is None else line.word.written.what)
        if spell.means is Means.BEGINS:
            units = {} if spell.site not in self.day.sites else self.day.sites[spell.site].units
            name = next((one.name for one in units if one.id == spell.subject), {})
            told = {"unit": self.words.name(name) if name else "–", "day": self.words.day(spell.began)}
            return Sentence(self.words.say("launch.means.begins", **told), here)
        return Sentence(self.words.say(f"launch.means.{spell.means.value}"), here)

    def sentences(self, line: Line) -> list[Sentence]:
        """All that is told of it: where, what it means, what is being done, since when, until when."""
        told, here = [self._place(line), self.meaning(line)], self.words.language
        if line.word is not None:
            told.append(self._written(line.word.written.doing))
        told.append(Sentence(self.time(line), here))
        return [one for one in told if one.text]

    def time(self, line: Line) -> str:
        """Since when, and until when it is thought to last, or when it was mended; of a beginning nothing."""
        spell, now = line.spell, self.day.now
        if spell.means is Means.BEGINS:
            return ""
        if spell.ended is not None:
            both = {"since": self.moment(spell.began), "until": self.moment(spell.ended)}
            return self.words.say("launch.mended", **both)
        since = self.words.say("launch.since", time=self.moment(spell.began))
        until = None if line.word is None else line.word.until
        if until is None or until <= now:
            return since
        return " ".join((since, self.words.say("launch.until", time=self.moment(until))))

    def moment(self, at: datetime) -> str:
        """The time, with the day where that is not the one that is shown."""
        same = self.words.date(at) == self.words.date(self.day.bounds("")[0])
        return self.words.time(at) if same else f"{self.words.date(at)} {self.words.time(at)}"

    def text(self, open_to: Mapping[str, object]) -> str:
        """All that was published of the day as plain text, to be copied."""
        heading = self.words.say("today.heading-day", day=self.words.day(self.day.bounds("")[0]))
        parts = [heading]
        for site in self.day.places(open_to, public=True):
            here = self.at(site)
            lines = [" ".join(one.text for one in here.sentences(line)) for line in self.day.at(site, public=True)]
            parts.append("\n".join([self.place(site), *(f"- {line}" for line in lines)]))
        if len(parts) == 1:
            parts.append(self.words.say("today.nothing"))
        return "\n\n".join(parts)

    def _place(self, line: Line) -> Sentence:
        place = self._written({} if line.word is None else line.word.written.place)
        return Sentence(f"{place.text}:" if place.text else "", place.language)

    def _written(self, texts: Mapping[str, str]) -> Sentence:
        order = (self.words.language, FALLBACK, *LANGUAGES)
        language = next((one for one in order if texts.get(one)), self.words.language)
        return Sentence(texts.get(language, ""), language)
