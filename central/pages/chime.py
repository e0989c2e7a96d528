"""``python -m central.pages.chime``: makes ``static/chime.wav``, two struck bells. It is ours, and made of sines."""

import io
import math
import struct
import wave
from pathlib import Path

PATH = Path(__file__).parent / "static" / "chime.wav"
RATE = 22_050
SECONDS = 1.5
STROKES = ((0.0, 659.26), (0.38, 523.25))
"""When each bell is struck, in seconds, and its tone in hertz: E5 and C5, within the range that old ears keep."""
PARTIALS = ((1.0, 0.62, 3.2), (2.0, 0.2, 4.8), (3.01, 0.1, 7.0))
"""Of each tone: how many times its frequency, how loud, and how fast it dies away (1/s)."""


def made() -> bytes:
    """The file."""
    samples = bytearray()
    for place in range(int(RATE * SECONDS)):
        now, level = place / RATE, 0.0
        for struck, tone in STROKES:
            since = now - struck
            if since >= 0:
                rise = min(1.0, since / 0.004)
                level += rise * sum(
                    loud * math.exp(-fast * since) * math.sin(2 * math.pi * tone * times * since)
                    for times, loud, fast in PARTIALS
                )
        end = min(1.0, (SECONDS - now) / 0.05)
        samples += struct.pack("<h", round(max(-1.0, min(1.0, 0.6 * level * end)) * 32_767))
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    return held.getvalue()


if __name__ == "__main__":
    PATH.write_bytes(made())
