"""THE MEMORY: one encrypted SQLite database, shared by the two processes of a kiosk.

Each table has one writer. ``kiosk screen`` writes ``fact``, ``arrival`` and ``counter``; ``kiosk sync`` writes
``receipt``, ``attempt``, ``appointment``, ``identifier``, ``lease``, ``feed`` and ``site``; ``kiosk enrol`` writes
``enrolment`` once, before either runs.
"""
