"""What a printer makes of a text byte: its code page (``ESC t``) and its national letters (``ESC R``)."""

_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    39: "iso8859_2",
    40: "iso8859_15",
    45: "cp1250",
    46: "cp1251",
    51: "cp1257",
}
_NATIONAL_PLACES = "#$@[\\]^`{|}~"
_NATIONAL = {
    1: "#$à°ç§^`éùè¨",
    2: "#$§ÄÖÜ^`äöüß",
    3: "£$@[\\]^`{|}~",
    4: "#$@ÆØÅ^`æøå~",
    5: "#¤ÉÄÖÅÜéäöåü",
    6: "#$@°\\é^ùàòèì",
    9: "#¤ÉÆØÅÜéæøåü",
}


def numbered(page: int) -> int | None:
    """The place of the code page with this number of its own, such as 858; ``None`` where it is not there."""
    return next((place for place, name in _PAGES.items() if name == f"cp{page}"), None)


def decode(text: bytes, page: int, nation: int) -> str:
    """The letters a printer prints for these bytes. A page that it does not have gives its first one."""
    letters = text.decode(_PAGES.get(page, "cp437"), errors="replace")
    national = _NATIONAL.get(nation)
    return letters if national is None else letters.translate(str.maketrans(_NATIONAL_PLACES, national))
