"""What a crash leaves in the log."""

import json

import pytest
import structlog

from kiosk import logs


def _crash() -> None:
    canary = "canary-local-4711"
    code = "010594Y9032"
    raise ValueError(f"nothing goes with {code}, {len(canary)} letters")


def test_a_crash_shows_where_and_why_and_no_local_variable(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("drill")
    try:
        _crash()
    except ValueError:
        structlog.get_logger().exception("failed", error="ValueError")
    finally:
        structlog.reset_defaults()
    written = capsys.readouterr().err
    assert "canary" not in written
    assert "Y9032" not in written
    (told,) = json.loads(written)["exception"]
    assert told["exc_type"] == "ValueError"
    assert told["exc_value"] == f"nothing goes with {logs.HIDDEN}, 17 letters"
    assert told["frames"][-1]["name"] == "_crash"
