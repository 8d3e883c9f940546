"""What a person sees of a run: the answer on stdout, everything else on stderr."""

from __future__ import annotations

import asyncio

from agent.budget.refusal import amount
from agent.events import (
    AnyEvent,
    ApprovalResolved,
    BudgetWarned,
    ContextCompacted,
    LoopDetected,
    MessageDelta,
    MessageFinished,
    MessageStarted,
    ModelRetryScheduled,
    PromptCacheBroken,
    QuestionAnswered,
    RunFinished,
    RunStarted,
    RunWaiting,
    SteeringDelivered,
    ToolCallFinished,
    ToolCallProgress,
    ToolCallStarted,
)
from agent.interfaces.cli.duration import until_words
from agent.interfaces.cli.markdown import MarkdownStream, warm_up
from agent.interfaces.cli.outcome import closing_line, error_of
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line
from agent.messages import ToolResult
from agent.tasks import spawn

_STYLES = {"dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
TITLE_COLUMNS = 100


def paint(terminal: Terminal, style: str, text: str) -> str:
    """The text in a colour for stderr, if it is a terminal that wants colours."""
    if not terminal.stderr_tty or not terminal.colour:
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


class RunDisplay:
    """Shows the events of runs, one after the other."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._stream: MarkdownStream | None = None
        if terminal.stdout_tty and not terminal.dumb:
            self._stream = MarkdownStream(terminal.columns, terminal.rows, colour=terminal.colour)
            spawn(asyncio.to_thread(warm_up), "warm up")
        self._model = ""
        self._running: dict[str, str] = {}
        self._unanswered = 0
        self._shown = False
        """Whether a piece of the message under way stands on the screen."""

    def show(self, event: AnyEvent) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self._model = event.model
                self._terminal.status("starting")
            case MessageStarted():
                self._terminal.status(f"waiting for {event.model}")
            case MessageDelta():
                self._delta(event)
            case MessageFinished():
                self._message_finished(event)
            case ToolCallStarted():
                self._running[event.call.call_id] = one_line(event.title, TITLE_COLUMNS)
                self._status_of_tools()
            case ToolCallProgress():
                self._progress(event)
            case ToolCallFinished():
                self._tool_finished(event)
            case RunFinished():
                self._finished(event)
            case _:
                self._note(event)

    def _delta(self, event: MessageDelta) -> None:
        if event.thinking:
            self._terminal.status("thinking")
        elif self._stream is None:
            self._terminal.status("answering")
        else:
            self._shown = True
            self._terminal.status("")
            self._terminal.out(self._stream.feed(event.text))

    def _message_finished(self, event: MessageFinished) -> None:
        if self._stream is not None:
            self._terminal.out(self._stream.finish())
        self._terminal.status("")
        if event.message is None and self._shown:
            self._say("yellow", "… the reply broke off here and does not count.")
        if event.message is not None and event.message.from_cache:
            self._say("dim", "… from cache: the same was asked before, and no model was called.")
        self._shown = False

    def _status_of_tools(self, last: str = "") -> None:
        if len(self._running) > 1:
            self._terminal.status(f"{len(self._running)} tools at work")
        else:
            self._terminal.status("".join(self._running.values()) + last)

    def _progress(self, event: ToolCallProgress) -> None:
        lines = event.text.strip().splitlines()
        if lines:
            self._status_of_tools(f"  {one_line(lines[-1], TITLE_COLUMNS)}")

    def _tool_finished(self, event: ToolCallFinished) -> None:
        result = event.result
        title = self._running.pop(result.call_id, result.name)
        took = paint(self._terminal, "dim", _duration(event.duration_s))
        self._terminal.say(f"{paint(self._terminal, 'cyan', '●')} {title}  {self._verdict(result)} {took}")
        self._status_of_tools()

    def _verdict(self, result: ToolResult) -> str:
        if result.details.get("dry_run"):
            return paint(self._terminal, "yellow", "not done: dry run")
        if not result.is_error:
            return paint(self._terminal, "green", "✓")
        return paint(self._terminal, "red", f"✗ {one_line(result.text, TITLE_COLUMNS)}")

    def _note(self, event: AnyEvent) -> None:
        match event:
            case ModelRetryScheduled():
                next_ = f"{event.model} is asked instead." if event.model else f"Trying again in {event.delay_s:.1f} s."
                self._say("yellow", f"… {event.reason} {next_}")
            case SteeringDelivered():
                self._say("dim", "↳ the model has your message")
            case RunWaiting():
                self._say("yellow", f"… everything is paused {until_words(event.until)}; `homard resume` ends that.")
                self._terminal.status("paused")
            case LoopDetected():
                done = "stopped" if event.stopped else "told so"
                self._say("yellow", f"… the model goes in circles ({event.pattern}); it was {done}.")
            case ContextCompacted():
                saved = f"{event.tokens_before:,} → {event.tokens_after:,} tokens"
                cost = f", {amount(event.cost_usd, 'usd')}" if event.cost_usd else ""
                by = f" by {event.model}{cost}" if event.model else ""
                self._say("dim", f"… old turns were summarised{by} ({saved}); all of them stay stored.")
            case BudgetWarned() | PromptCacheBroken():
                self._say("yellow", f"… {event.note}")
            case ApprovalResolved(by="nobody") | QuestionAnswered(answer=None):
                self._unanswered += 1
            case _:
                return

    def _finished(self, event: RunFinished) -> None:
        if self._stream is not None:
            self._terminal.out(self._stream.finish())
        elif event.text:
            self._terminal.out(event.text if event.text.endswith("\n") else f"{event.text}\n")
        self._terminal.status("")
        if error := error_of(event):
            self._terminal.say(f"homard: {error}")
        self._say("dim", closing_line(event, self._model))

    def _say(self, style: str, text: str) -> None:
        line = one_line(text, 10_000)
        self._terminal.say(paint(self._terminal, style, line))


class NoDisplay:
    """Shows nothing: the report at the end says it all."""

    def show(self, event: AnyEvent) -> None:
        """Take an event."""


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
