"""Running the service: one process, quick to stop, and a log of one JSON object a line."""

import asyncio
import atexit
import gc
import logging
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from types import FrameType
from typing import TextIO, cast

import msgspec
import structlog
import uvicorn
from structlog.typing import Processor

from central import front, lively
from central.configurations import Signing, SigningConfig
from central.ehr import hook
from central.ehr.config import Ehr
from central.kiosk_api import KioskApi
from central.people.settings import PeopleConfig
from central.serving import LimitsConfig, ServeConfig
from central.store import Store, configurations
from kiosk import notify

log = structlog.stdlib.get_logger("central")

_JSON = msgspec.json.Encoder(enc_hook=repr)


def _as_json(event: object, **_: object) -> str:
    return _JSON.encode(event).decode()


_PROCESSORS: Sequence[Processor] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    # In a third of the time that the standard library takes: there is a line for each request.
    structlog.processors.JSONRenderer(serializer=_as_json),
)


class _ByTurn:
    """Writes what was logged in one turn of the event loop with one call at its end, and all else at once.

    A call to the system for each line would hand the interpreter to the thread that writes, and wait to have it back.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lines: list[str] = []
        atexit.register(self._out)

    def write(self, text: str) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            if threading.current_thread() is threading.main_thread():
                self._out()
            self._file.write(text)
            self._file.flush()
            return
        if not self._lines:
            loop.call_soon(self._out)
        self._lines.append(text)

    def flush(self) -> None:
        """Nothing more: see ``write``."""

    def _out(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            self._file.write("".join(lines))
            self._file.flush()


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, before_exit: Callable[[], None], look: Callable[[], Awaitable[object]]
    ) -> None:
        super().__init__(config)
        self._before_exit = before_exit
        self._look = look
        self._telling: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second interrupt waits for nobody. The signal is not raised again: this is no failure."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._telling = asyncio.create_task(lively.tell(self._look, notify.watchdog_seconds()))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        notify.stopping()
        if self._telling is not None:
            self._telling.cancel()
        self._before_exit()
        await super().shutdown(sockets)


class _ToStructlog(logging.Handler):
    """Carries what the server itself has to say. Its tracebacks stay out: they may quote a request."""

    def emit(self, record: logging.LogRecord) -> None:
        log.log(record.levelno, "server", says=record.getMessage().splitlines()[0])


def server(
    store: Store,
    now: Callable[[], datetime],
    addresses: Sequence[str] = (),
    options: ServeConfig | None = None,
    limits: LimitsConfig | None = None,
    people: PeopleConfig | None = None,
    records: Sequence[Ehr] = (),
    signing: SigningConfig | None = None,
) -> uvicorn.Server:
    """The service over an open store, ready to be run on a socket from ``listen``.

    Of ``options`` it takes TLS, proxies and who may read the metrics; of ``records`` who rings when there is news.
    Raises ``OSError`` where certificate or key can't be read, or do not belong together; ``EhrConfigError``;
    ``KeyMissingError`` where the key that signs configurations is not here.
    """
    options = options or ServeConfig()
    # Only here: every command imports this module, and few serve pages.
    from central.pages import every

    signs = Signing(signing)
    with store.reading() as connection:
        signs.key(configurations.held(connection))
    api = KioskApi(store, now, addresses, limits, options.metrics, signs)
    pages = every.house(store, now, api.watch, people, addresses)
    config = uvicorn.Config(
        hook.around(front.joined(api, pages.app()), store, records),
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        # Whoever is believed about where a request came from is named, and nobody else.
        proxy_headers=bool(options.proxies),
        forwarded_allow_ips=list(options.proxies),
        ssl_certfile=options.tls_certificate,
        ssl_keyfile=options.tls_key,
        ssl_context_factory=None if options.tls_certificate is None else _tls,
    )
    config.load()
    return _Server(config, api.watch.close, api.look)


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


def run(
    store: Store,
    now: Callable[[], datetime],
    bound: socket.socket,
    addresses: Sequence[str] = (),
    options: ServeConfig | None = None,
    limits: LimitsConfig | None = None,
    people: PeopleConfig | None = None,
    records: Sequence[Ehr] = (),
    signing: SigningConfig | None = None,
) -> None:
    """Serve on a bound socket till SIGTERM or SIGINT; upon SIGHUP, read the certificate again.

    Raises ``OSError`` and ``KeyMissingError`` as ``server`` does.
    """
    host, port = bound.getsockname()[:2]
    serving = server(store, now, addresses, options, limits, people, records, signing)
    signal.signal(signal.SIGHUP, lambda *_: _renew(serving.config))
    _collect_seldom()
    log.info("started", host=host, port=port, tls=serving.config.is_ssl)
    serving.run(sockets=[bound])
    log.info("stopped")


def _tls(_config: uvicorn.Config, usual: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = usual()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _renew(config: uvicorn.Config) -> None:
    """Take the certificate that lies there now for whoever connects from here on."""
    if config.ssl is None or config.ssl_certfile is None:
        return
    try:
        config.ssl.load_cert_chain(config.ssl_certfile, config.ssl_keyfile)
    except OSError as error:
        log.error("certificate_not_read", error=type(error).__name__)
    else:
        log.info("certificate_read")


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
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _ByTurn(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    logging.getLogger("uvicorn").handlers = [_ToStructlog(logging.WARNING)]
    logging.getLogger("uvicorn").propagate = False
