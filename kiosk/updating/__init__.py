"""Updates: a new version beside the old one, tried out, watched, and taken back.

It runs as root, from the factory's version alone. It imports the standard library, cryptography and nothing else of the
kiosk: it must work where that does not.
"""
