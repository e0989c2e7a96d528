"""Docs that are made from the code: ``python -m tests.generated_docs`` writes them, a test compares them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

from kiosk.checkin import fault_words, faults, outcome, visit
from kiosk.checkin.appointment import Arrival, Channel, Standing, Status
from kiosk.checkin.card import CardFailure, CardInserted, CardNotRead, CardRead
from kiosk.checkin.handoff import HAND_OFFS
from kiosk.checkin.identity import Claim, ClaimKind, ReadFailure, Scan
from kiosk.checkin.rules import POSITIVE, SENDING_AWAY, DataQuality, decide
from kiosk.checkin.site import Hours, Policy, Service
from kiosk.checkin.tell import tell
from kiosk.checkin.ticket import PrintOutcome, PrintResult
from kiosk.checkin.wording import Text
from kiosk.texts import say
from tests.example_site import NOW, SITE, appointment, words

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made from the code by `python -m tests.generated_docs`. -->\n\n"

ARRIVAL = Arrival("A 001", Standing.RECORDED, 1, NOW)
FRESH = DataQuality(NOW)
OLD = DataQuality(NOW - timedelta(hours=3))
WRONG_CLOCK = DataQuality(NOW, clock_trusted=False)

CASES = (
    ("in its window", (appointment(),)),
    ("two in their windows", (appointment("A", 5), appointment("B", 20))),
    ("checked in before", (replace(appointment(), arrival=ARRIVAL),)),
    ("checked in this morning, another one this afternoon", (
        replace(appointment("A", -300), arrival=ARRIVAL),
        appointment("B", 200),
    )),
    ("in its window, the unit asks for the desk", (replace(appointment(), desk_first=True),)),
    ("by phone", (replace(appointment(), channel=Channel.PHONE),)),
    ("opens later today", (appointment(minutes=200),)),
    ("closed already", (appointment(minutes=-60),)),
    ("at another site today", (replace(appointment(minutes=90), site="vuosaari"),)),
    ("moved", (replace(appointment(), status=Status.MOVED),)),
    ("cancelled", (replace(appointment(), status=Status.CANCELLED),)),
    ("tomorrow", (appointment(minutes=24 * 60),)),
    ("next week", (appointment(minutes=7 * 24 * 60),)),
    ("yesterday, nobody came", (appointment(minutes=-24 * 60),)),
    ("yesterday, checked in", (replace(appointment(minutes=-24 * 60), arrival=ARRIVAL),)),
    ("none", ()),
)  # fmt: skip


def decisions() -> str:
    """The questions, the table and what staff get."""
    lines = [MADE + "# What each client is told\n", "The first question that has an answer gives it.\n"]
    lines += [f"{place}. {question}" for place, (question, _) in enumerate(POSITIVE, start=1)]
    lines.append("\nIf none has, and the roster is too old or the clock is not trusted: **cannot tell**.")
    lines.append("Nobody is sent away by old data. Otherwise:\n")
    first = len(POSITIVE) + 1
    lines += [f"{place}. {question}" for place, (question, _) in enumerate(SENDING_AWAY, start=first)]
    lines.append(f"{first + len(SENDING_AWAY)}. Otherwise: **no match**.\n")
    lines.append("| the client's visits | fresh roster | old roster | clock not trusted |\n|---|---|---|---|")
    for name, appointments in CASES:
        told = [decide(appointments, SITE, NOW, quality).reason for quality in (FRESH, OLD, WRONG_CLOCK)]
        lines.append(f"| {name} | {' | '.join(told)} |")
    lines.append("\n## What staff get\n")
    lines.append("| outcome, reason code | fact | number | slip | the client |\n|---|---|---|---|---|")
    lines.append("| check-in | checked-in | always | yes | sits down where the page says |")
    lines.append("| already-in | | the same again | no | sits down, or goes where the number says |")
    for kind in outcome.ALL:
        if kind in HAND_OFFS:
            hand_off = HAND_OFFS[kind]
            slip = "yes" if hand_off.slip else "no"
            lines.append(f"| {kind.reason} | {hand_off.fact} | {hand_off.number} | {slip} | {hand_off.next_step} |")
    return "\n".join(lines) + "\n"


RICH = replace(
    SITE,
    services={"lab": Service("lab", words("Lab"), "B2", "L", tuple(Hours(d, time(0), time(23)) for d in range(1, 8)))},
    policy=Policy(family=True, contact_check=True, desk_tickets=True, call_back_services=("dental",)),
)
SETTING = visit.Setting(RICH, "fi", NOW)

EVENTS: tuple[tuple[str, visit.Event], ...] = (
    ("card", visit.Scanned(Scan("010594Y9032"))),
    ("unknown code", visit.Scanned(Scan("rubbish"))),
    ("card in the slot", CardInserted()),
    ("card read", CardRead(Claim(ClaimKind.CHIP, "satu:99900001N"))),
    ("card not read", CardNotRead(CardFailure.UNKNOWN)),
    *((f"touch {name}", visit.Chosen(name)) for name in (
        "type", "walk-in", "call-back", "check-in", "not-mine", "ready", "back", "finish", "another-person", "contact",
        "correct", "still-right", "service-lab", "service-dental",
    )),
    ("found", visit.Found((replace(appointment(), phone="•• 67"),), FRESH)),
    ("found: already in", visit.Found((replace(appointment(), arrival=ARRIVAL),), FRESH)),
    ("found: another answer", visit.Found((appointment(minutes=-60),), FRESH)),
    ("written", visit.Recorded(ARRIVAL)),
    ("not written", visit.RecordFailed()),
    ("slip ended", visit.TicketEnded(PrintResult(1, PrintOutcome.PRINTED))),
    ("silence", visit.TimeUp()),
)  # fmt: skip


def edges() -> Iterator[tuple[str, str, str]]:
    """Every step that leads from one state to another, found by walking the flow itself."""
    start: visit.State = visit.Welcome("fi")
    waiting, seen, told = deque([start]), {start}, set()
    while waiting:
        state = waiting.popleft()
        for name, event in _events_for(state):
            after = visit.step(state, event, SETTING).state
            edge = (type(state).__name__, name, type(after).__name__)
            if edge[0] != edge[2] and edge not in told:
                told.add(edge)
                yield edge
            again = isinstance(after, visit.Asking | visit.StaffCalled) or len(getattr(after, "earlier", ())) > 1
            if after not in seen and not again:
                seen.add(after)
                waiting.append(after)


def _events_for(state: visit.State) -> tuple[tuple[str, visit.Event], ...]:
    """The usual events, with whole codes typed at once so that the walk stays small."""
    if isinstance(state, visit.Entering) and len(state.typed) < 11:
        return (*EVENTS, *((("typed", visit.Keyed("010594Y9032"[len(state.typed)])),)))
    if isinstance(state, visit.TypingPhone) and len(state.typed) < 7:
        return (*EVENTS, ("typed", visit.Keyed("0501234"[len(state.typed)])))
    return EVENTS


def flows() -> str:
    """The states as a diagram, and the page of each."""
    lines = [MADE + "# The flow of a visit\n"]
    lines.append("Every state can also call staff (and goes on afterwards); a new card begins a new visit.")
    asks = "Silence first asks whether more time is needed, on the last page too; only the first page asks nobody."
    lines.append(f"{asks}\n")
    lines += ["```mermaid", "stateDiagram-v2", "    [*] --> Welcome"]
    joined: dict[tuple[str, str], list[str]] = {}
    for here, name, there in edges():
        joined.setdefault((here, there), []).append(name)
    for (here, there), names in sorted(joined.items()):
        if there != "Asking":
            lines.append(f"    {here} --> {there}: {', '.join(names)}")
    lines.append("```\n")
    lines.append("| state | page | waits for a sign (s) |\n|---|---|---|")
    for state in _one_of_each():
        lines.append(
            f"| {type(state).__name__} | {tell(state, RICH, NOW).name} | {visit.patience(state) or 'for ever'} |"
        )
    return "\n".join(lines) + "\n"


def _one_of_each() -> list[visit.State]:
    plan = outcome.CheckIn((appointment(),))
    done = visit.Done("fi", ClaimKind.BARCODE, plan, ARRIVAL, PrintOutcome.PRINTED)
    claim = Claim(ClaimKind.BARCODE, "010594Y9032")
    purpose = visit.CallBack("dental")
    return [
        visit.Welcome("fi"),
        visit.Entering("fi", "0105"),
        visit.Entering("fi", "AJ-0", by_code=True),
        visit.ReadingCard("fi"),
        visit.Looking("fi", claim),
        visit.Confirming("fi", ClaimKind.BARCODE, plan),
        visit.Recording("fi", ClaimKind.BARCODE, plan),
        done,
        visit.CheckingContact("fi", done),
        visit.Told("fi", ClaimKind.BARCODE, outcome.TooLate(appointment()), ARRIVAL),
        visit.NotRead("fi", ReadFailure.UNKNOWN_CODE),
        visit.HandedOver("fi"),
        visit.NotRecorded("fi"),
        visit.ChoosingService("fi"),
        visit.Queued("fi", "lab", ARRIVAL, PrintOutcome.PRINTED),
        visit.ChoosingCallBack("fi"),
        visit.Identifying("fi", purpose),
        visit.TypingPhone("fi", claim, purpose),
        visit.CallBackRequested("fi", purpose, ARRIVAL),
        visit.Asking("fi", visit.Entering("fi", "0105")),
        visit.StaffCalled("fi", visit.Welcome("fi")),
    ]


def fault_catalogue() -> str:
    """The catalogue of faults, by part, in the three languages of the kiosk."""
    lines = [MADE + "# What can be broken\n"]
    lines.append(f"{len(faults.ALL)} faults, by part. The code stands in logs, in `kiosk doctor` and on the screen.")
    lines.append("A fault is logged once when it comes (`fault_came`) and once when it goes (`fault_gone`).\n")
    lines.append("| how grave | what it means |\n|---|---|")
    lines += [f"| `{grave}` | {_in_english(fault_words.severity(grave))} |" for grave in faults.Severity]
    for part in faults.Part:
        name = _in_english(fault_words.part(part))
        lines.append(f"\n## {name[0].upper()}{name[1:]} (`{part}`)")
        for fault in (one for one in faults.ALL if one.part is part):
            mender, works, recheck = (
                *(_in_english(fault_words.mender(fault.mender)), _in_english(fault_words.works(fault.works))),
                _in_english(fault_words.recheck(fault.recheck)),
            )
            lines.append(f"\n### `{fault.code}`\n")
            lines.append(f"`{fault.severity}` · mended by: {mender} · {works} {recheck}\n")
            for language in ("en", "fi", "sv"):
                told = say(fault_words.sentence(fault), language)
                lines.append(f"- {language}: **{told}** {say(fault_words.action(fault), language)}")
    return "\n".join(lines) + "\n"


def _in_english(words: Text) -> str:
    return say(words, "en")


PAGES = {"decisions.md": decisions, "faults.md": fault_catalogue, "flows.md": flows}


def main() -> None:
    """Write them all."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make())


if __name__ == "__main__":
    main()
