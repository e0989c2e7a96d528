"""What blindfolded clients come for. Each says what is done where; how to get there is found by ear."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.blindfold import lobby as people
from tests.blindfold.client import BACK, HELP, LISTEN, Act, Choose, Client, Do, Press, Type, Wishes
from tests.blindfold.ears import Sound
from tests.blindfold.lobby import Lobby, person

S = Sound
READY = Choose(S.READY)
FINISH: Sequence[tuple[Act, ...]] = [(Choose(S.FINISH),)]
CHECK_IN: Sequence[tuple[Act, ...]] = [(Choose(S.YES_CHECK_ME_IN),)]
TYPE: Sequence[tuple[Act, ...]] = [(Choose(S.TYPE),)]


@dataclass(frozen=True)
class Journey:
    """One visit. ``wishes`` are made for a lobby; ``hears`` must have been said at some time, ``arrives`` is what the
    centre knows of afterwards that it did not before. Without ``headphones`` it is begun by the key for that, and ends
    in silence: ``end`` is ``None``.
    """

    name: str
    wishes: Callable[[Lobby], Wishes]
    end: Sound | None = Sound.GREETING
    hears: tuple[Sound, ...] = ()
    arrives: frozenset[str] = frozenset()
    headphones: bool = True


def types(code: str, *, digits: bool = True) -> tuple[Act, ...]:
    """Type it and hand it in."""
    return Type(code, digits), READY


def by_card(code: str, told: Sound, name: str, *more: Sound, arrives: str = "") -> Journey:
    """Show a card, hear ``told``, and finish."""
    return Journey(
        name,
        lambda lobby: {S.WELCOME: [(Do(lambda: lobby.show(code)),)], told: FINISH},
        hears=more,
        arrives=frozenset({arrives} - {""}),
    )


def _wrong(code: str) -> str:
    """The same with another check character."""
    return code[:-1] + ("A" if code[-1] != "A" else "B")


CHECK_INS = (
    Journey(
        "types an identity code and checks in",
        lambda _: {
            S.WELCOME: TYPE,
            S.TYPE_IDENTITY: [types(people.BOOKED)],
            S.IS_THIS_YOURS: CHECK_IN,
            S.ARRIVED: FINISH,
        },
        hears=(S.NUMBER, S.WAIT_HERE, S.TAKE_TICKET, S.TOLD_TO_CLINIC),
        arrives=frozenset({"BOOKED"}),
    ),
    Journey(
        "checked in before, with a card",
        lambda lobby: {S.WELCOME: [(Do(lambda: lobby.show(people.BOOKED)),)], S.ALREADY_IN: FINISH},
        hears=(S.NUMBER, S.WAIT_HERE),
    ),
    Journey(
        "types by the cursor alone, with a mistake, and says that the appointment is another's",
        lambda _: {
            S.WELCOME: TYPE,
            S.TYPE_IDENTITY: [types(_wrong(people.DOUBTER), digits=False)],
            S.MISTAKE: [(Choose(S.ERASE), *types(people.DOUBTER[-1], digits=False))],
            S.IS_THIS_YOURS: [(Choose(S.NOT_MINE),)],
        },
    ),
    Journey(
        "types the code of a booking",
        lambda _: {
            S.WELCOME: TYPE,
            S.TYPE_IDENTITY: [(Choose(S.USE_BOOKING_CODE),)],
            S.TYPE_BOOKING_CODE: [types(people.CODE)],
            S.IS_THIS_YOURS: CHECK_IN,
            S.ARRIVED: FINISH,
        },
        hears=(S.NUMBER,),
        arrives=frozenset({"CODED"}),
    ),
    Journey(
        "has two visits today",
        lambda lobby: {S.WELCOME: [(Do(lambda: lobby.show(people.DAY)),)], S.YOUR_DAY: CHECK_IN, S.ARRIVED: FINISH},
        hears=(S.NUMBER,),
        arrives=frozenset({"DAY1"}),
    ),
    Journey(
        "brings a child, and corrects a phone number",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show(people.PARENT)),)],
            S.IS_THIS_YOURS: [*CHECK_IN, *CHECK_IN],
            S.ARRIVED: [
                (Choose(S.CHECK_PHONE),),
                (Choose(S.CHECK_PHONE),),
                (Choose(S.ANOTHER_PERSON),),
                (Choose(S.ANOTHER_PERSON),),
            ],
            S.PHONE_STILL_RIGHT: [(Choose(S.STILL_RIGHT),), (Choose(S.CHANGE_NUMBER),)],
            S.TYPE_RIGHT_NUMBER: [types("0401234567")],
            S.NEXT_CARD: [(Do(lambda: lobby.show(people.CHILD)),), (Choose(S.NO_ONE_ELSE),)],
        },
        hears=(S.NUMBER, S.PHONE_STILL_RIGHT),
        arrives=frozenset({"PARENT", "CHILD"}),
    ),
    Journey(
        "puts an identity card into the slot",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.insert("fineid-2023")),)],
            S.IS_THIS_YOURS: CHECK_IN,
            S.ARRIVED: [(Do(lobby.take_card), Choose(S.FINISH))],
        },
        hears=(S.NUMBER,),
        arrives=frozenset({"CHIP"}),
    ),
)

SENT_ELSEWHERE = (
    by_card(people.LATE, S.TOO_LATE, "comes too late", S.NUMBER),
    by_card(people.EARLY, S.TOO_EARLY, "comes too early"),
    by_card(people.GONE, S.CANCELLED, "has a cancelled appointment"),
    by_card(people.MOVED, S.MOVED, "has one that was moved"),
    by_card(people.DAYS_OFF, S.OTHER_DAY, "comes on another day"),
    by_card(people.ELSEWHERE, S.OTHER_CENTRE, "is expected at another centre"),
    by_card(people.ON_PHONE, S.BY_PHONE, "is to be called by phone"),
    by_card(people.DESK, S.DESK_FIRST, "is to go to the desk first"),
    by_card(people.STRANGER, S.NOT_FOUND, "has no appointment", S.NUMBER),
)

WITHOUT_A_BOOKING = (
    Journey(
        "comes without a booking, goes back once, and takes a number",
        lambda _: {
            S.WELCOME: [(Press(BACK), Choose(S.NO_BOOKING)), (Choose(S.NO_BOOKING),)],
            S.WHICH_SERVICE: [(Press(BACK),), (Choose(S.LABORATORY),)],
            S.IN_THE_QUEUE: FINISH,
        },
        hears=(S.NO_WAY_BACK, S.NUMBER, S.WAIT_HERE),
    ),
    Journey(
        "asks to be called back, after going back from everywhere",
        lambda _: {
            S.WELCOME: [(Choose(S.ASK_TO_BE_CALLED),)] * 2,
            S.WHO_SHOULD_CALL: [(Choose(S.DENTAL_CLINIC),), (Choose(S.BACK),), (Choose(S.DENTAL_CLINIC),)],
            S.WHO_ARE_YOU: [(Choose(S.BACK),), *[(Choose(S.TYPE),)] * 3],
            S.TYPE_IDENTITY: [(Press(BACK),), types(people.CALLER), types(people.CALLER)],
            S.WHICH_NUMBER: [(Choose(S.BACK),), types("0401234567")],
            S.WE_CALL: FINISH,
        },
    ),
    Journey(
        "has asked to be called before",
        lambda lobby: {
            S.WELCOME: [(Choose(S.ASK_TO_BE_CALLED),)],
            S.WHO_SHOULD_CALL: [(Choose(S.DENTAL_CLINIC),)],
            S.WHO_ARE_YOU: [(Do(lambda: lobby.show(people.CALLER)),)],
            S.WHICH_NUMBER: [types("0401234567")],
            S.ASKED_BEFORE: FINISH,
        },
    ),
)

TROUBLES = (
    Journey(
        "shows a card that nobody knows, and leaves",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show("6408430000029")),)],
            S.UNKNOWN_CODE: [(Choose(S.TO_START),)],
        },
    ),
    Journey(
        "shows three cards that nobody knows",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show("6408430000036")),)],
            S.UNKNOWN_CODE: [(Do(lambda: lobby.show("6408430000043")),)],
            S.UNKNOWN_AGAIN: [(Do(lambda: lobby.show("6408430000050")),)],
            S.HELPED_AT_DESK: FINISH,
        },
    ),
    Journey(
        "calls staff, goes on, calls again and gives up",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show(people.QUITTER)),), (Press(HELP),)],
            S.IS_THIS_YOURS: [(Press(HELP),), (Choose(S.NOT_MINE),)],
            S.STAFF_COME: [(Choose(S.GO_ON),), (Choose(S.TO_START),)],
        },
    ),
    Journey(
        "wants larger letters for a friend who reads along",
        lambda lobby: {
            S.WELCOME: [(Choose(S.LARGER),)],
            S.SWITCHED_ON: [(Do(lambda: lobby.show(people.SLOW)),)],
            S.IS_THIS_YOURS: CHECK_IN,
            S.ARRIVED: FINISH,
        },
        hears=(S.NUMBER,),
        arrives=frozenset({"SLOW"}),
    ),
    Journey(
        "checks in while nothing can be written",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show(people.UNWRITTEN)),)],
            S.IS_THIS_YOURS: [(Do(lobby.stop_writing), Choose(S.YES_CHECK_ME_IN))],
            S.NOBODY_KNOWS: [(Do(lobby.let_write), Choose(S.FINISH))],
        },
    ),
)

LONG_ONES = (
    Journey(
        "shows a card that nobody knows, and types instead",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.show("6408430000012")),)],
            S.UNKNOWN_CODE: TYPE,
            S.TYPE_IDENTITY: [(Press(BACK),)],
        },
        end=None,
    ),
    Journey(
        "has a card whose chip has expired",
        lambda lobby: {
            S.WELCOME: [(Do(lambda: lobby.insert("fineid-2017", "expired")),)],
            S.CHIP_EXPIRED: [(Do(lobby.take_card), Choose(S.TYPE))],
            S.TYPE_IDENTITY: [(Choose(S.BACK),)],
        },
        end=None,
    ),
    Journey(
        "comes without headphones, and may not hear keys: staff are called",
        lambda _: {
            S.WELCOME: TYPE,
            S.TYPE_IDENTITY: [(Choose(S.ONLY_ON_HEADPHONES),)],
            S.ONLY_ON_HEADPHONES: [(Press(HELP),)],
            S.STAFF_COME: [(Choose(S.TO_START),)],
        },
        end=None,
        headphones=False,
    ),
    Journey(
        "thinks for long while typing, goes on, and lets it end",
        lambda lobby: {
            S.WELCOME: TYPE,
            S.TYPE_IDENTITY: [(Do(lobby.fall_silent),), (Do(lobby.fall_silent),)],
            S.MORE_TIME: [(Choose(S.GO_ON),), (Choose(S.STOP),)],
        },
    ),
    Journey(
        "takes a number, wants to hear it once more, and says nothing more",
        lambda lobby: {
            S.WELCOME: [(Choose(S.NO_BOOKING),)],
            S.WHICH_SERVICE: [(Choose(S.LABORATORY),)],
            S.TOLD_TO_CLINIC: [(Do(lobby.fall_silent),)],
            S.MORE_TIME: [(Choose(S.GO_ON),)],
        },
        end=S.IN_THE_QUEUE,
        hears=(S.NUMBER,),
    ),
)
"""Those after which time passes, so that nobody's appointment is still to come."""

JOURNEYS = (*CHECK_INS, *SENT_ELSEWHERE, *WITHOUT_A_BOOKING, *TROUBLES, *LONG_ONES)
assert len({person(n) for n in range(900, 930)}) == 30
__all__ = ["JOURNEYS", "LISTEN", "Client", "Journey"]
