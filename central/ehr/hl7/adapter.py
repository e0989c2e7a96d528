"""HL7 v2 over MLLP as a health record system."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Event
from zoneinfo import ZoneInfo

import structlog

from central.ehr.adapter import Dead, Inbox, Letter, Outcome, Status, There
from central.ehr.config import Hl7
from central.ehr.hl7.acks import ACCEPTED, ERROR, REJECTED, Reply, reply
from central.ehr.hl7.listener import Listener
from central.ehr.hl7.message import Hl7Message, MalformedError
from central.ehr.hl7.outgoing import message
from central.ehr.hl7.sender import Sender
from central.ehr.hl7.siu import NotForUsError, SiuReader, incoming
from central.store import StoreUnavailableError

log = structlog.get_logger()

ByName = Callable[[], Mapping[str, str]]

_CONTRADICTING = (Status.CANCELLED.value, Status.NOSHOW.value)


class Hl7Adapter:
    """``Adapter`` for HL7 v2."""

    def __init__(
        self,
        config: Hl7,
        now: Callable[[], datetime],
        zones: ByName,
        patterns: ByName,
        statuses: Callable[[list[str]], Mapping[str, str]],
    ) -> None:
        self._config, self._now = config, now
        self._zones, self._patterns, self._statuses = zones, patterns, statuses
        self._inbox: Inbox | None = None
        self.listener = None if config.listen is None else Listener(config.name, config.listen, self._answer)
        self._sender = None if config.send is None else Sender(config.send, config.encoding)

    @property
    def brings(self) -> bool:
        """Whether appointments come in by it."""
        return self._config.appointments and self.listener is not None

    def bring(self, inbox: Inbox, stop: Event) -> None:
        """Listen. Two workers may both do so: the messages themselves tell which is newer."""
        assert self.listener is not None
        self._inbox = inbox
        self.listener.open()
        self.listener.run(stop)

    def deliver(self, letter: Letter) -> Outcome:
        """Send one message under the control id of its letter, however often."""
        assert self._sender is not None
        if not letter.kept and self._config.deliver == "own":
            return Dead("unknown-there")
        return self._sender.tell(message(self._config, letter, self._now()), letter.wire_id)

    def there(self, letters: Sequence[Letter]) -> Mapping[int, There]:
        """What the last message said: that a visit was cancelled or nobody came, and nothing else."""
        known = self._statuses([one.remote for one in letters if one.remote])
        return {one.id: There(Status(known[one.remote])) for one in letters if known.get(one.remote) in _CONTRADICTING}

    def close(self) -> None:
        """Close the line."""
        if self._sender is not None:
            self._sender.close()

    def _answer(self, content: bytes | None) -> bytes | None:
        """Keep a message, and acknowledge it; ``None`` where it could not be kept now."""
        parsed: Hl7Message | None = None
        try:
            if content is None:
                answer = Reply(REJECTED, "too-large")
            else:
                parsed = Hl7Message(content, self._config.encoding)
                answer = self._kept(parsed)
        except MalformedError as error:
            answer = Reply(REJECTED, str(error))
        except StoreUnavailableError:
            log.warning("store_unavailable", ehr=self._config.name)
            return None
        except Exception as error:  # noqa: BLE001 - whatever one message does, the line must live
            log.error("message_failed", ehr=self._config.name, error=type(error).__name__)
            answer = Reply(ERROR, "unforeseen")
        if answer.code != ACCEPTED:
            log.warning("message_refused", ehr=self._config.name, code=answer.code, reason=answer.reason)
        return reply(self._config, parsed, answer, secrets.token_hex(8), self._now())

    def _kept(self, parsed: Hl7Message) -> Reply:
        assert self._inbox is not None
        config = self._config
        if config.strict_receiver and parsed.field("MSH-5") != config.sending[0]:
            return Reply(REJECTED, "other-receiver")
        today = self._now().astimezone(ZoneInfo(config.zone)).date()
        reader = SiuReader(config, today, self._patterns(), self._zones())
        try:
            one = incoming(reader, parsed)
        except NotForUsError as error:
            return Reply(REJECTED if str(error) == "unsupported-event" else ERROR, str(error))
        refused = self._inbox.take([one])
        # It is kept as refused too, for a person here: sending the same again would not better it.
        return Reply(ERROR, next(iter(refused.values()))) if refused else Reply(ACCEPTED)
