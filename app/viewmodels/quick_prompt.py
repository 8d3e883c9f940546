"""The quick prompt: one question, its answer as it comes, and what to do next."""

from __future__ import annotations

from typing import Literal, Protocol

from PySide6.QtCore import QObject, Signal

from agent.errors import HomardError
from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
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
    ToolCallStarted,
)
from app.translation import translate

State = Literal["idle", "asking", "answering", "needs_you", "done", "failed"]
"""`asking`: no text of the answer has come yet."""

MOST_EARLY = 5_000
"""Events that are kept while a question is handed over: those of its run may come before its id does."""


class Port(Protocol):
    """Who asks; both raise HomardError."""

    async def ask(self, text: str, session_id: str = "") -> tuple[str, str]:
        """Say something in a chat, or in a new one; the ids of session and run."""
        ...

    async def cancel(self, run_id: str) -> None:
        """Stop a run."""
        ...


class QuickPromptViewModel(QObject):
    """Follows the run of the last question. Hand it every event with `take`."""

    changed = Signal()

    def __init__(self, port: Port, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._port = port
        self._opening = 0
        self._forget()

    def _forget(self) -> None:
        self.state: State = "idle"
        self.session_id = ""
        """The chat of the questions since the last `reset`; empty before the first."""
        self.question = ""
        self._forget_answer()

    def _forget_answer(self) -> None:
        self.answer = ""
        """Markdown: the latest message of the run, so far."""
        self.error = ""
        """A sentence, when the state is `failed`."""
        self.model = ""
        self.activity = ""
        """What the run does beside writing, in a line; empty: nothing special."""
        self.stopped = False
        """The person ended the run before it was done."""
        self._run_id = ""
        self._before = ""
        self._fresh = False
        self._needs: set[str] = set()
        self._early: list[AnyEvent] = []

    @property
    def busy(self) -> bool:
        """Whether the answer is still to come; nothing else can be asked meanwhile."""
        return self.state in ("asking", "answering", "needs_you")

    def reset(self) -> None:
        """Begin anew: the next question starts a chat. A run under way goes on in its chat."""
        self._opening += 1
        self._forget()
        self.changed.emit()

    async def ask(self, text: str) -> bool:
        """Ask, in the same chat as the question before. Whether it was sent; if not, `error` says why."""
        text = text.strip()
        if not text or self.busy:
            return False
        opening = self._opening
        self._forget_answer()
        self.question, self.state = text, "asking"
        self.changed.emit()
        try:
            session_id, run_id = await self._port.ask(text, self.session_id)
        except HomardError as error:
            self._fail(opening, str(error))
            return False
        except Exception:
            self._fail(opening, translate("QuickPrompt", "This could not be asked. The log has the details."))
            raise
        if opening == self._opening:
            await self._follow(session_id, run_id)
        return True

    async def stop(self) -> None:
        """Stop the run; one that is just being started, as soon as it can be."""
        if not self.busy:
            return
        self.stopped = True
        self.changed.emit()
        if self._run_id:
            await self._cancel()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens; other runs are none of its business."""
        if self.state == "asking" and not self._run_id:
            if len(self._early) < MOST_EARLY:
                self._early.append(event)
        elif self._run_id and event.run_id == self._run_id and self.busy and self._note(event):
            self.changed.emit()

    async def _follow(self, session_id: str, run_id: str) -> None:
        self.session_id, self._run_id = session_id, run_id
        early, self._early = self._early, []
        for event in early:
            if event.run_id == run_id and self.busy:
                self._note(event)
        self.changed.emit()
        if self.stopped and self.busy:
            await self._cancel()

    async def _cancel(self) -> None:
        try:
            await self._port.cancel(self._run_id)
        except HomardError as error:
            self.stopped = False
            self.activity = str(error)
            self.changed.emit()

    def _fail(self, opening: int, sentence: str) -> None:
        if opening == self._opening:
            self.state, self.error = "failed", sentence
            self.changed.emit()

    def _note(self, event: AnyEvent) -> bool:
        match event:
            case RunStarted():
                self.model = event.model
            case MessageStarted() | MessageDelta() | MessageFinished():
                return self._note_message(event)
            case ToolCallStarted():
                self.activity = _title(event)
            case ModelRetryScheduled():
                self.activity = _failure(event.reason)
            case RunWaiting():
                self.activity = translate("QuickPrompt", "Homard is paused; it answers when it is resumed.")
            case ToolCallFinished():
                self.activity = ""
            case ApprovalRequested() | QuestionAsked() | ApprovalResolved() | QuestionAnswered():
                self._note_need(event)
            case RunFinished():
                self._finish(event)
            case _:
                return False
        return True

    def _note_message(self, event: MessageStarted | MessageDelta | MessageFinished) -> bool:
        match event:
            case MessageStarted():
                self.model, self.activity = event.model, ""
                self._before, self._fresh = self.answer, True
            case MessageDelta():
                if event.thinking or not event.text:
                    return False
                # The text before stays until there is another to show: no empty window between two messages.
                self.answer = event.text if self._fresh else self.answer + event.text
                self._fresh = False
            case MessageFinished(message=message):
                self.answer = (message.text if message is not None else "") or self._before
        self._go_on()
        return True

    def _note_need(self, event: ApprovalRequested | ApprovalResolved | QuestionAsked | QuestionAnswered) -> None:
        match event:
            case ApprovalRequested():
                self._needs.add(event.approval_id)
            case QuestionAsked():
                self._needs.add(event.question_id)
            case ApprovalResolved():
                self._needs.discard(event.approval_id)
            case QuestionAnswered():
                self._needs.discard(event.question_id)
        self._go_on()

    def _go_on(self) -> None:
        self.state = "needs_you" if self._needs else "answering" if self.answer else "asking"

    def _finish(self, event: RunFinished) -> None:
        self._needs.clear()
        self.activity = ""
        self.answer = event.text or self.answer
        self.stopped = event.stop_reason == "cancelled"
        well = event.stop_reason in ("end_turn", "cancelled")
        self.state = "done" if well else "failed"
        if not well:
            self.error = _failure(event.error or "") or translate(
                "QuickPrompt", "The run ended early. Its chat shows how far it came."
            )


def _title(event: ToolCallStarted) -> str:
    from app.viewmodels.runtime_words import title_words  # nothing of it is needed before something runs

    return title_words(event.title)


def _failure(error: str) -> str:
    from app.viewmodels.failure_words import error_words

    return error_words(error)
