"""What kiosks and people wrote is shown as it is: it neither formats, nor stops, nor moves the reader's cursor."""

from datetime import UTC, datetime

import pytest
from rich.table import Table

from central.cli.printing import console, local


def test_text_from_outside_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("Forced")
    table.add_row("disk broken [/dev/sda] [red]")
    table.add_row("\x1b[2J:boom:")
    console().print(table)
    shown = capsys.readouterr().out
    assert "disk broken [/dev/sda] [red]" in shown
    assert "?[2J:boom:" in shown
    assert "\x1b" not in shown


def test_the_end_of_time_can_be_shown() -> None:
    assert local(datetime.max.replace(tzinfo=UTC), {"s": "Europe/Helsinki"}, "s").startswith("9999-12-31")
