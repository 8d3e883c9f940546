"""What happened: past tense, frozen, in pairs. The bus carries nothing else out of the runtime.

Pairs: RunStarted/RunFinished, TurnStarted/TurnFinished, MessageStarted/MessageFinished,
ToolCallStarted/ToolCallFinished, ApprovalRequested/ApprovalResolved, QuestionAsked/QuestionAnswered.
Each start is followed by exactly one finish, whatever happens in between.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from agent.jobs import JobRow, Permission, Slot
from agent.labels import Label
from agent.messages import AssistantMessage, Entry, ToolCall, ToolResult, Usage

Origin = Literal["user", "schedule", "file_watch", "plugin", "cli", "mcp", "acp"]
"""Who asked for a run."""

Scope = Literal["once", "run", "always"]
"""How far a person's yes goes: this call, the like of it in this run, a rule."""

StopReason = Literal[
    "end_turn",
    "max_turns",
    "max_tokens",
    "max_time",
    "output_limit",
    "loop",
    "cancelled",
    "model_error",
    "interrupted",
    "internal_error",
    "max_cost",
    "max_calls",
    "parked",
]
"""Why a run ended. `interrupted`: the process died; found and recorded at the next start. `parked`: it waits for a
person's answer to an approval, and goes on as the same run after it."""


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=True):
    """Base of all events."""

    session_id: str
    run_id: str


class RunStarted(Event, frozen=True):
    """A run was taken from the inbox; its row is already stored."""

    origin: Origin
    model: str
    prompt: str
    job_id: str = ""
    """Of the job that it works for; empty: a person's own. A parked run that goes on starts once more."""


class RunFinished(Event, frozen=True):
    """The run is over; everything of it is stored."""

    stop_reason: StopReason
    text: str
    """The last answer, or what there was of it."""
    usage: Usage
    error: str | None = None
    """A sentence for a person, when the stop reason is not `end_turn`."""
    error_code: str | None = None
    """`ModelError.code` when the stop reason is `model_error`."""
    tool_calls: tuple[CallSummary, ...] = ()
    needs_person: bool = False
    """An effect was denied because nobody was there to ask."""
    duration_s: float = 0.0
    label: Label | None = None
    """Of all that the run has seen."""
    dry_run: bool = False
    """Nothing of the world was changed: what would have been is in the results of the calls."""
    job_id: str = ""
    """Of the job that it worked for."""


class CallSummary(msgspec.Struct, frozen=True):
    """One line about a tool call of a finished run."""

    name: str
    is_error: bool
    would: tuple[str, ...] = ()
    """In a dry run: the effects that were recorded and not done."""
    needs: tuple[Permission, ...] = ()
    """In a dry run of a job: the permissions that it would need beside its profile."""


class TurnStarted(Event, frozen=True):
    """A model reply and its tool calls begin."""

    turn: int
    """From 1."""


class TurnFinished(Event, frozen=True):
    """The reply and all results of its calls are stored."""

    turn: int


class MessageStarted(Event, frozen=True):
    """A request went out to the model."""

    model: str


class MessageDelta(Event, frozen=True):
    """A piece of the reply. Not stored."""

    text: str
    thinking: bool = False


class MessageFinished(Event, frozen=True):
    """The reply is stored, or was given up: then `message` is None and its deltas are void."""

    message: AssistantMessage | None
    error: str | None = None


class EntriesStored(Event, frozen=True):
    """Entries were committed at the end of the session's path: what a screen that follows it shows from now on."""

    entries: tuple[Entry, ...]


class ModelRetryScheduled(Event, frozen=True):
    """A model call failed in a way that waiting may mend."""

    attempt: int
    delay_s: float
    reason: str
    model: str = ""
    """The model that is asked instead, at once; empty: the same again."""


class SessionRenamed(Event, frozen=True):
    """A chat got a title of its own instead of its first words. Its run is empty."""

    title: str


class ToolCallStarted(Event, frozen=True):
    """A call is about to be judged and run."""

    call: ToolCall
    title: str
    """One line for a person."""
    reading: bool


class ToolCallProgress(Event, frozen=True):
    """Output while a tool runs. Not stored."""

    call_id: str
    text: str


class ToolCallFinished(Event, frozen=True):
    """The result is stored; or the call waits for a person, and the run parks: then another pair will follow."""

    result: ToolResult
    duration_s: float


class ApprovalRequested(Event, frozen=True):
    """A person is asked whether an effect may happen."""

    approval_id: str
    call_id: str
    tool: str
    effects: tuple[str, ...]
    """Each in words, in canonical form."""
    reason: str
    details: dict[str, Any] = {}
    label: Label | None = None
    """Of all that the model has seen: who might have talked it into this."""
    scopes: tuple[Scope, ...] = ("once",)
    """What may be answered; never more than the rule that asked leaves open."""
    rule: str = ""
    """A sentence: the rule that `always` would write. Empty: it cannot be made one."""
    undo: str = ""
    """What can be undone of it, and what not; empty: nothing needs to be."""
    digest: str = ""
    """Of the request in canonical form. The yes holds for exactly this and is void when anything of it changed."""
    asked_lately: int = 0
    """Approvals of this session in the last ten minutes, this one among them; many mean: offer more than `once`."""
    parked_until: datetime | None = None
    """The run has ended as `parked` and waits so long for the answer, over restarts too; None: it works and waits."""


class ApprovalResolved(Event, frozen=True):
    """The answer to an ApprovalRequested."""

    approval_id: str
    allowed: bool
    by: Literal["person", "flag", "nobody", "cancelled", "expired"]
    note: str = ""
    scope: Scope = "once"


class QuestionAsked(Event, frozen=True):
    """The model asks the person something."""

    question_id: str
    text: str
    choices: tuple[str, ...] = ()


class QuestionAnswered(Event, frozen=True):
    """The answer to a QuestionAsked; None: nobody was there."""

    question_id: str
    answer: str | None


class SteeringDelivered(Event, frozen=True):
    """A message sent while the run worked has entered its context."""

    text: str


class LoopDetected(Event, frozen=True):
    """The breaker saw the run going in circles; it told the model, or stopped the run."""

    pattern: Literal["same_error", "nothing_new", "alternating"]
    stopped: bool


class ContextCompacted(Event, frozen=True):
    """Old turns were evicted to the store; a summary stands in their place."""

    covers_to: int
    tokens_before: int
    tokens_after: int
    model: str = ""
    """That wrote the summary, `provider/name`; empty: none did, it is made of the turns' own words."""
    cost_usd: float | None = None
    """Of the summary; None: not known."""


class RunWaiting(Event, frozen=True):
    """The run waits before its next request to the model. It goes on with MessageStarted, or ends."""

    reason: Literal["paused"]
    until: datetime | None
    """When it goes on by itself, UTC; None: not before somebody resumes."""


class RunsPaused(Event, frozen=True):
    """No run starts a model call from now on; or a pause got another end. Belongs to no session and no run."""

    until: datetime | None
    """When that ends by itself, UTC; None: not before somebody resumes."""


class RunsResumed(Event, frozen=True):
    """The pause is over. Belongs to no session and no run."""


class JobChanged(Event, frozen=True):
    """A job was made, changed, paused, resumed or deleted. Belongs to no session and no run."""

    row: JobRow


class SlotChanged(Event, frozen=True):
    """A slot has another state, or waits for another reason. Session and run are those of its run, if it has one."""

    slot: Slot
    job_name: str
    tell: bool = False
    """A person should be told: it failed, needs an answer, or the job's report goes there."""


class JobNoticed(Event, frozen=True):
    """Something about a job, or its watch, that a person should know once. Belongs to no session and no run."""

    job_id: str
    job_name: str
    note: str
    """A sentence with what to do next."""


class BudgetWarned(Event, frozen=True):
    """A cap is nearly reached, or cannot hold a model whose price is unknown. Once for each cap and its time."""

    cap: str
    """The setting: `budget.usd_per_day`, `providers.NAME.budget.tokens_per_month`; empty: the run's own limit."""
    limit: float
    """USD or tokens, as the setting's name says."""
    used: float
    """What is spent, and what calls under way may still take."""
    note: str
    """A sentence."""


class BudgetRefused(Event, frozen=True):
    """A model call was not made: it might have passed a cap. The run ends with its work kept."""

    cap: str
    """As in BudgetWarned."""
    limit: float
    used: float
    needed: float
    """What the smallest useful call might have taken."""
    until: datetime | None
    """When the cap counts from nothing again, UTC; None: never by itself."""
    note: str
    """A sentence with what to do next."""


class PromptCacheBroken(Event, frozen=True):
    """What stands before the messages of a chat has changed: its provider reads the whole prompt anew."""

    rewritten: tuple[str, ...]
    """Tools that describe themselves in other words."""
    tokens: int
    """About so many are read anew."""
    cost_usd: float | None
    """What that costs more; None: not known."""
    note: str
    """A sentence."""


class ExtensionChanged(Event, frozen=True):
    """A skill, plugin, MCP server or pack has another state. Belongs to no session and no run."""

    kind: Literal["skill", "plugin", "server", "pack"]
    name: str
    status: str
    """Of its kind, in one word: `on`, `off`, `changed`, `starting`, `running`, `crashed`, `disabled`, …"""
    note: str = ""
    """A sentence with what to do next; empty: the state speaks for itself."""
    tell: bool = False
    """A person should be told."""


AnyEvent = (
    RunStarted
    | RunFinished
    | TurnStarted
    | TurnFinished
    | MessageStarted
    | MessageDelta
    | MessageFinished
    | EntriesStored
    | ModelRetryScheduled
    | ToolCallStarted
    | ToolCallProgress
    | ToolCallFinished
    | ApprovalRequested
    | ApprovalResolved
    | QuestionAsked
    | QuestionAnswered
    | SteeringDelivered
    | LoopDetected
    | ContextCompacted
    | SessionRenamed
    | RunWaiting
    | RunsPaused
    | RunsResumed
    | JobChanged
    | SlotChanged
    | JobNoticed
    | BudgetWarned
    | BudgetRefused
    | PromptCacheBroken
    | ExtensionChanged
)
