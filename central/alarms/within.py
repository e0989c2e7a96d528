"""The worker as a part of ``central serve``: there as long as the service is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from central.alarms.settings import AlarmsConfig
from central.store import Store


@contextmanager
def watching(store: Store, settings: AlarmsConfig, now: Callable[[], datetime]) -> Iterator[None]:
    """Look for alarms and tell of them meanwhile, unless another service does."""
    if not settings.watch:
        yield
        return
    # Only here: every command imports the module that serves, and no other looks.
    from central.alarms.worker import working

    with working(store, settings, now):
        yield
