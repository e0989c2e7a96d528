"""THE RULES: pure Python. Time, randomness and the world outside come in as arguments."""
