"""Alarms by e-mail: one message for all that is due, in plain words, by SMTP (RFC 5321) of the standard library."""

import smtplib
import ssl
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from central.alarms import words as wording
from central.alarms.channel import NotToldError
from central.alarms.settings import Mail
from central.alarms.words import Names
from central.pages.words import Words
from central.store.alarms import OPENED, Letter

AT_ONCE = 100
"""Letters in one message: where a whole site falls silent nobody wants a message for each kiosk."""


def message(settings: Mail, letters: Sequence[Letter], page: str, now: datetime, names: Names) -> EmailMessage:
    """What is sent: what has begun, then what is over. The same letters make a message with the same id."""
    words = Words(settings.language)
    begun = [one for one in letters if one.event == OPENED]
    over = [one for one in letters if one.event != OPENED]
    made = EmailMessage()
    made["From"], made["To"] = settings.sender, ", ".join(settings.to)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letters[0].alarm.id}.{letters[0].event}@{settings.sender.partition('@')[2]}>"
    # Nobody's automatic answer is wanted (RFC 3834, 5).
    made["Auto-Submitted"] = "auto-generated"
    if len(letters) == 1:
        front = words.say("alarm-mail.begun" if begun else "alarm-mail.over")
        made["Subject"] = f"{front}: {wording.sentence(words, letters[0].alarm, now, names)}"
    elif begun:
        made["Subject"] = words.say("alarm-mail.several", n=len(begun))
    else:
        made["Subject"] = words.say("alarm-mail.several-over", n=len(over))
    made.set_content("\n".join(_lines(words, begun, over, page, now, names)))
    return made


def tell(settings: Mail, letters: Sequence[Letter], page: str, now: datetime, names: Names) -> None:
    """Send one message with all of them. Raises ``NotToldError``."""
    try:
        with _server(settings) as server:
            if settings.user and settings.password_file is not None:
                server.login(settings.user, settings.password_file.read_text().rstrip("\r\n"))
            # Some of them refused is told too: the rest has it, and would get it again.
            server.send_message(message(settings, letters, page, now, names))
    except smtplib.SMTPResponseException as error:
        raise NotToldError(f"smtp-{error.smtp_code}") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotToldError(type(error).__name__) from error


def _server(settings: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=None if settings.authorities is None else str(settings.authorities))
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_seconds, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_seconds)
    if settings.security == "starttls":
        try:
            # Raises where the server has none: never in the clear instead.
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _lines(
    words: Words, begun: Sequence[Letter], over: Sequence[Letter], page: str, now: datetime, names: Names
) -> list[str]:
    lines: list[str] = []
    for key, some in (("alarm-mail.begun", begun), ("alarm-mail.over", over)):
        if not some:
            continue
        lines += [f"{words.say(key)}:", ""]
        for one in some:
            at = one.alarm.opened_at if one.event == OPENED else one.alarm.closed_at or now
            lines.append(f"- {wording.moment(words, at, now)} {wording.sentence(words, one.alarm, now, names)}")
            if one.event == OPENED:
                lines.append(f"  {wording.action(words, one.alarm)}")
        lines.append("")
    return [*lines, *([page, ""] if page else []), words.say("alarm-mail.foot")]
