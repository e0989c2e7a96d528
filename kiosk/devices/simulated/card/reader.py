"""A virtual card reader behind the real PC/SC service: it can be plugged and pulled, and cards put in and taken out."""

import atexit
import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from kiosk.devices.simulated.card.card import VirtualCard
from kiosk.devices.simulated.card.service import SOCKET_VARIABLE, PcscService
from kiosk.devices.simulated.card.slot import Slot

NAME = "Virtual card reader"
"""What the reader is called; PC/SC adds the numbers of reader and slot."""


class VirtualReader:
    """A reader with two slots, like one with a slot for a SAM. Entering it starts the service and plugs it in.

    Several may be entered at once, each with its own service. Needs root, or a machine that lets users have their own
    namespaces. Raises ``ServiceError`` otherwise.
    """

    def __init__(self) -> None:
        self._plugged = True
        self._up = True

    @property
    def environment(self) -> Mapping[str, str]:
        """What a process needs in its environment to see this reader, and no other."""
        return {SOCKET_VARIABLE: str(self._service.socket)}

    def attach(self) -> None:
        """Let this very process see this reader from the next connection on.

        libpcsclite reads its environment once, at a process's first connection. So there is one link for each process,
        which must be made before that, and which this turns to this reader: a process sees one of them at a time.
        """
        link = _link()
        fresh = link.with_name("new")
        fresh.symlink_to(self._service.socket)
        fresh.replace(link)

    @property
    def occupied(self) -> bool:
        """A card is in the first slot."""
        return self._slots[0].occupied

    def insert(self, card: VirtualCard, slot: int = 0) -> VirtualCard:
        """Put a card in; noticed within half a second. Gives it back."""
        self._slots[slot].insert(card)
        return card

    def remove(self, slot: int = 0) -> None:
        """Take it out; noticed within half a second."""
        self._slots[slot].remove()

    def plug(self) -> None:
        """Put the reader's plug in. The service is down for a moment, as it cannot be told while it runs."""
        self._plugged = True
        self._restart()

    def unplug(self) -> None:
        """Pull the reader's plug; likewise."""
        self._plugged = False
        self._restart()

    def service_down(self, *, crash: bool = False) -> None:
        """Stop the service, or let it crash."""
        self._up = False
        self._service.stop(crash=crash)

    def service_up(self) -> None:
        """Start it again, with the reader as it is plugged."""
        self._up = True
        self._service.start(with_reader=self._plugged)

    def mend(self) -> None:
        """Plugged in, running and empty."""
        for slot in self._slots:
            slot.remove()
        if not self._plugged:
            self.plug()
        self.service_up()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="kiosk-reader-"))
        port, self._holders = _two_ports()
        self._slots = (Slot(port), Slot(port + 1))
        self._service = PcscService(self._folder, port, NAME)
        try:
            self._service.start(with_reader=True)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for slot in self._slots:
            slot.remove()
        self._service.stop()
        for holder in self._holders:
            holder.close()
        shutil.rmtree(self._folder)

    def _restart(self) -> None:
        if self._up:
            self._service.stop()
            self._service.start(with_reader=self._plugged)


@cache
def _link() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pcsc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = folder / "socket"
    os.environ[SOCKET_VARIABLE] = str(link)
    return link


def _two_ports() -> tuple[int, tuple[socket.socket, ...]]:
    """Two free ports in a row, and what keeps them ours while nobody listens there."""
    while True:
        first = _bound(0)
        port: int = first.getsockname()[1]
        try:
            return port, (first, _bound(port + 1))
        except (OSError, OverflowError):
            first.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    # Bound and never listening: with this option, vpcd can bind to it too.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("0.0.0.0", port))  # noqa: S104 - vpcd listens on all addresses, so all must be free
    except OSError:
        bound.close()
        raise
    return bound
