"""Configurations as they are signed: compact JWS (RFC 7515) with Ed25519 (RFC 8032, RFC 9864). Pure: no database."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from joserfc import jws
from joserfc.jwk import OKPKey

from kiosk.sync.messages import (
    CONFIGURATION_TYPE,
    HANDOVER_TYPE,
    MOST_OF_A_CONFIGURATION,
    SIGNED_WITH,
    ConfigurationBody,
    HandoverBody,
    encode,
)

_JWK = msgspec.json.Decoder(dict[str, str])


class _Registry(jws.JWSRegistry):
    max_payload_length = MOST_OF_A_CONFIGURATION * 4 // 3 + 4


_REGISTRY = _Registry(algorithms=[SIGNED_WITH])


def new_key() -> str:
    """A private key as JSON (JWK)."""
    return msgspec.json.encode(OKPKey.generate_key("Ed25519").as_dict(private=True)).decode()


def public_half(key: str) -> dict[str, str]:
    """What kiosks are given of a key. Raises ``ValueError`` where it is none of Ed25519."""
    try:
        jwk = _JWK.decode(key)
        if (jwk["kty"], jwk["crv"]) != ("OKP", "Ed25519"):
            raise ValueError("not a key of Ed25519")
        return {name: jwk[name] for name in ("kty", "crv", "x")}
    except (msgspec.MsgspecError, KeyError) as error:
        raise ValueError("no JWK") from error


def as_text(public: Mapping[str, str]) -> str:
    """A public half as it is kept."""
    return msgspec.json.encode(public, order="sorted").decode()


def is_private(key: str) -> bool:
    """Whether the private half is there too."""
    return "d" in _JWK.decode(key)


def name_of(key: str | Mapping[str, str]) -> str:
    """By what people compare keys: the thumbprint (RFC 7638) of the public half."""
    public = public_half(key) if isinstance(key, str) else key
    return OKPKey.import_key(dict(public)).thumbprint()


def document(key: str, site: str, number: int, made_at: datetime, content: str) -> str:
    """One version of the rules of a site (``content`` is the JSON of its ``SiteRecord``), signed.

    The same version gives the same text, whoever signs it with this key.
    """
    body = ConfigurationBody(site=site, number=number, made_at=made_at, content=msgspec.Raw(content.encode()))
    return _signed(key, CONFIGURATION_TYPE, encode(body))


def hand_over(key: str, following: str, now: datetime) -> str:
    """That configurations are signed with the key ``following`` from now on, signed with the one before it."""
    body = HandoverBody(made_at=now, configuration_key=public_half(following))
    return _signed(key, HANDOVER_TYPE, encode(body))


def _signed(key: str, kind: str, payload: bytes) -> str:
    private = OKPKey.import_key(dict(_JWK.decode(key)))
    header = {"alg": SIGNED_WITH, "typ": kind, "kid": private.thumbprint()}
    return jws.serialize_compact(header, payload, private, registry=_REGISTRY)
