"""What a look at a memory found that should not be."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Findings:
    """All zero where everything holds.

    ``lost``: acknowledged and gone. ``doubled``: a number, a place or a fact that is there twice. ``half``: a part of a
    check-in without the rest. ``unreadable``: the memory does not open. ``lied``: told what is not so.
    """

    lost: int = 0
    doubled: int = 0
    half: int = 0
    unreadable: int = 0
    lied: int = 0
    detail: str = field(default="", compare=False)

    @classmethod
    def of(
        cls,
        *,
        lost: Sequence[str] = (),
        doubled: Sequence[str] = (),
        half: Sequence[str] = (),
        lied: Sequence[str] = (),
    ) -> "Findings":
        """From what was found, by name; the first of each kind stays in ``detail``."""
        kinds = {"lost": lost, "doubled": doubled, "half": half, "lied": lied}
        detail = "; ".join(f"{kind}: {', '.join(found[:3])}" for kind, found in kinds.items() if found)
        return cls(len(lost), len(doubled), len(half), 0, len(lied), detail)

    @property
    def clean(self) -> bool:
        """Whether everything holds."""
        return self == Findings()

    def __add__(self, other: "Findings") -> "Findings":
        return Findings(
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.half + other.half,
            self.unreadable + other.unreadable,
            self.lied + other.lied,
            self.detail or other.detail,
        )
