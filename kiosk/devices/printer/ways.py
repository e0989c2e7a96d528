"""From a configured address to the way to the printer."""

import re
from typing import Literal

from kiosk.devices.printer.cups import CupsTransport
from kiosk.devices.printer.usb import UsbTransport
from kiosk.devices.transport import SerialTransport, TcpTransport, Transport

Way = Literal["tcp", "serial", "usb", "cups"]
_USB = re.compile(r"([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(.+))?")


def way_to(kind: Way, address: str, baud: int = 115200) -> Transport:
    """The transport for an address. Raises ``ValueError`` for one that is not understood.

    ``host:port`` for TCP, a device path for serial, ``vendor:product[:serial]`` in hex for USB, a queue for CUPS.
    """
    match kind:
        case "tcp":
            host, _, port = address.rpartition(":")
            if not host:
                raise ValueError(f"{address}: host:port is wanted")
            return TcpTransport(host.strip("[]"), int(port))
        case "serial":
            return SerialTransport(address, baud)
        case "usb":
            found = _USB.fullmatch(address)
            if not found:
                raise ValueError(f"{address}: vendor:product or vendor:product:serial in hex is wanted")
            return UsbTransport(int(found[1], 16), int(found[2], 16), found[3])
        case "cups":
            return CupsTransport(address)
