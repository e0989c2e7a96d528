"""The verbs for the things on the stage: each breaks something, or mends it. ``docs/scenarios.md`` tells them."""

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.devices.simulated.card.office import ESTONIAN_CODE, SATU
from kiosk.offline.connection import JOURNAL, ROSTER
from kiosk.scenario import rot
from kiosk.scenario.actor import Actor
from kiosk.scenario.props import Bell, Props
from kiosk.scenario.stagehand import StageError


def network(actor: Actor, state: str) -> None:
    """``up`` or ``down``: the cable between kiosk and centre; ``portal``: a log-in page answers in its place."""
    props = actor.stage.props
    one_of(state, {"up": props.cable_in, "down": props.cable_out, "portal": props.portal})


def card(actor: Actor, what: str | Mapping[str, Any]) -> None:
    """``{insert: fineid-2023, trouble: mute}`` puts a card in, ``remove`` takes it out.

    ``unplug`` and ``plug``: the reader's cable; ``service-down``, ``service-crash`` and ``service-up``: pcscd.
    """
    wallet = actor.stage.props.wallet
    if wallet is None:
        raise StageError("there is no card reader on this stage")
    if not isinstance(what, str):
        _insert(actor, dict(what))
        return
    if what == "remove":
        actor.act()
    reader = wallet.reader
    one_of(
        what,
        {
            "remove": reader.remove,
            "unplug": reader.unplug,
            "plug": reader.plug,
            "service-down": reader.service_down,
            "service-crash": lambda: reader.service_down(crash=True),
            "service-up": reader.service_up,
        },
    )


def _insert(actor: Actor, given: dict[str, Any]) -> None:
    unknown = given.keys() - {"insert", "trouble", "number", "after"}
    if unknown or "insert" not in given:
        raise StageError("a card is written as {insert: fineid-2023}, with trouble, number and after")
    wallet = actor.stage.props.wallet
    assert wallet is not None
    kind = given.pop("insert")
    actor.identifiers |= {str(given.get("number", "")), SATU, ESTONIAN_CODE} - {""}
    actor.act()
    wallet.insert(kind, given.pop("trouble", None), **given)


def printer(actor: Actor, state: str) -> None:
    """What is wrong with the printer, or right again; ``take``, ``leave-slips`` and the like are for its mouth."""
    twin = actor.stage.printer
    try:
        one_of(
            state,
            {
                "paper-out": twin.paper_out,
                "near-end": twin.near_end,
                "refill": twin.refill,
                "cover-open": lambda: twin.cover(True),
                "cover-closed": lambda: twin.cover(False),
                "jam": twin.jam,
                "unjam": lambda: twin.jam(False),
                "cutter-stuck": twin.cutter,
                "cutter-freed": lambda: twin.cutter(False),
                "overheat": twin.overheat,
                "cool": lambda: twin.overheat(False),
                "voltage-wrong": twin.voltage,
                "voltage-right": lambda: twin.voltage(False),
                "break": twin.broken,
                "repair": lambda: twin.broken(False),
                "offline": twin.offline,
                "online": lambda: twin.offline(False),
                "mute": twin.mute,
                "unmute": twin.unmute,
                "noise": twin.noise,
                "quiet": lambda: twin.noise(False),
                "slow": twin.slow,
                "fast": lambda: twin.slow(False),
                "unplug": twin.unplug,
                "plug": twin.plug,
                "cut-line": lambda: twin.cut_line_after(_INTO_A_SLIP),
                "leave-slips": twin.leave_slips,
                "take-slips": lambda: twin.leave_slips(False),
                "take": twin.take,
                "bin-full": lambda: twin.has_bin(False),
                "bin-empty": lambda: twin.has_bin(True),
            },
        )
    except ValueError as error:
        raise StageError(str(error)) from error


_INTO_A_SLIP = 60
"""Bytes after which a cable that is cut in the middle of a slip breaks."""


def scanner(actor: Actor, state: str) -> None:
    """What is wrong with the scanner, or right again."""
    twin = actor.stage.scanner

    def answer() -> None:
        twin.silence(False)
        twin.deaf(False)

    one_of(
        state,
        {
            "unplug": twin.unplug,
            "plug": twin.plug,
            "silence": twin.silence,
            "deaf": twin.deaf,
            "answer": answer,
            "noise": twin.noise,
            "flood": twin.flooding,
            "quiet": lambda: twin.noise(False),
            "wrong-speed": twin.wrong_baud,
            "right-speed": lambda: twin.wrong_baud(False),
            "half-line": twin.half_line,
        },
    )


def disk(actor: Actor, state: str) -> None:
    """The disk of the kiosk's state, a small one of its own."""
    found = actor.stage.props.disk
    if found is None:
        raise StageError("there is no small disk on this stage")
    one_of(
        state,
        {
            "low": found.low,
            "crowd": found.crowd,
            "fill": found.fill,
            "free": found.free,
            "read-only": found.read_only,
            "writable": found.writable,
        },
    )


def spoil(actor: Actor, what: str) -> None:
    """What was on a page of the disk is noise: in the ``journal``, in its ``log``, or in the ``roster``."""
    state = actor.stage.state
    one_of(
        what,
        {
            # The first page, without which SQLite takes neither for a database.
            "journal": lambda: rot.spoil_page(state, JOURNAL, 1),
            "log": lambda: rot.spoil_frame(state, rot.frames_of(state) // 2),
            "roster": lambda: rot.spoil_page(state, ROSTER, 1),
        },
    )


def help_(actor: Actor, state: str) -> None:
    """What calls staff: the lamp and the chime."""
    bell = _bell(actor.stage.props)
    one_of(
        state,
        {
            "lamp-unplug": bell.lamp.unplug,
            "lamp-plug": bell.lamp.plug,
            "sound-break": bell.break_sound,
            "sound-mend": bell.mend_sound,
        },
    )


def _bell(props: Props) -> Bell:
    if props.bell is None:
        raise StageError("there is neither lamp nor chime on this stage")
    return props.bell


VERBS: Mapping[str, Callable[[Actor, Any], None]] = {
    "network": network,
    "card": card,
    "printer": printer,
    "scanner": scanner,
    "disk": disk,
    "spoil": spoil,
    "help": help_,
}


def one_of(state: str, acts: Mapping[str, Callable[[], object]]) -> None:
    """Do what ``state`` names. Raises ``StageError`` where nothing is called so."""
    if state not in acts:
        raise StageError(f"no {state!r} here; there are {', '.join(acts)}")
    acts[state]()
