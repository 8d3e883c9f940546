"""An effect that waits for a person's yes: everything that is agreed to is on the card, and nobody agrees by accident.

Enter never allows. The buttons work only after they have been on the screen for a second, so that no click or key
meant for something else decides. The card takes the keyboard from nobody.
"""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from PySide6.QtCore import QMargins, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.rows import ApprovalRow
from app.widgets.cards.approval_contents import ApprovalContents
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import FlowLayout, Mark, Row, Surface, column
from app.widgets.cards.words import PlainText, Words, face_font, revealed
from app.widgets.elided_label import ElidedLabel

ARM_MS = 1_000
_SIZE = re.compile(r" \(\d+ bytes\)$")


class ApprovalCard(Row):
    """The question while it is open, a line about what became of it afterwards."""

    def __init__(self, row: ApprovalRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: ApprovalRow | None = None
        self._content: QWidget | None = None
        self._layout = column(self)
        self.show_row(row)

    def show_row(self, row: ApprovalRow) -> bool:
        """Show the question, or what became of it. What a person has typed stays while it is open."""
        if row == self._row:
            return True
        self._row = row
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = _Ask(row, self, self._actions) if row.state == "open" else _Verdict(row, self)
        self._layout.addWidget(self._content)
        return True


class _Ask(Surface):
    """The open question."""

    def __init__(self, row: ApprovalRow, parent: QWidget, actions: RowActions) -> None:
        super().__init__(parent)
        self.set_look(fill="raised", border="border", stripe="accent")
        self._row, self._actions = row, actions
        layout = column(self, QMargins(SPACE * 2, SPACE * 3 // 2, SPACE * 2, SPACE * 3 // 2), SPACE)
        layout.addLayout(self._head())
        layout.addWidget(PlainText(headline(row), self, name=translate("Approval", "What Homard wants"), face="bold"))
        layout.addWidget(self._effects())
        contents = ApprovalContents(row, self)
        if contents.is_empty():
            contents.deleteLater()
        else:
            layout.addWidget(contents)
        if row.reason:
            why = translate("Approval", "Why: {reason}").format(reason=revealed(row.reason))
            layout.addWidget(_muted(why, translate("Approval", "Why you are asked"), self))
        layout.addSpacing(SPACE // 2)
        self._note = QLineEdit(actions.drafts.get(row.key, ""), self)
        self._note.textChanged.connect(self._remember)
        self._add_answer(layout)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.addWidget(Mark("alert", self, tone="accent"))
        line.addWidget(Words(translate("Approval", "Needs you"), self, tone="accent", face="small"))
        line.addStretch(1)
        return line

    def _effects(self) -> QWidget:
        box = Surface(self, fill="code", border="")
        inside = column(box, QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), SPACE)
        for effect in self._row.effects:
            name = translate("Approval", "What would be done")
            inside.addWidget(PlainText(revealed(effect), box, name=name, face="mono"))
        return box

    def _add_answer(self, layout: QVBoxLayout) -> None:
        word = translate("Approval", "A word to the agent (optional)")
        self._note.setPlaceholderText(word)
        self._note.setAccessibleName(word)
        self._note.setMinimumWidth(0)
        layout.addWidget(self._note)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        allow = SlowButton(translate("Approval", "Allow once"), buttons)
        allow.setProperty("role", "main")
        refuse = SlowButton(translate("Approval", "Don't allow"), buttons)
        for button in (allow, refuse):
            flow.addWidget(button)
        allow.pressed_deliberately.connect(lambda: self._actions.approve.emit(self._row.key, self._word()))
        refuse.pressed_deliberately.connect(lambda: self._actions.refuse.emit(self._row.key, self._word()))
        layout.addWidget(buttons)

    def _remember(self, text: str) -> None:
        self._actions.drafts[self._row.key] = text

    def _word(self) -> str:
        return self._note.text().strip()


class SlowButton(QPushButton):
    """A button that works only after it was visible for a second, and never by Enter."""

    pressed_deliberately = Signal()

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setEnabled(False)
        self._describe()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ARM_MS)
        self._timer.timeout.connect(self._arm)
        self.clicked.connect(lambda: self.pressed_deliberately.emit())

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        """Begin to count when it is first drawn: a button that is scrolled away is not visible."""
        super().paintEvent(arg__1)
        if not self.isEnabled() and not self._timer.isActive():
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Begin anew when it is shown again."""
        self._timer.stop()
        self.setEnabled(False)
        self._describe()
        super().hideEvent(event)

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        """Enter does nothing here, whatever the desktop makes of it elsewhere."""
        if arg__1.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            arg__1.accept()
        else:
            super().keyPressEvent(arg__1)

    def _arm(self) -> None:
        if self.visibleRegion().isEmpty():
            return  # scrolled away meanwhile; being drawn again starts the second anew
        self.setEnabled(True)
        self._describe()

    def _describe(self) -> None:
        waits = translate("Approval", "Works after it has been on the screen for a second; Enter does not press it")
        self.setAccessibleDescription(waits)


class _Verdict(QWidget):
    """What became of the question."""

    def __init__(self, row: ApprovalRow, parent: QWidget) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE, 0, SPACE, 0)
        line.setSpacing(SPACE * 3 // 4)
        icon = {"allowed": "check", "refused": "cross"}.get(row.state, "info")
        line.addWidget(Mark(icon, self, tone="ok" if row.state == "allowed" else "muted"))
        line.addWidget(Words(_verdict(row), self, tone="muted", face="small"))
        what = "; ".join(row.effects) if row.state == "allowed" or not row.note else f"{row.note}"
        said = ElidedLabel(what, self)
        said.setFont(face_font("small"))
        said.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        line.addWidget(said, 1)


def _verdict(row: ApprovalRow) -> str:
    if row.state == "refused" and row.note:
        return translate("Approval", "Not allowed:")
    words = {
        "allowed": translate("Approval", "Allowed"),
        "refused": translate("Approval", "Not allowed"),
        "nobody": translate("Approval", "Nobody was there"),
        "cancelled": translate("Approval", "Cancelled"),
    }
    return words.get(row.state, "")


def _muted(text: str, name: str, parent: QWidget) -> PlainText:
    return PlainText(text, parent, name=name, face="small", muted=True)


def headline(row: ApprovalRow) -> str:
    """What Homard wants, in words; the effects below it say exactly on what."""
    if len(row.effects) != 1:
        return translate("Approval", "Homard wants to do %n thing(s)", len(row.effects))
    verb, _, target = row.effects[0].partition(" ")
    path = _SIZE.sub("", target)
    name = revealed(os.path.basename(path.rstrip("/\\")) or path)
    words = {
        "write": translate("Approval", "Homard wants to write {name}").format(name=name),
        "read": translate("Approval", "Homard wants to read {name}").format(name=name),
        "delete": translate("Approval", "Homard wants to delete {name}").format(name=name),
        "run": translate("Approval", "Homard wants to run a command"),
        "fetch": translate("Approval", "Homard wants to fetch a page from {host}").format(host=_host(target)),
        "send": translate("Approval", "Homard wants to send something out"),
    }
    return words.get(verb, translate("Approval", "Homard wants to do this"))


def _host(url: str) -> str:
    try:
        return revealed(urlsplit(url).hostname or url)
    except ValueError:
        return revealed(url)
