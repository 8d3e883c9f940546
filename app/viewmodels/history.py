"""Rows made from stored entries: a pure function, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.events import ApprovalRequested, StopReason
from agent.messages import (
    AssistantMessage,
    Entry,
    ImagePart,
    NoteMessage,
    SummaryMessage,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    UserMessage,
)
from agent.storage.records import Run
from app.translation import translate
from app.viewmodels.rows import AnswerRow, ApprovalRow, FooterRow, NoticeRow, Row, ToolRow, ToolState, UserRow

WRITING = ("write", "edit", "delete", "move")
"""Tools whose result names a file that they changed (`details["path"]`)."""
UNDOABLE = frozenset({*WRITING, "shell"})
"""Tools whose changes of files are written down so that they can be put back."""
FINE: frozenset[StopReason] = frozenset(("end_turn", "parked"))
"""A run that ended like this need not be tried again: it is done, or goes on once it is answered."""
PROMPT_CHARS = 200
"""Of what a person asked for, where only a reminder of it is needed."""


@dataclass
class Page:
    """Rows of consecutive entries, and what they leave open."""

    rows: list[Row] = field(default_factory=list[Row])
    orphans: dict[str, ToolResult] = field(default_factory=dict[str, ToolResult])
    """Results whose call stands on an older page."""


def rows_of(
    entries: Sequence[Entry],
    runs: Mapping[str, Run],
    title: Callable[[ToolCall], str],
    *,
    orphans: Mapping[str, ToolResult] | None = None,
    last_page: bool = True,
    live: str | None = None,
    ended: frozenset[str] = frozenset(),
) -> Page:
    """Make the rows of a piece of a path, root first.

    `orphans` are results found on the page after this one; `last_page` tells that this piece ends the path; `live`
    is the run under way, whose open calls are running, not lost; `ended` are runs whose end stands on a later page.
    """
    page = Page(orphans=dict(orphans or {}))
    ends = _last_entries(entries)
    for entry in entries:
        run = runs.get(entry.run_id or "")
        page.rows += _rows(entry, run, title, live == entry.run_id and live is not None)
        if isinstance(entry.message, ToolMessage):
            _settle(page, entry.message.result)
        if run is None or run.finished_at is None or run.run_id in ended:
            continue
        if ends[run.run_id] == entry.entry_id:
            page.rows.append(footer_of(run, page.rows, is_last=last_page and entry is entries[-1]))
    for at, row in enumerate(page.rows):
        if isinstance(row, ToolRow) and row.key in page.orphans:
            page.rows[at] = settled(row, page.orphans.pop(row.key))
    return page


def tool_row(call: ToolCall, title: str, state: ToolState, entry_id: int | None = None) -> ToolRow:
    """The row of a call without a result."""
    return ToolRow(call.call_id, call.name, title, call.arguments, state, entry_id=entry_id)


def settled(row: ToolRow, result: ToolResult) -> ToolRow:
    """The row with its result."""
    images = tuple(part for part in result.content if isinstance(part, ImagePart))
    return replace(row, state=_state(result), output=result.text, images=images, details=result.details)


def message_rows(
    entry: Entry, message: AssistantMessage, title: Callable[[ToolCall], str], state: ToolState
) -> list[Row]:
    """The rows of a reply: its text if there is any, then its calls."""
    thinking = "\n\n".join(part.text for part in message.parts if isinstance(part, ThinkingPart))
    text = message.text.strip()
    rows: list[Row] = []
    if text or thinking.strip():
        key = f"e{entry.entry_id}"
        model = message.model
        if message.from_cache:
            model = translate("Transcript", "{model}, given again").format(model=model)
        rows.append(AnswerRow(key, text, thinking, model, entry_id=entry.entry_id, label=message.label))
    rows += [tool_row(call, title(call), state, entry.entry_id) for call in message.tool_calls]
    return rows


def approval_row(event: ApprovalRequested, run: Run | None = None) -> ApprovalRow:
    """The row of an approval that is asked for, in a run."""
    prompt = " ".join(run.prompt[: PROMPT_CHARS + 1].split()) if run is not None else ""
    return ApprovalRow(
        event.approval_id,
        event.run_id,
        event.tool,
        event.effects,
        event.reason,
        event.details,
        label=event.label,
        scopes=event.scopes,
        rule=event.rule,
        of_job=event.parked_until is not None,
        undo=event.undo,
        asked_lately=event.asked_lately,
        prompt=prompt if len(prompt) <= PROMPT_CHARS else f"{prompt[:PROMPT_CHARS]}…",
    )


def user_row(entry: Entry, message: UserMessage, run: Run | None) -> UserRow:
    """The row of what was said."""
    images = tuple(part for part in message.parts if isinstance(part, ImagePart))
    origin = run.origin if run is not None else "user"
    return UserRow(f"e{entry.entry_id}", message.text, images, origin, entry.created_at, entry.entry_id)


def notice_row(entry: Entry, message: NoteMessage | SummaryMessage) -> NoticeRow:
    """The row of a word of the harness."""
    kind = "summary" if isinstance(message, SummaryMessage) else "note"
    return NoticeRow(f"e{entry.entry_id}", kind, message.text)


def footer_of(run: Run, rows: Sequence[Row], *, is_last: bool) -> FooterRow:
    """The row of a finished run; `rows` end with the run's own."""
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0.0
    reason = run.stop_reason or "interrupted"
    return FooterRow(
        run.run_id,
        reason,
        run.error or "",
        run.error_code or "",
        took,
        run.usage,
        run.model,
        files_of(rows),
        can_retry=is_last and reason not in FINE,
        can_undo=can_undo(rows),
        dry_run=run.dry_run,
    )


def can_undo(rows: Sequence[Row]) -> bool:
    """Whether the last run in these rows did something that may be put back."""
    return any(row.name in UNDOABLE and row.state in ("done", "failed", "unknown") for row in _calls_of_last(rows))


def _calls_of_last(rows: Sequence[Row]) -> Iterator[ToolRow]:
    """The calls of the last run, the newest first."""
    for row in reversed(rows):
        if isinstance(row, FooterRow):
            return
        if isinstance(row, ToolRow):
            yield row


def files_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The files that the last run in these rows wrote, each once."""
    found: dict[str, None] = {}
    for row in _calls_of_last(rows):
        if row.state == "done" and row.name in WRITING and row.details.get("path"):
            found[str(row.details["path"])] = None
    return tuple(reversed(found))


def _rows(entry: Entry, run: Run | None, title: Callable[[ToolCall], str], live: bool) -> list[Row]:
    message = entry.message
    if isinstance(message, UserMessage):
        return [user_row(entry, message, run)]
    if isinstance(message, AssistantMessage):
        return message_rows(entry, message, title, "running" if live else "unknown")
    if isinstance(message, NoteMessage | SummaryMessage):
        return [notice_row(entry, message)]
    return []


def _settle(page: Page, result: ToolResult) -> None:
    for at in range(len(page.rows) - 1, -1, -1):
        row = page.rows[at]
        if isinstance(row, ToolRow) and row.key == result.call_id:
            page.rows[at] = settled(row, result)
            return
    page.orphans[result.call_id] = result


def _state(result: ToolResult) -> ToolState:
    if result.outcome != "done":
        return result.outcome
    if result.details.get("denied"):
        return "denied"
    if result.details.get("dry_run"):
        return "recorded"
    return "failed" if result.is_error else "done"


def _last_entries(entries: Sequence[Entry]) -> dict[str, int]:
    return {entry.run_id: entry.entry_id for entry in entries if entry.run_id}
