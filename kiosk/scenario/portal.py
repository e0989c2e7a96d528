"""Somebody else's web server where the centre should be: a log-in page that answers whatever is asked."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from kiosk.scenario.stagehand import StageError

PAGE = b"<!doctype html><title>Welcome to the guest network</title><p>Please accept the terms of use."


class Portal:
    """Listens on ``port`` of 127.0.0.1 from entering to leaving. Raises ``StageError`` where that is taken."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __enter__(self) -> Self:
        try:
            self._server = _Server(("127.0.0.1", self._port), _Page)
        except OSError as error:
            raise StageError(f"no guest network on port {self._port}: {error.strerror}") from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="portal", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nobody's trouble."""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class calls it so
        """Nothing."""
