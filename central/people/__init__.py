"""People who work with the centre: who they are, what they may, and how they came in."""
