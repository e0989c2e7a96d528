"""What a scanner's behaviour says of its condition, in silence that passes by hand."""

from kiosk.devices.scanner.condition import FLOOD_BYTES, Condition


def codes(condition: Condition) -> list[str]:
    return [fault.code for fault in condition.faults]


def pass_silence(condition: Condition, seconds: float, step: float = 0.2) -> int:
    """Let silence pass, asking whenever it is time; how often that was."""
    asked = 0
    for _ in range(round(seconds / step)):
        condition.quiet(step)
        if condition.probe_due:
            condition.asked()
            asked += 1
    return asked


def spark(condition: Condition, frames: int = 1) -> None:
    condition.came(b"\xff\x80" * frames)
    condition.garbled(frames)


def test_a_scanner_without_questions_is_never_asked_and_never_silent() -> None:
    condition = Condition(probes=False)
    assert pass_silence(condition, 60) == 0
    assert codes(condition) == []


def test_two_unanswered_questions_make_it_silent_and_one_answer_heals() -> None:
    condition = Condition(probes=True)
    assert pass_silence(condition, 0.4) == 1
    pass_silence(condition, 1.0)
    assert codes(condition) == []
    pass_silence(condition, 1.2)
    assert codes(condition) == ["scanner-silent"]
    # It is asked further, so that it heals by itself.
    assert pass_silence(condition, 8) >= 1
    condition.good()
    assert codes(condition) == []


def test_a_well_scanner_is_silent_within_ten_seconds_and_heals_within_ten() -> None:
    condition = Condition(probes=True)
    pass_silence(condition, 0.4)
    condition.good()
    silent = 0.0
    while not codes(condition):
        pass_silence(condition, 0.2)
        silent += 0.2
    assert 4 < silent < 10
    healing = 0.0
    while pass_silence(condition, 0.2) == 0:
        healing += 0.2
    assert healing < 10


def test_one_unanswered_question_is_no_fault() -> None:
    condition = Condition(probes=True)
    for _ in range(10):
        assert pass_silence(condition, 1.6) <= 2
        condition.good()
        assert codes(condition) == []


def test_nobody_asks_in_the_middle_of_a_scan() -> None:
    condition = Condition(probes=True)
    for _ in range(100):
        condition.came(b"0")
        condition.quiet(0.3)
        assert not condition.probe_due
    condition.quiet(0.1)
    assert condition.probe_due


def test_one_spark_is_no_noise_two_within_ten_seconds_are() -> None:
    condition = Condition(probes=False)
    spark(condition)
    pass_silence(condition, 11)
    spark(condition)
    assert codes(condition) == []
    pass_silence(condition, 8)
    spark(condition)
    assert codes(condition) == ["scanner-noise"]


def test_noise_heals_by_something_good_or_by_quiet() -> None:
    condition = Condition(probes=False)
    spark(condition, 2)
    condition.good()
    assert codes(condition) == []
    spark(condition, 2)
    pass_silence(condition, 4.8)
    assert codes(condition) == ["scanner-noise"]
    pass_silence(condition, 0.4)
    assert codes(condition) == []


def test_noise_without_any_end_is_noise_too() -> None:
    condition = Condition(probes=False)
    for _ in range(20):
        condition.came(b"\x80\xff\x00A" * 10)
    assert codes(condition) == ["scanner-noise"]


def test_noise_explains_why_no_reply_was_understood() -> None:
    condition = Condition(probes=True)
    for _ in range(5):
        pass_silence(condition, 1.6)
        spark(condition)
    assert codes(condition) == ["scanner-noise"]


def test_a_flood_of_noise_is_a_flood_and_no_noise_after_it() -> None:
    condition = Condition(probes=False)
    for _ in range(FLOOD_BYTES // 100 + 1):
        condition.came(b"\xff" * 100)
    assert codes(condition) == ["scanner-flood"]
    pass_silence(condition, 1.2)
    assert codes(condition) == []


def test_a_flood_lasts_as_long_as_it_lasts() -> None:
    condition = Condition(probes=True)
    for _ in range(FLOOD_BYTES // 100 + 1):
        condition.came(b"1" * 100)
    assert codes(condition) == ["scanner-flood"]
    assert condition.flooded
    pass_silence(condition, 0.8)
    assert codes(condition) == ["scanner-flood"]
    assert not condition.probe_due
    pass_silence(condition, 0.4)
    assert codes(condition) == []


def test_scanning_a_whole_day_is_no_flood() -> None:
    condition = Condition(probes=False)
    for _ in range(10_000):
        condition.came(b"010594Y9032\r")
        condition.quiet(0.1)
        condition.good()
        assert codes(condition) == []
