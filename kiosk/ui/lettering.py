"""The typeface, shipped with the product so that every machine draws the same."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FAMILY = "Noto Sans"
ARABIC = "Noto Sans Arabic"
FONTS = Path(__file__).parent / "fonts"


def register_fonts() -> None:
    """Make the shipped fonts known to Qt, and the Latin one everybody's default.

    What it does not hold comes from its Arabic companion, whatever else the machine has.
    """
    for path in sorted(FONTS.glob("*.ttf")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"the shipped font {path.name} cannot be read")
    QFont.insertSubstitution(FAMILY, ARABIC)
    font = QFont([FAMILY, ARABIC])
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    QGuiApplication.setFont(font)
