"""A session's history as a run sees it: requests built from stored entries, every step committed before the next."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from agent.calls import MAX_CALLS, CallOutcome, Calls
from agent.context.compaction import CHARS_PER_TOKEN, Summariser
from agent.context.prompt import system_prompt
from agent.context.seen import label_of
from agent.context.tokens import message_tokens, prompt_tokens
from agent.context.window import FILL, KEEP, WORTH, choose_cut, summary_text, visible
from agent.errors import LocalOnly
from agent.events import AnyEvent, ContextCompacted, EntriesStored, SteeringDelivered
from agent.gate import RunGate
from agent.labels import USER, Label
from agent.messages import (
    NO_USAGE,
    AssistantMessage,
    Entry,
    Message,
    NoteMessage,
    SummaryMessage,
    ToolCall,
    ToolResult,
    ToolSpec,
    Usage,
    UserMessage,
)
from agent.models.routing import Side
from agent.ports import NO_ACCOUNT, Account, ModelGateway, ModelRequest
from agent.safety.endorsement import NOTHING
from agent.sandbox.confinement import also_readable
from agent.settings import ModelProfile
from agent.storage.recovery import well_formed
from agent.storage.sessions import Store
from agent.tasks import uninterrupted
from agent.tools.executor import Executor
from agent.tools.tool import ToolContext

if TYPE_CHECKING:
    from agent.foreign_door import RunTools
    from agent.skills.run import RunSkill, RunSkills

RESULTS_SHARE = 0.5
"""Of the room in the window: what the results of one reply's calls may take together."""
MIN_RESULT_CHARS = 400
MIN_OUTPUT_TOKENS = 256
"""Asked for even when the window looks full: the estimate may be wrong, and the provider says so."""


LOCAL_ONLY = (
    "This chat holds content of a folder that is marked local only, and {model} runs on another machine: "
    "nothing was sent. Choose a model on this computer, or begin a new chat."
)


class Inbox(msgspec.Struct):
    """What was said while a run works."""

    steering: list[UserMessage] = msgspec.field(default_factory=list[UserMessage])
    open: bool = False
    """Whether the run will still look: from then on a message needs a run of its own."""


@dataclass(eq=False, repr=False)
class StoredConversation:
    """`Conversation` on the store, for one run."""

    session_id: str
    run_id: str
    store: Store
    gateway: ModelGateway
    executor: Executor
    model: ModelProfile
    tools: tuple[ToolSpec, ...]
    context: ToolContext
    gate: RunGate
    inbox: Inbox
    emit: Callable[[AnyEvent], None]
    admit: Callable[[], Awaitable[bool]]
    """Waits until a model call may start."""
    account: Account = NO_ACCOUNT
    """On whose budget its model calls go."""
    beside: Callable[[Side, ModelProfile, int], ModelProfile] = lambda _side, model, _tokens: model
    """Gives the model for small work; see `models.routing`."""
    entries: list[Entry] = field(default_factory=list[Entry])
    side_usage: Usage = NO_USAGE
    """Of model calls that are not turns: summaries."""
    label: Label = USER
    """Of all that this session's model has seen, evicted turns among it: a summary holds what they said."""
    skills: RunSkills | None = None
    """What the run knows of skills; None: nothing."""
    foreign: RunTools | None = None
    """Tools of plugins and MCP servers; None: there is none."""
    _system: str = ""
    _waiting: Collection[str] = ()
    """Calls of a parked run, while somebody talks in its session."""

    def __post_init__(self) -> None:
        self._calls = Calls(self.session_id, self.run_id, self.store, self.executor, self.gate, self._store, self.emit)

    async def load(self) -> None:
        """Read the history; the folder's instructions are read once a run, so that the prefix is stable within it."""
        self.entries = await self.store.path(self.session_id)
        self._waiting = await self._calls.waiting(self.entries)
        self.label = await asyncio.to_thread(label_of, self.entries)
        self.gate.endorsed, self.gate.label = NOTHING, self.label
        await asyncio.to_thread(self._note_typed, self.entries)
        self._note_foreign()
        self._system = await asyncio.to_thread(self._prompt)

    def _prompt(self) -> str:
        """AGENTS.md speaks for the person: not if a stranger may have written it, or if it must not be read here."""
        why_not = self._why_unread()
        instructions = os.path.join(os.path.realpath(self.context.cwd), "AGENTS.md")
        if not why_not and os.path.isfile(instructions):
            self._note_told(os.path.realpath(instructions))
        told = [self._told_of_skills(), self.foreign.prompt() if self.foreign is not None else ""]
        return system_prompt(self.context.cwd, why_not, "\n\n".join(filter(None, told)))

    def _note_told(self, path: str) -> None:
        """What stands in the prompt counts as seen as far as it must stay on this machine: others may stand in."""
        label = self.context.label_of_file(path)
        if label.secrecy == "secret":
            self.label = self.label.join(Label("local", "secret", label.sources))

    def _note_foreign(self) -> None:
        """The tools of plugins and servers stand behind Homard's own, or a search for them does."""
        if self.foreign is not None:
            self.tools += self.foreign.specs
            self.context = replace(self.context, search=self.foreign)

    def _told_of_skills(self) -> str:
        """The tool, and what the prompt says of it, are there where a skill is."""
        if self.skills is None:
            return ""
        self.skills = self.skills.where(self._may_use)
        self.tools += self.skills.specs
        self.context = replace(self.context, skills=self.skills)
        for skill in self.skills.skills:
            if skill.project:
                self._note_told(str(skill.folder))
        return self.skills.prompt()

    def _may_use(self, skill: RunSkill) -> bool:
        """A working folder's own skills are files of that folder, and read as such."""
        if not skill.project:
            return True
        secret = self.context.label_of_file(str(skill.folder)).secrecy == "secret"
        return not self.gate.why_unread(str(skill.folder)) and not (secret and self.model.remote)

    def _why_unread(self) -> str:
        folder = os.path.realpath(self.context.cwd)
        instructions = os.path.realpath(os.path.join(folder, "AGENTS.md"))
        for path in dict.fromkeys((os.path.join(folder, "AGENTS.md"), instructions)):
            if why := self.gate.why_unread(path):
                return why
        label = self.context.label_of_file(instructions)
        if label.tainted:
            return "a stranger may have written it"
        return "it is local only" if label.secrecy == "secret" and self.model.remote else ""

    # -- the request

    async def request(self, max_output_tokens: int) -> ModelRequest:
        """Build the next request, evicting old turns first when the window is nearly full."""
        size = self._size()
        if size > self._room() * FILL and await self._compact(KEEP, WORTH):
            size = self._size()
        model = self._first()
        left = max(model.window - size, MIN_OUTPUT_TOKENS)
        return ModelRequest(
            self._answering(size),
            self._system,
            tuple(well_formed([entry.message for entry in visible(self.entries)], self._waiting)),
            self.tools,
            max_output_tokens=min(model.max_output_tokens, max_output_tokens, left),
            session_id=self.session_id,
            account=self.account,
        )

    def _answering(self, size: int) -> ModelProfile:
        """The model for a prompt of so many tokens, with those that may stand in. Raises LocalOnly."""
        if not (able := self._able()):
            raise LocalOnly(LOCAL_ONLY.format(model=self.model.label))
        others = (one for one in able[1:] if one.window - MIN_OUTPUT_TOKENS > size)
        return msgspec.structs.replace(able[0], stand_ins=tuple(others))

    def _able(self) -> list[ModelProfile]:
        """The models of the run that may be told what this session holds."""
        stays = self.label.secrecy == "secret"
        return [one for one in (self.model, *self.model.stand_ins) if not (stays and one.remote)]

    def _first(self) -> ModelProfile:
        """The model for whose window requests are made."""
        return next(iter(self._able()), self.model)

    def reader(self, tokens: int) -> ModelProfile:
        """The model for what is read apart in this run, of a prompt of about so many tokens. Raises LocalOnly."""
        return self.beside("reading", self._answering(0), tokens)

    async def make_room(self) -> bool:
        """Evict half of what is shown: the provider counts differently, or its window is smaller than we were told."""
        shown = sum(message_tokens(entry.message) for entry in visible(self.entries))
        return await self._compact(min(KEEP, shown / self._free()) / 2, 0.0)

    def _room(self) -> int:
        model = self._first()
        return max(model.window - model.max_output_tokens, model.window // 4)

    def _fixed(self) -> int:
        return prompt_tokens(self._system, self.tools, [])

    def _free(self) -> int:
        return max(self._room() - self._fixed(), 1)

    def _size(self) -> int:
        """Tokens of the next request: what the provider counted last, plus an estimate of what came since."""
        since = 0
        shown = visible(self.entries)
        for entry in reversed(shown):
            message = entry.message
            if entry.entry_id < shown[0].entry_id:
                break  # it was counted with what the summary has evicted
            if isinstance(message, AssistantMessage) and self._counts(message.usage):
                return message.usage.input_tokens + message.usage.output_tokens + since
            since += message_tokens(message)
        return self._fixed() + sum(message_tokens(entry.message) for entry in shown)

    def _counts(self, usage: Usage) -> bool:
        # The constrained profile makes several small calls for one reply: their sum says nothing of the prompt.
        return usage.input_tokens > 0 and self._first().tool_style != "constrained"

    async def _compact(self, keep: float, worth: float) -> bool:
        cut = choose_cut(visible(self.entries), self._free(), keep=keep, worth=worth)
        if cut is None:
            return False
        await self.admit()  # a summary is a model call too
        before = self._size()
        model = self.beside("summary", self._answering(before), before)
        summariser = Summariser(
            self.gateway, model, self._system, self.tools, self.session_id, self._room(), self.account
        )
        summary, reply = await summariser.summarise(cut)
        if reply is not None:
            await self.add_side_usage(reply.usage)
        covers_to = cut.evicted[-1].entry_id
        await self._append([SummaryMessage(summary_text(summary, cut, summariser.most_chars), covers_to)])
        by, cost = ("", 0.0) if reply is None else (reply.model, reply.usage.cost_usd)
        self.emit(ContextCompacted(self.session_id, self.run_id, covers_to, before, self._size(), by, cost))
        return True

    async def add_side_usage(self, usage: Usage) -> None:
        """Account for a model call that is no turn."""
        self.side_usage = self.side_usage.plus(usage)
        await self.store.record_usage(self.session_id, self.run_id, self.model.label, usage)

    # -- what is stored

    async def _append(self, messages: Sequence[Message]) -> None:
        await uninterrupted(self._store(messages), "store entries")

    async def _store(self, messages: Sequence[Message], started: Sequence[ToolCall] = ()) -> None:
        """Store at the end of the session. The caller sees to it that nothing interrupts this."""
        stored = await self.store.append(self.session_id, self.run_id, messages, started_calls=started)
        self.entries += stored
        self.label = self.label.join(label_of(stored))
        self._note_typed(stored)
        self.emit(EntriesStored(self.session_id, self.run_id, tuple(stored)))

    def _note_typed(self, entries: Sequence[Entry]) -> None:
        """Let what a person typed vouch for the values in it."""
        for entry in entries:
            if isinstance(entry.message, UserMessage) and entry.message.typed:
                self.gate.endorsed = self.gate.endorsed.with_message(entry.message.text)

    async def say(self, message: UserMessage) -> None:
        """Store what the person said: the run's first entry."""
        await self._append([message])

    async def add_reply(self, reply: AssistantMessage) -> AssistantMessage:
        """Store a reply, labelled, and with it the intent of the reading calls that start at once."""
        # The label of its calls too: what results add while they wait for a yes, the model had not seen.
        self._note_seen(self.label)
        seen = msgspec.structs.replace(reply, label=None if self.label == USER else self.label)
        batch = self._calls.first_batch(reply.tool_calls)
        self._calls.look_ahead(batch, self.context)
        await self._store([seen], batch)
        return seen

    def _note_seen(self, label: Label) -> None:
        """Let the gate judge by what the model had seen."""
        self.gate.label = label
        if self.gate.packs is not None:
            self.gate.followed = self.gate.packs.followed(self.entries)
        if self.skills is not None:
            self.gate.skill_bounds = self.skills.bounds(self.entries, self.run_id)

    async def add_note(self, note: NoteMessage) -> None:
        """Store a word of the harness to the model."""
        await self._append([note])

    def is_steered(self) -> bool:
        """Whether something was said meanwhile."""
        return bool(self.inbox.steering)

    async def take_steering(self) -> bool:
        """Store what was said meanwhile."""
        if not self.inbox.steering:
            return False
        await uninterrupted(self._deliver(), "store steering")
        return True

    async def _deliver(self) -> None:
        said = tuple(self.inbox.steering)
        await self._store(said)
        del self.inbox.steering[: len(said)]
        for message in said:
            self.emit(SteeringDelivered(self.session_id, self.run_id, message.text))

    # -- tool calls

    @property
    def results(self) -> Sequence[ToolResult]:
        """The results of this run's calls, for its summary."""
        return self._calls.results

    async def run_calls(self, calls: Sequence[ToolCall]) -> list[CallOutcome]:
        """Run the calls of one reply; their results share the room in the window."""
        share = int(self._room() * CHARS_PER_TOKEN * RESULTS_SHARE / min(len(calls), MAX_CALLS))
        most = max(MIN_RESULT_CHARS, min(self.context.max_result_chars, share))
        context = self.context if self.skills is None else await asyncio.to_thread(self._with_open_skills)
        return await self._calls.run(calls, replace(context, max_result_chars=most, room_chars=share))

    def _with_open_skills(self) -> ToolContext:
        """Commands may read and start, not change, what belongs to a skill whose text stands in this conversation."""
        bounds = self.context.confinement
        folders: list[Path] = self.skills.opened(self.entries) if self.skills is not None else []
        if bounds is None or not folders:
            return self.context
        return replace(self.context, confinement=also_readable(bounds, folders))

    def calls_made(self) -> int:
        """How many tool calls this run's model has made."""
        replies = (one.message for one in self.entries if one.run_id == self.run_id)
        return sum(len(reply.tool_calls) for reply in replies if isinstance(reply, AssistantMessage))

    def take_up_calls(self) -> list[ToolCall]:
        """The calls of the run's last reply that have no result, to be judged by what the model had seen then.

        What a parked run waits with.
        """
        reply = self._calls.last_reply(self.entries)
        self._note_seen(USER if reply is None or reply.label is None else reply.label)
        return self._calls.left(self.entries)

    async def close_open_calls(self) -> None:
        """Give each call that the end of the run left without a result one that says so."""
        if missing := self._calls.missing(self.entries):
            await self._append(missing)
