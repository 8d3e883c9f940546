"""AT-SPI 2 as a screen reader speaks it: what an application shows, and its controls, over the accessibility bus.

Spoken directly over D-Bus, many questions at once: libatspi asks one by one and keeps a cache that goes stale.
The protocol: https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from jeepney import DBusAddress, MatchRule, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import unwrap_msg

PATIENCE_S = 20.0
PREFIX = "org.a11y.atspi."
MOST_CHILDREN = 300
"""Of a list with more, only the first few and the last of them are walked."""
STATES = (
    "invalid", "active", "armed", "busy", "checked", "collapsed", "defunct", "editable", "enabled", "expandable",
    "expanded", "focusable", "focused", "tooltip", "horizontal", "iconified", "modal", "multi_line",
    "multiselectable", "opaque", "pressed", "resizable", "selectable", "selected", "sensitive", "showing",
    "single_line", "stale", "transient", "vertical", "visible", "manages_descendants", "indeterminate", "required",
    "truncated", "animated", "invalid_entry", "autocompletion", "selectable_text", "default", "visited",
    "checkable", "popup", "read_only",
)  # fmt: skip
TEXTS = {
    "label",
    "text",
    "entry",
    "password text",
    "paragraph",
    "terminal",
    "document text",
    "document frame",
    "document web",
}
PRESSES = ("press", "click", "toggle", "activate", "jump", "check")


class Gone(LookupError):
    """The application or the element is not there any more."""


class Ref(NamedTuple):
    """An element's place on the bus."""

    bus: str
    path: str


@dataclass(frozen=True)
class Node:
    """An element as it was when it was looked at."""

    ref: Ref
    role: str
    name: str
    states: frozenset[str]
    text: str = ""
    """Of a field or a document."""
    children: list[Node] = field(default_factory=list["Node"])

    def __iter__(self) -> Iterator[Node]:
        """This element and all inside it, as they are read aloud."""
        yield self
        for child in self.children:
            yield from child

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree in words, for a failed test."""
        shown = " ".join(sorted(self.states & {"focusable", "focused", "checked", "disabled", "selected"}))
        off = "" if "enabled" in self.states else " off"
        yield f"{'  ' * depth}{self.role} {self.name[:100]!r} {self.text[:200]!r} {shown}{off}"
        for child in self.children:
            yield from child.lines(depth + 1)


class AtSpi:
    """A client of one accessibility bus. Methods raise Gone, and TimeoutError when an application does not answer."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(address.partition(",guid=")[0])
        self._signals: deque[Any] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._connection.close()

    def ask(self, questions: Sequence[tuple[Ref, str, str, str, tuple[Any, ...]]]) -> list[Any]:
        """Call many methods (element, interface, method, signature, arguments); the first result of each, or None."""
        waiting: dict[int, int] = {}
        for at, (ref, interface, method, signature, arguments) in enumerate(questions):
            address = DBusAddress(ref.path, ref.bus, interface)
            serial = next(self._connection.outgoing_serial)
            self._connection.send(new_method_call(address, method, signature or None, arguments), serial=serial)
            waiting[serial] = at
        answers: list[Any] = [None] * len(questions)
        deadline = time.monotonic() + PATIENCE_S
        while waiting:
            message = self._connection.receive(timeout=max(0.0, deadline - time.monotonic()))
            if message.header.message_type is MessageType.signal:
                self._signals.append(message)
                continue
            at = waiting.pop(message.header.fields.get(5, 0), None)  # the serial that this answers
            if at is not None and message.header.message_type is MessageType.method_return and message.body:
                answers[at] = message.body[0]
        return answers

    def call(self, ref: Ref, interface: str, method: str, signature: str = "", arguments: tuple[Any, ...] = ()) -> Any:
        """Call one method of an element. Raises Gone when it, or the interface, is not there."""
        answer = self.ask([(ref, PREFIX + interface, method, signature, arguments)])[0]
        if answer is None:
            raise Gone(f"{ref} did not answer {interface}.{method}")
        return answer

    def application(self, pid: int) -> Ref | None:
        """The root of a process's tree; None as long as it is not on the bus."""
        registry = Ref(PREFIX + "Registry", "/org/a11y/atspi/accessible/root")
        roots = [Ref(*child) for child in self.ask([(registry, PREFIX + "Accessible", "GetChildren", "", ())])[0] or ()]
        bus = Ref("org.freedesktop.DBus", "/org/freedesktop/DBus")
        asked = [(bus, bus.bus, "GetConnectionUnixProcessID", "s", (root.bus,)) for root in roots]
        return next((root for root, owner in zip(roots, self.ask(asked), strict=True) if owner == pid), None)

    def walk(self, top: Ref) -> Node:
        """Look at an element and all that is visible inside it."""
        level, made = [top], dict[Ref, Node]()
        inside: dict[Ref, list[Ref]] = {}
        while level:
            nodes, following = self._look(level), list[Ref]()
            for ref, node in zip(level, nodes, strict=True):
                if node is not None and (ref == top or "visible" in node.states or node.role == "application"):
                    made[ref] = node
            found = self._children([ref for ref in level if ref in made])
            for ref, children in found.items():
                inside[ref] = [child for child in children if child not in made]
                following += inside[ref]
            level = list(dict.fromkeys(following))
        if top not in made:
            raise Gone(f"{top} is not there ({self._refusal(top)})")
        for ref, children in inside.items():
            made[ref].children.extend(made[child] for child in children if child in made)
        return made[top]

    def _look(self, refs: Sequence[Ref]) -> list[Node | None]:
        asked: list[Any] = []
        for ref in refs:
            asked += [
                (ref, PREFIX + "Accessible", "GetRoleName", "", ()),
                (ref, "org.freedesktop.DBus.Properties", "Get", "ss", (PREFIX + "Accessible", "Name")),
                (ref, PREFIX + "Accessible", "GetState", "", ()),
            ]
        answers = self.ask(asked)
        facts = [answers[at : at + 3] for at in range(0, len(answers), 3)]
        readable = [
            ref
            for ref, (role, name, _) in zip(refs, facts, strict=True)
            if role in TEXTS or (role and name and not name[1])
        ]
        texts = self.ask([(ref, PREFIX + "Text", "GetText", "ii", (0, -1)) for ref in readable])
        said = dict(zip(readable, texts, strict=True))
        return [
            Node(ref, role, name[1], names_of(states), said.get(ref) or "") if role and name and states else None
            for ref, (role, name, states) in zip(refs, facts, strict=True)
        ]

    def _refusal(self, ref: Ref) -> str:
        """What is answered when an element is asked for its role."""
        question = new_method_call(DBusAddress(ref.path, ref.bus, PREFIX + "Accessible"), "GetRoleName")
        answer = self._connection.send_and_get_reply(question, timeout=PATIENCE_S)
        return f"{answer.header.fields.get(4, 'role')}: {answer.body}"

    def _children(self, refs: Sequence[Ref]) -> dict[Ref, list[Ref]]:
        prop = "org.freedesktop.DBus.Properties"
        counts = self.ask([(ref, prop, "Get", "ss", (PREFIX + "Accessible", "ChildCount")) for ref in refs])
        asked: list[Any] = []
        owners: list[Ref] = []
        for ref, count in zip(refs, counts, strict=True):
            number = int(count[1]) if count else 0
            if 0 < number <= MOST_CHILDREN:
                asked.append((ref, PREFIX + "Accessible", "GetChildren", "", ()))
                owners.append(ref)
            elif number:
                some = [*range(20), *range(number - 100, number)]
                asked += [(ref, PREFIX + "Accessible", "GetChildAtIndex", "i", (at,)) for at in some]
                owners += [ref] * len(some)
        found: dict[Ref, list[Ref]] = {}
        for ref, answer in zip(owners, self.ask(asked), strict=True):
            several = answer if isinstance(answer, list) else [answer] if answer else []
            found.setdefault(ref, []).extend(Ref(*child) for child in several)
        return found

    def actions(self, ref: Ref) -> list[str]:
        """The names of what can be done with an element, in lower case."""
        made = self.ask([(ref, PREFIX + "Action", "GetActions", "", ())])[0]
        return [str(action[0]).lower() for action in made or ()]

    def press(self, ref: Ref) -> None:
        """Do what a click would do. Raises Gone when nothing of the kind can be done."""
        actions = self.actions(ref)
        known = [actions.index(name) for name in PRESSES if name in actions]
        if not known or not self.call(ref, "Action", "DoAction", "i", (known[0],)):
            raise Gone(f"{ref} cannot be pressed; it knows {actions}")

    def set_text(self, ref: Ref, text: str) -> None:
        """Put a text into a field, in place of what it holds."""
        if not self.call(ref, "EditableText", "SetTextContents", "s", (text,)):
            raise Gone(f"{ref} takes no text")

    def bounds(self, ref: Ref) -> tuple[int, int, int, int]:
        """Place on the screen and size."""
        return tuple(self.call(ref, "Component", "GetExtents", "u", (0,)))

    def focus(self, ref: Ref) -> None:
        """Give an element the keyboard."""
        if not self.call(ref, "Component", "GrabFocus"):
            raise Gone(f"{ref} takes no focus")

    def watch_focus(self) -> None:
        """From now on keep every change of focus for `focused`."""
        rule = MatchRule(type="signal", interface=PREFIX + "Event.Object", member="StateChanged")
        self._connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=PATIENCE_S)
        registry = DBusAddress("/org/a11y/atspi/registry", PREFIX + "Registry", PREFIX + "Registry")
        # WORKAROUND(Qt 6.11): it hears of listeners only when they register in this old form, without properties.
        asked = new_method_call(registry, "RegisterEvent", "s", ("object:state-changed:focused",))
        unwrap_msg(self._connection.send_and_get_reply(asked, timeout=PATIENCE_S))

    def focused(self, quiet_s: float = 0.3) -> list[Ref]:
        """The elements that got the keyboard since the last look, in order, once nothing came for `quiet_s`."""
        while True:
            try:
                self._signals.append(self._connection.receive(timeout=quiet_s))
            except TimeoutError:
                break
        got: list[Ref] = []
        while self._signals:
            header, body = (message := self._signals.popleft()).header, message.body
            if header.fields.get(3) == "StateChanged" and body[0] == "focused" and body[1]:
                got.append(Ref(header.fields[7], header.fields[1]))
        return got


def names_of(states: Sequence[int]) -> frozenset[str]:
    """The names of a set of states, which comes as two words of 32 bits."""
    bits = states[0] | states[1] << 32
    return frozenset(name for at, name in enumerate(STATES) if bits >> at & 1)
