"""Talks to the test door of a running ``kiosk screen``: touches what is shown, and reads what was."""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 20.0
GLANCE = 0.02


class StageError(Exception):
    """The stage did not do as told; the message says what was expected and what came."""


@dataclass(frozen=True)
class Shown:
    """One page that the screen has shown; ``n`` counts them from 1 since the screen started."""

    n: int
    name: str
    language: str
    sign: str
    number: str | None
    words: tuple[str, ...]
    picture: str | None


class Stagehand:
    """The test door, opened anew for each request: the screen may be killed in between."""

    def __init__(self, door: Path) -> None:
        self._door = door

    def touch(self, target: str, seconds: float, *, hurry: bool = False) -> None:
        """A real touch on a visible control, as soon as it is there. Raises ``StageError``.

        Without ``hurry`` it waits until the screen would not take it for a double strike.
        """
        ends = time.monotonic() + seconds
        while True:
            answer = self._ask({"do": "touch", "target": target, "hurry": hurry})
            if answer.get("ok"):
                return
            if time.monotonic() > ends:
                raise StageError(f"could not touch {target}: {answer.get('why')}")
            time.sleep(GLANCE)

    def strike(self, key: str) -> None:
        """A key of the keypad, by its name (docs/keypad.md), or a character that it types. Raises ``StageError``."""
        answer = self._ask({"do": "key", "key": key})
        if not answer.get("ok"):
            raise StageError(f"could not strike {key}: {answer.get('why')}")

    def heard(self, since: int = 0) -> list[str]:
        """What was begun to be said after the first ``since`` utterances."""
        return [str(words) for words in self._ask({"do": "heard", "since": since})["heard"]]

    def shown(self, since: int = 0) -> list[Shown]:
        """The pages shown after the first ``since``."""
        pages = self._ask({"do": "shown", "since": since})["pages"]
        return [Shown(**{**page, "words": tuple(page["words"])}) for page in pages]

    def is_there(self) -> bool:
        """Whether the screen answers and has shown a page."""
        try:
            return bool(self.shown())
        except (OSError, StageError):
            return False

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(ANSWER_SECONDS)
            door.connect(str(self._door))
            door.sendall(json.dumps(request).encode() + b"\n")
            with door.makefile("rb") as answers:
                line = answers.readline()
        if not line:
            raise StageError("the screen closed its door without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as ``condition`` holds. Raises ``StageError`` naming ``what`` after ``seconds``."""
    ends = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends:
            raise StageError(f"{what}: not within {seconds:g} s")
        time.sleep(GLANCE)
