"""Two network namespaces with a cable between them, whose packets the kernel really delays or drops.

What the machine has decides how: ``netem`` (delay and loss), else a token bucket too small for what is sent, which
drops too. Both need root and network namespaces.
"""

import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

NETEM = "netem delay 40ms 10ms loss 10%"
BUCKET = "tbf rate 2mbit burst 1600 limit 3200"
"""2 Mbit/s, and room for two packets that wait: of a burst, the rest is dropped."""
KIOSK, CENTRE = "10.213.7.1", "10.213.7.2"


class NoNamespacesError(Exception):
    """This machine does not let us have them; the message says what is missing."""


@dataclass(frozen=True)
class Cable:
    """The namespaces at its two ends, and how packets are lost on it."""

    kiosk: str
    centre: str
    loss: str

    def at_kiosk(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.kiosk)

    def at_centre(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.centre)

    def dropped(self) -> int:
        """Packets dropped so far, both ways."""
        said = [_run(*at, "tc", "-s", "qdisc", "show", "dev", "line") for at in (self.at_kiosk(), self.at_centre())]
        return sum(int(count) for count in re.findall(r"dropped (\d+)", " ".join(said)))

    def hush(self) -> None:
        """What the centre sends vanishes; what is sent to it still comes."""
        _run(*self.at_centre(), "ip", "route", "add", "blackhole", f"{KIOSK}/32")

    def unhush(self) -> None:
        """It is heard again."""
        _run(*self.at_centre(), "ip", "route", "del", "blackhole", f"{KIOSK}/32")


@contextmanager
def cable() -> Iterator[Cable]:
    """Raises ``NoNamespacesError``."""
    for tool in ("ip", "tc"):
        if shutil.which(tool) is None:
            raise NoNamespacesError(f"no {tool} (Debian: iproute2)")
    mark = secrets.token_hex(3)
    names = f"kiosk-{mark}", f"centre-{mark}"
    made: list[str] = []
    try:
        for name in names:
            _run("ip", "netns", "add", name)
            made.append(name)
        _run("ip", "link", "add", "line", "netns", names[0], "type", "veth", "peer", "name", "line", "netns", names[1])
        for name, address in zip(names, (KIOSK, CENTRE), strict=True):
            within = ("ip", "netns", "exec", name)
            _run(*within, "ip", "address", "add", f"{address}/24", "dev", "line")
            for device in ("lo", "line"):
                _run(*within, "ip", "link", "set", device, "up")
        yield Cable(*names, _lossy(names))
    finally:
        for name in made:
            _run("ip", "netns", "del", name)


def _lossy(names: tuple[str, str]) -> str:
    for loss in (NETEM, BUCKET):
        try:
            for name in names:
                _run("ip", "netns", "exec", name, "tc", "qdisc", "replace", "dev", "line", "root", *loss.split())
        except NoNamespacesError:
            continue
        return loss
    raise NoNamespacesError("the kernel has neither netem nor tbf")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise NoNamespacesError(f"{' '.join(command[:6])}: {done.stderr.strip()}")
    return done.stdout
