"""A technician's card is known by the fingerprint of its certificate, whatever else the certificate says."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.checkin.card import CardFailure
from kiosk.devices.card import issuers
from kiosk.devices.card.reading import Belief, judge
from kiosk.devices.card.steps import Trail

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CERTIFICATE = b"0\x82\x01\x00 of a technician"


@pytest.mark.parametrize(
    ("known", "result"),
    [
        (CERTIFICATE, CardFailure.TECHNICIAN),
        (CERTIFICATE + b".", CardFailure.UNREADABLE),
        (None, CardFailure.UNREADABLE),
    ],
)
def test_only_the_very_certificate_is_a_technicians(tmp_path: Path, known: bytes | None, result: CardFailure) -> None:
    prints = frozenset() if known is None else frozenset({hashlib.sha256(known).hexdigest()})
    belief = Belief(NOW, issuers.load((), (), accept_tests=False), prints)
    assert judge(CERTIFICATE, belief, Trail()) is result
