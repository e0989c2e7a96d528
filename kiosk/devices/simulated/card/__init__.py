"""A virtual card reader: the real PC/SC service with virtual cards in it, whose certificates are real ones."""
