"""Conversations with a chip without any reader between."""

from collections.abc import Callable
from typing import TypeVar

from kiosk.devices.card.apdu import Conversation, Instruction

T = TypeVar("T")


def talk(conversation: Conversation[T], answer: Callable[[bytes], bytes], most: int = 1000) -> T:
    """Carry it on to its end, which must come within ``most`` commands, all of them harmless."""
    try:
        command = next(conversation)
        for _ in range(most):
            assert command[0] == 0
            assert command[1] in list(Instruction)
            assert 4 <= len(command) <= 5 + 255
            command = conversation.send(answer(command))
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("it never ends")
