"""The typeface, shipped with the product so that every machine draws the same."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FAMILY = "Noto Sans"
FONTS = Path(__file__).parent / "fonts"


def register_fonts() -> None:
    """Make the shipped fonts known to Qt and the first of them everybody's default."""
    for path in sorted(FONTS.glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"the shipped font {path.name} cannot be read")
    font = QFont(FAMILY)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    QGuiApplication.setFont(font)
