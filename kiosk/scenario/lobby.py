"""The lobby on the stage: somebody of the staff who calls a number to a room, and the display that everybody sees."""

import re
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from urllib.error import URLError
from urllib.parse import urlencode

from kiosk.scenario.stagehand import StageError

_SHOWN = re.compile(r'class="big number">([^<]*)<.*?class="big room">.*?</span>([^<]*)<', re.DOTALL)


class Caller:
    """Somebody at a browser, signed in at the centre by a link that works once."""

    def __init__(self, centre: str, link: str) -> None:
        self._centre = centre
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._send("/sign-in/link", {"code": link.strip().partition("code=")[2]})

    def call(self, site: str, number: str, room: str) -> None:
        """Call a number to a room. Raises ``StageError``."""
        self._send(f"/calling/{site}/seat", {"room": room})
        self._send(f"/calling/{site}/call", {"number": number})

    def _send(self, path: str, form: Mapping[str, str]) -> None:
        body, headers = urlencode(form).encode(), {"Sec-Fetch-Site": "same-origin"}
        request = urllib.request.Request(self._centre + path, body, headers)  # noqa: S310 - the stage's own
        try:
            self._opener.open(request, timeout=10).close()
        except URLError as error:
            raise StageError(f"{path} is refused: {error}") from None


def displayed(centre: str, site: str, area: str) -> tuple[str, str] | None:
    """Number and room of the newest call on the display of an area; ``None`` where there is none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{centre}/display/{site}/{area}", timeout=10) as answer:
            found = _SHOWN.search(answer.read().decode())
    except URLError as error:
        raise StageError(f"no display: {error}") from None
    return (found[1], found[2]) if found else None
