"""Tells assistive technology that another page stands on the screen, or what is wrong with a field.

Only where there is any: without a screen reader on the accessibility bus Qt says so and nothing is done. It is no part
of the kiosk's own speech. EN 301 549 11.4.1.3 (WCAG 4.1.3), 11.5.2.17.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleTextUpdateEvent

from kiosk.checkin.page import Frame, Page


def announce(window: QObject, page: Page[str], before: Page[str] | None) -> None:
    """Say what ``page`` says anew beside ``before``: its heading, or else the error of its field."""
    if not QAccessible.isActive():
        return
    for message in _news(page, before):
        event = QAccessibleAnnouncementEvent(window, message)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)


def tell_typed(field: QObject | None, typed: str, before: str) -> None:
    """Say that the field shows something else now, character by character (EN 301 549, 11.5.2.15)."""
    if field is not None and typed != before and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleTextUpdateEvent(field, 0, before, typed))


def title(page: Page[str], frame: Frame[str]) -> str:
    """What the window is called: what its page is about, and where (EN 301 549 V4.1.1 11.2.4.2, WCAG 2.4.2)."""
    return f"{' '.join(page.heading.split())} – {frame.site}"


def _news(page: Page[str], before: Page[str] | None) -> list[str]:
    news = []
    if before is None or (page.name, page.heading, page.language) != (before.name, before.heading, before.language):
        news.append(page.heading.replace("\n", " "))
    error = None if page.entry is None else page.entry.error
    if error and (before is None or before.entry is None or before.entry.error != error):
        news.append(error)
    return news
