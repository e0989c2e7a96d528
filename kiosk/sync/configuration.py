"""Whether a configuration of the centre is believed: who signed it, for whom, its turn, and whether it can be used.

The judgement is pure: nothing is kept here but by the ``ConfigurationStore``, before any page is applied.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from kiosk.checkin.configuration import Refusal, Refused, Trust, Version, out_of_turn
from kiosk.checkin.site import Site
from kiosk.ports import ConfigurationStore
from kiosk.sync import messages, news, site_rules
from kiosk.sync.site_rules import SiteRulesError

_BODY = msgspec.json.Decoder(messages.ConfigurationBody)
_HANDOVER = msgspec.json.Decoder(messages.HandoverBody)
_UNREADABLE = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)

Fits = Callable[[Site], object]
"""Tries rules out, and raises whatever serving by them would raise."""


class _Registry(jws.JWSRegistry):
    """Takes documents as large as a site with its drawings is."""

    max_payload_length = messages.MOST_OF_A_CONFIGURATION * 4 // 3 + 4


_REGISTRY = _Registry(algorithms=[messages.SIGNED_WITH])


@dataclass(frozen=True)
class Judged:
    """What is to be done about a record: take ``site`` as ``version``, or keep that it was ``refused``, or nothing.

    ``trust`` is by what the next one is to be judged.
    """

    trust: Trust
    site: Site | None = field(default=None, repr=False)
    version: Version | None = None
    refused: Refused | None = None


class _RefusedError(Exception):
    def __init__(self, refusal: Refusal, number: int | None = None, digest: str = "") -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.number = number
        self.digest = digest


@dataclass(frozen=True)
class Judge:
    """``site`` is this kiosk's own, ``languages`` those it speaks; ``program`` is its version."""

    site: str
    languages: Collection[str]
    fits: Fits
    program: str = ""

    def judge(self, raw: msgspec.Raw | bytes, trust: Trust, before: Refused | None) -> Judged:
        """The word on a record of the kind ``site`` or ``configuration``. ``before`` is what was refused last."""
        mark = hashlib.sha256(bytes(raw)).hexdigest()
        if before is not None and before.settles(mark, "", self.program):
            return Judged(trust)
        try:
            return self._believed(_signed(raw), trust, before)
        except _RefusedError as error:
            refused = Refused(error.refusal.value, mark, error.digest, error.number, self.program)
        except _UNREADABLE:
            refused = Refused(Refusal.MALFORMED.value, mark, program=self.program)
        return Judged(trust, refused=refused)

    def _believed(self, record: messages.ConfigurationRecord, trust: Trust, before: Refused | None) -> Judged:
        key = led(trust.key, record)
        payload = opened(record.signed, key, messages.CONFIGURATION_TYPE)
        body = _body(payload)
        digest = hashlib.sha256(payload).hexdigest()
        if body.site != self.site:
            raise _RefusedError(Refusal.OTHER_SITE)
        refusal = out_of_turn(trust, body.number, digest)
        if refusal is not None:
            raise _RefusedError(refusal, body.number, digest)
        followed = replace(trust, key=key)
        if before is not None and before.condemns(digest, self.program):
            return Judged(followed)
        site = self._usable(body, digest)
        version = Version(body.number, digest, body.made_at)
        return Judged(Trust(key, body.number, digest), site, version)

    def _usable(self, body: messages.ConfigurationBody, digest: str) -> Site:
        """The rules that it holds. Raises ``_RefusedError`` where nobody can be served by them."""
        try:
            rules = messages.decode_content(body.content)
            if rules.id != self.site:
                raise _RefusedError(Refusal.OTHER_SITE)
            site = news.site_of(rules, self.languages)
            site_rules.check(rules, "")
        except news.UnfitSiteError as error:
            raise _RefusedError(Refusal(str(error)), body.number, digest) from error
        except SiteRulesError as error:
            raise _RefusedError(Refusal.RULES, body.number, digest) from error
        except _UNREADABLE as error:
            raise _RefusedError(Refusal.CONTENT, body.number, digest) from error
        try:
            self.fits(site)
        except Exception as error:  # whatever it is, no client shall meet it
            raise _RefusedError(Refusal.PAGES, body.number, digest) from error
        return site


class Believing:
    """Judges by what is kept, and keeps what follows from it."""

    def __init__(self, kept: ConfigurationStore, judge: Judge) -> None:
        self._kept = kept
        self._judge = judge

    def trust(self) -> Trust | None:
        """By what configurations are believed now; ``None`` on a kiosk that has no key."""
        return self._kept.trust()

    def judge(self, raw: msgspec.Raw, trust: Trust) -> Judged:
        """The word on a record."""
        return self._judge.judge(raw, trust, self._kept.refused())

    def keep(self, before: Trust, judged: Judged) -> bool:
        """Keep by what the next one is judged; ``False`` where another one was judged meanwhile."""
        return judged.trust == before or self._kept.believe(before, judged.trust)


def opened(text: str, key: Mapping[str, str], kind: str) -> bytes:
    """What a JWS of this ``typ`` says, once it is known to be signed with ``key``. Raises ``_RefusedError``."""
    public = _key(key)
    if public is None:
        raise _RefusedError(Refusal.UNKNOWN_KEY)
    try:
        found = jws.extract_compact(text.encode(), registry=_REGISTRY)
        headers = found.headers()
        named, said = headers.get("typ"), headers.get("kid")
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _RefusedError(Refusal.MALFORMED) from error
    if named != kind:
        raise _RefusedError(Refusal.MALFORMED)
    if said != public.thumbprint():
        raise _RefusedError(Refusal.UNKNOWN_KEY)
    try:
        good = jws.validate_compact(found, public, registry=_REGISTRY)
    except (JoseError, ValueError, TypeError) as error:
        raise _RefusedError(Refusal.BAD_SIGNATURE) from error
    if not good:
        raise _RefusedError(Refusal.BAD_SIGNATURE)
    return found.payload or b""


def led(key: Mapping[str, str], record: messages.ConfigurationRecord) -> Mapping[str, str]:
    """The key to which the hand-overs of a record lead from this one; each counts that the key before it signed."""
    for text in record.handovers:
        try:
            following = _HANDOVER.decode(opened(text, key, messages.HANDOVER_TYPE)).configuration_key
        except (_RefusedError, *_UNREADABLE):
            # One that leads from a key which this kiosk left long ago, or something else.
            continue
        if _key(following) is not None:
            key = following
    return key


def _signed(raw: msgspec.Raw | bytes) -> messages.ConfigurationRecord:
    record = messages.decode_record(raw)
    if not isinstance(record, messages.ConfigurationRecord):
        raise _RefusedError(Refusal.UNSIGNED)
    return record


def _body(payload: bytes) -> messages.ConfigurationBody:
    try:
        body = _BODY.decode(payload)
    except _UNREADABLE as error:
        raise _RefusedError(Refusal.MALFORMED) from error
    if body.version != messages.VERSION:
        raise _RefusedError(Refusal.UNKNOWN_VERSION)
    return body


def _key(jwk: Mapping[str, str]) -> OKPKey | None:
    """The public key, where it is one of Ed25519."""
    public = {name: jwk.get(name, "") for name in ("kty", "crv", "x")}
    if (public["kty"], public["crv"]) != ("OKP", "Ed25519"):
        return None
    try:
        key = OKPKey.import_key(dict(public))
        key.thumbprint()
        # What is no point of the curve is found out here, and not at the first document.
        _ = key.public_key
    except (JoseError, ValueError, TypeError):
        return None
    return key
