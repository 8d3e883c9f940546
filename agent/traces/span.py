"""A run as a timeline: turns, and in them what the model, the tools and the person took."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import PureWindowsPath
from typing import Final, Literal

import msgspec

from agent.events import Origin, StopReason
from agent.messages import NO_USAGE, Usage

SpanKind = Literal["run", "turn", "model", "tool", "approval", "mark"]
"""`approval`: a call waits for a person's yes; `mark`: a moment at which something was said or put together."""

MarkName = Literal["steered", "note", "summary"]
"""`steered`: somebody spoke while it worked; `note`: the harness did; `summary`: old turns were put together."""


class PromptShare(msgspec.Struct, frozen=True):
    """What one part took of a prompt."""

    part: str
    """`system`, `tools`, or `fixed` for both; `summary`, `prompt`, `replies`, `notes`, `images`, `results:TOOL`."""
    tokens: int
    """Of what the provider counted, divided by our estimate of the parts; where it counted nothing, the estimate."""


class ModelWork(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a model."""

    model: str
    """As asked, `provider/name`."""
    purpose: str = "turn"
    """`turn`, `summary`, `reading` (of what a stranger wrote, apart), `trial`."""
    measured: bool = True
    """False: how it went was not kept; times are those between the entries around it."""
    first_ms: int | None = None
    """Waiting for the first piece of the reply; None: none came, or nobody knows."""
    usage: Usage = NO_USAGE
    expected_tokens: int | None = None
    """Of the prompt, that the provider's cache should have given; None: nobody knows."""
    tokens_per_s: float | None = None
    """Once the reply had begun."""
    finish: str = ""
    """Why the reply ended; empty: there is none."""
    error: str = ""
    """Code; empty: the reply came whole."""
    answered_by: str = ""
    """The model's own name of itself, if it is another than asked."""
    host: str = ""
    """Where the request went; empty: that was not recorded."""
    bytes_sent: int | None = None
    sent_ms: int | None = None
    """Until the request had left: before that, Homard worked, or waited for a connection. None: not recorded."""
    prompt: tuple[PromptShare, ...] = ()
    """The largest part first; empty: unknown."""
    entry_id: int | None = None
    """The reply; None: there is none, or it is none of the conversation's."""


class ToolWork(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call."""

    call_id: str
    tool: str
    ended: str = ""
    """`done`, `failed`, `denied`, `not_run`, `unknown`; empty: it is under way, or waits."""
    verdict: str = ""
    """What the rules said: `allow`, `ask`, `deny`; empty: they were not asked."""
    rule: str = ""
    hosts: tuple[str, ...] = ()
    """With which it spoke."""
    bytes_sent: int = 0
    bytes_received: int = 0
    arguments: str = ""
    """As the model wrote them. Content."""
    effects: tuple[str, ...] = ()
    """What it did, in words. Content."""
    entry_id: int | None = None
    """The result."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A question to a person, and the answer."""

    allowed: bool | None = None
    """None: there is no answer yet."""
    by: str = ""
    """`person`, `flag`, `nobody`, `cancelled`."""
    scope: str = ""
    rule: str = ""
    """What asked for a person."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Something that took time."""

    key: str
    """Unique within the trace, and the same each time it is made."""
    parent: str = ""
    """Key of the span around it; empty: this is the run."""
    kind: SpanKind
    name: str
    """Of a mark a MarkName, of a turn its number."""
    started_at: datetime
    ended_at: datetime | None = None
    """None: not yet, or nobody knows."""
    model: ModelWork | None = None
    tool: ToolWork | None = None
    waiting: Waiting | None = None
    text: str = ""
    """What was said at a mark. Content."""

    @property
    def took(self) -> timedelta | None:
        """How long; never negative, whatever the clock did. None: it has not ended."""
        return None if self.ended_at is None else max(self.ended_at - self.started_at, timedelta(0))


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """All that one run did, and when."""

    run_id: str
    session_id: str
    origin: Origin
    model: str
    """That the run was given, `provider/name`."""
    started_at: datetime
    finished_at: datetime | None = None
    """None: it works, or waits for a person."""
    stop_reason: StopReason | None = None
    error_code: str = ""
    usage: Usage = NO_USAGE
    dry_run: bool = False
    spans: tuple[Span, ...] = ()
    """The run, then all within it: each after the one that it is part of, those beside each other as they came."""
    unmeasured: int = 0
    """Replies of which it was not kept how they came."""
    prompt: str = ""
    """What was asked. Content."""
    error: str = ""
    """Why it ended. Content."""
    secret: bool = False
    """Its chat holds content of a folder that is marked local only."""

    def within(self, key: str) -> list[Span]:
        """The spans that are directly part of one."""
        return [span for span in self.spans if span.parent == key]


_NAME: Final = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
"""Of a tool. A model may call for any other one, and say what it likes with its name."""
MADE_UP: Final = "(no tool)"


def without_content(trace: Trace) -> Trace:
    """The same trace without anything that was said, read or written: names, numbers and times stay."""
    return msgspec.structs.replace(
        trace,
        model=_without_folder(trace.model),
        prompt="",
        error="",
        spans=tuple(_without_content(span) for span in trace.spans),
    )


def _without_content(span: Span) -> Span:
    tool, model, name = span.tool, span.model, span.name
    if tool is not None:
        tool = msgspec.structs.replace(tool, tool=_tool_name(tool.tool), arguments="", effects=())
        name = tool.tool
    if model is not None:
        prompt = tuple(PromptShare(_part_name(share.part), share.tokens) for share in model.prompt)
        model = msgspec.structs.replace(model, model=_without_folder(model.model), prompt=prompt)
        name = model.model
    return msgspec.structs.replace(span, name=name, tool=tool, model=model, text="")


def _tool_name(name: str) -> str:
    return name if _NAME.fullmatch(name) else MADE_UP


def _part_name(part: str) -> str:
    kind, colon, tool = part.partition(":")
    return f"{kind}{colon}{_tool_name(tool)}" if colon else part


def _without_folder(label: str) -> str:
    """A model that is a file is told by the name of the file."""
    provider, slash, name = label.partition("/")
    is_path = name.startswith(("/", "\\")) or name[1:3] in (":\\", ":/")
    return f"{provider}{slash}{PureWindowsPath(name).name}" if is_path else label
