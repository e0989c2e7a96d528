"""The accessibility tree as a screen reader gets it: over D-Bus, by the interfaces of AT-SPI 2."""

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, Properties, message_bus, new_method_call

PATIENCE = 20.0
REGISTRY = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
LISTENERS = ("org.a11y.atspi.Registry", "/org/a11y/atspi/registry")
ACCESSIBLE, ACTION, COMPONENT, TEXT = (
    f"org.a11y.atspi.{name}" for name in ("Accessible", "Action", "Component", "Text")
)
STATES = {
    4: "checked",
    8: "enabled",
    11: "focusable",
    12: "focused",
    24: "sensitive",
    25: "showing",
    30: "visible",
    41: "checkable",
    43: "read-only",
}
"""Those of ``AtspiStateType`` that matter here, by their bit."""
ON_SCREEN = 0
"""Of ``GetExtents``: in the coordinates of the screen."""

Where = tuple[str, str]


@dataclass(frozen=True)
class Node:
    """One object of the tree, its words in one line.

    ``extents`` are left, top, width and height in pixels of the screen; ``text`` is its content.
    """

    where: Where
    id: str
    role: str
    name: str
    description: str
    states: frozenset[str]
    actions: tuple[str, ...]
    extents: tuple[int, int, int, int]
    text: str = field(repr=False)


class Tree:
    """Asks on the accessibility bus, and hears what is announced there."""

    def __init__(self, bus: Any) -> None:
        self._bus = bus
        self._announced: deque[Any] = deque()
        rule = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member="Announcement")
        bus.send_and_get_reply(message_bus.AddMatch(rule), timeout=PATIENCE)
        bus.filter(rule, queue=self._announced)
        self._changed: deque[Any] = deque()
        for member in ("StateChanged", "TextChanged"):
            changes = MatchRule(type="signal", interface="org.a11y.atspi.Event.Object", member=member)
            bus.send_and_get_reply(message_bus.AddMatch(changes), timeout=PATIENCE)
            bus.filter(changes, queue=self._changed)
        # Applications tell only what somebody has asked the registry for.
        for event in ("object:announcement", "object:state-changed", "object:text-changed"):
            self._ask(LISTENERS, "org.a11y.atspi.Registry", "RegisterEvent", "sass", (event, [], ""))

    def application(self, name: str) -> Where:
        """Where the application of that name begins, as soon as it is there."""
        ends = time.monotonic() + PATIENCE
        while True:
            for where in self._children(REGISTRY):
                if self._property(where, "Name") == name:
                    return where
            assert time.monotonic() < ends, f"{name} is not on the accessibility bus"
            time.sleep(0.02)

    def shown(self, where: Where) -> Iterator[Node]:
        """What is below it and shown, in its order."""
        for child in self._children(where):
            states = self._states(child)
            if "showing" in states:
                yield self._node(child, states)
            yield from self.shown(child)

    def act(self, node: Node, action: str) -> None:
        """Have it done, as a screen reader does when its user asks for it."""
        answered = self._ask(node.where, ACTION, "DoAction", "i", (node.actions.index(action),))
        assert answered == (True,)

    def changes(self) -> list[tuple[str, str, int]]:
        """What has changed since the last question: the path of the object, ``focused``, ``insert`` …, and how."""
        self._ask(REGISTRY, ACCESSIBLE, "GetRole")
        told = [(message.header.fields[HeaderFields.path], *message.body[:2]) for message in self._changed]
        self._changed.clear()
        return told

    def focus(self, node: Node) -> None:
        """Ask for the focus to be there."""
        self._ask(node.where, COMPONENT, "GrabFocus")

    def announced(self) -> list[str]:
        """What was announced since the last question, oldest first."""
        self._ask(REGISTRY, ACCESSIBLE, "GetRole")
        heard = [message.body[3][1] for message in self._announced]
        self._announced.clear()
        return heard

    def _node(self, where: Where, states: frozenset[str]) -> Node:
        (interfaces,) = self._ask(where, ACCESSIBLE, "GetInterfaces")
        actions = self._ask(where, ACTION, "GetActions")[0] if ACTION in interfaces else ()
        extents = (
            self._ask(where, COMPONENT, "GetExtents", "u", (ON_SCREEN,))[0] if COMPONENT in interfaces else (0,) * 4
        )
        return Node(
            where,
            self._property(where, "AccessibleId"),
            self._ask(where, ACCESSIBLE, "GetRoleName")[0],
            _line(self._property(where, "Name")),
            self._property(where, "Description"),
            states,
            tuple(name for name, _, _ in actions),
            extents,
            _line(self._ask(where, TEXT, "GetText", "ii", (0, -1))[0]) if TEXT in interfaces else "",
        )

    def _children(self, where: Where) -> list[Where]:
        return list(self._ask(where, ACCESSIBLE, "GetChildren")[0])

    def _states(self, where: Where) -> frozenset[str]:
        low, high = self._ask(where, ACCESSIBLE, "GetState")[0]
        bits = low | high << 32
        return frozenset(name for bit, name in STATES.items() if bits >> bit & 1)

    def _property(self, where: Where, name: str) -> str:
        told = self._answer(Properties(DBusAddress(where[1], where[0], ACCESSIBLE)).get(name))
        return str(told[0][1])

    def _ask(
        self, where: Where, interface: str, method: str, signature: str = "", arguments: tuple[Any, ...] = ()
    ) -> Any:
        address = DBusAddress(where[1], where[0], interface)
        return self._answer(new_method_call(address, method, signature or None, arguments))

    def _answer(self, message: Any) -> Any:
        reply = self._bus.send_and_get_reply(message, timeout=PATIENCE)
        assert reply.header.message_type is not MessageType.error, (reply.header.fields, reply.body)
        return reply.body


def _line(words: str) -> str:
    return " ".join(words.split())
