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


@pytest.mark.parametrize(
    "code", ["010594Y9032", "010594-9032", "0105949032", "890101-9896", "198901019896", "38001085718", "99900001N"]
)
def test_whatever_looks_like_somebody_is_hidden_wherever_it_stands(code: str) -> None:
    event = logs.hide_identities(None, "info", {"a": f"x {code}.", "b": [code, {"c": code}], "d": (code,)})
    assert code not in repr(event)


@pytest.mark.parametrize("harmless", ["2026-11-22T07:10:00Z", "A 042", "127.0.0.1:35963", "12345678", "1.2.246.21"])
def test_figures_of_other_kinds_stay(harmless: str) -> None:
    assert logs.hide_identities(None, "info", {"a": harmless}) == {"a": harmless}
