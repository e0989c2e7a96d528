"""What a kiosk does while an answer is on its way, in the thread that waits for it: the machine would only be idle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _nothing() -> None:
    pass


_WORK: ContextVar[Callable[[], None]] = ContextVar("work", default=_nothing)


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Within it the first request that is out does ``work`` before it reads its answer, where there is one.

    An error of ``work`` is raised at the end: it is none of the line's, and the answer is not to be lost by it.
    """
    failed: list[Exception] = []

    def once() -> None:
        _WORK.set(_nothing)
        try:
            work()
        except Exception as error:  # noqa: BLE001 - it is raised below
            failed.append(error)

    before = _WORK.set(once)
    try:
        yield
    except Exception:
        if failed:
            raise failed[0] from None
        raise
    finally:
        _WORK.reset(before)
    if failed:
        raise failed[0]


def request_is_out() -> None:
    """The whole request has been handed to the line: do what there is to do."""
    _WORK.get()()
