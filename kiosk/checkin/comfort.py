"""How a client wants to use the screen: larger, in contrast, lower, by ear, without motion. It ends with the visit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Contrast(StrEnum):
    """The palettes: the usual one, and two of the highest contrast, light letters on dark and dark ones on light."""

    USUAL = "usual"
    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True)
class Comfort:
    """What is switched on. ``low`` keeps every control in the lowest part of the screen; ``calm`` stops all motion."""

    large: bool = False
    contrast: Contrast = Contrast.USUAL
    low: bool = False
    speech: bool = False
    calm: bool = False


AS_USUAL = Comfort()

LARGE = "comfort-large"
CONTRAST = "comfort-contrast"
LOW = "comfort-low"
SPEECH = "comfort-speech"
CALM = "comfort-calm"

SWITCHES: Mapping[str, str] = {
    LARGE: "large",
    CONTRAST: "contrast",
    LOW: "low",
    SPEECH: "speech",
    CALM: "calm",
}
"""What may be chosen on every page, in the order in which it stands there, and what of ``Comfort`` it switches."""

_AFTER = {Contrast.USUAL: Contrast.DARK, Contrast.DARK: Contrast.LIGHT, Contrast.LIGHT: Contrast.USUAL}


def is_on(comfort: Comfort, choice: str) -> bool:
    """Whether what this choice of ``SWITCHES`` switches is on."""
    name = SWITCHES[choice]
    return bool(getattr(comfort, name) != getattr(AS_USUAL, name))


def after(comfort: Comfort, choice: str) -> Comfort:
    """What is on after a choice of ``SWITCHES``. Contrast goes round: usual, dark, light, usual."""
    if choice == CONTRAST:
        return replace(comfort, contrast=_AFTER[comfort.contrast])
    name = SWITCHES[choice]
    switched: dict[str, Any] = {name: not getattr(comfort, name)}
    return replace(comfort, **switched)
