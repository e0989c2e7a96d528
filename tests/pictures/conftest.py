"""Qt with the shipped typeface."""

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.ui.lettering import register_fonts


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture(scope="session")
def lettering(qapp: QGuiApplication) -> None:
    register_fonts()
