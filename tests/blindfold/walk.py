"""Sends a blindfolded client on each journey, and compares what was heard with what is true."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.scenario.stagehand import StageError, wait_until
from tests.blindfold.client import LISTEN, Client, Lost
from tests.blindfold.ears import Ears, Sound
from tests.blindfold.journeys import JOURNEYS, Journey
from tests.blindfold.lobby import Lobby

ARRIVES_WITHIN = 10.0


@dataclass
class Walked:
    """What came of one journey: ``trouble`` is empty where all was well."""

    journey: str
    trouble: str = ""
    pages: list[str] = field(default_factory=list)
    keys: int = 0


def walk(lobby: Lobby, language: str, journeys: tuple[Journey, ...] = JOURNEYS) -> Iterator[Walked]:
    """One journey after the other, in that language; last whether the centre knows of all who came, and of no other."""
    expected: set[str] = set()
    for journey in journeys:
        walked = Walked(journey.name)
        pages, keys = len(lobby.shown()), lobby.keys
        client = Client(lobby, Ears(language))
        expected |= journey.arrives
        try:
            lobby.plug() if journey.headphones else lobby.press(LISTEN)
            client.begin()
            client.follow(journey.wishes(lobby), journey.end)
            walked.trouble = _untrue(lobby, client, Ears(language), journey)
            if journey.arrives:
                _wait_for(lobby, expected)
        except (Lost, StageError) as error:
            walked.trouble = str(error)
        walked.keys = lobby.keys - keys
        lobby.leave(unfinished=journey.end is None or walked.trouble != "")
        walked.pages = [page.name for page in lobby.shown()[max(0, pages - 1) :]]
        yield walked
    arrived = lobby.arrived()
    yield Walked("the centre knows of all of them", "" if arrived == expected else f"{arrived} and not {expected}")


def _wait_for(lobby: Lobby, expected: set[str]) -> None:
    wait_until(lambda: lobby.arrived() == expected, ARRIVES_WITHIN, f"the centre knows of {expected}")


def _untrue(lobby: Lobby, client: Client, ears: Ears, journey: Journey) -> str:
    """What the client was not told, or is not so; or what others have heard."""
    heard = client.heard
    for sound in journey.hears:
        if not any(ears.hear(sound, words) for words in heard):
            return f"was never told {sound.name}"
    found = [number for words in heard if (number := ears.hear(Sound.NUMBER, words))]
    numbers = {f"{number[1].upper()} {number[2].replace(' ', '')}" for number in found}
    if Sound.NUMBER in journey.hears and not numbers & set(lobby.slips()):
        return f"heard the numbers {numbers}, and the slips say {lobby.slips()}"
    loud = [words for words in heard if not journey.headphones and len(words.strip(" .")) == 1]
    return f"all of the lobby heard {loud}" if loud else ""
