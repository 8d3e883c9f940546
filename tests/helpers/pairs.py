"""What is wrong with a list of events: starts without a finish, finishes without a start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agent import events as ev

Key = tuple[str, str]


def unpaired(events: Iterable[ev.AnyEvent]) -> list[Key]:
    """List every start without exactly one finish after it, and every finish without a start."""
    waiting: Counter[Key] = Counter()
    problems: list[Key] = []
    for event in events:
        step, key = _key(event)
        waiting[key] += step
        if waiting[key] not in (0, 1):
            problems.append(key)
    return problems + [key for key, count in waiting.items() if count]


def _key(event: ev.AnyEvent) -> tuple[int, Key]:
    match event:
        case ev.RunStarted() | ev.RunFinished():
            return (1 if isinstance(event, ev.RunStarted) else -1), ("run", event.run_id)
        case ev.TurnStarted() | ev.TurnFinished():
            return (1 if isinstance(event, ev.TurnStarted) else -1), ("turn", str(event.turn))
        case ev.MessageStarted() | ev.MessageFinished():
            return (1 if isinstance(event, ev.MessageStarted) else -1), ("message", event.run_id)
        case ev.ToolCallStarted():
            return 1, ("call", event.call.call_id)
        case ev.ToolCallFinished():
            return -1, ("call", event.result.call_id)
        case ev.ApprovalRequested() | ev.ApprovalResolved():
            return (1 if isinstance(event, ev.ApprovalRequested) else -1), ("approval", event.approval_id)
        case ev.QuestionAsked() | ev.QuestionAnswered():
            return (1 if isinstance(event, ev.QuestionAsked) else -1), ("question", event.question_id)
        case _:
            return 0, ("other", "")
