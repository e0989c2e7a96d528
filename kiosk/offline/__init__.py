"""THE MEMORY: one encrypted SQLite database, shared by the two processes of a kiosk.

Each table has one writer. ``kiosk screen`` writes ``fact``, ``arrival``, ``taken_back`` and ``counter``; ``kiosk sync``
writes ``receipt``, ``attempt``, ``outbox``, ``appointment``, ``identifier``, ``annulled``, ``unread``, ``queue``,
``lease``, ``feed`` and ``site``; ``kiosk enrol`` writes ``enrolling`` and ``enrolment``, before either runs.
"""
