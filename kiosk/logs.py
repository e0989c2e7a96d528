"""Logs: one JSON object a line on standard error. No identity code and no name, ever.

No caller logs an identifier; should one slip into a message, the last processor takes it out.
"""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

_LIKE_A_CODE = re.compile(r"[0-9]{6}[-+A-FU-Ya-fu-y]?[0-9]{3}[0-9A-Ya-y]")
HIDDEN = "<hidden>"


def set_up(process: str) -> None:
    """Let this process log as ``process``."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Never the local variables: on a crash they hold keys, tokens and scans.
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            _name(process),
            hide_identities,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


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
