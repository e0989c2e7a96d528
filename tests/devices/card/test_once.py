from kiosk.checkin.card import CardFailure
from kiosk.devices.card.atr import CardClass
from kiosk.devices.card.issuers import Issuers
from kiosk.devices.card.once import CardReport, read_once
from kiosk.devices.simulated.card.office import CardOffice
from kiosk.devices.simulated.card.reader import VirtualReader
from kiosk.devices.simulated.card.troubles import Trouble
from kiosk.ports import Clock
from tests.devices.card.conftest import Drive


def test_a_technician_learns_how_far_it_came(
    reader: VirtualReader, office: CardOffice, trust: Issuers, clock: Clock
) -> None:
    reader.insert(office.issue("fineid-2023"))
    report = read_once(trust, clock=clock)
    assert report.makes_a_claim
    assert report.card_class is CardClass.CITIZEN_2023
    assert [str(taken) for taken in report.steps] == [
        "application:yes",
        "known-file:yes",
        "certificate-understood:yes",
        "valid-today:yes",
        "issuer-trusted:yes",
        "identifier:yes",
    ]
    for secret in ("99900001", "TESTI", "TEA"):
        assert secret not in repr(report)
    reader.insert(office.issue("unknown"))
    reader.service_down()
    reader.service_up()
    report = read_once(trust, clock=clock)
    assert (report.card_class, report.failure) == (CardClass.UNKNOWN, CardFailure.UNKNOWN)
    assert not any(taken.found for taken in report.steps)


def test_it_always_ends(reader: VirtualReader, office: CardOffice, trust: Issuers, clock: Clock) -> None:
    assert read_once(trust, clock=clock, patience=0.1) == CardReport(service=True, reader=True)
    reader.insert(office.issue("fineid-2023", Trouble.MUTE))
    assert read_once(trust, clock=clock).failure is CardFailure.UNREADABLE
    reader.insert(office.issue("fineid-2023", Trouble.SILENT))
    reader.unplug()
    assert read_once(trust, clock=clock) == CardReport(service=True)
    reader.plug()
    assert read_once(trust, clock=clock, reading=0.2).failure is CardFailure.UNREADABLE
    reader.service_down()
    assert read_once(trust, clock=clock) == CardReport()


def test_it_may_run_beside_the_kiosk(
    drive: Drive, reader: VirtualReader, office: CardOffice, trust: Issuers, clock: Clock
) -> None:
    driven = drive(reading=5.0)
    reader.insert(office.issue("fineid-2023", Trouble.SLOW, pace=0.05))
    assert read_once(trust, clock=clock).makes_a_claim
    driven.until(lambda: len(driven.events) == 2)
