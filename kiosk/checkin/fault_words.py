"""What is said of a fault, in words not yet said: to the receptionist, the technician, and in the docs."""

from kiosk.checkin.faults import Fault, Mender, Part, Recheck, Severity, Works
from kiosk.checkin.wording import Text


def sentence(fault: Fault) -> Text:
    """What is the matter."""
    return Text(f"fault.{fault.code}.sentence")


def action(fault: Fault) -> Text:
    """What whoever mends it does, step by step."""
    return Text(f"fault.{fault.code}.action")


def part(part: Part) -> Text:
    """The name of a part, as it stands in the middle of a sentence."""
    return Text(f"part.{part.value}")


def severity(severity: Severity) -> Text:
    """How grave."""
    return Text(f"severity.{severity.value}")


def mender(mender: Mender) -> Text:
    """Who mends it."""
    return Text(f"mender.{mender.value}")


def works(works: Works) -> Text:
    """What still works."""
    return Text(f"works.{works.value}")


def recheck(recheck: Recheck) -> Text:
    """How it is found out that it has gone."""
    return Text(f"recheck.{recheck.value}")
