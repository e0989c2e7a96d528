"""Who stands there: a card, or a code typed by hand. Ends in a claim, or with a person who helps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kiosk.checkin import hetu, identity
from kiosk.checkin.card import CardFailure, CardNotRead, CardRead
from kiosk.checkin.identity import Claim, ReadFailure, Scan
from kiosk.checkin.site import Policy
from kiosk.checkin.visit.effects import Find
from kiosk.checkin.visit.events import Chosen, Event, Keyed, TimeUp
from kiosk.checkin.visit.setting import Setting, Step, over
from kiosk.checkin.visit.states import (
    Asking,
    CallBack,
    ChoosingCallBack,
    ChoosingService,
    Closed,
    Confirming,
    Entering,
    HandedOver,
    Identifying,
    Looking,
    NotRead,
    ReadingCard,
    Recording,
    Reporting,
    RequestingCallBack,
    StaffCalled,
    State,
    TakingNumber,
    Told,
    TypingPhone,
    Welcome,
)

Purpose = CallBack | None
_Carried = tuple[str, int, tuple[str, ...], Purpose]
"""Language, failures, earlier numbers and purpose."""

BUSY = Closed | Looking | Recording | Reporting | TakingNumber | RequestingCallBack
"""States that end by themselves at once; a card shown meanwhile is not taken."""


def scanned(state: State, scan: Scan, setting: Setting) -> Step:
    """A card was shown. Whoever stands there now is a new client, unless this visit was waiting for a card."""
    if isinstance(state, BUSY):
        return Step(state)
    carried, policy = _carried(state), _policy(setting)
    language, failures, earlier, purpose = carried or _anew(setting)
    match identity.from_scan(scan, setting.today, policy.code_pattern, policy.local_pattern):
        case Claim() as claim:
            taken = identified(language, claim, failures, earlier, purpose)
        case failure:
            taken = _failed(language, failure, failures, earlier, purpose, setting)
    return replace(taken, over=carried is None)


def inserted(state: State, setting: Setting) -> Step:
    """A card was put into the reader, by a new client likewise."""
    if isinstance(state, BUSY):
        return Step(state)
    carried = _carried(state)
    return Step(ReadingCard(*(carried or _anew(setting))), over=carried is None)


def reading_card(state: ReadingCard, event: Event, setting: Setting) -> Step:
    """The card says who it is, or why it does not."""
    match event:
        case CardRead(claim):
            return identified(state.language, claim, state.failures, state.earlier, state.purpose)
        case CardNotRead(failure):
            return _failed(state.language, failure, state.failures, state.earlier, state.purpose, setting)
        case TimeUp():
            return _failed(
                state.language, CardFailure.UNREADABLE, state.failures, state.earlier, state.purpose, setting
            )
    return Step(state)


def _failed(
    language: str,
    failure: ReadFailure | CardFailure,
    failures: int,
    earlier: tuple[str, ...],
    purpose: Purpose,
    setting: Setting,
) -> Step:
    if failures + 1 >= _policy(setting).failures:
        return Step(HandedOver(language))
    return Step(NotRead(language, failure, failures + 1, purpose, earlier))


def _anew(setting: Setting) -> _Carried:
    return setting.home_language, 0, (), None


def _carried(state: State) -> _Carried | None:
    """What of this visit stands when a card is shown; ``None`` where it is the next client's."""
    if isinstance(state, Asking | StaffCalled):
        state = state.before
    match state:
        case Welcome(language, failures, earlier) | ChoosingService(language, failures, earlier):
            return language, failures, earlier, None
        case ChoosingCallBack(language, failures, earlier):
            return language, failures, earlier, None
        case ReadingCard(language, failures, earlier, purpose):
            return language, failures, earlier, purpose
        case Entering(language=language, failures=failures, earlier=earlier, purpose=purpose):
            return language, failures, earlier, purpose
        case NotRead(language=language, failures=failures, purpose=purpose, earlier=earlier):
            return language, failures, earlier, purpose
        case Identifying(language, purpose, failures, earlier):
            return language, failures, earlier, purpose
        case Confirming(language=language, earlier=earlier):
            return language, 0, earlier, None
        case Told(language=language):
            return language, 0, (), None
    return None


def identified(language: str, claim: Claim, failures: int, earlier: tuple[str, ...], purpose: Purpose) -> Step:
    """A claim was made: on to the roster, or to the phone number of whoever wants to be called."""
    if purpose is not None:
        return Step(TypingPhone(language, claim, purpose))
    return Step(Looking(language, claim, failures=failures, earlier=earlier), (Find(claim),))


def entering(state: Entering, event: Event, setting: Setting) -> Step:
    """The keypad for an identity code, or for the code of an appointment."""
    match event:
        case Keyed(key) if len(key) == 1 and key in allowed_next(state):
            return Step(replace(state, typed=state.typed + key, mistake=False))
        case Chosen("erase"):
            return Step(replace(state, typed=state.typed[:-1], mistake=False))
        case Chosen("type") if state.by_code:
            return Step(replace(state, typed="", mistake=False, by_code=False))
        case Chosen("type-code") if takes_codes(state, _policy(setting)):
            return Step(replace(state, typed="", mistake=False, by_code=True))
        case Chosen("back") if state.purpose is not None:
            return Step(Identifying(state.language, state.purpose, state.failures, state.earlier))
        case Chosen("back"):
            return Step(Welcome(state.language, state.failures, state.earlier))
        case Chosen("ready") if is_complete(state):
            return _handed_in(state, setting)
    return Step(state)


def _handed_in(state: Entering, setting: Setting) -> Step:
    policy = _policy(setting)
    if state.by_code:
        claim = identity.from_typed_code(state.typed, setting.today, policy.code_pattern)
    else:
        claim = identity.from_typed(state.typed, setting.today)
    if claim is not None:
        return identified(state.language, claim, state.failures, state.earlier, state.purpose)
    failures = state.failures + 1
    if failures >= policy.failures:
        return Step(HandedOver(state.language))
    return Step(replace(state, mistake=True, failures=failures))


def takes_codes(state: Entering, policy: Policy) -> bool:
    """Whether the code of an appointment may be typed in place of an identity code.

    Not by whoever wants to be called: one person with two codes would have two open requests.
    """
    return bool(policy.code_pattern) and state.purpose is None


def allowed_next(state: Entering) -> str:
    """The keys that may follow what has been typed."""
    return identity.code_keys(state.typed) if state.by_code else hetu.allowed_next(state.typed)


def is_complete(state: Entering) -> bool:
    """Whether what has been typed can be handed in. How long a code is, only the site's pattern knows."""
    return state.typed != "" if state.by_code else len(state.typed) == hetu.LENGTH


def not_read(state: NotRead, event: Event, setting: Setting) -> Step:
    """Another card, or the keypad."""
    match event:
        case Chosen("finish"):
            return over(setting)
        case Chosen("type"):
            return Step(Entering(state.language, failures=state.failures, earlier=state.earlier, purpose=state.purpose))
    return Step(state)


def _policy(setting: Setting) -> Policy:
    return setting.site.policy if setting.site else Policy()


HANDLERS: Mapping[type, Any] = {Entering: entering, ReadingCard: reading_card, NotRead: not_read}
