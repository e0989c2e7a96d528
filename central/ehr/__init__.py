"""Health record systems: their appointments come in, arrivals go out, and both sides are compared."""
