"""What an SVG file may not hold, looked for before anything interprets it.

Only forms, words and what drawing programs note about themselves may stand in it. Nothing is fetched, run or expanded:
no document type, no entities, no scripts, no links, no images, no clones (which multiply).
"""

from xml.parsers import expat

MOST_BYTES = 1 << 20
MOST_ELEMENTS = 5000
DEEPEST = 32

_SVG = "http://www.w3.org/2000/svg"
_SEPARATOR = "\n"
_REFUSED = frozenset(
    (
        *("a", "animate", "animateMotion", "animateTransform", "audio", "canvas", "embed", "feImage", "foreignObject"),
        *("iframe", "image", "object", "script", "set", "switch", "symbol", "use", "video"),
    )
)


class DrawingError(ValueError):
    """A drawing cannot be used as it is. The message names the place, in words for whoever drew it."""


def check(drawing: bytes) -> None:
    """Raises ``DrawingError`` where the file is no SVG, is too large, or holds what no plan needs."""
    if len(drawing) > MOST_BYTES:
        raise DrawingError(f"the file is larger than {MOST_BYTES >> 10} KiB: leave out what is not drawn as lines")
    _Look().through(drawing)


class _Look:
    def __init__(self) -> None:
        self._depth = self._count = 0
        self._style = False
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._words

    def through(self, drawing: bytes) -> None:
        try:
            self._parser.Parse(drawing, True)
        except expat.ExpatError as error:
            raise DrawingError(f"it is no SVG: {expat.ErrorString(error.code)} at line {error.lineno}") from None

    def _doctype(self, *_: object) -> None:
        raise DrawingError("it has a document type (<!DOCTYPE>), which no plan needs: save it as plain SVG")

    def _instruction(self, target: str, _: str) -> None:
        raise DrawingError(f"it has an instruction for other programs (<?{target} …?>), which no plan needs")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(_SEPARATOR)
        if self._count == 0 and (space, name) != (_SVG, "svg"):
            raise DrawingError("it is no SVG: the outermost element is not <svg>")
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS or self._depth > DEEPEST:
            raise DrawingError("it has too many parts: leave out what is not needed to find the way")
        if name in _REFUSED:
            raise DrawingError(f"it holds <{name}>: only lines, forms and words may stand on a plan")
        self._style = name == "style"
        for attribute, value in attributes.items():
            plain = attribute.rpartition(_SEPARATOR)[2]
            if plain.lower().startswith("on"):
                raise DrawingError(f"it holds a script ({plain} of <{name}>)")
            if plain in ("href", "src") and not value.startswith("#"):
                raise DrawingError(f"<{name}> leads out of the file ({plain})")
            _only_own(value, name)

    def _end(self, _: str) -> None:
        self._depth -= 1
        self._style = False

    def _words(self, words: str) -> None:
        if self._style:
            if "@" in words or "\\" in words:
                raise DrawingError("its <style> takes in other files or hides what it does")
            _only_own(words, "style")


def _only_own(value: str, name: str) -> None:
    """No style may take anything from outside of the file."""
    for found in value.lower().split("url(")[1:]:
        if not found.lstrip(" '\"").startswith("#"):
            raise DrawingError(f"<{name}> takes something from outside of the file (url)")
