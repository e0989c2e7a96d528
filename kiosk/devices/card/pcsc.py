"""The PC/SC service through pyscard's plain functions, with its errors sorted by who has left.

Nothing of pyscard's monitors is used: their threads end for good when the service is restarted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from smartcard import scard

from kiosk.devices.card.apdu import Instruction
from kiosk.devices.card.slots import Look
from kiosk.devices.transport import TransportError

SERVICE_DOWN = "service-down"
"""The key of the ``TransportError`` for a service that does not run; a reader that has left is ``gone``."""

_ANY_READER = "\\\\?PnP?\\Notification"
"""The made-up reader whose state changes when readers come and go (pcsc-lite, SCardGetStatusChange)."""

_OK = scard.SCARD_S_SUCCESS
_SERVICE = frozenset(
    {
        scard.SCARD_E_NO_SERVICE,
        scard.SCARD_E_SERVICE_STOPPED,
        scard.SCARD_E_INVALID_HANDLE,
        scard.SCARD_E_SERVER_TOO_BUSY,
        scard.SCARD_E_NO_MEMORY,
        scard.SCARD_F_COMM_ERROR,
        scard.SCARD_F_INTERNAL_ERROR,
    }
)
_READER = frozenset(
    {scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE, scard.SCARD_E_NO_READERS_AVAILABLE}
)
_PROTOCOLS = {
    scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0,
    scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1,
}


class CardLostError(Exception):
    """The card has left or does not answer; only the state of its slot tells which."""


class BusyError(CardLostError):
    """Somebody else, such as a technician's command, is just talking to the card."""


class Service:
    """A connection to the PC/SC service. Every call raises ``TransportError`` once the service has left."""

    def __init__(self, context: int) -> None:
        self._context = context

    def readers(self) -> list[str]:
        """The slots of all readers, in the service's order."""
        code, names = scard.SCardListReaders(self._context, [])
        if code == scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        _check(code)
        return list(names)

    def look(self, reader: str, since: Look | None, seconds: float) -> Look:
        """The state of a slot: at once without ``since``, else when it differs from that or ``seconds`` have passed.

        It returns early too where readers come or go. Raises ``TransportError("gone")`` where the slot has left.
        """
        before = scard.SCARD_STATE_UNAWARE if since is None else since.state
        code, states = scard.SCardGetStatusChange(
            self._context, int(seconds * 1000), [(reader, before), (_ANY_READER, scard.SCARD_STATE_UNAWARE)]
        )
        if code == scard.SCARD_E_TIMEOUT and since is not None:
            return since
        _check(code)
        _, state, atr = states[0]
        seen = Look(state, bytes(atr))
        if seen.gone:
            raise TransportError("gone")
        return seen

    @contextmanager
    def card(self, reader: str) -> Iterator[Callable[[bytes], bytes]]:
        """Power the card and have it alone: gives a function that sends a command and returns the answer.

        Raises ``CardLostError``, here and when sending.
        """
        code, handle, protocol = scard.SCardConnect(
            self._context, reader, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        if code == scard.SCARD_E_SHARING_VIOLATION:
            raise BusyError
        if code != _OK:
            _lost(code)
        try:
            yield lambda command: _send(handle, _PROTOCOLS[protocol], command)
        finally:
            # pcscd powers it off by itself. Told to do so after a card was pulled, it calls the slot empty for good.
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)


@contextmanager
def service() -> Iterator[Service]:
    """Connect to the PC/SC service. Raises ``TransportError("service-down")`` where it does not run."""
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
    if code != _OK:
        raise TransportError(SERVICE_DOWN)
    try:
        yield Service(context)
    finally:
        scard.SCardReleaseContext(context)


def _send(handle: int, header: int, command: bytes) -> bytes:
    if command[1] not in list(Instruction):
        # The last door: nothing that could count as a try of a PIN ever passes it.
        raise ValueError("instruction")
    code, answer = scard.SCardTransmit(handle, header, list(command))
    if code != _OK:
        _lost(code)
    if not answer:
        # A card that is pulled in the middle leaves an empty answer.
        raise CardLostError
    return bytes(answer)


def _check(code: int) -> None:
    if code != _OK:
        raise TransportError("gone" if code in _READER else SERVICE_DOWN)


def _lost(code: int) -> NoReturn:
    if code in _SERVICE or code in _READER:
        _check(code)
    raise CardLostError
