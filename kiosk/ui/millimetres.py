"""How many pixels make a millimetre."""

FALLBACK = 4.0
"""A 21.5" screen of 1080 × 1920."""

PLAUSIBLE = (2.0, 12.0)
"""From a 43" screen of 1080 lines to a telephone. What a display says about itself is often wrong."""

REFERENCE_SHORT_SIDE = 270.0


def pixels_per_mm(configured: float | None, dots_per_inch: float) -> float:
    """The configured figure, else the screen's own where it is plausible, else the usual one."""
    if configured is not None:
        return configured
    return dots_per_inch / 25.4 if is_known(configured, dots_per_inch) else FALLBACK


def is_known(configured: float | None, dots_per_inch: float) -> bool:
    """Whether ``pixels_per_mm`` is more than a guess."""
    return configured is not None or PLAUSIBLE[0] <= dots_per_inch / 25.4 <= PLAUSIBLE[1]


def of_a_model(width: int, height: int) -> float:
    """For a window on somebody's desk: it stands for a whole 21.5" screen, drawn smaller."""
    return min(width, height) / REFERENCE_SHORT_SIDE
