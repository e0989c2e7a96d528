"""The page that a technician prints to see whether a printer is set up well. It holds nothing of any person."""

from kiosk.devices.printer.layout import SlipLine
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.sheet import Sheet

_LETTERS = ("äöå ÄÖÅ é ü ñ €", "š ž õ Š Ž Õ", "Абвгд ежзий Яюэ", "انتظر هنا ۱۲۳")
"""Finnish and Swedish; Estonian; Russian; Arabic, which is drawn."""
_NUMBER = "A 042"
_CODE = "TEST PAGE"


def page(profile: PrinterProfile, name: str) -> bytes:
    """``name`` of the device, letters of each code page, a rule as wide as the paper, a code, and the cut."""
    sheet = Sheet(profile)
    sheet.centred()
    sheet.line(SlipLine("Test page", width=2, height=2, bold=True))
    if name:
        sheet.line(SlipLine(sheet.readable(" ".join(name.split()))[: profile.columns]))
    pages = " ".join(page.name for page in profile.pages)
    sheet.line(SlipLine(f"{profile.dots} dots, {profile.columns} columns"))
    sheet.line(SlipLine(f"{pages}, cut {profile.cut}"))
    sheet.line(SlipLine(""))
    sheet.line(SlipLine(_rule(profile.columns)))
    sheet.line(SlipLine(_NUMBER, width=min(8, profile.columns // len(_NUMBER)), height=8, bold=True))
    for letters in _LETTERS:
        sheet.line(SlipLine(sheet.readable(letters)))
    sheet.line(SlipLine(_rule(profile.columns)))
    sheet.code(_CODE)
    return sheet.cut()


def _rule(columns: int) -> str:
    """A ruler: both its ends must be seen on the paper."""
    inner = (str(at // 10 % 10) if at % 10 == 0 else "." for at in range(1, columns - 1))
    return f"|{''.join(inner)}|"
