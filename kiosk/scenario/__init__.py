"""Scenarios: written plays that drive a whole kiosk of real processes. Tests, drills and the demo share them."""
