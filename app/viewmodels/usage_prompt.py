"""What the next request of a chat is made of, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QObject, Signal

from agent.budget.last_request import LastRequest, last_request
from agent.context.report import PromptReport
from agent.context.tokens import message_tokens
from agent.context.window import visible
from agent.errors import HomardError
from agent.messages import AssistantMessage, Entry, NoteMessage, SummaryMessage, ToolMessage
from agent.storage.records import Session
from agent.storage.sessions import Store
from agent.tasks import spawn
from app.translation import translate
from app.viewmodels.teller import Teller

Kind = Literal["system", "folder", "skills", "tools", "summary", "said", "answers", "results", "notes"]
KINDS: tuple[Kind, ...] = (
    "system", "folder", "skills", "tools", "summary", "said", "answers", "results", "notes",
)  # fmt: skip
"""In the order in which they stand in a request; the small ones last."""
MOST_SESSIONS = 60
FirstRequest = Callable[[str, str], Awaitable[PromptReport]]
"""What a first request costs: of a folder and a model (empty: the usual one)."""


@dataclass(frozen=True)
class Portion:
    """A part of a request."""

    kind: Kind
    name: str
    """Of a tool; else empty."""
    tokens: int


@dataclass(frozen=True)
class Breakdown:
    """A request, taken apart."""

    session_id: str
    model: str
    window: int
    portions: tuple[Portion, ...]
    last: LastRequest | None
    """What the provider has counted the last time."""
    counted: bool
    """Whether the fixed parts were counted with a real tokenizer."""

    @property
    def tokens(self) -> int:
        """All of them."""
        return sum(portion.tokens for portion in self.portions)

    def of(self, kind: Kind) -> int:
        """Those of one kind."""
        return sum(portion.tokens for portion in self.portions if portion.kind == kind)


def kind_words(kind: Kind) -> str:
    """What a part is called."""
    return {
        "system": translate("Prompt", "Homard's instructions"),
        "folder": translate("Prompt", "AGENTS.md of the folder"),
        "skills": translate("Prompt", "List of skills"),
        "tools": translate("Prompt", "Tools"),
        "summary": translate("Prompt", "Summary of what came before"),
        "said": translate("Prompt", "What you said"),
        "answers": translate("Prompt", "Answers and tool calls"),
        "results": translate("Prompt", "Results of tools"),
        "notes": translate("Prompt", "Notes of Homard, time and folder"),
    }[kind]


class PromptViewModel(Teller):
    """`sessions` can be chosen from; `shown` is what was read last."""

    listed = Signal()
    """`sessions` were read."""
    changed = Signal()
    """`shown` is another, or a reading has begun."""
    failed = Signal(str)

    def __init__(
        self,
        store: Store,
        first_request: FirstRequest,
        open_session: Callable[[], str] = lambda: "",
        parent: QObject | None = None,
    ) -> None:
        """`open_session`: the chat that is open (its id), shown first."""
        super().__init__(parent)
        self._store = store
        self._first_request = first_request
        self._open_session = open_session
        self.sessions: list[Session] = []
        self.shown: Breakdown | None = None
        self.chosen = ""
        """A session id."""
        self._turn = 0
        self.is_reading = False

    def refresh(self) -> None:
        """Read the chats, and the one that is open."""
        spawn(self._list(), "chats of the prompt view")

    def choose(self, session_id: str) -> None:
        """Show another chat."""
        self.chosen = session_id
        self._turn += 1
        spawn(self._read(session_id, self._turn), "prompt of a chat")

    async def _list(self) -> None:
        try:
            self.sessions = await self._store.sessions(limit=MOST_SESSIONS)
        except HomardError as error:
            self.tell(self.failed, str(error))
            return
        known = [session.session_id for session in self.sessions]
        wanted = next((one for one in (self.chosen, self._open_session(), *known) if one in known), "")
        self.chosen = wanted
        self.tell(self.listed)
        if wanted:
            self.choose(wanted)

    async def _read(self, session_id: str, turn: int) -> None:
        self.is_reading = True
        self.tell(self.changed)
        try:
            session = await self._store.session(session_id)
            path = await self._store.path(session_id)
            last = await self._store.database.read(partial(last_request, session_id=session_id))
            report = await self._first_request(session.cwd, session.model)
            said = await asyncio.to_thread(_conversation, path)
        except HomardError as error:
            self.is_reading = turn != self._turn
            self.tell(self.failed, str(error))
            self.tell(self.changed)
            return
        if turn != self._turn:
            return
        self.is_reading = False
        counted = report.tokenizer != "estimate"
        portions = _ordered([*_fixed(report), *said])
        self.shown = Breakdown(session_id, report.model, report.window, portions, last, counted)
        self.tell(self.changed)


def _fixed(report: PromptReport) -> list[Portion]:
    kinds: dict[str, Kind] = {"system prompt": "system", "skills": "skills", "time and folder": "notes"}
    found: list[Portion] = []
    for part in report.parts:
        if part.name.startswith("tool "):
            found.append(Portion("tools", part.name.removeprefix("tool "), part.tokens))
        else:
            found.append(Portion(kinds.get(part.name, "folder"), "", part.tokens))
    return found


def _conversation(path: Sequence[Entry]) -> list[Portion]:
    sums: dict[Kind, int] = {}
    for entry in visible(path):
        message = entry.message
        kind: Kind = "said"
        if isinstance(message, AssistantMessage):
            kind = "answers"
        elif isinstance(message, ToolMessage):
            kind = "results"
        elif isinstance(message, SummaryMessage):
            kind = "summary"
        elif isinstance(message, NoteMessage):
            kind = "notes"
        sums[kind] = sums.get(kind, 0) + message_tokens(message)
    return [Portion(kind, "", tokens) for kind, tokens in sums.items()]


def _ordered(portions: Sequence[Portion]) -> tuple[Portion, ...]:
    return tuple(sorted(portions, key=lambda one: (KINDS.index(one.kind), -one.tokens, one.name)))
