"""A printer on USB of the printer class, through libusb. Its status comes back through the bulk endpoint.

Only its errors without a device have been tried here: see ADR 10.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from kiosk.devices.transport import Connection, TransportError

_PRINTER_CLASS = 7
_BULK_BYTES_PER_SECOND = 200_000.0
"""What full speed USB printers take in at the least."""
_CHUNK = 4096
_TIMEOUT = 110
"""``ETIMEDOUT``: the one error that means nothing but "not yet"."""


@dataclass(frozen=True)
class UsbTransport:
    """A device by its vendor and product, and by its serial number where there are two alike."""

    vendor: int
    product: int
    serial: str | None = None

    @property
    def name(self) -> str:
        """Vendor and product in hex."""
        return f"{self.vendor:04x}:{self.product:04x}"

    @property
    def bytes_per_second(self) -> float:
        """The cable is never what a printer waits for."""
        return _BULK_BYTES_PER_SECOND

    @contextmanager
    def open(self) -> Iterator[Connection]:
        """Claim the printer. Raises ``TransportError("refused")`` where it, or libusb, is not there."""
        # Loaded late: no other kind of printer needs it.
        core: Any = importlib.import_module("usb.core")
        util: Any = importlib.import_module("usb.util")
        device: Any = None
        try:
            found = core.find(find_all=True, idVendor=self.vendor, idProduct=self.product)
            device = next((one for one in found or () if self.serial in (None, one.serial_number)), None)
            if device is None:
                raise TransportError("refused", device=self.name)
            try:
                yield self._claimed(device, util)
            finally:
                with suppress(core.USBError):
                    device.reset()
        except core.NoBackendError:
            raise TransportError("refused", device=self.name, missing="libusb") from None
        except (core.USBError, ValueError) as error:
            raise TransportError("refused", device=self.name, errno=getattr(error, "errno", None)) from None
        finally:
            if device is not None:
                util.dispose_resources(device)

    def _claimed(self, device: Any, util: Any) -> "_UsbConnection":
        interface = util.find_descriptor(device.get_active_configuration(), bInterfaceClass=_PRINTER_CLASS)
        if interface is None:
            raise TransportError("refused", device=self.name, missing="printer class")
        number = interface.bInterfaceNumber
        # The kernel's own driver (usblp) holds it until it is asked to let go.
        if device.is_kernel_driver_active(number):
            device.detach_kernel_driver(number)
        util.claim_interface(device, number)
        ends = {util.endpoint_direction(end.bEndpointAddress): end for end in interface}
        if len(ends) < 2:
            raise TransportError("refused", device=self.name, missing="a way back")
        return _UsbConnection(ends[util.ENDPOINT_OUT], ends[util.ENDPOINT_IN], self.name)


class _UsbConnection:
    def __init__(self, out: Any, back: Any, name: str) -> None:
        self._out = out
        self._back = back
        self._name = name
        self._read = bytearray()
        self._failure: type[OSError] = importlib.import_module("usb.core").USBError

    def read(self, most: int, timeout: float) -> bytes:
        until = monotonic() + timeout
        while not self._read:
            try:
                self._read += self._back.read(self._back.wMaxPacketSize, max(1, round((until - monotonic()) * 1000)))
            except self._failure as error:
                if error.errno != _TIMEOUT:
                    raise self._gone(error) from None
            if monotonic() >= until:
                break
        given = bytes(self._read[:most])
        del self._read[:most]
        return given

    def write(self, data: bytes, timeout: float) -> None:
        until = monotonic() + timeout
        left = memoryview(data)
        while left:
            rest = until - monotonic()
            if rest <= 0:
                raise TransportError("timeout", device=self._name)
            try:
                left = left[self._out.write(bytes(left[:_CHUNK]), max(1, round(rest * 1000))) :]
            except self._failure as error:
                if error.errno != _TIMEOUT:
                    raise self._gone(error) from None

    def discard_input(self) -> None:
        while self.read(_CHUNK, 0):
            pass

    def _gone(self, error: Exception) -> TransportError:
        return TransportError("gone", device=self._name, errno=getattr(error, "errno", None))
