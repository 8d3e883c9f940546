"""What runs are doing right now: all that a screen opened in mid-run could not read from the store."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    MessageDelta,
    MessageFinished,
    MessageStarted,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    RunWaiting,
    ToolCallFinished,
    ToolCallProgress,
    ToolCallStarted,
)

MOST_PROGRESS_CHARS = 20_000
"""Of the output of one tool, its end."""


class LiveRuns:
    """Keeps, for each run under way, the events whose counterpart has not come yet."""

    def __init__(self) -> None:
        self._runs: dict[str, list[AnyEvent]] = {}

    def take(self, event: AnyEvent) -> None:
        """Note an event, and forget what it ends."""
        if isinstance(event, RunStarted):
            self._runs[event.run_id] = [event]
        kept = self._runs.get(event.run_id)
        if kept is None or isinstance(event, RunStarted):
            return
        match event:
            case RunFinished():
                del self._runs[event.run_id]
            case MessageStarted():
                kept[:] = [*(old for old in kept if not isinstance(old, RunWaiting)), event]
            case ToolCallStarted() | ApprovalRequested() | QuestionAsked() | RunWaiting():
                kept.append(event)
            case MessageDelta() | ToolCallProgress():
                _join(kept, event)
            case MessageFinished():
                kept[:] = [old for old in kept if not isinstance(old, MessageStarted | MessageDelta)]
            case ToolCallFinished():
                done = event.result.call_id
                kept[:] = [old for old in kept if _call_of(old) != done]
            case ApprovalResolved():
                kept[:] = [
                    old
                    for old in kept
                    if not (isinstance(old, ApprovalRequested) and old.approval_id == event.approval_id)
                ]
            case QuestionAnswered():
                kept[:] = [
                    old for old in kept if not (isinstance(old, QuestionAsked) and old.question_id == event.question_id)
                ]
            case _:
                return

    def of(self, session_id: str) -> Iterator[AnyEvent]:
        """The kept events of a session's run, in the order in which they came."""
        for kept in self._runs.values():
            if kept[0].session_id == session_id:
                yield from kept

    def of_run(self, run_id: str) -> Iterator[AnyEvent]:
        """The kept events of a run, in the order in which they came."""
        yield from self._runs.get(run_id, ())

    def run_in(self, session_id: str) -> str | None:
        """The run that works in a session."""
        return next((run_id for run_id, kept in self._runs.items() if kept[0].session_id == session_id), None)

    def runs(self) -> list[str]:
        """All runs under way."""
        return list(self._runs)


def _join(kept: list[AnyEvent], event: MessageDelta | ToolCallProgress) -> None:
    for at in range(len(kept) - 1, -1, -1):
        old = kept[at]
        match old, event:
            case MessageDelta(), MessageDelta() if old.thinking == event.thinking:
                kept[at] = msgspec.structs.replace(old, text=old.text + event.text)
                return
            case ToolCallProgress(), ToolCallProgress() if old.call_id == event.call_id:
                kept[at] = msgspec.structs.replace(old, text=(old.text + event.text)[-MOST_PROGRESS_CHARS:])
                return
            case _:
                continue
    kept.append(event)


def _call_of(event: AnyEvent) -> str | None:
    if isinstance(event, ToolCallStarted):
        return event.call.call_id
    return event.call_id if isinstance(event, ToolCallProgress) else None
