"""Every flow of docs/flows.md that a client can walk, walked without sight, in three languages."""

import ast
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from kiosk.checkin.tell import tell
from kiosk.checkin.visit import states
from tests.blindfold import client, ears, walk
from tests.blindfold.client import DOWN, SELECT, Choose, Client, Do, Lost, Type
from tests.blindfold.ears import LANGUAGES, Ears, Sound
from tests.blindfold.lobby import lobby
from tests.example_site import NOW
from tests.generated_docs import edges
from tests.share import share
from tests.ui.every_page import every_state

BUSY = {"looking", "recording", "reading-card"}


def pages_of() -> dict[str, set[str]]:
    """The pages that each state is told by."""
    told: dict[str, set[str]] = {"Welcome": {"welcome"}}
    for state, site in every_state("fi").values():
        told.setdefault(type(state).__name__, set()).add(tell(state, site, NOW).name)
    return told


def touched() -> set[tuple[str, str]]:
    """What leads where by something that a client chooses, from state to state."""
    busy = {"TakingNumber": "Recording", "RequestingCallBack": "Recording", "Reporting": "Recording"}
    found = {(here, busy.get(there, there)) for here, name, there in edges() if name.startswith("touch")}
    asked = {("Entering", "Asking"), ("Asking", "Entering"), ("Queued", "Asking"), ("Asking", "Queued")}
    return found | asked | {("Asking", "Welcome")} | {
        ("Confirming", "StaffCalled"), ("StaffCalled", "Confirming"), ("StaffCalled", "Welcome"), ("Queued", "Welcome"),
    }  # fmt: skip


def unwalked(pages: Sequence[Sequence[str]]) -> set[tuple[str, str]]:
    told = pages_of()
    pairs = {pair for one in pages for pair in pairwise(name for name, _ in groupby(one))}
    return {
        (here, there)
        for here, there in touched()
        if not any((one, other) in pairs for one in told[here] for other in told[there])
    }


@pytest.mark.parametrize("language", LANGUAGES[: share(len(LANGUAGES))])
def test_every_flow_is_walked_by_ear_and_by_keys_alone(language: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    # The path of a socket is short.
    folder = tmp_path_factory.mktemp("b", numbered=True)
    with lobby(folder) as place:
        walked = list(walk.walk(place, language))
    assert [(one.journey, one.trouble) for one in walked if one.trouble] == []
    assert unwalked([one.pages for one in walked]) == set()


def test_the_flows_are_those_of_the_docs() -> None:
    assert len(touched()) >= 30
    assert unwalked([]) == touched()
    assert unwalked([["welcome", "type", "welcome"]]) == touched() - {("Welcome", "Entering"), ("Entering", "Welcome")}
    assert states.Welcome.__name__ in pages_of()


@pytest.mark.parametrize("module", [client, ears])
def test_the_client_knows_nothing_of_a_kiosk(module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text()
    for node in ast.walk(ast.parse(source)):
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
        assert not any(name.startswith(("kiosk", "central", "PySide6")) for name in named), named
        assert all(not name.startswith("tests") or name == "tests.blindfold.ears" for name in named), named


# --- the client gets lost where a kiosk does not speak ----------------------------------------------------------


class Talker:
    """A kiosk of one page: what it reads, what its controls are called, and what it says once one is chosen."""

    def __init__(self, page: Sequence[str], controls: Sequence[str], after: str = "Welcome. Check in here.") -> None:
        self._controls = controls
        self._after = after
        self._place = -1
        self._said = list(page)
        self.chosen: list[int] = []

    def press(self, key: str) -> None:
        if key == DOWN:
            self._place = (self._place + 1) % len(self._controls)
            self._said.append(self._controls[self._place])
        elif key == SELECT:
            self.chosen.append(self._place)
            self._said.append(self._after)

    def heard(self) -> Sequence[str]:
        return self._said


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PATIENCE", 0.1)


def visitor(talker: Talker) -> Client:
    someone = Client(talker, Ears("en"))
    someone._next = 0
    return someone


def test_a_client_finds_by_ear(impatient: None) -> None:
    talker = Talker(["Is this your appointment?"], ["Yes, check me in.", "No, this is not mine."])
    visitor(talker).follow({Sound.IS_THIS_YOURS: [(Choose(Sound.NOT_MINE),)]}, Sound.WELCOME)
    assert talker.chosen == [1]


@pytest.mark.parametrize(
    ("page", "controls", "after"),
    [
        # A page that is not read; a control without its name; a choice after which nothing is said.
        ([], ["Yes, check me in."], "Welcome."),
        (["Is this your appointment?"], ["Button.", "Button."], "Welcome."),
        (["Is this your appointment?"], ["Yes, check me in."], ""),
    ],
)
def test_a_client_is_lost_where_a_kiosk_does_not_say_it(
    impatient: None, page: list[str], controls: list[str], after: str
) -> None:
    with pytest.raises(Lost):
        visitor(Talker(page, controls, after)).follow(
            {Sound.IS_THIS_YOURS: [(Choose(Sound.YES_CHECK_ME_IN),)]}, Sound.WELCOME
        )


def test_a_client_is_lost_where_typing_is_not_echoed(impatient: None) -> None:
    talker = Talker(["Type your personal identity code."], ["1.", "2."], "something else")
    with pytest.raises(Lost, match="did not hear"):
        visitor(talker).follow({Sound.TYPE_IDENTITY: [(Type("2", digits=False),)]}, None)


def test_something_done_by_hand_is_listened_to_afterwards(impatient: None) -> None:
    talker = Talker(["Welcome."], ["Back."])
    visitor(talker).follow({Sound.WELCOME: [(Do(lambda: talker._said.append("You are registered.")),)]}, Sound.ARRIVED)


def test_every_sound_is_a_pattern_for_each_language() -> None:
    for sound in Sound:
        assert len(sound.value) == len(LANGUAGES), sound
        for language in LANGUAGES:
            Ears(language).hear(sound, "")
