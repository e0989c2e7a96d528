"""Real HTTP from a server that means no good."""

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kiosk.sync.messages import REQUEST_ID

Answer = tuple[int, bytes] | tuple[int, bytes, Mapping[str, str]]
"""Status and body; and headers, which take the place of the usual ones."""
TOKEN = b'{"access_token": "t", "expires_in": 300}'


class Quiet(ThreadingHTTPServer):
    """Says nothing of a client that hangs up."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def server(
    answer: Callable[[str, int], Answer],
    drip: Callable[[str], float] = lambda _: 0.0,
    bodies: list[bytes] | None = None,
    tls: ssl.SSLContext | None = None,
    *,
    cached: bool = False,
) -> Iterator[tuple[str, list[str]]]:
    """A server that answers the n-th request for a path as ``answer`` says, and the paths it was asked for.

    ``drip`` are the seconds between two bytes of an answer; ``bodies`` takes what was sent; ``tls`` makes it HTTPS.
    ``cached`` answers are those to the first request of all, its id included.
    """
    asked: list[str] = []
    ids: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if bodies is not None:
                bodies.append(body)
            path = self.path.partition("?")[0]
            asked.append(path)
            status, body, *more = answer(path, asked.count(path))
            ids.append(self.headers.get(REQUEST_ID, ""))
            headers = {"Content-Length": str(len(body)), REQUEST_ID: ids[0 if cached else -1]}
            headers |= dict(more[0]) if more else {}
            if status == 0:
                # Gone without an answer.
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.close_connection = int(headers["Content-Length"]) > len(body)
            if pause := drip(path):
                self._drip(pause, body)
            else:
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

        def _drip(self, pause: float, body: bytes) -> None:
            self.flush_headers()
            try:
                for byte in b"X-Slow: yes\r\n\r\n" + body:
                    self.wfile.write(bytes([byte]))
                    gone.wait(pause)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    gone = threading.Event()
    httpd = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        httpd.socket = tls.wrap_socket(httpd.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http{'' if tls is None else 's'}://127.0.0.1:{httpd.server_port}", asked
    finally:
        gone.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()
