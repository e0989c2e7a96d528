"""The watch over the machine itself: each look is a small object, and one thread goes the rounds."""
