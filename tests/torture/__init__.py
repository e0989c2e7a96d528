"""Torture: power cuts, kills and failing system calls against the real programs. ``python -m tests.torture`` runs them.

``recorder.py`` writes down what a process asks of the disk, ``disk.py`` knows what of that a power cut leaves, and
``replay.py`` cuts after every call and has a witness look at what is left.
"""
