"""Running the service: one process, quick to stop, and a log of one JSON object a line."""

import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from types import FrameType

import structlog
import uvicorn
from structlog.typing import Processor

from central.kiosk_api import KioskApi
from central.store import Store

log = structlog.stdlib.get_logger("central")

_PROCESSORS: Sequence[Processor] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(),
)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, before_exit: Callable[[], None]) -> None:
        super().__init__(config)
        self._before_exit = before_exit

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second interrupt waits for nobody. The signal is not raised again: this is no failure."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_exit()
        await super().shutdown(sockets)


class _ToStructlog(logging.Handler):
    """Carries what the server itself has to say. Its tracebacks stay out: they may quote a request."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, "server", says=record.getMessage().splitlines()[0])


def server(store: Store, now: Callable[[], datetime], addresses: Sequence[str] = ()) -> uvicorn.Server:
    """The service over an open store, ready to be run on a socket from ``listen``."""
    api = KioskApi(store, now, addresses)
    config = uvicorn.Config(
        api.app(),
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    return _Server(config, api.watch.close)


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; port 0 takes any free one. Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named does asyncio set TCP_NODELAY; without it every answer is 40 ms late.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    return bound


def run(store: Store, now: Callable[[], datetime], bound: socket.socket, addresses: Sequence[str] = ()) -> None:
    """Serve on a bound socket till SIGTERM or SIGINT."""
    host, port = bound.getsockname()[:2]
    _collect_seldom()
    log.info("started", host=host, port=port)
    server(store, now, addresses).run(sockets=[bound])
    log.info("stopped")


def _collect_seldom() -> None:
    """A batch makes thousands of objects that all live till its answer: looking for rubbish meanwhile only costs."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def log_line(event: str, **named: str) -> None:
    """One line of the same log from a command that serves nobody."""
    one = structlog.wrap_logger(structlog.PrintLogger(sys.stderr), _PROCESSORS, structlog.BoundLogger)
    one.info(event, **named)


def log_to_stderr() -> None:
    """One JSON object a line on stderr. Only what is named in a call is logged, never a body."""
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn").handlers = [_ToStructlog(logging.WARNING)]
    logging.getLogger("uvicorn").propagate = False
