"""An assistive keypad: a few keys that can be told apart by touch (EN 301 549, 5.1.6)."""
