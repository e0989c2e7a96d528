"""The ``[retention]`` of the configuration: for how long the centre keeps what tells of a client."""

from datetime import timedelta
from typing import Annotated

from msgspec import Meta, Struct


class RetentionConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Days after which a visit is forgotten, counted from the later of its time and of its last fact.

    ``clients_days`` holds for whatever tells of one client: details of facts, arrivals, calls, appointments, hashes of
    people, letters to health records. ``refused_days`` holds for what was refused, and may be anything.
    """

    clients_days: Annotated[int, Meta(ge=30, le=36500)] = 90
    refused_days: Annotated[int, Meta(ge=7, le=36500)] = 30

    @property
    def clients(self) -> timedelta:
        """``clients_days`` as a span."""
        return timedelta(days=self.clients_days)

    @property
    def refused(self) -> timedelta:
        """``refused_days`` as a span."""
        return timedelta(days=self.refused_days)
