"""What a client can switch on, in the combinations that look different."""

from collections.abc import Mapping

from kiosk.checkin.comfort import Comfort, Contrast

MODES: Mapping[str, Comfort] = {
    "usual": Comfort(),
    "dark": Comfort(contrast=Contrast.DARK),
    "light": Comfort(contrast=Contrast.LIGHT),
    "speech-and-calm": Comfort(speech=True, calm=True),
    "low": Comfort(low=True),
    "large": Comfort(large=True),
    "large-and-low": Comfort(large=True, low=True),
}

LAID_OUT_ALIKE = frozenset({"dark", "light", "speech-and-calm"})
"""Where everything stands as it usually does; only colours and ticks differ."""
