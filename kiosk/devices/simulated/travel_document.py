"""The machine-readable rows of documents that nobody has: what a document reader sends of them. ICAO Doc 9303."""

from dataclasses import dataclass

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class TravelDocument:
    """A document's data. Dates are ``YYMMDD``; ``optional`` goes into the (first) optional field, ``-`` and ``+`` as
    fillers, as the standard wants it.
    """  # noqa: D205

    born: str
    optional: str = ""
    number: str = "XA1234567"
    kind: str = "P"
    issuer: str = "FIN"
    nationality: str = "FIN"
    sex: str = "F"
    expires: str = "300101"
    more: str = ""
    """The second optional field of a TD1."""
    names: str = "TESTI<<TEA"

    def td3(self) -> tuple[str, str]:
        """A passport: two rows of 44."""
        number = _filled(self.number, 9)
        optional = _filled(self.optional, 14)
        optional_digit = _digit(optional) if self.optional else "<"
        dates = self._dates()
        end = optional + optional_digit
        head = number + _digit(number)
        second = head + _filled(self.nationality, 3) + dates[0] + self.sex + dates[1] + end
        return self._first(44), second + _digit(head + dates[0] + dates[1] + end)

    def td2(self) -> tuple[str, str]:
        """A larger card: two rows of 36."""
        number, rest = self._number()
        optional = _filled(rest + self.optional, 7)
        dates = self._dates()
        second = number + _filled(self.nationality, 3) + dates[0] + self.sex + dates[1] + optional
        return self._first(36), second + _digit(number + dates[0] + dates[1] + optional)

    def td1(self) -> tuple[str, str, str]:
        """An identity card: three rows of 30."""
        number, rest = self._number()
        optional = _filled(rest + self.optional, 15)
        more = _filled(self.more, 11)
        dates = self._dates()
        first = _filled(self.kind, 2) + _filled(self.issuer, 3) + number + optional
        second = dates[0] + self.sex + dates[1] + _filled(self.nationality, 3) + more
        composite = _digit(number + optional + dates[0] + dates[1] + more)
        return first, second + composite, _filled(self.names, 30)

    def _first(self, width: int) -> str:
        return _filled(_filled(self.kind, 2) + _filled(self.issuer, 3) + self.names, width)

    def _dates(self) -> tuple[str, str]:
        return self.born + _digit(self.born), self.expires + _digit(self.expires)

    def _number(self) -> tuple[str, str]:
        """The number with its check digit, and what of it goes on in the optional field."""
        if len(self.number) <= 9:
            number = _filled(self.number, 9)
            return number + _digit(number), ""
        return self.number[:9] + "<", self.number[9:] + _digit(self.number) + "<"


def _filled(text: str, width: int) -> str:
    return text.upper().replace("-", "<").replace("+", "<").ljust(width, "<")[:width]


def _digit(text: str) -> str:
    total = sum(weight * max(0, _LETTERS.find(letter)) for letter, weight in zip(text, (7, 3, 1) * 30, strict=False))
    return str(total % 10)
