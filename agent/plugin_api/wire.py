"""What goes over the pipe between Homard and a plugin's process: one JSON object on a line, in both directions.

Homard speaks in imperatives (`do`), the plugin says (`say`). All that a plugin says is a stranger's: bounded by its
types, and anything else ends its process.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from agent.plugin_api.files import FileUse
from agent.plugin_api.model import ModelCall, ModelRequest
from agent.plugin_api.result import PlainResult
from agent.safety.declared import Declaration

MAX_TOOLS: Final = 100
MAX_PROGRESS_CHARS: Final = 2_000

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Words = Annotated[str, Meta(max_length=4_000)]
Number = Annotated[int, Meta(ge=0, le=2**53)]


class Start(msgspec.Struct, frozen=True, tag_field="do", tag="start"):
    """First: import it and say what it has."""

    id: str
    folder: str
    module: str
    data: str
    settings: dict[str, Any]


class Call(msgspec.Struct, frozen=True, tag_field="do", tag="call"):
    """Call a tool; answered by Done."""

    number: int
    tool: str
    arguments: dict[str, Any]


class Cancel(msgspec.Struct, frozen=True, tag_field="do", tag="cancel"):
    """Give up what has this number; answered by Done all the same."""

    number: int


class Answer(msgspec.Struct, frozen=True, tag_field="do", tag="answer", omit_defaults=True):
    """What became of an Ask."""

    number: int
    value: Any = None
    error: Problem | None = None


class Happened(msgspec.Struct, frozen=True, tag_field="do", tag="happened"):
    """An event, for the functions that want it."""

    event: dict[str, Any]


class Watch(msgspec.Struct, frozen=True, tag_field="do", tag="watch"):
    """Run a trigger from now on; answered by Done when its function fails or ends. Cancel ends it."""

    number: int
    trigger: str


class Deliver(msgspec.Struct, frozen=True, tag_field="do", tag="deliver"):
    """Give a report to an output; answered by Done."""

    number: int
    output: str
    title: str
    text: str


class Complete(msgspec.Struct, frozen=True, tag_field="do", tag="complete"):
    """Ask a model provider; answered by Pieces and Done."""

    number: int
    provider: str
    request: ModelRequest


ToPlugin = Start | Call | Cancel | Answer | Happened | Watch | Deliver | Complete


class Problem(msgspec.Struct, frozen=True):
    """Why something was not done."""

    kind: Literal["retry", "failed", "denied", "cancelled"]
    text: _Words


class ToolSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tool as the plugin describes it."""

    name: Name
    description: Annotated[str, Meta(min_length=1, max_length=2_000)]
    schema: dict[str, Any]
    files: dict[str, FileUse] = {}
    title: Annotated[str, Meta(max_length=100)] = ""
    timeout_s: Annotated[float, Meta(gt=0, le=3_600)] = 60.0
    reading: bool = False
    declaration: Declaration | None = None


class TriggerSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A trigger, or an output."""

    name: Name
    title: Annotated[str, Meta(max_length=100)] = ""
    description: Annotated[str, Meta(max_length=500)] = ""


class ProviderSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A provider of models."""

    name: Name
    models: Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=200)]
    title: Annotated[str, Meta(max_length=100)] = ""


class Ready(msgspec.Struct, frozen=True, tag_field="say", tag="ready", omit_defaults=True):
    """It is imported, and this is what it has."""

    tools: Annotated[tuple[ToolSaid, ...], Meta(max_length=MAX_TOOLS)] = ()
    triggers: Annotated[tuple[TriggerSaid, ...], Meta(max_length=50)] = ()
    outputs: Annotated[tuple[TriggerSaid, ...], Meta(max_length=50)] = ()
    providers: Annotated[tuple[ProviderSaid, ...], Meta(max_length=20)] = ()
    events: Annotated[tuple[Name, ...], Meta(max_length=50)] = ()


class NotReady(msgspec.Struct, frozen=True, tag_field="say", tag="not_ready"):
    """It cannot be imported."""

    text: _Words


class Progress(msgspec.Struct, frozen=True, tag_field="say", tag="progress"):
    """A line to show while a call runs."""

    number: Number
    text: Annotated[str, Meta(max_length=MAX_PROGRESS_CHARS)]


class Piece(msgspec.Struct, frozen=True, tag_field="say", tag="piece", omit_defaults=True):
    """Some of a model's reply: a text, or a call."""

    number: Number
    text: Annotated[str, Meta(max_length=1 << 20)] = ""
    call: ModelCall | None = None


class Done(msgspec.Struct, frozen=True, tag_field="say", tag="done", omit_defaults=True):
    """The end of what had this number."""

    number: Number
    result: PlainResult | None = None
    error: Problem | None = None


class Ask(msgspec.Struct, frozen=True, tag_field="say", tag="ask"):
    """The plugin wants something; answered by Answer."""

    number: Number
    of: Number
    """The call on whose behalf; 0: none."""
    what: Literal[
        "read", "write", "tool", "secret", "fire", "notify", "clipboard.text", "clipboard.set", "screenshot"
    ]  # fmt: skip
    arguments: dict[str, Any]


FromPlugin = Ready | NotReady | Progress | Piece | Done | Ask

_TO = msgspec.json.Decoder(ToPlugin)
_FROM = msgspec.json.Decoder(FromPlugin)


def encode(message: ToPlugin | FromPlugin) -> bytes:
    """One line, with its end."""
    return msgspec.json.encode(message) + b"\n"


def to_plugin(line: bytes) -> ToPlugin:
    """Read what Homard said. Raises msgspec.DecodeError."""
    return _TO.decode(line)


def from_plugin(line: bytes) -> FromPlugin:
    """Read what a plugin said. Raises msgspec.DecodeError."""
    return _FROM.decode(line)
