"""What a check of the audit log found."""

from __future__ import annotations

from PySide6.QtCore import QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent.audit.check import Verification
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.audit_words import verification_words
from app.widgets.cards.surface import Mark, QuietTool, Surface, column
from app.widgets.cards.words import PlainText, Tone, Words
from app.widgets.elided_label import breakable


class AuditCard(QWidget):
    """Hidden until a check is asked for, and after it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = Surface(self)
        self._mark = Mark("clock", self._frame)
        self._words = Words("", self._frame, face="bold", wrap=True)
        self._findings = PlainText("", self._frame, name=translate("Audit", "What was found"))
        self._notes = PlainText("", self._frame, name=translate("Audit", "What limits the check"), muted=True)
        self.close_button = QuietTool("cross", translate("Audit", "Close the result"), self._frame)
        self.close_button.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(self._mark)
        head.addWidget(self._words, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        inside = column(self._frame, QMargins(SPACE * 3 // 2, SPACE, SPACE, SPACE), SPACE)
        inside.addLayout(head)
        inside.addWidget(self._findings)
        inside.addWidget(self._notes)
        column(self, QMargins(SPACE * 2, 0, SPACE * 2, SPACE)).addWidget(self._frame)
        self.hide()

    def show_checking(self) -> None:
        """Say that it is under way."""
        self._show("clock", "muted", translate("Audit", "Reading the audit log again…"))

    def show_problem(self, why: str) -> None:
        """Say why it could not be checked."""
        self._show("alert", "error", breakable(why))

    def show_found(self, found: Verification) -> None:
        """Say what was found."""
        findings = [finding.meaning for finding in found.findings]
        if found.more_findings:
            findings.append(translate("Audit", "and %n more", found.more_findings))
        look: tuple[str, Tone] = ("check", "ok") if found.ok else ("alert", "error")
        self._show(*look, verification_words(found), "\n".join(findings), "\n".join(found.notes))

    def _show(self, icon: str, tone: Tone, words: str, findings: str = "", notes: str = "") -> None:
        self._mark.show_icon(icon, tone)
        self._words.setText(words)
        for text, pane in ((findings, self._findings), (notes, self._notes)):
            pane.set_text(text)
            pane.setVisible(bool(text))
        self._frame.set_look(fill="raised", border="error" if tone == "error" else "border")
        self.show()
