"""Staff at a centre's pages, by the forms that the pages show, pressing again until they are answered."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from random import Random
from threading import Event

import httpx

from kiosk.scenario.stagehand import StageError
from tests.central.rig import SITE
from tests.torture.centre_clients import PATIENCE

_FACT = r"[0-9a-f]{8}-[0-9a-f-]{27}"
_NEXT = re.compile(r'action="[^"]*/next"><input type="hidden" name="line" value="([^"]*)"><input[^>]* value="(\d+)"')
_CALL = re.compile(
    r'/calling/[^"]*/(call|came|missed|again|taken-back)"><input[^>]*value="([^"]+)">(?:<input[^>]*value="(\w+)">)?'
)
_SEE = re.compile(rf"/client/({_FACT})/acknowledge")
_IN = re.compile(rf"/client/({_FACT})/take-in")
_CLIENT = re.compile(rf"/client/({_FACT})\"")
_UNMATCHED = re.compile(rf"/find\?for=({_FACT})")


@dataclass
class StaffBook:
    """What was answered with a redirect, and so is done: by whom is the name; each act by its path and form."""

    name: str
    room: str
    turns: set[int] = field(default_factory=set)
    """Turns of the room that were answered, of ``pressed``, which were tried."""
    pressed: set[int] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    """Numbers that were called or that the page showed as called."""
    asked: int = 0
    """Calls of a number that were pressed."""
    seen: set[str] = field(default_factory=set)
    taken_in: set[str] = field(default_factory=set)
    annulled: set[str] = field(default_factory=set)
    noted: set[str] = field(default_factory=set)
    matched: set[str] = field(default_factory=set)
    acts: int = 0


class Staff:
    """One person in one room, at any of the centres. Not shared between threads."""

    def __init__(self, urls: Sequence[str], name: str, room: str, token: str, chance: Random) -> None:
        self._lines = [
            httpx.Client(
                base_url=url, cookies={"centre-session": token}, headers={"Origin": url}, trust_env=False, timeout=20
            )
            for url in urls
        ]
        self._chance = chance
        self.book = StaffBook(name, room)

    def work(self, stop: Event, pause: float, visits: list[str]) -> None:
        """Act till ``stop``, about once each ``pause`` seconds; ``visits`` are the appointments, as they are booked."""
        self._post(f"/calling/{SITE}/seat", {"room": self.book.room, "line": "", "rule": "arrival"})
        while not stop.is_set():
            if self._chance.random() < 0.6:
                self._call()
            else:
                self._receive(visits)
            stop.wait(self._chance.expovariate(1 / pause))

    def close(self) -> None:
        """Close the lines."""
        for line in self._lines:
            line.close()

    def _call(self) -> None:
        page, drawn = self._page(f"/calling/{SITE}"), self._chance.random()
        here = [found.groups() for found in _CALL.finditer(page)]
        waiting = {number for what, number, _ in here if what == "call"}
        self.book.numbers |= {number for _, number, _ in here} - waiting
        if (lines := _NEXT.findall(page)) and drawn < 0.6:
            line, turn = self._chance.choice(lines)
            line = unescape(line)
            self.book.pressed.add(int(turn))
            if self._post(f"/calling/{SITE}/next", {"line": line, "turn": turn}):
                self.book.turns.add(int(turn))
        elif here and drawn < 0.95:
            what, number, ring = self._chance.choice(here)
            self._press(what, {"number": number} | ({"ring": ring} if ring else {}))
        else:
            self._press("call", {"number": f"Z {self._chance.randrange(1000):03d}"})

    def _press(self, what: str, form: dict[str, str]) -> None:
        self.book.asked += what == "call"
        if self._post(f"/calling/{SITE}/{what}", form) and what == "call":
            self.book.numbers.add(form["number"])

    def _receive(self, visits: list[str]) -> None:
        page, drawn = self._page(f"/reception/{SITE}"), self._chance.random()
        unmatched, room = _UNMATCHED.findall(page), f"/reception/{SITE}"
        if drawn < 0.25 and (found := _SEE.findall(page)):
            self._client("acknowledge", self._chance.choice(found), self.book.seen)
        elif drawn < 0.4 and (found := _IN.findall(page)):
            self._client("take-in", self._chance.choice(found), self.book.taken_in)
        elif drawn < 0.55 and (found := [one for one in _CLIENT.findall(page) if one not in unmatched]):
            fact = self._chance.choice(found)
            if "/annul" in self._page(f"{room}/client/{fact}"):
                self._client("annul", fact, self.book.annulled, {"sure": "yes"})
        elif drawn < 0.8 and unmatched and visits:
            fact, name = self._chance.choice(unmatched), self._chance.choice(visits)
            if self._post(f"{room}/match/{fact}/{name}", {}):
                self.book.matched.add(name)
        elif visits:
            name = self._chance.choice(visits)
            if self._post(f"{room}/arrived/{name}", {"way": self._chance.choice(("desk", "phone"))}):
                self.book.noted.add(name)

    def _client(self, what: str, fact: str, done: set[str], form: dict[str, str] | None = None) -> None:
        if self._post(f"/reception/{SITE}/client/{fact}/{what}", form or {}):
            done.add(fact)

    def _page(self, path: str) -> str:
        answer = self._asked("GET", path, None)
        return answer.text if answer.status_code == 200 else ""

    def _post(self, path: str, form: dict[str, str]) -> bool:
        """Press, again and again till there is an answer. Whether it is that it was done, now or before."""
        answer = self._asked("POST", path, form)
        self.book.acts += 1
        if answer.status_code not in (303, 404):
            raise StageError(f"{self.book.name}: {path} was answered {answer.status_code}")
        return answer.status_code == 303

    def _asked(self, method: str, path: str, form: dict[str, str] | None) -> httpx.Response:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._chance.choice(self._lines).request(method, path, data=form)
            except httpx.HTTPError as error:
                told = type(error).__name__
            else:
                if answer.status_code < 500:
                    return answer
                told = str(answer.status_code)
            if time.monotonic() > ends:
                raise StageError(f"{self.book.name} is not answered: {path} {told}")
            time.sleep(0.05)
