"""What ``expect`` can look at: one function each, in one table. Each waits for its thing, up to ``within`` seconds."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from kiosk.checkin import faults
from kiosk.checkin.health import Health
from kiosk.scenario.actor import Actor, ExpectationError
from kiosk.scenario.stagehand import Shown, StageError, wait_until

_NUMBER = re.compile(r"[A-Z]{1,2} [0-9]+")

WITHIN = 5.0
"""Seconds, where the script does not say otherwise."""
NAMED_WITHIN = 10.0
"""The same for faults: so long may the kiosk take to name one, and to find it healed."""


def expect(actor: Actor, what: Mapping[str, Any]) -> None:
    """The thing looked at is the first key; the others say what it must be like."""
    kind = next((key for key in what if key in _KINDS), None)
    if kind is None:
        raise StageError(f"nothing to expect in {dict(what)}; there are {', '.join(_KINDS)}")
    _KINDS[kind](actor, what)


def _page(actor: Actor, what: Mapping[str, Any]) -> None:
    """A page with this name, shown after the last step that acted; ``state``, ``language``, ``says`` narrow it."""
    _only(what, {"page", "state", "language", "says", "same_number", "within"})
    seen: list[Shown] = []

    def met() -> bool:
        seen[:] = actor.stage.stagehand.shown(actor.seen)
        return any(_is_it(page, what) for page in seen)

    try:
        wait_until(met, _within(what), "page")
    except StageError:
        raise ExpectationError(dict(what), [_brief(page) for page in seen] or "no new page") from None
    page = next(page for page in seen if _is_it(page, what))
    if what.get("same_number") and page.number != actor.number:
        raise ExpectationError(f"the number {actor.number} again", page.number)
    actor.page, actor.acted = page, False
    actor.number = page.number or actor.number


def _is_it(page: Shown, what: Mapping[str, Any]) -> bool:
    text = " ".join(page.words)
    return (
        page.name == what["page"]
        and page.sign == what.get("state", page.sign)
        and page.language == what.get("language", page.language)
        and all(words in text for words in _list(what.get("says")))
    )


def _never(actor: Actor, what: Mapping[str, Any]) -> None:
    """No page since the screen started was like this."""
    _only(what, {"never"})
    wanted = {"page": None, **what["never"]}
    for page in actor.stage.stagehand.shown():
        if _is_it(page, {**wanted, "page": wanted["page"] or page.name}):
            raise ExpectationError(f"never {what['never']}", _brief(page))


def _heard(actor: Actor, what: Mapping[str, Any]) -> None:
    """These words are said in this order, each in another utterance, after what was listened for before."""
    _only(what, {"heard", "within"})
    for words in _list(what["heard"]):
        said: list[str] = []

        def met(words: str = words, said: list[str] = said) -> bool:
            said[:] = actor.stage.stagehand.heard(actor.heard)
            return any(words in one for one in said)

        try:
            wait_until(met, _within(what), "heard")
        except StageError:
            raise ExpectationError(f"to hear {words!r}", said or "silence") from None
        actor.heard += 1 + next(n for n, one in enumerate(said) if words in one)


def _unheard(actor: Actor, what: Mapping[str, Any]) -> None:
    """Since the screen started nothing was said with these words in it."""
    _only(what, {"unheard"})
    for one in actor.stage.stagehand.heard():
        if any(words in one for words in _list(what["unheard"])):
            raise ExpectationError(f"never to hear {what['unheard']}", one)


def _slip(actor: Actor, what: Mapping[str, Any]) -> None:
    """The next slip: its ``number`` (``*`` is any, ``shown`` the page's, ``none`` without), what it ``contains``."""
    like = what["slip"]
    _only(like, {"number", "contains", "lacks"})
    printer = actor.stage.printer
    wanted = actor.slips_seen + 1
    try:
        wait_until(lambda: len(printer.slips) >= wanted, _within(what), "slip")
    except StageError:
        raise ExpectationError("a slip", "none") from None
    slip = printer.slips[actor.slips_seen]
    actor.slips_seen = wanted
    text = " ".join(slip.text.split())
    wanted_number = str(like.get("number", "*"))
    found = slip.number if _NUMBER.fullmatch(slip.number) else "none"
    number = {"*": slip.number, "shown": actor.number}.get(wanted_number, wanted_number)
    if found != number:
        raise ExpectationError(f"number {number}", slip.number)
    missing = [words for words in _list(like.get("contains")) if words not in text]
    unwanted = [words for words in _list(like.get("lacks")) if words in text]
    if missing or unwanted:
        raise ExpectationError(f"a slip with {like.get('contains')} and without {like.get('lacks')}", text)


def _slips(actor: Actor, what: Mapping[str, Any]) -> None:
    """How many slips have come out in all; one that is being printed is waited for."""
    _only(what, {"slips", "within"})
    with suppress(StageError):
        wait_until(lambda: len(actor.stage.printer.slips) >= what["slips"], _within(what), "slips")
    if len(actor.stage.printer.slips) != what["slips"]:
        raise ExpectationError(f"{what['slips']} slips", len(actor.stage.printer.slips))
    actor.slips_seen = len(actor.stage.printer.slips)


def _centre(actor: Actor, what: Mapping[str, Any]) -> None:
    """What the centre holds: ``arrived`` lists the appointments, each once, ``self_test`` is the light of the last."""
    _only(what["centre"], {"arrived", "self_test", "faults"})
    if "arrived" in what["centre"]:
        _arrived(actor, what)
    if "self_test" in what["centre"]:
        _self_test(actor, what)


def _arrived(actor: Actor, what: Mapping[str, Any]) -> None:
    wanted = Counter(_list(what["centre"]["arrived"]))
    got: Counter[str] = Counter()

    def met() -> bool:
        got.clear()
        got.update(row["appointment"] for row in actor.stage.arrivals())
        return got == wanted

    try:
        wait_until(met, _within(what), "arrivals")
    except StageError:
        raise ExpectationError(sorted(wanted.elements()), sorted(got.elements())) from None


def _self_test(actor: Actor, what: Mapping[str, Any]) -> None:
    wanted = what["centre"]["self_test"], sorted(_list(what["centre"].get("faults")))
    got: list[Any] = []

    def met() -> bool:
        got[:] = [(one["light"], sorted(one["codes"])) for one in actor.stage.self_tests()]
        return got == [wanted]

    try:
        wait_until(met, _within(what), "self-test")
    except StageError:
        raise ExpectationError(wanted, got) from None


def _record(actor: Actor, what: Mapping[str, Any]) -> None:
    """What the health record says of an ``appointment``: ``status``, and ``number``: ``shown`` is the page's."""
    asked = what["record"]
    _only(asked, {"appointment", "status", "number"})
    record = actor.stage.props.record
    assert record is not None
    wanted = asked["status"], {"shown": actor.number, "none": None}.get(asked["number"], asked["number"])
    got: list[Any] = []

    def met() -> bool:
        got[:] = [record.says(asked["appointment"])]
        return got == [wanted]

    try:
        wait_until(met, _within(what), "record")
    except StageError:
        raise ExpectationError(wanted, got) from None


def _display(actor: Actor, what: Mapping[str, Any]) -> None:
    """The newest call on the display of an ``area``: ``number`` (``shown`` is the page's) and ``room``."""
    asked = what["display"]
    _only(asked, {"area", "number", "room"})
    wanted = actor.number if asked["number"] == "shown" else asked["number"], str(asked["room"])
    got: list[Any] = []

    def met() -> bool:
        got[:] = [actor.stage.displayed(asked["area"])]
        return got == [wanted]

    try:
        wait_until(met, _within(what), "display")
    except StageError:
        raise ExpectationError(wanted, got) from None


def _waiting(actor: Actor, what: Mapping[str, Any]) -> None:
    """How many facts of the kiosk have no word of the centre yet."""
    _only(what, {"waiting", "within"})
    try:
        wait_until(lambda: len(actor.stage.waiting()) == what["waiting"], _within(what), "waiting")
    except StageError:
        raise ExpectationError(f"{what['waiting']} facts waiting", len(actor.stage.waiting())) from None


def _fault(actor: Actor, what: Mapping[str, Any]) -> None:
    """A fault of the catalogue stands on the kiosk's board."""
    _only(what, {"fault", "within"})
    _look(actor, what, what["fault"], lambda health: what["fault"] in health.codes)


def _healed(actor: Actor, what: Mapping[str, Any]) -> None:
    """It does not stand there, or not any more; every process that runs has told so."""
    _only(what, {"healed", "within"})
    _look(actor, what, what["healed"], lambda health: what["healed"] not in health.codes)


def _light(actor: Actor, what: Mapping[str, Any]) -> None:
    """The one light that sums it up: ``green``, ``yellow`` or ``red``."""
    _only(what, {"light", "within"})
    _look(actor, what, None, lambda health: health.light == what["light"])


def _look(actor: Actor, what: Mapping[str, Any], code: str | None, met: Callable[[Health], bool]) -> None:
    if code is not None and code not in faults.CATALOGUE:
        raise StageError(f"no fault {code!r} in the catalogue")
    got: list[Health] = []

    def look() -> bool:
        got[:] = [health for health in [actor.stage.health()] if health is not None]
        return bool(got) and met(got[0])

    try:
        wait_until(look, float(what.get("within", NAMED_WITHIN)), "health")
    except StageError:
        told = f"{got[0].light}: {', '.join(sorted(got[0].codes)) or 'no fault'}" if got else "no word of the kiosk"
        raise ExpectationError(dict(what), told) from None


_KINDS: Mapping[str, Callable[[Actor, Mapping[str, Any]], None]] = {
    "page": _page,
    "never": _never,
    "heard": _heard,
    "unheard": _unheard,
    "slip": _slip,
    "slips": _slips,
    "centre": _centre,
    "record": _record,
    "display": _display,
    "waiting": _waiting,
    "fault": _fault,
    "healed": _healed,
    "light": _light,
}


def _only(what: Mapping[str, Any], known: set[str]) -> None:
    unknown = set(what) - known
    if unknown:
        raise StageError(f"don't know {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")


def _within(what: Mapping[str, Any]) -> float:
    return float(what.get("within", WITHIN))


def _list(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _brief(page: Shown) -> str:
    return f"{page.name} ({page.sign})" if page.sign != "none" else page.name
