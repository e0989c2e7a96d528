"""Group commit: whatever kiosks wait for goes to the disk in one transaction, and then all get their answers."""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from central.store import Connection, Store

MOST_AT_ONCE = 256
"""Requests in one transaction, so that nobody waits long for the others."""

Q = TypeVar("Q")
A = TypeVar("A")
Work = Callable[[Connection, Sequence[Q]], Sequence[A]]
"""Answers several requests inside one transaction, in order."""


@dataclass(frozen=True)
class _Job:
    work: Work[Any, Any]
    request: Any
    answer: Future[Any]


class Writer:
    """One thread that writes. Use it in a ``with``; leaving it finishes what was handed in."""

    def __init__(self, store: Store) -> None:
        self._store = store
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

    def _run(self) -> None:
        job = self._waiting.get()
        while job is not None:
            group = [job]
            while len(group) < MOST_AT_ONCE:
                try:
                    job = self._waiting.get_nowait()
                except queue.Empty:
                    job = _NOTHING
                if job is None or job is _NOTHING:
                    break
                group.append(job)
            self._serve([one for one in group if one.answer.set_running_or_notify_cancel()])
            if job is not None:
                job = self._waiting.get()

    def _serve(self, group: Sequence[_Job]) -> None:
        try:
            self._commit(group)
        except Exception:  # noqa: BLE001 - whatever it was, it belongs to one request, which is found by trying each
            for job in group:
                self._serve_alone(job)

    def _serve_alone(self, job: _Job) -> None:
        try:
            self._commit([job])
        except Exception as error:  # noqa: BLE001 - it goes to whoever waits for this answer
            job.answer.set_exception(error)

    def _commit(self, group: Sequence[_Job]) -> None:
        by_work: dict[Work[Any, Any], list[_Job]] = {}
        for job in group:
            by_work.setdefault(job.work, []).append(job)
        with self._store.writing() as connection:
            answers = {work: work(connection, [job.request for job in jobs]) for work, jobs in by_work.items()}
        for work, jobs in by_work.items():
            for job, answer in zip(jobs, answers[work], strict=True):
                job.answer.set_result(answer)


_NOTHING = _Job(lambda _connection, requests: requests, None, Future())
