"""A rest-hook Subscription (R4) at the server, which has it call our door; the door only makes us look."""

import hashlib
from typing import Any

from central.ehr.adapter import Later
from central.ehr.config import Fhir, Subscription
from central.ehr.fhir.answers import Good, Missing, Resource
from central.ehr.fhir.client import FhirClient, reading
from central.ehr.fhir.reading import text

_ALIVE = ("requested", "active")


def subscribed(config: Fhir, client: FhirClient) -> str:
    """See that the server has our subscription, and that it is alive; empty, or a word on why it has not.

    Raises ``UnreachableError``.
    """
    asked = config.subscription
    if asked is None:
        return ""
    name = f"kiosk-{hashlib.sha256(f'{config.name} {asked.endpoint}'.encode()).hexdigest()[:24]}"
    wanted = _wanted(name, asked, asked.secret_file.read_text().strip())
    version = ""
    match reading(client.read(f"Subscription/{name}")):
        case Good(resource=resource, version=version) if resource is not None:
            if text(resource, "status") in _ALIVE and _same(resource, wanted):
                return ""
        case Later(reason=reason):
            return reason
        case Missing() | Good():
            pass
    answer = client.put(f"Subscription/{name}", wanted, version)
    return "" if isinstance(answer, Good) else getattr(answer, "reason", "refused")


def _wanted(name: str, asked: Subscription, secret: str) -> Resource:
    # Without a payload nothing of anybody travels: it is only said that there is news.
    channel: dict[str, Any] = {"type": "rest-hook", "endpoint": asked.endpoint}
    return {
        "resourceType": "Subscription",
        "id": name,
        "status": "requested",
        "reason": "appointments for check-in kiosks",
        "criteria": asked.criteria,
        "channel": channel | {"header": [f"Authorization: Bearer {secret}"]},
    }


def _same(there: Resource, wanted: Resource) -> bool:
    """The header is not compared: servers may keep secrets to themselves."""
    looked_at = (("criteria",), ("channel", "endpoint"))
    return all(text(there, *path) == text(wanted, *path) for path in looked_at)
