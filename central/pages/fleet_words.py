"""Kiosks and alarms in words: faults in those of the kiosk's own catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from central.alarms import words as alarm_words
from central.pages.words import Words
from central.steps import Tally
from central.store.alarms import Alarm
from kiosk import texts
from kiosk.checkin import fault_words, faults
from kiosk.checkin.configuration import Refusal
from kiosk.checkin.hybrid_clock import ClockQuality
from kiosk.sync.messages import Heartbeat


@dataclass(frozen=True)
class Said:
    """What templates say in one language."""

    words: Words
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What sites are called."""

    def fault(self, code: str) -> str:
        """What is the matter; the code where only a newer kiosk knows it."""
        known = faults.CATALOGUE.get(code)
        return code if known is None else texts.say(fault_words.sentence(known), self.words.language)

    def action(self, code: str) -> str:
        """What whoever mends it does; empty where this centre does not know it."""
        known = faults.CATALOGUE.get(code)
        return "" if known is None else texts.say(fault_words.action(known), self.words.language)

    def mender(self, code: str) -> str:
        """Who mends it; empty likewise."""
        known = faults.CATALOGUE.get(code)
        return "" if known is None else texts.say(fault_words.mender(known.mender), self.words.language)

    def alarm(self, one: Alarm, now: datetime) -> str:
        """What an alarm says."""
        return alarm_words.sentence(self.words, one, now, self.names)

    def alarm_action(self, one: Alarm) -> str:
        """What to do about it."""
        return alarm_words.action(self.words, one)

    def age(self, span: timedelta | None) -> str:
        """How long, in the unit that tells enough: minutes to two hours, hours to two days."""
        if span is None:
            return "–"
        minutes = self.words.minutes(span)
        if minutes < 120:
            return self.words.say("fleet.minutes", n=minutes)
        return self.words.say("fleet.hours", n=minutes // 60) if minutes < 2880 else self._days(minutes)

    def moment(self, at: datetime, now: datetime) -> str:
        """The time, with the day where that is another one."""
        return alarm_words.moment(self.words, at, now)

    def clock(self, said: Heartbeat | None) -> str:
        """How far the kiosk's clock can be believed."""
        if said is None or said.clock not in list(ClockQuality):
            return self.words.say("clock.unknown")
        front = self.words.say(f"clock.{said.clock}")
        if said.offset_ms is None or abs(said.offset_ms) < 1000:
            return front
        seconds = f"{said.offset_ms / 1000:+.0f}".replace("-", "−")
        return f"{front} ({seconds} s)"

    def numbers(self, left: Mapping[str, int]) -> str:
        """How many numbers are left, of the site's own series first."""
        own = [str(left[""])] if "" in left else []
        return " · ".join([*own, *(f"{series} {count}" for series, count in sorted(left.items()) if series)]) or "–"

    def rules(self, said: Heartbeat | None, newest: int | None = None) -> str:
        """By which version of its site's rules it serves; with the ``newest``, where that is another one."""
        state = None if said is None else said.configuration
        if state is None:
            return self.words.say("fleet.rules-none")
        if not state.checks:
            return self.words.say("fleet.rules-unsigned")
        if state.number is None:
            return self.words.say("fleet.rules-none")
        version = self.words.say("fleet.rules-version", number=str(state.number))
        if newest is None or newest == state.number:
            return version
        beside = self.words.say("fleet.rules-newest", number=str(newest))
        return f"{version}, {beside}"

    def refused_rules(self, said: Heartbeat | None) -> str:
        """What it did not take, and why; empty where it refused nothing."""
        state = None if said is None else said.configuration
        if state is None or not state.reason:
            return ""
        key = state.reason if state.reason in list(Refusal) else "another"
        reason = self.words.say(f"configuration.{key}")
        if state.refused is None:
            front = self.words.say("fleet.rules-refused-any")
        else:
            front = self.words.say("fleet.rules-refused", number=str(state.refused))
        return f"{front} {reason}"

    def percent(self, tally: Tally) -> str:
        """The share that went well."""
        return f"{tally.percent} %"

    def _days(self, minutes: int) -> str:
        return self.words.say("fleet.days", n=minutes // 1440)
