"""Names and codes of the Finnish profiles."""

from central.ehr.adapter import Status

TICKET_NUMBER = "https://hl7.fi/fhir/finnish-scheduling/StructureDefinition/ticket-number"
FINNISH_STATUS = "https://hl7.fi/fhir/finnish-scheduling/StructureDefinition/ajanvarauksen-tila"
FINNISH_STATUSES = "urn:oid:1.2.246.537.6.881"
"""Ajanvaraus - Ajanvarauksen tila, THL's code set."""

WORDS = {"3": "Varattu", "10": "Ilmoittautunut"}
TO_FINNISH = {Status.BOOKED: "3", Status.ARRIVED: "3", Status.CHECKED_IN: "10"}
"""As in the examples of Finnish Scheduling 2.0.0-rc3: arrived is *Varattu* still, checked in is *Ilmoittautunut*."""
FROM_FINNISH = {
    "4": Status.CANCELLED,
    "6": Status.FULFILLED,
    "7": Status.FULFILLED,
    "9": Status.NOSHOW,
    "10": Status.CHECKED_IN,
}
"""Alkanut (6) means that the encounter has begun. The others say less than FHIR's own status beside them, or are
deprecated (5)."""
