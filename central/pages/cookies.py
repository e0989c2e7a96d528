"""The cookies: who is signed in, who is at the provider, and the language."""

from starlette.requests import Request
from starlette.responses import Response

LANGUAGE = "language"
_YEAR = 366 * 24 * 3600


def session(request: Request) -> str:
    """The token of the session; empty where there is none."""
    return request.cookies.get(_name("session", request), "")


def keep_session(request: Request, response: Response, token: str) -> None:
    """Till the browser is closed; the centre ends it earlier."""
    _set(request, response, "session", token, None)


def drop_session(request: Request, response: Response) -> None:
    """Signed out."""
    _set(request, response, "session", "", 0)


def state(request: Request) -> str:
    """The state with which this browser went to the provider."""
    return request.cookies.get(_name("state", request), "")


def keep_state(request: Request, response: Response, value: str, seconds: int) -> None:
    """Only the browser that left may come back."""
    _set(request, response, "state", value, seconds)


def keep_language(request: Request, response: Response, language: str) -> None:
    """For a year."""
    secure = request.state.secure
    response.set_cookie(LANGUAGE, language, max_age=_YEAR, httponly=True, samesite="lax", secure=secure)


def _name(what: str, request: Request) -> str:
    # The prefix makes browsers refuse it from a sub-domain, or without TLS (RFC 6265bis, 4.1.3).
    return f"__Host-{what}" if request.state.secure else f"centre-{what}"


def _set(request: Request, response: Response, what: str, value: str, seconds: int | None) -> None:
    secure = request.state.secure
    response.set_cookie(
        _name(what, request), value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )
