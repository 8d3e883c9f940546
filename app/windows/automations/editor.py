"""The dialog in which a job is made or changed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QMargins, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from agent.errors import HomardError
from app import dialogs
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_fields import FOLDED, GROUPS, group_words
from app.viewmodels.settings_fields import Path
from app.widgets.cards.surface import column
from app.windows.automations.editor_foot import Foot
from app.windows.automations.editor_leave import LeaveCard
from app.windows.automations.editor_rows import EntryRow, Group, PromptRow
from app.windows.automations.editor_start import StartCard
from app.windows.automations.editor_triggers import TriggerCards
from app.windows.automations.editor_versions import VersionBar

_CHARS, _LINES = 104, 44
"""How large it opens."""
Start = Callable[[Coroutine[Any, Any, Any], str], None]


@dataclass(frozen=True)
class Offered:
    """What a form can begin with."""

    templates: Sequence[tuple[str, str]] = ()
    """Key and title."""
    language: str = "en"
    template: str = ""
    """The one that it begins with at once."""


class EditorDialog(QDialog):
    """Open it with `open`; it asks before entries are lost, and is deleted when it goes."""

    saved = Signal(str)
    """A job id."""

    def __init__(
        self,
        editor: JobEditor,
        start: Start,
        offered: Offered | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        editor.setParent(self)
        self._start = start
        self._leaving = False
        self._offered = offered or Offered()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        new = editor.is_new
        self.setWindowTitle(translate("JobEditor", "New job") if new else translate("JobEditor", "Edit job"))
        self.start_card = (
            StartCard(editor, self._offered.templates, self._offered.language, start, self) if new else None
        )
        self.versions = None if new else VersionBar(editor, start, now, self)
        self.groups = {name: Group(*group_words(name), self, folded=name in FOLDED) for name in GROUPS}
        self.triggers = TriggerCards(editor, self)
        self.leave = LeaveCard(editor, start, self)
        self.foot = Foot(editor, now, self)
        self._scroll = QScrollArea(self)
        self.rows: dict[Path, EntryRow | PromptRow] = {}
        self._fill_groups()
        self._lay_out()
        self._connect()
        self._show_shown()
        self._open_unusual()
        editor.look_soon()
        self._focus_first()
        if self._offered.template:
            start(editor.take_template(self._offered.template, self._offered.language), "take a template")

    def focus_problem(self) -> None:
        """Put the keyboard on the first thing that is wrong."""
        path = self.editor.first_problem()
        if path is None:
            return
        if path in self.rows:
            self.groups[self.editor.specs[path].group].open()
            self.rows[path].entry.setFocus()
        elif path[:1] == ("triggers",):
            self.triggers.cards[int(path[1])].focus(path[2:])
        focus = self.focusWidget()
        if focus is not None:  # pyright: ignore[reportUnnecessaryComparison]
            self._scroll.ensureWidgetVisible(focus, SPACE, SPACE * 6)

    def save(self) -> None:
        """Store the job and go; what keeps it from that is shown."""
        if not self._leaving:
            self._start(self._save(), "save a job")

    async def _save(self) -> None:
        self.foot.set_busy(True)
        try:
            job_id = await self.editor.save()
        except HomardError as error:
            self.foot.set_busy(False)
            self.foot.say(str(error))
            self.focus_problem()
            return
        self._leaving = True
        self.saved.emit(job_id)
        self.accept()

    def reject(self) -> None:
        """Esc, as the close button: ask before entries are lost, and take back what a rehearsal stored."""
        if self._leaving:
            super().reject()
        else:
            self._start(self._leave(), "close the form of a job")

    def closeEvent(self, arg__1: QCloseEvent) -> None:
        """The same."""
        if self._leaving:
            super().closeEvent(arg__1)
        else:
            arg__1.ignore()
            self.reject()

    async def _leave(self) -> None:
        if self.editor.is_changed and not await self._agreed():
            return
        if not Shiboken.isValid(self) or self._leaving:
            return
        self._leaving = True
        try:
            await self.editor.discard()
        finally:
            if Shiboken.isValid(self):
                self.done(QDialog.DialogCode.Rejected)

    async def _agreed(self) -> bool:
        choice = await dialogs.ask(
            self,
            translate("JobEditor", "Leave without saving?"),
            translate("JobEditor", "What you have entered is not stored. Without saving it is lost."),
            [
                dialogs.Choice("leave", translate("JobEditor", "Leave"), "danger"),
                dialogs.Choice("stay", translate("JobEditor", "Go on editing"), "cancel"),
            ],
            default="stay",
        )
        return choice == "leave"

    # -- what is shown

    def _fill_groups(self) -> None:
        editor = self.editor
        for path, spec in editor.specs.items():
            row = self.groups[spec.group].add(spec.field(editor.job))
            row.entered.connect(editor.enter)
            if isinstance(row, EntryRow):
                row.reset.connect(self._restore)
            self.rows[path] = row

    def _restore(self, path: Path) -> None:
        self.editor.restore(path)
        self.rows[path].show_field(self.editor.specs[path].field(self.editor.job))

    def _refill(self) -> None:
        for path, row in self.rows.items():
            row.show_field(self.editor.specs[path].field(self.editor.job))
        self._show_shown()
        self._open_unusual()

    def _show_shown(self) -> None:
        for path, row in self.rows.items():
            row.setVisible(self.editor.is_shown(path))

    def _show_notes(self) -> None:
        for path, row in self.rows.items():
            problem, warnings = self.editor.problem(path), self.editor.warnings(path)
            row.show_notes(problem, warnings)
            if problem or warnings:
                self.groups[self.editor.specs[path].group].open()

    def _open_unusual(self) -> None:
        """Close no part of the form in which a person, or a template, has said something."""
        for path in self.rows:
            field = self.editor.specs[path].field(self.editor.job)
            if not field.is_default:
                self.groups[self.editor.specs[path].group].open()

    def _refused(self, path: Path, _words: str) -> None:
        if path in self.rows:
            self.rows[path].show_notes(self.editor.problem(path), self.editor.warnings(path))

    def _show_found(self) -> None:
        if self.editor.rehearsal.state in ("done", "failed"):
            QTimer.singleShot(0, self.leave, lambda: self._scroll.ensureWidgetVisible(self.leave, 0, SPACE * 2))

    def _focus_first(self) -> None:
        if self.start_card is not None and not self.editor.job.prompt:
            self.start_card.line.setFocus()
        elif self.start_card is not None:
            self.triggers.add_button.setFocus()
            next(iter(self.triggers.cards.values())).focus() if self.triggers.cards else None
        else:
            self.rows[("name",)].entry.setFocus()

    def _connect(self) -> None:
        editor, foot = self.editor, self.foot
        editor.filled.connect(self._refill)
        editor.entered.connect(self._show_shown)
        editor.looked.connect(self._show_notes)
        editor.refused.connect(self._refused)
        editor.rehearsal.changed.connect(self._show_found)
        foot.save_button.clicked.connect(self.save)
        foot.cancel_button.clicked.connect(self.reject)
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self, self.save)

    def _lay_out(self) -> None:
        metrics = self.fontMetrics()
        wanted = QSize(metrics.averageCharWidth() * _CHARS, metrics.lineSpacing() * _LINES)
        self.resize(wanted.boundedTo(self.screen().availableSize() * 0.92))
        inside = QWidget(self)
        parts = column(inside, QMargins(SPACE * 2, SPACE * 2, SPACE * 2, SPACE * 2), SPACE * 2)
        if self.start_card is not None:
            parts.addWidget(self.start_card)
        if self.versions is not None:
            parts.addWidget(self.versions)
        parts.addWidget(self.groups["task"])
        parts.addWidget(self.triggers)
        parts.addWidget(self.groups["folders"])
        parts.addWidget(self.leave)
        for name in GROUPS[2:]:
            parts.addWidget(self.groups[name])
        parts.addStretch(1)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.foot)
