"""``docs/sync-protocol.md`` and the code say the same."""

import re
from pathlib import Path

import pytest

from central import operations
from central.arrivals import Reason
from central.operations import OPERATIONS
from central.problems import STATUS, Key
from kiosk.checkin import faults
from kiosk.checkin.configuration import Refusal
from kiosk.checkin.facts import Verdict
from kiosk.checkin.hybrid_clock import COUNTER_BITS, ClockQuality
from kiosk.sync import answers, client, messages
from kiosk.sync.answers import Course
from kiosk.sync.pacing import LONGEST
from kiosk.sync.room import GROWTH, LEAST, REMEMBERED
from kiosk.sync.sending import MOST_REFUSALS, SUSPECTS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sync-protocol.md").read_text()
KNOWN_FAULTS = {one.code for one in vars(faults).values() if isinstance(one, faults.Fault)}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.id)
def test_every_address_is_described(operation: operations.Operation) -> None:
    assert f"`{operation.method} {operation.path}`" in DOCUMENT


@pytest.mark.parametrize("key", Key)
def test_every_problem_is_described(key: Key) -> None:
    assert re.search(rf"^\| `{key}` \| {STATUS[key][0]} \|", DOCUMENT, re.MULTILINE)


def test_no_problem_is_described_that_there_is_not() -> None:
    described = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", DOCUMENT, re.MULTILINE)
    assert {(key, int(status)) for key, status in described} == {(key.value, STATUS[key][0]) for key in Key}


@pytest.mark.parametrize("word", [*Verdict, *Reason, *ClockQuality, *sorted(answers.NOT_OF_THE_FACTS)])
def test_every_word_of_the_protocol_is_described(word: str) -> None:
    assert f"`{word}`" in DOCUMENT


@pytest.mark.parametrize("refusal", Refusal)
def test_every_reason_to_refuse_a_configuration_is_described(refusal: Refusal) -> None:
    assert re.search(rf"^\| `{refusal}` \| [^|\d]+ \|$", DOCUMENT.partition("## 15")[2], re.MULTILINE)


@pytest.mark.parametrize("course", Course)
def test_every_course_is_described(course: Course) -> None:
    assert f"**{course}**" in DOCUMENT


def test_every_status_in_the_table_has_the_course_that_it_says() -> None:
    rows = re.findall(r"^\| ((?:\d{3}|any other)[^|]*) \| [^|]*\*\*(\w+)\*\*[^|]*\|", DOCUMENT, re.MULTILINE)
    assert len(rows) >= 8
    for which, course in rows:
        for status in map(int, re.findall(r"\b\d{3}\b", which.partition(";")[0])):
            # How long is in a header, and so not in the table of statuses.
            expected = Course.WAIT if "Retry-After" in which else Course(course)
            assert answers.rule(status).course is expected, (which, status)


def test_every_fault_in_it_is_of_the_catalogue() -> None:
    named = set(re.findall(r"`((?:centre|facts|certificate)-[a-z]+)`", DOCUMENT))
    assert {"centre-refuses", "centre-unreachable", "centre-nonsense", "facts-refused"} <= named <= KNOWN_FAULTS


def test_the_figures_are_those_of_the_code() -> None:
    assert (messages.MOST_FACTS, operations.LARGE, operations.SMALL) == (2000, 4 << 20, 64 << 10)
    assert (client.LARGEST_ANSWER, client.ANSWER_SECONDS, client.CONNECT_SECONDS) == (32 << 20, 15, 3)
    assert (LONGEST, answers.LONGEST_ASKED, REMEMBERED) == (300, 300, 600)
    assert (LEAST, GROWTH, SUSPECTS, MOST_REFUSALS) == (2, 8, 2, 64)
    assert (messages.LONGEST_WAIT, COUNTER_BITS) == (50, 16)


def test_it_says_must_and_should() -> None:
    assert "RFC 2119" in DOCUMENT
    assert DOCUMENT.count("MUST") > 30
    assert DOCUMENT.count("stateDiagram-v2") >= 2
