"""Real receivers on loopback: an HTTP server that takes webhooks, and an SMTP server that takes mail."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Hooks:
    """What was posted, each with its headers; ``answers`` are the statuses of the next ones, then 204."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""
        self.hold = threading.Event()
        """Until it is set, nobody is answered."""
        self.hold.set()


@contextmanager
def hooks() -> Iterator[Hooks]:
    """An HTTP server."""
    made = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.hold.wait(20)
            made.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = made.answers.pop(0) if made.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/alarms?token=x"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        made.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


class Box:
    """What came by mail; ``secure`` says of each whether it came encrypted, ``answers`` what the next one is told."""

    def __init__(self) -> None:
        self.came: list[EmailMessage] = []
        self.secure: list[bool] = []
        self.answers: list[str] = []
        self.port = 0

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message."""
        if self.answers:
            return self.answers.pop(0)
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.came.append(message)
        self.secure.append(session.ssl is not None)
        return "250 OK"


class _AnyPort(Controller):
    @property
    def bound(self) -> int:
        """The port."""
        assert isinstance(self.server, asyncio.Server)
        port: int = self.server.sockets[0].getsockname()[1]
        return port

    def _trigger_server(self) -> None:
        """Speak to it once, at the port that it was given."""
        with socket.create_connection(("127.0.0.1", self.bound), 20) as line:
            line.recv(1024)


@contextmanager
def box(pem: Path | None, user: str = "", password: str = "") -> Iterator[Box]:
    """An SMTP server; with a certificate it has STARTTLS and asks for it, with a user for that too."""
    made = Box()
    context = None
    if pem is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem)

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    controller = _AnyPort(
        made,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=pem is not None,
        authenticator=known if user else None,
        auth_required=bool(user),
    )
    controller.start()
    try:
        made.port = controller.bound
        yield made
    finally:
        controller.stop()
