"""The centre with a mistake in it, made on purpose, for the kills to find. ``TORTURE_WEAKNESS`` names the mistake."""
