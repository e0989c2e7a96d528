"""Twins: simulated devices that speak the wire, for tests, drills and the demo. They break when they are told to."""
