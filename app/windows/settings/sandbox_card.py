"""What holds a command on this machine: the level, and each barrier that was tried."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.sandbox import BarrierGroup, SandboxModel, level_words
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.surface import Mark, Surface, column
from app.widgets.cards.words import PlainText, Tone, Words


class SandboxCard(Surface):
    """Says what does not hold as plainly as what does."""

    def __init__(self, model: SandboxModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._mark = Mark("clock", self)
        self._level = Words("", self, face="bold", wrap=True)
        self._by = Words("", self, tone="muted", face="small", wrap=True)
        self._refused = Words("", self, tone="error", wrap=True)
        self._network = Words(
            translate("Sandbox", "A command that asks for the network is refused here: nothing could watch it."),
            self,
            tone="muted",
            face="small",
            wrap=True,
        )
        self._groups = QVBoxLayout()
        self._groups.setSpacing(SPACE // 2)
        self._shown: tuple[BarrierGroup, ...] = ()
        self._notes = PlainText("", self, name=translate("Sandbox", "How to get more"), face="small", muted=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._level, 1)
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        layout.addLayout(head)
        for widget in (self._by, self._refused):
            layout.addWidget(widget)
        layout.addLayout(self._groups)
        for widget in (self._network, self._notes):
            layout.addWidget(widget)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        model = self._model
        known = model.level is not None
        self._level.setText(level_words(model.level))
        held = known and model.enough and model.level in ("files", "isolated")
        self._mark.show_icon("check" if held else "alert" if known else "clock", _tone(held) if known else "muted")
        self._by.setText(translate("Sandbox", "By {what}").format(what=model.by))
        self._by.setVisible(known)
        self._refused.setText(translate("Sandbox", "This is less than the settings need: no command is run."))
        self._refused.setVisible(known and not model.enough)
        self._network.setVisible(known and not model.can_network)
        self._notes.set_text("\n".join(model.notes))
        self._notes.setVisible(bool(model.notes))
        if model.groups != self._shown:  # what is opened stays so
            self._show_groups(model.groups)

    def _show_groups(self, groups: tuple[BarrierGroup, ...]) -> None:
        while (item := self._groups.takeAt(0)) is not None:  # pyright: ignore[reportUnnecessaryComparison]
            if (widget := item.widget()) is not None:  # pyright: ignore[reportUnnecessaryComparison]
                widget.hide()
                widget.deleteLater()
        self._shown = groups
        for group in groups:
            self._groups.addWidget(_Group(group, self))


class _Group(QWidget):
    """A line that opens to its barriers."""

    def __init__(self, group: BarrierGroup, parent: QWidget) -> None:
        super().__init__(parent)
        said = (
            translate("Sandbox", "{what}: held")
            if group.held
            else translate("Sandbox", "{what}: held in part")
            if any(barrier.held for barrier in group.barriers)
            else translate("Sandbox", "{what}: not held")
        )
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, SPACE // 2, 0, 0)
        beside.addWidget(_mark(group.held, self), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(beside)
        opener = Disclosure(said.format(what=group.title), self)
        body = QWidget(self)
        inside = column(body, QMargins(SPACE * 2, 0, 0, SPACE // 2), 2)
        for barrier in group.barriers:
            row = QHBoxLayout()
            row.setSpacing(SPACE // 2)
            row.addWidget(_mark(barrier.held, body), 0, Qt.AlignmentFlag.AlignTop)
            prevented = translate("Sandbox", "Prevented: {what}")
            possible = translate("Sandbox", "Possible: {what}")
            words = (prevented if barrier.held else possible).format(what=barrier.words)
            row.addWidget(Words(words, body, tone="muted" if barrier.held else "warn", face="small", wrap=True), 1)
            inside.addLayout(row)
        opener.set_body(body)
        line.addWidget(opener, 1)
        column(self).addLayout(line)


def _mark(held: bool, parent: QWidget) -> Mark:
    return Mark("check" if held else "alert", parent, tone=_tone(held))


def _tone(held: bool) -> Tone:
    return "ok" if held else "warn"
