"""Checks come to an end, whatever becomes of them."""

import ctypes
import os
import signal
import time

from kiosk.diagnostics.check import Check, Finding, Source, State, Trouble, run


def test_findings_come_in_the_order_of_the_checks_and_together_take_no_longer_than_the_slowest() -> None:
    def slowly(seconds: float) -> Finding:
        time.sleep(seconds)
        return Finding("slow", measured={"rows": 1})

    began = time.monotonic()
    found = run([Check(f"{number}", lambda: slowly(0.3)) for number in range(6)])
    assert time.monotonic() - began < 1.2
    assert [one.name for one in found] == ["0", "1", "2", "3", "4", "5"]
    assert all(one.state is State.WELL and one.measured == {"rows": 1} and 0.3 <= one.seconds < 1.2 for one in found)


def test_what_a_check_says_comes_through_whole() -> None:
    said = Finding(
        "x", ("printer-paper-out",), {"age": 1.5, "model": "ä", "n": 3, "on": True}, source=Source.TOLD, age=2.0
    )
    (found,) = run([Check("printer", lambda: said)])
    assert found == Finding("printer", said.codes, said.measured, source=Source.TOLD, age=2.0, seconds=found.seconds)
    assert found.state is State.DEGRADED


def _crash() -> Finding:
    raise ValueError("010594Y9032 must not be told")


def _die() -> Finding:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _hang_in_c() -> Finding:
    # Holds the interpreter's lock for ever, as a bad driver does: no thread could ever be got out of this.
    ctypes.PyDLL(None).pause()
    raise AssertionError


def _talk_for_ever() -> Finding:
    return Finding("x", measured={"noise": "x" * (4 << 20)})


def _leave_in_silence() -> Finding:
    os._exit(0)


def test_a_check_that_crashes_dies_or_hangs_is_a_finding_and_the_others_go_on() -> None:
    began = time.monotonic()
    found = run(
        [
            Check("crash", _crash),
            Check("die", _die),
            Check("hang", _hang_in_c, patience=0.5),
            Check("talk", _talk_for_ever),
            Check("silence", _leave_in_silence),
            Check("good", lambda: Finding("good")),
        ]
    )
    assert time.monotonic() - began < 3
    assert [one.trouble for one in found] == [
        Trouble.CRASHED,
        Trouble.CRASHED,
        Trouble.HUNG,
        Trouble.CRASHED,
        Trouble.CRASHED,
        None,
    ]
    assert [one.state for one in found] == [State.UNKNOWN] * 5 + [State.WELL]
    assert found[0].measured["error"] == "ValueError"
    assert str(found[0].measured["place"]).startswith("test_doctor_check.py:")
    assert "Y9032" not in repr(found)
    assert found[2].seconds == 0.5


def test_no_process_is_left_behind() -> None:
    run([Check("hang", _hang_in_c, patience=0.2), Check("good", lambda: Finding("good"))])
    try:
        left = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        left = (0, 0)
    assert left == (0, 0)
