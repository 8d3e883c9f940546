"""How a run ended: a quiet line, or a box that says what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.theme import SPACE, colors, icon
from app.translation import translate
from app.viewmodels.failure_words import error_words
from app.viewmodels.rows import FooterRow
from app.widgets.cards.disclosure import Disclosure
from app.widgets.cards.figures import duration_words, money_words, token_words
from app.widgets.cards.row_actions import RowActions
from app.widgets.cards.surface import FlowLayout, Mark, QuietTool, Row, Surface, column, push_button
from app.widgets.cards.words import PlainText, Words
from app.widgets.elided_label import ElidedLabel

MAX_FILES = 200


class RunFooter(Row):
    """One per run."""

    def __init__(self, row: FooterRow, parent: QWidget | None, actions: RowActions) -> None:
        super().__init__(parent)
        self._actions = actions
        self._row: FooterRow | None = None
        self._layout = column(self, spacing=SPACE)
        self._content: QWidget | None = None
        self.show_row(row)

    def show_row(self, row: FooterRow) -> bool:
        """Show how it ended."""
        if row == self._row:
            return True
        self._row = row
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._content = QWidget(self)
        layout = column(self._content, spacing=SPACE // 2)
        if row.stop_reason != "end_turn":
            layout.addWidget(_Ending(row, self._content, self._actions))
        if row.dry_run:
            layout.addLayout(_dry_run(self._content))
        layout.addLayout(self._last_line(row, self._content))
        if row.files:
            layout.addWidget(_Files(row, self._content, self._actions))
        self._layout.addWidget(self._content)
        return True

    def _last_line(self, row: FooterRow, parent: QWidget) -> QHBoxLayout:
        """The figures, and beside them what can be wanted of the run."""
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.addWidget(Words(figures(row), parent, tone="muted", face="small", wrap=True), 1)
        for button in self._wishes(row, parent):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _wishes(self, row: FooterRow, parent: QWidget) -> list[QPushButton]:
        actions = self._actions
        found: list[QPushButton] = []
        if row.can_undo:
            about = translate("Transcript", "Shows first what would be put back")
            found.append(_WishButton("undo", translate("Transcript", "Undo…"), about, parent))
            found[-1].clicked.connect(lambda: actions.undo.emit(row.key))
        if row.can_repeat:
            about = translate("Transcript", "Makes a job of it that starts by itself; it is shown first")
            found.append(_WishButton("calendar", translate("Transcript", "Do this again…"), about, parent))
            found[-1].clicked.connect(lambda: actions.repeat.emit(row.key))
        return found


class _WishButton(QPushButton):
    """Opens what would be done; nothing is done by that."""

    def __init__(self, icon_name: str, words: str, about: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._icon_name = icon_name
        self.setProperty("role", "quiet")
        self.setAutoDefault(False)
        self.setToolTip(about)
        self._draw()

    def changeEvent(self, e: QEvent) -> None:
        """Draw the icon in the colours of the theme."""
        if e.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(e)

    def _draw(self) -> None:
        self.setIcon(icon(self._icon_name, colors().muted))


def _dry_run(parent: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(SPACE)
    line.addWidget(Mark("eye", parent, tone="warn"))
    line.addWidget(Words(translate("Transcript", "Dry run: nothing was changed"), parent, face="bold", wrap=True), 1)
    return line


class _Ending(Surface):
    """What happened, and what can be done; calm if the person stopped it."""

    def __init__(self, row: FooterRow, parent: QWidget, actions: RowActions) -> None:
        calm = row.stop_reason in ("cancelled", "parked")
        super().__init__(parent, fill="" if calm else "raised", border="" if calm else "error")
        line = QHBoxLayout()
        line.setSpacing(SPACE)
        icon_name = {"cancelled": "stop", "parked": "question"}.get(row.stop_reason, "alert")
        mark = Mark(icon_name, self, tone="muted" if calm else "error")
        text = PlainText(ending_words(row), self, name=translate("Transcript", "How it ended"))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(text, 1)
        layout = column(self, QMargins() if calm else QMargins(SPACE * 3 // 2, SPACE, SPACE * 3 // 2, SPACE), SPACE)
        layout.addLayout(line)
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        if row.can_retry:
            flow.addWidget(
                push_button(translate("Transcript", "Try again"), lambda: actions.retry.emit(row.key), buttons)
            )
        if not calm:
            what = translate("Transcript", "What happened")
            flow.addWidget(push_button(what, lambda: actions.explain.emit(row.key), buttons, role="quiet"))
        buttons.setVisible(flow.count() > 0)
        layout.addWidget(buttons)


class _Files(QWidget):
    """How many files a run changed, and which."""

    def __init__(self, row: FooterRow, parent: QWidget, actions: RowActions) -> None:
        super().__init__(parent)
        self._key, self._files, self._actions = row.key, row.files, actions
        self._made = False
        self._line = Disclosure(translate("Transcript", "%n file(s) changed", len(row.files)), self)
        self._line.toggled.connect(self._make)
        column(self).addWidget(self._line)
        self._line.open(row.key in actions.opened)

    def _make(self, opened: bool) -> None:
        self._actions.note_opened(self._key, opened)
        if self._made:
            return
        self._made = True
        body = QWidget(self)
        layout = column(body, spacing=0)
        for path in self._files[:MAX_FILES]:
            layout.addLayout(self._file(path, body))
        if len(self._files) > MAX_FILES:
            more = translate("Transcript", "and %n more", len(self._files) - MAX_FILES)
            layout.addWidget(Words(more, body, tone="muted", face="small"))
        self._line.set_body(body, QMargins(SPACE * 2, 0, 0, 0))

    def _file(self, path: str, body: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(SPACE // 2)
        line.addWidget(Mark("file", body))
        line.addWidget(ElidedLabel(path, body, mode=Qt.TextElideMode.ElideMiddle), 0)
        tool = QuietTool("expand", translate("Transcript", "Open {path}").format(path=path), body)
        tool.clicked.connect(lambda: self._actions.open_path.emit(path))
        line.addWidget(tool)
        line.addStretch(1)
        return line


def figures(row: FooterRow) -> str:
    """Time, tokens and money on a line; after an error its code, for who looks it up."""
    tokens = token_words(row.usage)
    parts = [duration_words(row.duration_s), tokens, money_words(row.usage.cost_usd) if tokens else "", row.error_code]
    return " · ".join(part for part in parts if part)


def ending_words(row: FooterRow) -> str:
    """Why the run ended before its answer was complete, a sentence."""
    if row.stop_reason == "cancelled":
        return translate("Transcript", "Stopped. What was done so far is kept.")
    if row.error:
        return error_words(row.error)
    kept = {
        "max_turns": translate("Transcript", "It reached the limit of steps for one run. Its work is kept."),
        "max_tokens": translate("Transcript", "It reached the limit of tokens for one run. Its work is kept."),
        "max_time": translate("Transcript", "It reached the limit of time for one run. Its work is kept."),
        "max_cost": translate("Transcript", "It reached the limit of money for one run. Its work is kept."),
        "max_calls": translate("Transcript", "It reached the limit of tool calls for one run. Its work is kept."),
        "parked": translate("Transcript", "It waits for your answer, and goes on then."),
        "output_limit": translate("Transcript", "The answer was longer than the model may write. It is cut off here."),
        "loop": translate("Transcript", "It was going in circles and was stopped. Its work is kept."),
        "interrupted": translate("Transcript", "Homard ended while this was under way. What was done is kept."),
    }
    return kept.get(row.stop_reason, translate("Transcript", "It ended early. Its work is kept."))
