"""A real window without a screen. Whatever QML complains of fails the test that made it complain."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from kiosk.ui.lettering import register_fonts
from tests.ui.stage_set import Events, StageSet


@pytest.fixture(scope="session")
def qapp_cls() -> type[QGuiApplication]:
    return QGuiApplication


@pytest.fixture(scope="session")
def lettering(qapp: QGuiApplication) -> None:
    register_fonts()


@pytest.fixture(autouse=True)
def no_complaints() -> Iterator[list[str]]:
    complaints: list[str] = []

    def hear(kind: QtMsgType, context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            complaints.append(message)

    before = qInstallMessageHandler(hear)
    yield complaints
    qInstallMessageHandler(before)
    assert complaints == []


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def stage_set(qapp: QGuiApplication, lettering: None, events: Events) -> Iterator[StageSet]:
    stage_set = StageSet(qapp, events)
    yield stage_set
    stage_set.strike()
