"""One file for each revision, ``rNNNN_what.py``, each resting on the one before. None is changed once it was released.

``python -m tests.migrations WHAT`` writes the next one from what the tables say by then.
"""
