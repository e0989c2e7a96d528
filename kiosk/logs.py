"""Logs: one JSON object a line on standard error. No identity code and no name, ever.

No caller logs an identifier; should one slip into a message, the last processor takes it out.
"""

import logging
import re
import sys
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

_LIKE_A_CODE = re.compile(
    r"[0-9]{6}[-+A-FU-Ya-fu-y]?[0-9]{3}[0-9A-Ya-y]|(?<![0-9A-Za-z])[0-9]{8}[A-Ya-y](?![0-9A-Za-z])"
)
"""Ten or more digits of an identity code in any of its spellings, or an electronic client identifier (SATU)."""
HIDDEN = "<hidden>"


LINES_KEPT = 200
_newest: deque[tuple[datetime, str, str]] = deque(maxlen=LINES_KEPT)


def newest() -> Sequence[tuple[datetime, str, str]]:
    """The last lines of this process, the newest last: moment, level and event. None of their values are kept."""
    return tuple(_newest.copy())


def set_up(process: str) -> None:
    """Let this process log as ``process``."""
    _newest.clear()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Never the local variables: on a crash they hold keys, tokens and scans.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _name(process),
            hide_identities,
            _keep,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _keep(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    _newest.append((datetime.now(UTC), str(event.get("level", "")), str(event.get("event", ""))))
    return event


def hide_identities(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take whatever looks like an identity code out of every value, however deep it sits."""
    return {key: _hidden(value) for key, value in event.items()}


def _hidden(value: Any) -> Any:
    match value:
        case str():
            return _LIKE_A_CODE.sub(HIDDEN, value)
        case dict():
            return {key: _hidden(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_hidden(inner) for inner in value]
    return value


def _name(process: str) -> structlog.typing.Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {"process": process, **event}

    return add
