"""Puts approvals and questions of runs to the person, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any

from agent.commands import AnswerQuestion, ResolveApproval
from agent.errors import UsageError
from agent.events import AnyEvent, ApprovalRequested, ApprovalResolved, QuestionAnswered, QuestionAsked, Scope
from agent.interfaces.cli.display import paint
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.runtime import Runtime

MAX_ATTEMPTS = 3
MAX_LINES = 12
MANY = 5
"""Questions within ten minutes after which people say yes without reading."""
MAX_COLUMNS = 160
_YES: Mapping[Scope, tuple[str, ...]] = {"once": ("y", "yes"), "run": ("r", "run"), "always": ("a", "always")}
_MEANS = {"run": "in this run", "always": "always"}
_SHOWN = ("text", "old", "new")
"""Arguments that are contents, shown even when they are one line."""


class Questioner:
    """Asks at one terminal. Only an explicit yes is a yes; Enter, the end of the input and Ctrl-C are not."""

    def __init__(self, terminal: Terminal, runtime: Runtime) -> None:
        self._terminal = terminal
        self._runtime = runtime
        self._one_at_a_time = asyncio.Lock()
        self._open: dict[str, asyncio.Task[None]] = {}

    def take(self, event: AnyEvent) -> None:
        """Ask what the event asks; forget what it says is answered."""
        match event:
            case ApprovalRequested():
                self._begin(event.approval_id, self._approve(event))
            case QuestionAsked():
                self._begin(event.question_id, self._answer(event))
            case ApprovalResolved():
                self._end(event.approval_id)
            case QuestionAnswered():
                self._end(event.question_id)
            case _:
                return

    def _begin(self, question_id: str, work: Coroutine[Any, Any, None]) -> None:
        self._open[question_id] = spawn(work, f"question {question_id}")

    def _end(self, question_id: str) -> None:
        task = self._open.pop(question_id, None)
        if task is not None:
            task.cancel()

    async def _approve(self, event: ApprovalRequested) -> None:
        async with self._one_at_a_time:
            await self._submit(await self._verdict(event))

    async def _verdict(self, event: ApprovalRequested) -> ResolveApproval:
        self._terminal.say(wording(event, self._terminal))
        letters: dict[tuple[str, ...], Scope] = {words: scope for scope, words in _YES.items() if scope in event.scopes}
        more = "".join(f", {words[0]} {_MEANS[scope]}" for words, scope in letters.items() if scope != "once")
        prompt = f"  Allow it? [y/N{more}, or n and a reason] "
        for _attempt in range(MAX_ATTEMPTS):
            answer = await self._terminal.ask(prompt, fresh=True)
            word, _, note = (answer or "n").strip().partition(" ")
            word = word.rstrip(",").lower()
            said: list[Scope] = [scope for words, scope in letters.items() if word in words]
            if said and not note:
                return ResolveApproval(event.approval_id, True, scope=said[0])
            if word in ("", "n", "no"):
                return ResolveApproval(event.approval_id, False, note.strip())
            prompt = f"  Please answer y or n{more} (n and a reason tells the model why): "
        return ResolveApproval(event.approval_id, False)

    async def _answer(self, event: QuestionAsked) -> None:
        async with self._one_at_a_time:
            self._terminal.say(paint(self._terminal, "yellow", f"? {revealed(event.text)}"))
            for number, choice in enumerate(event.choices, 1):
                self._terminal.say(f"    {number}  {revealed(choice)}")
            answer = await self._terminal.ask("  Your answer: ", fresh=True)
            await self._submit(AnswerQuestion(event.question_id, _chosen(answer, event.choices)))

    async def _submit(self, command: ResolveApproval | AnswerQuestion) -> None:
        try:
            await self._runtime.submit(command)
        except UsageError:
            return  # answered elsewhere, or the run ended, in this moment


def wording(event: ApprovalRequested, terminal: Terminal | None = None) -> str:
    """What a person is asked: the effects, what would be written, and what they should know before they answer.

    `terminal`: on whose stderr it is to stand, in its colours.
    """
    effects = [revealed(effect).replace("\n", "\n      ") for effect in event.effects]
    head = "? Homard wants to" + (f" {effects[0]}" if len(effects) == 1 else ":")
    head = head if terminal is None else paint(terminal, "yellow", head)
    rest = [f"    {effect}" for effect in effects] if len(effects) > 1 else []
    return "\n".join([head, *rest, *_contents(event), *_circumstances(event)])


def _contents(event: ApprovalRequested) -> list[str]:
    """What would be written or replaced: the long or multi-line arguments, a few lines of each."""
    lines: list[str] = []
    for name, value in event.details.get("arguments", {}).items():
        if not isinstance(value, str) or ("\n" not in value.strip() and name not in _SHOWN):
            continue
        text = value.splitlines()
        lines.append(f"    {name}:")
        lines += [f"      {revealed(line)[:MAX_COLUMNS]}" for line in text[:MAX_LINES]]
        if len(text) > MAX_LINES:
            lines.append(f"      … {len(text) - MAX_LINES:,} more lines")
    return lines


def _circumstances(event: ApprovalRequested) -> list[str]:
    """What a person should know before the answer: whose words are behind it, what can be undone, what `a` writes."""
    lines: list[str] = []
    if event.label is not None and event.label.tainted:
        sources = ", ".join(source.removeprefix("external:") for source in event.label.sources) or "strangers"
        lines.append(f"    ! This run has read text from {revealed(sources)}; that text may be what asks for this.")
    if event.undo:
        lines.append(f"    {revealed(event.undo)}")
    if event.rule and "always" in event.scopes:
        means = "a writes the rule:" if event.parked_until is None else "always lets the job do this by itself:"
        lines.append(f"    {means} {revealed(event.rule)}")
    if event.asked_lately > MANY and "run" in event.scopes:
        lines.append(f"    You were asked {event.asked_lately} times in ten minutes; r asks no more for the like.")
    return lines


def _chosen(answer: str | None, choices: tuple[str, ...]) -> str | None:
    text = (answer or "").strip()
    if text.isdecimal() and 1 <= int(text) <= len(choices):
        return choices[int(text) - 1]
    return text or None
