"""The ``[serve]`` and ``[limits]`` of the configuration: where the service is had, by whom, and how much of it."""

import ipaddress
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

LOOPBACK = ("127.0.0.1", "::1", "localhost")

_Port = Annotated[int, Meta(ge=0, le=65535)]
_Rate = Annotated[float, Meta(ge=0)]
_Burst = Annotated[int, Meta(ge=1)]


class ServeConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where to listen, and how the service is addressed.

    ``port`` 0 takes any free one. ``urls`` are how kiosks address this centre, as ``https://centre.example``; behind
    any address but loopback there must be one. With ``tls_certificate`` (PEM, the whole chain) and ``tls_key`` it
    speaks TLS 1.2 and later itself; without them a reverse proxy must, and ``proxies`` are the addresses or networks of
    those whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed. ``metrics`` are the addresses or networks
    that may read ``/metrics``.
    """

    host: str = "127.0.0.1"
    port: _Port = 8080
    urls: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    proxies: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ("127.0.0.1", "::1")

    def __post_init__(self) -> None:
        """Raise ``ValueError`` where it can't be served so."""
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together")
        for one in (*self.proxies, *self.metrics):
            ipaddress.ip_network(one)


class LimitsConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How much one kiosk, or one address without a name, may ask.

    A kiosk may ask ``kiosk_rate`` times a second in the long run and ``kiosk_burst`` times at once; 0 as a rate is no
    limit. A kiosk that has 10,000 facts to send asks less than 100 times. Enrolment, where codes could be guessed, has
    a limit for each address.
    """

    kiosk_rate: _Rate = 50.0
    kiosk_burst: _Burst = 1000
    enrolment_rate: _Rate = 1.0
    enrolment_burst: _Burst = 60
