"""What a command that a person gave leaves behind: a line on standard error, and the same in the system's own log."""

import sys
import syslog

import structlog
from structlog.typing import Processor

from kiosk import logs


class _Both:
    """Writes each line to both."""

    def warning(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)
        syslog.syslog(syslog.LOG_WARNING, line)


def note(process: str, event: str, **named: object) -> None:
    """One JSON object, in the form of all our logs, with whatever looks like an identity code taken out."""
    processors: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        logs.hide_identities,
        structlog.processors.JSONRenderer(),
    ]
    structlog.wrap_logger(_Both(), processors, structlog.BoundLogger).warning(event, process=process, **named)
