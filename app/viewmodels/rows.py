"""The rows of a transcript: frozen data, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from agent.events import Origin, Scope, StopReason
from agent.labels import Label
from agent.messages import NO_USAGE, ImagePart, Usage


@dataclass(frozen=True)
class UserRow:
    """What a person (or a trigger) said."""

    key: str
    text: str
    images: tuple[ImagePart, ...] = ()
    origin: Origin = "user"
    at: datetime | None = None
    """Aware, UTC; None: not stored yet."""
    entry_id: int | None = None
    """Where a branch may begin; None: not stored yet."""
    waiting: bool = False
    """Sent while a run works; enters its context before the next model call."""


@dataclass(frozen=True)
class AnswerRow:
    """Text of the model, Markdown."""

    key: str
    text: str
    thinking: str = ""
    model: str = ""
    streaming: bool = False
    entry_id: int | None = None
    given_up: bool = False
    """The reply did not come whole: it is shown for what it was and is not part of the conversation."""
    label: Label | None = None
    """Of all that the model had seen; None: the person's words only."""


ToolState = Literal["waiting", "running", "done", "failed", "denied", "unknown", "not_run", "recorded"]


@dataclass(frozen=True)
class ToolRow:
    """A tool call. `waiting`: for a person; `unknown`: in flight when the process died; `recorded`: in a dry run."""

    key: str
    """The call id."""
    name: str
    title: str
    arguments: str = ""
    """JSON text as the model wrote it; may be malformed."""
    state: ToolState = "running"
    output: str = ""
    """The result's text, or what came so far while it runs."""
    images: tuple[ImagePart, ...] = ()
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """`ToolResult.details`; `edit` and `write` put a unified diff into `diff` and the file into `path`."""
    duration_s: float | None = None
    entry_id: int | None = None


@dataclass(frozen=True)
class ApprovalRow:
    """An effect that waits for a person's yes, or had it."""

    key: str
    """The approval id."""
    run_id: str
    tool: str
    effects: tuple[str, ...]
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    """`arguments`: the call's arguments, each string bounded."""
    state: Literal["open", "allowed", "refused", "nobody", "cancelled"] = "open"
    note: str = ""
    """The word to the agent that came with a no."""
    scope: Scope = "once"
    """How far the yes went."""
    label: Label | None = None
    """Of all that the model has seen: who might have talked it into this."""
    scopes: tuple[Scope, ...] = ("once",)
    """What may be answered."""
    rule: str = ""
    """A sentence: the rule that "always" writes; empty: there is none."""
    of_job: bool = False
    """A job asks: "always" adds to what this job may do, and is no rule for anybody else."""
    undo: str = ""
    """What can be undone of it, a sentence; empty: nothing needs to be."""
    asked_lately: int = 0
    """Approvals of the chat in the last ten minutes, this one among them."""
    prompt: str = ""
    """What the person had asked for, its beginning."""

    @property
    def kind(self) -> tuple[str, ...]:
        """The tool and what it would do, without on what: approvals of one kind can be answered together."""
        verbs = {
            effect.partition(" ")[0] + (" +" if effect.endswith(" with the network") else "") for effect in self.effects
        }
        return (self.tool, *sorted(verbs))


@dataclass(frozen=True)
class QuestionRow:
    """The model asks the person something."""

    key: str
    run_id: str
    text: str
    choices: tuple[str, ...] = ()
    open: bool = True
    answer: str | None = None
    """None after it was closed: nobody answered."""


@dataclass(frozen=True)
class NoticeRow:
    """A quiet line between messages: a retry, a summary of what came before, a word of the harness."""

    key: str
    kind: Literal["retry", "summary", "note", "loop", "paused", "earlier"]
    text: str


@dataclass(frozen=True)
class FooterRow:
    """How a run ended."""

    key: str
    """The run id."""
    stop_reason: StopReason
    error: str = ""
    """What happened and what to do, a sentence; empty when the run ended well."""
    error_code: str = ""
    duration_s: float = 0.0
    usage: Usage = NO_USAGE
    model: str = ""
    files: tuple[str, ...] = ()
    """Files that the run wrote, absolute."""
    can_retry: bool = False
    can_undo: bool = False
    """It did things that are written down so that they can be put back."""
    dry_run: bool = False
    """Nothing was changed; what would have been is in its calls."""

    @property
    def can_repeat(self) -> bool:
        """Whether a job can be made of it."""
        return self.stop_reason == "end_turn" and not self.dry_run


Row = UserRow | AnswerRow | ToolRow | ApprovalRow | QuestionRow | NoticeRow | FooterRow
