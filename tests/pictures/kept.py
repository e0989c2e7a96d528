"""Where the fingerprints are kept."""

from pathlib import Path

FOLDER = Path(__file__).parent / "fingerprints"


def file_of(language: str) -> Path:
    """One file for each language."""
    return FOLDER / f"{language}.xz"
