"""The load: requests that lie ready in a file, sent over connections that are kept, one at a time on each.

``python -m benchmarks.centre_load HOST PORT FILE CONNECTIONS`` prints what came of it as JSON: ``seconds`` in all,
``processor`` seconds that it spent, ``ms`` that the answers took (50 and 99 of 100), and ``statuses``. Plain sockets
and ``epoll``: what sends shares two cores with what is measured.
"""

import json
import select
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

LENGTH = struct.Struct("<I")
LARGEST = 1 << 20


def write(requests: Iterable[bytes], path: Path) -> None:
    """Put requests down as ``main`` reads them."""
    with path.open("wb") as file:
        for one in requests:
            file.write(LENGTH.pack(len(one)) + one)


def read(path: Path) -> list[bytes]:
    """What ``write`` put down."""
    content, found, place = path.read_bytes(), [], 0
    while place < len(content):
        (length,) = LENGTH.unpack_from(content, place)
        place += LENGTH.size
        found.append(content[place : place + length])
        place += length
    return found


def request(method: str, path: str, host: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a request of HTTP/1.1."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])).encode() + body


class _Connection:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.began = 0.0

    def send(self, what: bytes) -> None:
        self.got = b""
        self.began = time.perf_counter()
        self.socket.sendall(what)

    def receive(self) -> bytes | None:
        """The whole answer, or ``None`` while some of it is missing."""
        came = self.socket.recv(LARGEST)
        if not came:
            raise ConnectionError("the service hung up")
        self.got += came
        head, blank, body = self.got.partition(b"\r\n\r\n")
        if not blank:
            return None
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        return self.got if len(body) >= length else None


def play(host: str, port: int, requests: Sequence[bytes], connections: int) -> dict[str, object]:
    """Send all of them; each connection takes the next one once it has its answer."""
    opened = [_Connection(host, port) for _ in range(min(connections, len(requests)))]
    by_number = {one.socket.fileno(): one for one in opened}
    waiting = iter(requests)
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    took: list[float] = []
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    for one in opened:
        one.send(next(waiting))
    while len(took) < len(requests):
        for number, _ in poll.poll():
            one = by_number[number]
            answer = one.receive()
            if answer is None:
                continue
            took.append(time.perf_counter() - one.began)
            statuses[answer[9:12].decode()] += 1
            following = next(waiting, None)
            if following is not None:
                one.send(following)
    seconds = time.perf_counter() - began
    for one in opened:
        one.socket.close()
    took.sort()
    places = [took[min(len(took) - 1, int(len(took) * share))] * 1000 for share in (0.5, 0.99)]
    return {"seconds": seconds, "processor": time.process_time(), "ms": places, "statuses": dict(statuses)}


if __name__ == "__main__":
    print(json.dumps(play(sys.argv[1], int(sys.argv[2]), read(Path(sys.argv[3])), int(sys.argv[4]))))
