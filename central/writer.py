"""Group commit: whatever kiosks wait for goes to the disk in one transaction, and then all get their answers."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from central.store import Connection, Store

MOST_AT_ONCE = 2000
"""Facts, or other requests, in one transaction: nobody waits long for the others, and more would not be quicker."""

Q = TypeVar("Q")
A = TypeVar("A")
Work = Callable[[Connection, Sequence[Q]], Sequence[A]]
"""Answers several requests inside one transaction, in order."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work[Any, Any]
    request: Any
    answer: "Future[Any] | asyncio.Future[Any]"
    weight: int = 1


class Writer:
    """One thread that writes. Use it in a ``with``; leaving it finishes what was handed in.

    ``committed`` is told, in that thread, of each commit: how many requests it answers, and the seconds that it took.
    """

    def __init__(
        self, store: Store, committed: Callable[[int, float], None] = lambda _requests, _seconds: None
    ) -> None:
        self._store = store
        self._committed = committed
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer")

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()

    def submit(self, work: Work[Q, A], request: Q) -> Future[A]:
        """Hand in a request. Its answer comes when it is on the disk for good, or the error that prevented it."""
        answer: Future[A] = Future()
        self._waiting.put(_Job(work, request, answer))
        return answer

    async def ask(self, work: Work[Q, A], request: Q, weight: int = 1) -> A:
        """The same for who waits in an event loop, which is woken once for all the answers of a transaction.

        ``weight`` is as how many of the ``MOST_AT_ONCE`` the request counts.
        """
        answer: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._waiting.put(_Job(work, request, answer, weight))
        return await answer

    def _run(self) -> None:
        job = self._waiting.get()
        while job is not None:
            group, weight = [job], job.weight
            while weight < MOST_AT_ONCE:
                try:
                    job = self._waiting.get_nowait()
                except queue.Empty:
                    job = _NOTHING
                if job is None or job is _NOTHING:
                    break
                group.append(job)
                weight += job.weight
            self._serve([one for one in group if not one.answer.cancelled()])
            if job is not None:
                job = self._waiting.get()

    def _serve(self, group: Sequence[_Job]) -> None:
        try:
            answers = self._commit(group)
        except Exception:  # noqa: BLE001 - whatever it was, it belongs to one request, which is found by trying each
            for job in group:
                self._serve_alone(job)
        else:
            give(group, answers)

    def _serve_alone(self, job: _Job) -> None:
        try:
            answers = self._commit([job])
        except Exception as error:  # noqa: BLE001 - it goes to whoever waits for this answer
            give([job], [error])
        else:
            give([job], answers)

    def _commit(self, group: Sequence[_Job]) -> list[Any]:
        by_work: dict[Work[Any, Any], list[int]] = {}
        for place, job in enumerate(group):
            by_work.setdefault(job.work, []).append(place)
        answers: list[Any] = [None] * len(group)
        began = time.monotonic()
        with self._store.writing() as connection:
            for work, places in by_work.items():
                given = work(connection, [group[place].request for place in places])
                for place, answer in zip(places, given, strict=True):
                    answers[place] = answer
        self._committed(len(group), time.monotonic() - began)
        return answers


def give(group: Sequence[_Job], answers: Sequence[Any]) -> None:
    """Hand out the answers, or the errors in their places, to those who wait."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, answer in zip(group, answers, strict=True):
        if isinstance(job.answer, asyncio.Future):
            by_loop.setdefault(job.answer.get_loop(), []).append((job.answer, answer))
        elif job.answer.set_running_or_notify_cancel():
            _settle(job.answer, answer)
    for loop, settled in by_loop.items():
        loop.call_soon_threadsafe(_settle_all, settled)


def _settle_all(settled: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for waiting, answer in settled:
        if not waiting.done():
            _settle(waiting, answer)


def _settle(waiting: "Future[Any] | asyncio.Future[Any]", answer: object) -> None:
    if isinstance(answer, Exception):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)


_NOTHING = _Job(lambda _connection, requests: requests, None, Future())
