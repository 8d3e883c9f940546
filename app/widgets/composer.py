"""Where one writes to Homard: the field, what goes along, and who answers where."""

from __future__ import annotations

import os

from PySide6.QtCore import QEvent, QMargins, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFontInfo, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from agent.settings import ModelProfile
from app.theme import SPACE, colors, icon
from app.translation import translate
from app.viewmodels.composer import LONG_TEXT, ComposerViewModel, Draft, Mention, mention_at, mention_of, skill_at
from app.viewmodels.model_list import ModelListViewModel, model_detail
from app.widgets.attachments import AttachmentStrip
from app.widgets.cards.surface import Surface, column
from app.widgets.cards.words import Words
from app.widgets.completion import CompletionList
from app.widgets.dry_run_switch import DryRunSwitch
from app.widgets.message_field import MessageField
from app.widgets.model_picker import DataButton, ModelPicker
from app.widgets.virtual_list import COLUMN

ESC_MS = 1_500


class Composer(QWidget):
    """Sends, steers and stops; names files, folder and model."""

    submitted = Signal(str, list, bool)
    """Text, images (`ImagePart`), and whether it is a dry run."""
    stop_requested = Signal()
    model_chosen = Signal(str)
    """`provider/model`."""
    folder_requested = Signal()

    def __init__(self, model: ComposerViewModel, models: ModelListViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._running = False
        self._reason = ""
        self._told = ""
        self._label = ""
        self._folder = ""
        self._mention: Mention | None = None
        self._skill: str | None = None
        self._send_when_ready = False
        self._frame = Surface(self, fill="base")
        self.attachments = AttachmentStrip(self._frame)
        self.field = MessageField(self._frame)
        self._hint = Words("", self._frame, tone="muted", face="small", wrap=True)
        self._folder_button = DataButton("folder", self._frame, mode=Qt.TextElideMode.ElideLeft)
        self._model_button = DataButton("chip", self._frame, mode=Qt.TextElideMode.ElideRight)
        self.dry_run_button = DryRunSwitch(self._frame)
        self.stop_button = QPushButton(translate("Composer", "Stop"), self._frame)
        self.send_button = QPushButton("", self._frame)
        self._completion = CompletionList(self._frame)
        self._picker = ModelPicker(models, self._model_button)
        self._esc = QTimer(self)
        self._esc.setSingleShot(True)
        self._esc.setInterval(ESC_MS)
        self._lay_out()
        self._connect()
        self.set_folder("")
        self.set_model("")
        self._refresh()

    # -- what the screen around it says

    def text(self) -> str:
        """What stands in the field."""
        return self.field.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a text there instead, the cursor at its end; one that is too long to be edited is attached."""
        if len(text) > LONG_TEXT:
            self.field.clear()
            self.attachments.add_text(text)
            return
        self.field.setPlainText(text)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    def draft(self) -> Draft:
        """All of what is begun, attachments too."""
        return Draft(self.text(), self.attachments.images, self.attachments.texts, self.dry_run_button.isChecked())

    def set_draft(self, draft: Draft) -> None:
        """Put it back."""
        self.attachments.set_all(draft.images, draft.pasted)
        self.dry_run_button.setChecked(draft.dry_run)
        self.set_text(draft.text)

    def set_running(self, running: bool) -> None:
        """Whether a run works here: sending steers it then, and it can be stopped."""
        if running != self._running:
            self._running = running
            self._esc.stop()
            self._refresh()

    def toggle_dry_run(self) -> None:
        """Only show what would be done, or do it again; a run under way cannot be changed in that."""
        if self.dry_run_button.isEnabled():
            self.dry_run_button.toggle()

    def set_model(self, label: str, profile: ModelProfile | None = None) -> None:
        """Name the model that answers; empty: there is none."""
        self._label = label
        words = label or translate("Composer", "Choose a model")
        detail = f"{words} · {model_detail(profile)}" if profile is not None else words
        name = translate("Composer", "Model: {model}").format(model=detail)
        self._model_button.set_words(words.partition("/")[2] or words, name)
        self.attachments.set_sees_images(profile is None or profile.vision)

    def set_folder(self, path: str) -> None:
        """Name the working folder (absolute)."""
        self._folder = path
        self._model.set_folder(path)
        words = path or translate("Composer", "Choose a folder")
        self._folder_button.set_words(_short(words), translate("Composer", "Working folder: {path}").format(path=words))

    def set_enabled_reason(self, text: str) -> None:
        """Say why nothing can be sent; empty: it can."""
        self._reason = text
        self._refresh()

    def escape(self) -> None:
        """What Esc does: close a list; while a run works, twice within 1.5 s stops it."""
        if self._completion.isVisible():
            self._end_mention()
        elif self._running and self._esc.isActive():
            self._esc.stop()
            self._refresh()
            self.stop_requested.emit()
        elif self._running:
            self._esc.start()
            self._refresh()

    def open_models(self) -> None:
        """Let the person choose a model."""
        self._picker.open(self._label)

    # -- how it is made

    def _lay_out(self) -> None:
        inside = column(self._frame, QMargins(SPACE * 3 // 2, SPACE, SPACE, SPACE), SPACE // 2)
        for widget in (self.attachments, self.field, self._hint):
            inside.addWidget(widget)
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._folder_button)
        line.addWidget(self._model_button)
        line.addWidget(self.dry_run_button)
        line.addStretch(1)
        line.addWidget(self.stop_button)
        line.addWidget(self.send_button)
        inside.addLayout(line)
        column(self, QMargins(SPACE * 2, SPACE, SPACE * 2, SPACE * 3 // 2)).addWidget(self._frame)
        self._center()
        self.field.setAccessibleName(translate("Composer", "Message"))
        self.send_button.setProperty("role", "main")
        self.setFocusProxy(self.field)
        for before, after in (
            (self.field, self._folder_button),
            (self._folder_button, self._model_button),
            (self._model_button, self.dry_run_button),
            (self.dry_run_button, self.stop_button),
            (self.stop_button, self.send_button),
        ):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        field, model = self.field, self._model
        field.textChanged.connect(self._edited)
        field.cursorPositionChanged.connect(self._look_for_mention)
        field.sent.connect(self.send)
        field.older_wanted.connect(self._older)
        field.newer_wanted.connect(self._newer)
        field.picture_given.connect(self.attachments.read_picture)
        field.image_file_given.connect(self.attachments.read_file)
        field.file_given.connect(self._name_file)
        field.long_text_given.connect(self.attachments.add_text)
        field.focus_changed.connect(self._show_focus)
        field.installEventFilter(self)
        self.attachments.changed.connect(self._attachments_changed)
        self.attachments.refused.connect(self._tell)
        model.files_found.connect(self._offer_files)
        model.skills_found.connect(self._offer_skills)
        self._completion.chosen.connect(self._take_name)
        self._folder_button.clicked.connect(lambda: self.folder_requested.emit())
        self._model_button.clicked.connect(self.open_models)
        self.dry_run_button.toggled.connect(self._refresh)
        self._picker.chosen.connect(self.model_chosen)
        self._picker.closed.connect(self._model_button.setFocus)
        self.stop_button.clicked.connect(lambda: self.stop_requested.emit())
        self.send_button.clicked.connect(self.send)
        self._esc.timeout.connect(self._refresh)
        for button in (self.stop_button, self.send_button):
            button.setAutoDefault(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay as wide as the column of the transcript."""
        super().resizeEvent(event)
        self._center()

    def _center(self) -> None:
        most = round(COLUMN * max(1.0, QFontInfo(self.font()).pixelSize() / 14))
        side = max(SPACE * 2, (self.width() - most) // 2)
        margins = QMargins(side, SPACE, side, SPACE * 3 // 2)
        if (layout := self.layout()) is not None and layout.contentsMargins() != margins:
            layout.setContentsMargins(margins)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons in the colours of the theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, wherever in the composer the keyboard is."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys in the field that are meant for the list above it, and Esc."""
        if watched is not self.field or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
            return True
        return self._completion.isVisible() and self._steer_completion(event)

    def _steer_completion(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Up:
                self._completion.step(-1)
            case Qt.Key.Key_Down:
                self._completion.step(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Tab if not event.modifiers():
                self._completion.take()
            case _:
                return False
        return True

    # -- sending

    def send(self) -> None:
        """Send what is there, if anything is and it can be; an image that is still being read is waited for."""
        self._send_when_ready = False
        if self._reason:
            return
        if self.attachments.is_busy:
            self._send_when_ready = True
            self._refresh()
            return
        draft = self.draft()
        if draft.is_empty():
            return
        self._end_mention()
        self._model.sent.add(draft.text)
        self._model.forget_files()
        self.field.clear()
        self.attachments.set_all((), ())
        dry_run = draft.dry_run and not self._running
        if dry_run:
            self.dry_run_button.setChecked(False)  # it was for this one; whoever wants another says so
        self._refresh()
        self.submitted.emit(draft.whole_text(), list(draft.images), dry_run)

    def _attachments_changed(self) -> None:
        if self._send_when_ready and not self.attachments.is_busy:
            self.send()
        self._refresh()

    def _edited(self) -> None:
        self._told = ""
        self._refresh()

    def _older(self) -> None:
        self._recall(self._model.sent.older(self.text()))

    def _newer(self) -> None:
        self._recall(self._model.sent.newer())

    def _recall(self, text: str | None) -> None:
        if text is not None:
            self.set_text(text)
            self._end_mention()

    # -- naming files

    def _look_for_mention(self) -> None:
        before = self.field.text_before_cursor() if self.field.hasFocus() else ""
        self._mention, self._skill = mention_at(before), skill_at(before)
        if self._mention is not None:
            self._model.look_for(self._mention.typed)
        elif self._skill is not None:
            self._model.look_for_skill(self._skill)
        else:
            self._completion.hide()

    def _offer_files(self, typed: str, paths: list[str]) -> None:
        if self._mention is not None and self._mention.typed == typed:
            self._completion.offer(paths, self.field.x() + self.field.cursorRect().left())

    def _offer_skills(self, typed: str, names: list[str]) -> None:
        if self._skill == typed:
            self._completion.offer([] if names == [typed] else names, self.field.x() + self.field.cursorRect().left())

    def _take_name(self, name: str) -> None:
        before = self.field.text_before_cursor()
        if skill_at(before) is not None:
            self.field.replace_before_cursor(len(before), f"/skill {name} ")
            self._end_mention()
            self.field.setFocus()
        else:
            self._take_file(name, before)

    def _take_file(self, path: str, before: str) -> None:
        mention = mention_at(before)
        if mention is not None:
            length = len(before[mention.start :].encode("utf-16-le")) // 2
            self.field.replace_before_cursor(length, mention_of(path) + " ")
        self._end_mention()
        self.field.setFocus()

    def _name_file(self, path: str) -> None:
        before = self.field.text_before_cursor()
        gap = " " if before and not before[-1].isspace() else ""
        self.field.insertPlainText(f"{gap}{mention_of(path, self._folder)} ")
        self._end_mention()

    def _end_mention(self) -> None:
        self._mention = self._skill = None
        self._completion.hide()

    # -- how it looks

    def _show_focus(self, focused: bool) -> None:
        self._frame.set_look(fill="base", border="link" if focused else "border")
        if not focused:
            self._completion.hide()

    def _tell(self, sentence: str) -> None:
        self._told = sentence
        self._tell_state()

    def _refresh(self) -> None:
        running = self._running
        self.send_button.setText(translate("Composer", "Steer") if running else translate("Composer", "Send"))
        self.send_button.setToolTip(
            translate("Composer", "Say this to the run that works (Enter)")
            if running
            else translate("Composer", "Send (Enter); Shift+Enter begins a line")
        )
        empty = self.draft().is_empty() and not self.attachments.is_busy
        self.send_button.setEnabled(not self._reason and not empty)
        self.send_button.setIcon(icon("send", colors().on_strong if self.send_button.isEnabled() else colors().muted))
        self.dry_run_button.setEnabled(not running)
        self.stop_button.setEnabled(running)
        self.stop_button.setToolTip(translate("Composer", "Stop the run (Esc twice)"))
        self.stop_button.setIcon(icon("stop"))
        self.field.setPlaceholderText(
            translate("Composer", "Say more; it is read before the next step")
            if running
            else translate("Composer", "Write a message. @ names a file.")
        )
        self.field.viewport().update()  # WORKAROUND(PySide6 6.11): another placeholder is not painted by itself
        self._tell_state()

    def _tell_state(self) -> None:
        words = self._reason or self._told
        if not words and self.dry_run_button.isChecked() and not self._running:
            words = translate("Composer", "Dry run: it reads and plans. What would change anything is shown, not done.")
        if self._esc.isActive():
            words = translate("Composer", "Press Esc again to stop")
        elif self._send_when_ready:
            words = translate("Composer", "It is sent as soon as the image is read")
        self._hint.setText(words)
        self._hint.setVisible(bool(words))


def _short(path: str) -> str:
    """A path with `~` for the person's own folder."""
    home = os.path.expanduser("~")
    return f"~{path[len(home) :]}" if len(home) > 1 and (path + os.sep).startswith(home + os.sep) else path
