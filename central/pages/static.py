"""The files that pages need: read once, addressed by what is in them, so that browsers may keep them for good."""

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from central.pages import headers

_FOLDER = Path(__file__).parent / "static"
_LETTERS = Path(__file__).parent.parent.parent / "kiosk" / "ui" / "fonts"
"""The letters of the kiosk, which the same package carries; without them the browser takes its own."""
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_TYPES |= {".ttf": "font/ttf", ".woff2": "font/woff2", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".ogg": "audio/ogg"}


class Static:
    """All files of the folder ``static`` of a kind that pages use, and the letters."""

    def __init__(self) -> None:
        found = [path for path in (*sorted(_FOLDER.iterdir()), *_LETTERS.glob("NotoSans-*")) if path.suffix in _TYPES]
        self._files = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in found}
        self._marks = {name: hashlib.sha256(body).hexdigest()[:12] for name, (body, _) in self._files.items()}

    def address(self, name: str) -> str:
        """Where a file is had. Raises ``KeyError`` where there is none."""
        return f"/static/{name}?v={self._marks[name]}"

    async def serve(self, request: Request) -> Response:
        """The file, for good where it is asked for by its mark."""
        name = str(request.path_params["name"])
        if name not in self._files:
            return Response(status_code=404, headers=headers.ALWAYS)
        body, kind = self._files[name]
        marked = request.query_params.get("v") == self._marks[name]
        kept = "public, max-age=31536000, immutable" if marked else "public, max-age=3600"
        return Response(body, media_type=kind, headers=headers.ALWAYS | {"Cache-Control": kept, "Vary": "Accept"})
