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
    measured = dots_per_inch / 25.4
    return measured if PLAUSIBLE[0] <= measured <= PLAUSIBLE[1] else FALLBACK


def of_a_model(width: int, height: int) -> float:
    """For a window on somebody's desk: it stands for a whole 21.5" screen, drawn smaller."""
    return min(width, height) / REFERENCE_SHORT_SIDE
