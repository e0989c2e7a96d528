"""Where the edges of the product lead into the simulation."""

import logging
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import structlog
from requests import sessions
from sqlcipher3 import dbapi2

from central import feed, kiosk_api, openapi, watch
from kiosk.composition import memory
from kiosk.offline import mending, stamping
from kiosk.ports import Clock
from kiosk.sync import client
from tests.simulation import disk as disks
from tests.simulation.centre import in_line
from tests.simulation.disk import here
from tests.simulation.machine import Process
from tests.simulation.network import NoWire
from tests.simulation.templates import Workplace


@contextmanager
def simulated() -> Iterator[Workplace]:
    """Where runs take place: the edges of the product lead into the simulation in here."""
    document = openapi.document()
    before = structlog.get_config()
    structlog.configure(
        processors=[],
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.ReturnLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    with ExitStack() as stack:
        for target, name, value in (
            (dbapi2, "connect", disks.connect),
            (kiosk_api, "run_in_threadpool", in_line),
            (openapi, "document", lambda: document),
            (watch, "GLANCE", 10.0),
            (sessions, "HTTPAdapter", NoWire),
            (client, "_Line", NoWire),
            (stamping, "boot" if hasattr(stamping, "boot") else "_boot", _boot),
            (feed, "PAGE", 5),
            (random, "SystemRandom", _chance),
            (memory, "clock_from_environment", _clock),
            (mending, "secrets", _Secrets),
        ):
            stack.enter_context(patch.object(target, name, value))
        stack.callback(structlog.configure, **before)
        yield stack.enter_context(Workplace())


def _boot() -> str:
    process = getattr(here, "process", None)
    return f"{process.machine.name} {process.machine.clock.boots}" if process is not None else ""


def _clock() -> Clock:
    process: Process = here.process
    return process.machine.clock


class _Secrets:
    """``secrets`` of a program that runs in here."""

    @staticmethod
    def token_bytes(count: int) -> bytes:
        return _chance().randbytes(count)


def _chance() -> random.Random:
    process = getattr(here, "process", None)
    return process.chance if process is not None else random.Random(0)
