"""An alarm in words: on the page, in a message. Its own data, and no person's."""

from collections.abc import Mapping
from datetime import datetime

from central.misdirected import Scope
from central.pages.words import Words
from central.store.alarms import Alarm

Names = Mapping[str, Mapping[str, str]]


def sentence(words: Words, alarm: Alarm, now: datetime, names: Names) -> str:
    """What is the matter. ``names`` are those of the sites."""
    data: dict[str, object] = {"site": names.get(alarm.site, alarm.site), **alarm.data}
    if data.get("scope") == Scope.SITE:
        data["about"] = names.get(str(data["about"]), data["about"])
    if "since" in data:
        data["since"] = moment(words, datetime.fromisoformat(str(data["since"])), now)
    if "step" in data:
        data["step"] = words.say(f"step.{data['step']}")
    return words.say(f"alarm.{key(alarm)}", **data)


def action(words: Words, alarm: Alarm) -> str:
    """What to do."""
    return words.say(f"alarm-action.{alarm.kind.value}")


def key(alarm: Alarm) -> str:
    """By what the words of an alarm are found."""
    if alarm.kind.value == "step-fell":
        return "step-fell" if alarm.data["kiosk"] else "step-fell-site"
    return f"wrong-unit-{alarm.data['scope']}" if alarm.kind.value == "wrong-unit" else alarm.kind.value


def moment(words: Words, at: datetime, now: datetime) -> str:
    """The time, with the day where that is another one."""
    return words.time(at) if words.date(at) == words.date(now) else f"{words.date(at)} {words.time(at)}"
