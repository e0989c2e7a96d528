"""Calls as they are said aloud, in the languages of the clients: sound made here by espeak-ng where it is installed.

These sentences stand beside the catalogues of the pages, because clients have more languages than staff do.
"""

import shutil
import subprocess
from functools import cache, lru_cache

from kiosk.checkin.wording import Spelled, Text
from kiosk.texts.aloud import say_aloud

SENTENCES = {
    "fi": "Numero {number}. Huone {room}.",
    "sv": "Nummer {number}. Rum {room}.",
    "en": "Number {number}. Room {room}.",
    "ru": "Номер {number}. Кабинет {room}.",
    "et": "Number {number}. Tuba {room}.",
    "ar": "الرقم {number}. الغرفة {room}.",
}
"""By language. There is no Somali voice: those clients are called in the first language of the site."""
VOICES = {"fi": "fi", "sv": "sv", "en": "en-gb", "ru": "ru", "et": "et", "ar": "ar"}
WORDS_A_MINUTE = 130
"""Slower than talk: it is heard through a lobby."""
SECONDS = 5.0


@cache
def program() -> str | None:
    """Where the voice is; ``None`` where none is installed."""
    return shutil.which("espeak-ng")


def sentence(number: str, room: str, language: str) -> str:
    """What is said: the number letter by letter and figure by figure. Raises ``KeyError``."""
    spelled = say_aloud(Text("spelled", {"of": Spelled(number)}), language)
    return SENTENCES[language].format(number=spelled, room=room)


def tongue(language: str, of_site: list[str]) -> str:
    """The language in which somebody is called: theirs where it can be said, else the first of the site that can."""
    return next((one for one in (language, *of_site) if one in SENTENCES), "fi")


@lru_cache(maxsize=200)
def sound(number: str, room: str, language: str) -> bytes | None:
    """The sentence as a WAV file; ``None`` where there is no voice, or it fails. It blocks for some 30 ms."""
    voice = program()
    if voice is None:
        return None
    line = [voice, "-v", VOICES[language], "-s", str(WORDS_A_MINUTE), "-a", "160", "-b", "1", "--stdout"]
    text = sentence(number, room, language).encode()
    try:
        made = subprocess.run(line, input=text, capture_output=True, check=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return made.stdout or None
