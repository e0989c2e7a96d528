"""THE MEMORY: two encrypted SQLite files, shared by the two processes of a kiosk.

``connection.JOURNAL`` has what must not be lost, ``connection.ROSTER`` what the centre will tell again; no transaction
writes to both.

Each table has one writer. ``kiosk screen`` writes ``fact``, ``arrival``, ``taken_back`` and ``counter``; ``kiosk sync``
writes ``receipt``, ``attempt``, ``outbox``, ``appointment``, ``identifier``, ``annulled``, ``unread``, ``queue``,
``lease``, ``feed`` and ``site``; ``kiosk enrol`` writes ``enrolling`` and ``enrolment``, before either runs.
"""
