"""The chats' page: the open chat with its transcript and composer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from agent.events import Scope
from agent.messages import ImagePart
from app import dialogs
from app.bridge import Bridge
from app.theme import SPACE, icon
from app.translation import translate
from app.viewmodels.chat import ChatViewModel, Said
from app.viewmodels.composer import Draft
from app.widgets.cards.words import face_font
from app.widgets.composer import Composer
from app.widgets.elided_label import ElidedLabel
from app.widgets.empty_state import EmptyState
from app.widgets.waiting_bar import WaitingBar
from app.windows.transcript import Transcript


class _Title(ElidedLabel):
    """Of the chat: heavier than what is said in it."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFont(face_font("bold"))

    def changeEvent(self, arg__1: QEvent) -> None:
        """Follow the font of the system."""
        if arg__1.type() == QEvent.Type.ApplicationFontChange:
            self.setFont(face_font("bold"))
        super().changeEvent(arg__1)


MOST_DRAFTS = 20


class ChatsPage(QWidget):
    """Shows the chat that the view model has open, and carries a person's wishes to it."""

    deleted = Signal(str, str)
    """Session id and title of a chat that was just deleted: the window offers to take it back."""

    explained = Signal(str)
    """A person wants to know what happened in a run: its id."""
    undo_wanted = Signal(str)
    """A person wants to put back what a run changed: its id."""
    repeat_wanted = Signal(str)
    """A person wants to make a job of what was asked for in a run: its id."""
    safety_wanted = Signal()
    """A person wants to see what may be done without asking."""

    def __init__(self, model: ChatViewModel, bridge: Bridge, composer: Composer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._bridge = bridge
        self._drafts: dict[str, Draft] = {}
        self._draft_of = ""
        self.composer = composer
        self.transcript = Transcript(model.transcript, self)
        self.waiting = WaitingBar(self)
        self._title = _Title("", self)
        self._buttons: dict[str, QToolButton] = {}
        self._body = QStackedWidget(self)
        self._empty = EmptyState(
            "homard",
            translate("Chats", "What should be done?"),
            translate(
                "Chats",
                "Homard works in the folder named below. What it changes there can be undone; before it does anything "
                "that cannot, it asks.",
            ),
            parent=self._body,
        )
        self._lay_out()
        self._connect()
        self._show_session()
        self._show_running()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(SPACE * 2, SPACE, SPACE, SPACE)
        head.setSpacing(SPACE // 2)
        head.addWidget(self._title, 1)
        for name, title, wish in self._wishes():
            button = QToolButton(self)
            button.setProperty("role", "quiet")
            button.setToolTip(title)
            button.setAccessibleName(title)
            button.clicked.connect(wish)
            self._buttons[name] = button
            head.addWidget(button)
        self._body.addWidget(self._empty)
        self._body.addWidget(self.transcript)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.waiting)
        layout.addWidget(self.composer)
        self._draw_icons()

    def _wishes(self) -> list[tuple[str, str, Callable[[], None]]]:
        return [
            ("pin", translate("Chats", "Pin or unpin this chat"), self.pin),
            ("pencil", translate("Chats", "Rename this chat"), self.rename),
            ("branch", translate("Chats", "Branch this chat"), self.branch),
            ("export", translate("Chats", "Export this chat"), self.export),
            ("trash", translate("Chats", "Delete this chat"), self.delete),
        ]

    def _connect(self) -> None:
        model, rows, composer = self.model, self.transcript.wishes, self.composer
        model.session_changed.connect(self._show_session)
        model.model_changed.connect(self._show_model)
        model.unsaid.connect(self._give_back)
        model.transcript.run_changed.connect(self._show_running)
        model.transcript.opened.connect(self._show_body)
        model.transcript.inserted.connect(self._show_body)
        composer.submitted.connect(self._send)
        composer.stop_requested.connect(self.stop)
        composer.model_chosen.connect(self._choose_model)
        composer.folder_requested.connect(self.choose_folder)
        model.transcript.waiting_changed.connect(self._show_waiting)
        self.waiting.wanted.connect(self.transcript.show_item)
        self.waiting.allowed.connect(self._allow_in_run)
        rows.undo.connect(self.undo_wanted)
        rows.repeat.connect(self.repeat_wanted)
        rows.safety.connect(self.safety_wanted)
        rows.approve.connect(self._approve)
        rows.refuse.connect(self._refuse)
        rows.answer.connect(self._answer)
        rows.retry.connect(self._retry)
        rows.explain.connect(self._explain)
        rows.branch.connect(self._branch_at)
        rows.copy.connect(self._copy)
        rows.open_path.connect(self._open_path)
        rows.open_link.connect(self._open_link)

    def begun_texts(self) -> dict[str, str]:
        """What is written and not sent, by session (empty: no chat yet), the newest last; attachments are not in it."""
        drafts = {**self._drafts, self._draft_of: self.composer.draft()}
        texts = [(chat, draft.text) for chat, draft in drafts.items() if draft.text.strip()]
        return dict(texts[-MOST_DRAFTS:])

    def take_up(self, texts: Mapping[str, str]) -> None:
        """Go on with what `begun_texts` gave at the last end."""
        self._drafts = {**{chat: Draft(text) for chat, text in texts.items()}, **self._drafts}
        if self._draft_of in self._drafts and self.composer.draft().is_empty():
            self.composer.set_draft(self._drafts.pop(self._draft_of))

    # -- what is shown

    def _show_session(self) -> None:
        session = self.model.session
        session_id = session.session_id if session is not None else ""
        title = " ".join(session.title.split()) if session is not None else ""
        self._title.setText(title or translate("Chats", "New chat"))
        for button in self._buttons.values():
            button.setEnabled(session is not None)
        if session_id != self._draft_of:
            kept = self.composer.draft()
            begun = not self._draft_of and kept.is_empty()  # it was just sent, and the chat has become a session
            if not begun:
                self._drafts[self._draft_of] = kept
            if not begun or session_id in self._drafts:
                self.composer.set_draft(self._drafts.pop(session_id, Draft()))
            self._draft_of = session_id
        self.composer.set_folder(self.model.folder)
        self._draw_icons()
        self._show_body()

    def _show_body(self) -> None:
        shown = self.transcript if self.model.session is not None else self._empty
        if self._body.currentWidget() is not shown:
            self._body.setCurrentWidget(shown)

    def _show_model(self) -> None:
        chosen = self.model.model
        self.composer.set_model(chosen.label, chosen.profile)
        self.composer.set_enabled_reason(chosen.problem)

    def _show_waiting(self) -> None:
        self.waiting.show_waiting(self.model.transcript.waiting())

    def _show_running(self) -> None:
        self.composer.set_running(self.model.transcript.running is not None)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons in the colours of the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)

    def _draw_icons(self) -> None:
        pinned = self.model.session is not None and self.model.session.pinned_at is not None
        for name, button in self._buttons.items():
            button.setIcon(icon("unpin" if name == "pin" and pinned else name))

    # -- what a person wants

    def _do(self, work: Awaitable[object], name: str, failed: Callable[[], None] | None = None) -> None:
        async def carry_out() -> None:
            await work

        self._bridge.start(carry_out(), name, failed)

    def _send(self, text: str, images: list[ImagePart], dry_run: bool) -> None:
        said = Said(text, tuple(images), dry_run)
        self._do(self.model.send(text, images, dry_run=dry_run), "send", lambda: self._give_back(self._draft_of, said))

    def _give_back(self, session_id: str, said: Said) -> None:
        """Put what was not sent back where it was written, unless something else stands there by now."""
        draft = Draft(said.text, said.images, dry_run=said.dry_run)
        if session_id != self._draft_of:
            if self._drafts.get(session_id, Draft()).is_empty():
                self._drafts[session_id] = draft
        elif self.composer.draft().is_empty():
            self.composer.set_draft(draft)

    def _choose_model(self, label: str) -> None:
        self._do(self.model.choose_model(label), "choose model")

    def _approve(self, approval_id: str, note: str, scope: Scope) -> None:
        self._do(self.model.resolve(approval_id, True, note, scope), "approve")
        self.focus()  # the card that has it goes

    def _allow_in_run(self, approval_ids: list[str]) -> None:
        self._do(self.model.allow_in_run(approval_ids), "approve")
        self.focus()  # the bar that has it goes

    def _refuse(self, approval_id: str, note: str) -> None:
        self._do(self.model.resolve(approval_id, False, note), "refuse")
        self.focus()  # the card that has it goes

    def _answer(self, question_id: str, text: str) -> None:
        self._do(self.model.answer(question_id, text), "answer")
        self.focus()  # the card that has it goes

    def _retry(self, _run_id: str) -> None:
        self._do(self.model.retry(), "retry")

    def _explain(self, run_id: str) -> None:
        self.explained.emit(run_id)

    def _branch_at(self, entry_id: int) -> None:
        self._do(self.model.branch(entry_id), "branch")

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    def _open_path(self, path: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    def _open_link(self, url: str) -> None:
        QDesktopServices.openUrl(QUrl(url))

    def stop(self) -> None:
        """Stop the run that works here."""
        self._do(self.model.stop(), "stop")

    def pin(self) -> None:
        """Pin the chat, or unpin it."""
        self._do(self.model.pin(), "pin")

    def branch(self) -> None:
        """Go on in a new chat with the same history."""
        self._do(self.model.branch(), "branch")

    def rename(self) -> None:
        """Ask for another title."""
        self._do(self._rename(), "rename")

    async def _rename(self) -> None:
        if (session := self.model.session) is None:
            return
        title = await dialogs.ask_text(
            self.window(), translate("Chats", "Rename this chat"), translate("Chats", "Title"), session.title
        )
        if title is not None:
            await self.model.rename(title, session)  # the tray may have shown another chat meanwhile

    def delete(self) -> None:
        """Delete the chat at once; the window offers to take it back."""
        self._do(self._delete(), "delete")

    async def _delete(self) -> None:
        if (session := self.model.session) is not None:
            await self.model.delete()
            self.deleted.emit(session.session_id, session.title)

    def export(self) -> None:
        """Write the chat to a file."""
        self._do(self._export(), "export")

    async def _export(self) -> None:
        import asyncio

        from agent.errors import StorageError

        if (session := self.model.session) is None:
            return
        name = "".join(char if char.isalnum() or char in " -_" else "_" for char in session.title)[:60].strip()
        markdown = translate("Chats", "Markdown (*.md)")
        path = await dialogs.save_file(
            self.window(),
            translate("Chats", "Export this chat"),
            session.cwd,
            f"{markdown};;JSON (*.json)",
            name=f"{name or 'chat'}.md",
        )
        if path is None:
            return
        data = await self.model.export("json" if path.lower().endswith(".json") else "markdown", session)
        try:
            await asyncio.to_thread(Path(path).write_bytes, data)
        except OSError as error:
            raise StorageError(
                translate("Chats", "{path} cannot be written ({why}). Choose another place.").format(
                    path=path, why=error.strerror
                )
            ) from error

    def choose_folder(self) -> None:
        """Let the person choose where the agent works in this chat."""
        self._do(self._choose_folder(), "choose folder")

    async def _choose_folder(self) -> None:
        title, session = translate("Chats", "Folder to work in"), self.model.session
        path = await dialogs.choose_folder(self.window(), title, self.model.folder)
        if path is not None:
            await self.model.choose_folder(path, session)

    def toggle_dry_run(self) -> None:
        """Only show what the next message would do, or do it."""
        self.composer.toggle_dry_run()
        self.focus()

    def copy_last(self) -> None:
        """Put the newest answer on the clipboard."""
        if text := self.transcript.last_answer():
            QGuiApplication.clipboard().setText(text)

    def focus(self) -> None:
        """Put the cursor where one writes."""
        self.composer.setFocus(Qt.FocusReason.OtherFocusReason)
