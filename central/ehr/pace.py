"""Pauses between attempts, in seconds: doubling, never for ever, and never all at one moment."""

FIRST, LONGEST = 1.0, 300.0


def pause(attempts: int, draw: float) -> float:
    """Before the attempt after ``attempts`` (from 1) failed ones; ``draw`` in 0..1 spreads it over its upper half."""
    most = min(LONGEST, FIRST * 2.0 ** min(attempts - 1, 16))
    return most * (0.5 + draw / 2)
