"""One connection to the receiver, on which one message at a time waits for its acknowledgement."""

import socket
import threading
import time

from central.ehr.adapter import Later, Outcome
from central.ehr.config import Send
from central.ehr.hl7.acks import outcome
from central.ehr.hl7.framing import Deframer, Message, framed
from central.ehr.hl7.sockets import connect

LARGEST_ACK = 65_536


class Sender:
    """Kept open between messages; after anything odd it is closed, and the next message opens another."""

    def __init__(self, send: Send, encoding: str) -> None:
        self._send, self._encoding = send, encoding
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def tell(self, content: bytes, control_id: str) -> Outcome:
        """Send one message and wait for its acknowledgement."""
        with self._lock:
            fresh = self._socket is None
            answer = self._once(content, control_id)
            if not fresh and answer == Later("closed"):
                # The receiver may close an idle line: that is no failure, and another line is tried at once.
                answer = self._once(content, control_id)
            if isinstance(answer, Later) and answer.whole:
                self._drop()
            return answer

    def close(self) -> None:
        """Close the line."""
        with self._lock:
            self._drop()

    def _once(self, content: bytes, control_id: str) -> Outcome:
        ends = time.monotonic() + self._send.timeout_seconds
        try:
            if self._socket is None:
                self._socket = connect(self._send)
        except OSError:
            return Later("no-connection")
        deframer = Deframer(LARGEST_ACK)
        try:
            self._socket.settimeout(self._send.timeout_seconds)
            self._socket.sendall(framed(content))
            while (left := ends - time.monotonic()) > 0:
                self._socket.settimeout(left)
                data = self._socket.recv(65_536)
                if not data:
                    self._drop()
                    return Later("closed")
                for piece in deframer.feed(data):
                    if isinstance(piece, Message):
                        return outcome(piece.content, control_id, self._encoding)
        except TimeoutError:
            pass
        except OSError:
            self._drop()
            return Later("closed")
        self._drop()
        return Later("no-acknowledgement")

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
