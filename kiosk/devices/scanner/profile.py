"""Scanner profiles: what differs between makers, as data.

A probe is a question that changes nothing and that every scanner of its maker answers; replies are matched whole.
"""

import re
from dataclasses import dataclass

from kiosk.devices.scanner import ssi
from kiosk.devices.scanner.dialect import Dialect, Lines


@dataclass(frozen=True)
class ScannerProfile:
    """How one maker's scanners are spoken to; empty bytes where they cannot be told such a thing."""

    probe: bytes = b""
    """A question about its health."""
    reply: bytes = rb"(?!)"
    """A regular expression of a whole reply. Refusals count: whoever refuses is alive and understood the line."""
    envelope: tuple[bytes, bytes] = (b"", b"")
    """What opens and closes a reply that may hold line ends."""
    trigger_on: bytes = b""
    """Read now. Most scanners obey only in their serial, host or level trigger mode."""
    trigger_off: bytes = b""
    packets: bool = False
    """It speaks in packets (Zebra SSI) and wants each acknowledged."""

    def dialect(self, gap: float) -> Dialect:
        """A fresh listener; ``gap`` is the silence in seconds that ends a scan without suffix."""
        if self.packets:
            return ssi.Packets(gap=gap)
        return Lines(gap=gap, reply=re.compile(self.reply, re.DOTALL), envelope=self.envelope)


NONE = ScannerProfile()
"""Any scanner that sends what it reads. Open and silent is all that can be known of it."""

HONEYWELL = ScannerProfile(
    probe=b"\x16M\rCBRENA?.",
    reply=rb"(?i:CBRENA)[0-9]{0,3}[\x05\x06\x15][.!]?",
    trigger_on=b"\x16T\r",
    trigger_off=b"\x16U\r",
)
"""Is Codabar enabled? The command comes back with its value, ACK, ENQ or NAK before its full stop. Source: Voyager
1250g and N431x user's guides, "Serial Programming Commands"; the trigger needs TRGMOD0."""

DATALOGIC = ScannerProfile(
    probe=b"i",
    reply=rb"\x01\x02[^\x04]*\x03\x04",
    envelope=(b"\x01\x02", b"\x03\x04"),
    trigger_on=b"T",
    trigger_off=b"X",
)
"""Identification request, SOH STX … ETX EOT. Source: PowerScan product reference guide, "Host Commands"; Magellan
9300i, appendix E. Software triggers are known of PowerScans only."""

ZEBRA_SSI = ScannerProfile(
    probe=ssi.packet(ssi.REQUEST_REVISION),
    trigger_on=ssi.packet(ssi.START_DECODE),
    trigger_off=ssi.packet(ssi.STOP_DECODE),
    packets=True,
)
"""REQUEST_REVISION, answered by REPLY_REVISION. The trigger needs the host trigger mode."""

NEWLAND = ScannerProfile(
    probe=b"~\x010000@C11ENA*;\x03",
    reply=rb"\x02\x010000[@#][^\x03]{0,200}[\x05\x06\x15];\x03",
    envelope=(b"\x02\x010000", b";\x03"),
    trigger_on=b"~\x010000#SCNTRG1;\x03",
    trigger_off=b"~\x010000#SCNTRG0;\x03",
)
"""Is Code 11 enabled? Source: NLS-HR42 user guide, "Use of Programming Command". SCNTRG is general knowledge, not seen
in a manual; its reply is one like any other."""

PROFILES = {
    "none": NONE,
    "honeywell": HONEYWELL,
    "datalogic": DATALOGIC,
    "zebra-ssi": ZEBRA_SSI,
    "newland": NEWLAND,
}
"""The profiles by the name a configuration gives them."""
