"""One session as rows: what is stored, page by page, and what happens now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    EntriesStored,
    LoopDetected,
    MessageDelta,
    MessageFinished,
    MessageStarted,
    ModelRetryScheduled,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    RunWaiting,
    ToolCallFinished,
    ToolCallProgress,
    ToolCallStarted,
)
from agent.messages import (
    AssistantMessage,
    Entry,
    NoteMessage,
    SummaryMessage,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.parked import ParkedQuestions
from agent.storage.records import Run
from agent.storage.sessions import Store
from app.translation import translate
from app.viewmodels.history import (
    FINE,
    approval_row,
    can_undo,
    files_of,
    message_rows,
    notice_row,
    rows_of,
    settled,
    tool_row,
    user_row,
)
from app.viewmodels.live import MOST_PROGRESS_CHARS, LiveRuns
from app.viewmodels.moment import clock
from app.viewmodels.rows import (
    AnswerRow,
    ApprovalRow,
    FooterRow,
    NoticeRow,
    QuestionRow,
    Row,
    ToolRow,
    UserRow,
)

FIRST_PAGE = 60
"""Entries read before the session is shown."""
PAGE = 500
"""Entries read at a time afterwards, older ones first needed last."""
MOST_WAITING = 200
"""Rows at the end among which open approvals stand: a reply has fewer calls."""
R = TypeVar("R", UserRow, AnswerRow, ToolRow, ApprovalRow, QuestionRow, NoticeRow, FooterRow)

LIVE_KEY = "live"
"""Of the answer that streams."""


class History(Protocol):
    """What a transcript needs of the runtime."""

    @property
    def store(self) -> Store:
        """Where sessions are."""
        ...

    @property
    def parked(self) -> ParkedQuestions:
        """What runs that have ended wait for."""
        ...

    def tool_title(self, call: ToolCall) -> str:
        """One line about a call."""
        ...


class TranscriptViewModel(QObject):
    """The rows of the open session, and signals about how they change."""

    opened = Signal()
    """Another session is shown: all rows are new."""
    inserted = Signal(int, int)
    """Rows came in at a place: index, count."""
    removed = Signal(int, int)
    changed = Signal(int)
    run_changed = Signal()
    """`running` is another run, or none."""
    waiting_changed = Signal()
    """`waiting()` has other rows."""

    def __init__(self, history: History, live: LiveRuns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._live = live
        self.session_id = ""
        self.rows: list[Row] = []
        self.running: str | None = None
        """The run that works in this session."""
        self._last_entry = 0
        self._first_entry: int | None = None
        self._ended: set[str] = set()
        self._orphans: dict[str, ToolResult] = {}
        self._runs: dict[str, Run] = {}
        self._waiting: list[AnyEvent] | None = None
        """Events that came while the first page was read."""
        self._opening = 0

    # -- opening

    async def open(self, session_id: str) -> None:
        """Show a session: its end at once, the older rest behind. Raises UsageError, StorageError."""
        self._opening += 1
        turn = self._opening
        self._waiting = []
        self.session_id = session_id
        self.running = self._live.run_in(session_id) if session_id else None  # what is stopped now is stopped here
        store = self._history.store
        entries = await store.entries(session_id, limit=FIRST_PAGE) if session_id else []
        runs = await self._runs_of(entries)
        parked = [one.event for one in await self._history.parked.open()] if entries else []
        if turn != self._opening:
            return
        self._show(entries, runs, [event for event in parked if event.session_id == session_id])
        more = self._first_entry is not None
        while more:
            more = await self._older(turn)

    def close(self) -> None:
        """Show nothing: a chat that is not begun yet."""
        self._opening += 1
        self.session_id = ""
        self._show([], {}, [])

    def _show(self, entries: Sequence[Entry], runs: dict[str, Run], parked: Sequence[ApprovalRequested]) -> None:
        self._runs, self._orphans, self._ended = runs, {}, set()
        self._last_entry = entries[-1].entry_id if entries else 0
        self._first_entry = None
        self.running = self._live.run_in(self.session_id) if self.session_id else None
        self.rows = self._page(entries, last=True)
        waiting, self._waiting = self._waiting or [], None
        kept = [event for event in waiting if isinstance(event, EntriesStored | ToolCallFinished | RunFinished)]
        self.blockSignals(True)  # all of it is new: `opened` tells
        for event in (*kept, *self._live.of(self.session_id)) if self.session_id else ():
            self._apply(event)
        for event in parked:
            self._ask_again(event)
        self.blockSignals(False)
        self.opened.emit()
        self.run_changed.emit()
        self.waiting_changed.emit()

    def _page(self, entries: Sequence[Entry], *, last: bool) -> list[Row]:
        page = rows_of(
            entries,
            self._runs,
            self._history.tool_title,
            orphans=self._orphans,
            last_page=last,
            live=self.running,
            ended=frozenset(self._ended),
        )
        self._orphans = page.orphans
        self._ended |= {entry.run_id for entry in entries if entry.run_id}
        first = entries[0] if entries else None
        self._first_entry = first.entry_id if first is not None and first.parent_id is not None else None
        return page.rows

    async def _older(self, turn: int) -> bool:
        entries = await self._history.store.entries(self.session_id, before=self._first_entry, limit=PAGE)
        runs = await self._runs_of(entries)
        if turn != self._opening or not entries:
            return False
        self._runs |= runs
        rows = self._page(entries, last=False)
        self.rows[:0] = rows
        self.inserted.emit(0, len(rows))
        return self._first_entry is not None

    async def _runs_of(self, entries: Sequence[Entry]) -> dict[str, Run]:
        wanted = {entry.run_id for entry in entries if entry.run_id}
        return {run.run_id: run for run in await self._history.store.runs_of(sorted(wanted))}

    def waiting(self) -> tuple[ApprovalRow, ...]:
        """The open approvals, the oldest first."""
        newest = self.rows[-MOST_WAITING:]
        return tuple(row for row in newest if isinstance(row, ApprovalRow) and row.state == "open")

    def can_retry(self, run_id: str) -> bool:
        """Whether a run is the last one here, and failed."""
        last = self.rows[-1] if self.rows else None
        return isinstance(last, FooterRow) and last.key == run_id and last.can_retry

    # -- what happens

    def take(self, event: AnyEvent) -> None:
        """Show an event, if it is of this session."""
        if event.session_id != self.session_id or not self.session_id:
            return
        if self._waiting is None:
            self._apply(event)
        else:
            self._waiting.append(event)

    def say(self, text: str) -> None:
        """Show at once what the person said into a run under way; it is stored when the run reads it."""
        self._append(UserRow(f"waiting{len(self.rows)}", text, waiting=True))

    def _apply(self, event: AnyEvent) -> None:
        match event:
            case RunStarted():
                self._start(event)
            case EntriesStored():
                for entry in event.entries:
                    self._store(entry)
            case MessageStarted():
                self._drop(lambda row: isinstance(row, AnswerRow) and row.given_up and row.entry_id is None)
                paused = f"paused{event.run_id}"
                self._drop(lambda row: row.key == paused)
                self._append(AnswerRow(LIVE_KEY, "", model=event.model, streaming=True))
            case MessageDelta():
                self._stream(event)
            case MessageFinished():
                self._finish_message(event)
            case ToolCallStarted() | ToolCallProgress() | ToolCallFinished():
                self._tool(event)
            case ApprovalRequested() | ApprovalResolved():
                self._approval(event)
            case QuestionAsked():
                self._append(QuestionRow(event.question_id, event.run_id, event.text, event.choices))
            case QuestionAnswered():
                self._change(event.question_id, QuestionRow, lambda row: replace(row, open=False, answer=event.answer))
            case ModelRetryScheduled():
                self._note("retry", _retry_words(event), f"retry{event.run_id}")
            case LoopDetected():
                self._note("loop", _loop_words(event), f"loop{len(self.rows)}")
            case RunFinished():
                self._finish(event)
            case RunWaiting():
                self._note("paused", _pause_words(event), f"paused{event.run_id}")
            case _:
                return

    def _ask_again(self, event: ApprovalRequested) -> None:
        """Show the question of a run that has parked, and that its other calls wait with it."""
        if self._find(event.approval_id) is not None:
            return
        at = self._find(event.call_id)
        for place in range(len(self.rows) if at is None else at, len(self.rows)):
            row = self.rows[place]
            if isinstance(row, FooterRow):
                self._put(place, replace(row, can_undo=can_undo(self.rows[:place])))
                break
            if isinstance(row, ToolRow) and row.state == "unknown":
                self._put(place, replace(row, state="waiting"))
        self._approval(event)

    def _start(self, event: RunStarted) -> None:
        self.running = event.run_id
        self._ended.discard(event.run_id)  # one that had parked goes on
        self._drop(lambda row: isinstance(row, FooterRow) and row.key == event.run_id)
        self._runs[event.run_id] = Run(
            event.run_id, event.session_id, event.origin, event.model, event.prompt, datetime.now(UTC)
        )
        for at, row in enumerate(self.rows):
            if isinstance(row, FooterRow) and row.can_retry:
                self._put(at, replace(row, can_retry=False))
        self.run_changed.emit()

    def _store(self, entry: Entry) -> None:
        if entry.entry_id <= self._last_entry:
            return
        self._last_entry = entry.entry_id
        message = entry.message
        match message:
            case UserMessage():
                said = message.text
                self._drop(lambda row: isinstance(row, UserRow) and row.waiting and row.text == said, most=1)
                self._append(user_row(entry, message, self._runs.get(entry.run_id or "")))
            case AssistantMessage():
                self._store_reply(message_rows(entry, message, self._history.tool_title, "running"))
            case ToolMessage():
                self._change(message.result.call_id, ToolRow, lambda row: settled(row, message.result))
            case NoteMessage() | SummaryMessage():
                self._append(notice_row(entry, message))

    def _store_reply(self, rows: list[Row]) -> None:
        """Show a stored reply, its text in the place of the one that streamed: what is drawn of it stays."""
        at = self._find(LIVE_KEY)
        if at is not None and rows and isinstance(rows[0], AnswerRow):
            self._put(at, rows.pop(0))
        else:
            self._drop(lambda row: row.key == LIVE_KEY)
        for row in rows:
            self._append(row)

    def _stream(self, event: MessageDelta) -> None:
        def longer(row: AnswerRow) -> AnswerRow:
            if event.thinking:
                return replace(row, thinking=row.thinking + event.text)
            return replace(row, text=row.text + event.text)

        self._change(LIVE_KEY, AnswerRow, longer)

    def _finish_message(self, event: MessageFinished) -> None:
        at = self._find(LIVE_KEY)
        if at is None:
            return
        row = self.rows[at]
        if event.message is None and isinstance(row, AnswerRow) and row.text.strip():
            self._put(at, replace(row, key=f"given-up{at}", streaming=False, given_up=True))
        else:
            self._drop(lambda row: row.key == LIVE_KEY)

    def _tool(self, event: ToolCallStarted | ToolCallProgress | ToolCallFinished) -> None:
        match event:
            case ToolCallStarted():
                call = event.call
                if self._find(call.call_id) is None:
                    self._append(tool_row(call, event.title, "running"))
                self._change(call.call_id, ToolRow, lambda row: replace(row, title=event.title, state="running"))
            case ToolCallProgress():
                self._change(event.call_id, ToolRow, lambda row: _longer(row, event.text))
            case ToolCallFinished():
                self._change(
                    event.result.call_id,
                    ToolRow,
                    lambda row: replace(settled(row, event.result), duration_s=event.duration_s),
                )

    def _approval(self, event: ApprovalRequested | ApprovalResolved) -> None:
        if isinstance(event, ApprovalRequested):
            self._change(event.call_id, ToolRow, lambda row: replace(row, state="waiting"))
            at = self._find(event.call_id)
            self._insert(len(self.rows) if at is None else at + 1, approval_row(event, self._runs.get(event.run_id)))
            self.waiting_changed.emit()
            return
        states = {"nobody": "nobody", "cancelled": "cancelled", "expired": "nobody"}
        state = states.get(event.by, "allowed" if event.allowed else "refused")
        self._change(
            event.approval_id, ApprovalRow, lambda row: replace(row, state=state, note=event.note, scope=event.scope)
        )
        self.waiting_changed.emit()
        at = self._find(event.approval_id)
        if at and isinstance(row := self.rows[at - 1], ToolRow) and row.state == "waiting":
            self._put(at - 1, replace(row, state="running"))

    def _note(self, kind: str, text: str, key: str) -> None:
        at = self._find(key)
        row = NoticeRow(key, kind, text)  # pyright: ignore[reportArgumentType]
        if at is None:
            self._append(row)
        else:
            self._put(at, row)

    def _finish(self, event: RunFinished) -> None:
        self.running = None
        if any(isinstance(row, FooterRow) and row.key == event.run_id for row in self.rows[-50:]):
            return  # it ended while its last page was read
        self._ended.add(event.run_id)
        self._drop(lambda row: row.key in (LIVE_KEY, f"retry{event.run_id}") or _unread(row))
        if event.stop_reason == "parked":
            self._wait()
        files = files_of(self.rows)
        model = next((row.model for row in reversed(self.rows) if isinstance(row, AnswerRow) and row.model), "")
        began = bool(self.rows) and not isinstance(self.rows[-1], FooterRow)  # else there is nothing to try again
        failed = event.stop_reason not in FINE
        self._append(
            FooterRow(
                event.run_id,
                event.stop_reason,
                event.error or "",
                event.error_code or "",
                event.duration_s,
                event.usage,
                model,
                files,
                can_retry=failed and began,
                can_undo=can_undo(self.rows),
                dry_run=event.dry_run,
            )
        )
        self.run_changed.emit()

    def _wait(self) -> None:
        """The run has parked: the call that asks, and those after it, wait for the answer."""
        for at in range(len(self.rows) - 1, -1, -1):
            row = self.rows[at]
            if isinstance(row, FooterRow):
                return
            below = self.rows[at + 1] if at + 1 < len(self.rows) else None
            asks = isinstance(below, ApprovalRow) and below.state == "open"
            if isinstance(row, ToolRow) and (asks or row.state == "running"):
                self._put(at, replace(row, state="waiting", output=""))

    # -- the list

    def _find(self, key: str) -> int | None:
        for at in range(len(self.rows) - 1, -1, -1):
            if self.rows[at].key == key:
                return at
        return None

    def _append(self, row: Row) -> None:
        self._insert(len(self.rows), row)

    def _insert(self, at: int, row: Row) -> None:
        self.rows.insert(at, row)
        self.inserted.emit(at, 1)

    def _put(self, at: int, row: Row) -> None:
        if self.rows[at] != row:
            self.rows[at] = row
            self.changed.emit(at)

    def _change(self, key: str, kind: type[R], make: Callable[[R], Row]) -> None:
        at = self._find(key)
        if at is not None and isinstance(row := self.rows[at], kind):
            self._put(at, make(row))

    def _drop(self, wanted: Callable[[Row], bool], most: int = 1_000) -> None:
        found = [at for at, row in enumerate(self.rows[-200:], max(0, len(self.rows) - 200)) if wanted(row)][:most]
        for at in reversed(found):
            del self.rows[at]
            self.removed.emit(at, 1)


def _longer(row: ToolRow, text: str) -> ToolRow:
    return replace(row, output=(row.output + text)[-MOST_PROGRESS_CHARS:])


def _unread(row: Row) -> bool:
    return isinstance(row, UserRow) and row.waiting


def _retry_words(event: ModelRetryScheduled) -> str:
    from app.viewmodels.failure_words import error_words  # nothing of it is needed while nothing fails

    reason = error_words(event.reason)
    if event.model:
        instead = translate("Transcript", "{reason} {model} is asked instead.")
        return instead.format(reason=reason, model=event.model)
    words = translate("Transcript", "{reason} Trying again in {seconds} s (attempt {attempt}).")
    return words.format(reason=reason, seconds=round(event.delay_s), attempt=event.attempt + 1)


def _loop_words(event: LoopDetected) -> str:
    if event.stopped:
        return translate("Transcript", "It went on in circles and was stopped.")
    return translate("Transcript", "It is going in circles; it was told so.")


def _pause_words(event: RunWaiting) -> str:
    if event.until is None:
        return translate("Transcript", "Paused: it goes on when Homard is resumed.")
    return translate("Transcript", "Paused until {time}.").format(time=clock(event.until))
