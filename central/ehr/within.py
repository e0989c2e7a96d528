"""The worker as a part of ``central serve``: there as long as the service is, and not at all without a record."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from central.ehr.config import Ehr
from central.store import Store


@contextmanager
def working(store: Store, sections: Sequence[Ehr], now: Callable[[], datetime]) -> Iterator[None]:
    """Read and tell these records meanwhile. Raises ``EhrConfigError``."""
    if not sections:
        yield
        return
    # Only here: most centres that are tried out have no record, and HTTP and HL7 take their time to import.
    from central.ehr.worker import Worker

    worker = Worker(store, sections, now)
    worker.start()
    try:
        yield
    finally:
        worker.stop()
