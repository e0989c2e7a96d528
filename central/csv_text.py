"""CSV that is safe to open (RFC 4180): a spreadsheet takes no cell of it for a formula. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes what begins so for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True)
class Form:
    """How it is written. A program reads plain CSV; Excel in Finnish wants semicolons, and a mark that it is UTF-8."""

    separator: str = ","
    bom: bool = False

    def line(self, cells: Iterable[object]) -> str:
        """One row with its end."""
        return self.separator.join(_quoted(harmless(str(cell)), self.separator) for cell in cells) + "\r\n"

    @property
    def begins(self) -> str:
        """What stands before everything."""
        return BOM if self.bom else ""


PLAIN, EXCEL = Form(), Form(";", bom=True)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; blanks before one hide none."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip(" \n\u00a0\ufeff").startswith(_FORMULA) else cell


def _quoted(cell: str, separator: str) -> str:
    if any(one in cell for one in (separator, ",", ";", '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
