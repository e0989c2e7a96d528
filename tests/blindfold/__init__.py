"""A client who sees nothing: hears what is said, presses keys, and does at this kiosk whatever anybody does."""
