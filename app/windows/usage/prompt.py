"""What a chat's requests are made of: a bar, and the table that says the same."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.usage_prompt import KINDS, Breakdown, Kind, PromptViewModel, kind_words
from app.viewmodels.usage_table import Cell, Column, FigureTable, Line
from app.viewmodels.usage_words import count, money, percent
from app.widgets.cards.surface import push_button
from app.widgets.cards.words import Words
from app.widgets.chart_share import Part, ShareBar
from app.widgets.chart_table import FigureView
from app.widgets.choice_box import ChoiceBox
from app.widgets.empty_state import EmptyState

_COLORS: dict[Kind, int] = {
    "system": 0, "folder": 4, "skills": 3, "tools": 1, "summary": 3, "said": 2, "answers": 0, "results": 4, "notes": -1,
}  # fmt: skip
"""Neighbours have different ones; the table names them."""


class PromptView(QWidget):
    """Reads when it is shown."""

    open_chat = Signal(str)
    failed = Signal(str)

    def __init__(self, model: PromptViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.choice = ChoiceBox(self)
        self.choice.setMinimumContentsLength(30)
        self.open_button = push_button(translate("Prompt", "Open this chat"), self._open, self)
        self.headline = Words("", self, face="bold", wrap=True)
        self.note = Words("", self, tone="muted", wrap=True)
        self.bar = ShareBar(translate("Prompt", "Parts of the prompt"), self)
        self.table = FigureView(translate("Prompt", "Parts of the prompt"), FigureTable(self), self)
        self._nothing = EmptyState(
            "chat",
            translate("Prompt", "No chat yet"),
            translate("Prompt", "Once you have asked something, you see here what each request of a chat is made of."),
            parent=self,
        )
        self._inside = QWidget(self)
        self._body = QStackedWidget(self)
        self._lay_out()
        self.choice.chosen.connect(model.choose)
        model.listed.connect(self._list)
        model.changed.connect(self._show)
        model.failed.connect(self.failed)
        self.table.chosen.connect(self._mark)
        self.bar.picked.connect(self._pick)

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew."""
        super().showEvent(event)
        self.model.refresh()

    def _list(self) -> None:
        model = self.model
        untitled = translate("Prompt", "New chat")
        titles = [(one.session_id, " ".join(one.title.split())[:80] or untitled) for one in model.sessions]
        self.choice.show_choices(titles, model.chosen)
        self._body.setCurrentWidget(self._inside if model.sessions else self._nothing)

    def _show(self) -> None:
        model, shown = self.model, self.model.shown
        if shown is None or shown.session_id != model.chosen:
            self.headline.setText(translate("Prompt", "Being counted…") if model.is_reading else "")
            self.note.setText("")
            self.bar.show_parts(())
            self.table.table.show((), ())
            return
        self.headline.setText(
            translate("Prompt", "The next request begins with about %n token(s)", shown.tokens)
            if shown.tokens < 1000
            else translate(
                "Prompt", "The next request begins with about {n} tokens, {share} of the model's window"
            ).format(n=count(shown.tokens), share=percent(shown.tokens / shown.window))
        )
        self.note.setText(_note(shown))
        self.bar.show_parts([_part(shown, kind) for kind in KINDS])
        self.table.table.show(_columns(), _lines(shown))

    def _mark(self, key: str) -> None:
        self.bar.mark(key.partition(":")[0])

    def _pick(self, kind: str) -> None:
        self.table.choose(kind)
        self.bar.mark(kind)

    def _open(self) -> None:
        if self.model.chosen:
            self.open_chat.emit(self.model.chosen)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        label = QLabel(translate("Prompt", "Chat"), self)
        label.setBuddy(self.choice)
        head.addWidget(label)
        head.addWidget(self.choice, 3)
        head.addWidget(self.open_button)
        head.addStretch(1)
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        for widget in (self.headline, self.bar, self.note):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        for page in (self._inside, self._nothing):
            self._body.addWidget(page)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._body)


def _part(shown: Breakdown, kind: Kind) -> Part:
    tokens = shown.of(kind)
    words = translate("Prompt", "{part}: {n} tokens, {share}").format(
        part=kind_words(kind), n=count(tokens), share=percent(tokens / max(shown.tokens, 1))
    )
    return Part(kind, words, float(tokens), _COLORS[kind])


def _columns() -> tuple[Column, ...]:
    return (
        Column(translate("Prompt", "Part"), number=False),
        Column(translate("Prompt", "Tokens")),
        Column(translate("Prompt", "Share")),
    )


def _lines(shown: Breakdown) -> tuple[Line, ...]:
    """Each kind, and below the tools each of them."""
    lines: list[Line] = []
    for kind in KINDS:
        if not (tokens := shown.of(kind)):
            continue
        lines.append(_line(kind, kind_words(kind), tokens, shown, _COLORS[kind]))
        for portion in shown.portions:
            if portion.kind == kind and portion.name:
                lines.append(_line(f"{kind}:{portion.name}", portion.name, portion.tokens, shown, None))
    return tuple(lines)


def _line(key: str, name: str, tokens: int, shown: Breakdown, color: int | None) -> Line:
    share = tokens / max(shown.tokens, 1)
    cells = (Cell(name), Cell(count(tokens), float(tokens)), Cell(percent(share), share, share))
    return Line(key, cells, color, indented=color is None)


def _note(shown: Breakdown) -> str:
    notes: list[str] = []
    if (last := shown.last) is not None:
        said = translate(
            "Prompt", "The last request had {n} tokens by {model}'s own count, {share} of them from its cache"
        )
        cached = percent(last.cached_tokens / last.input_tokens) if last.input_tokens else percent(0)
        words = said.format(n=count(last.input_tokens), model=last.model, share=cached)
        notes.append(f"{words} ({money(last.cost_usd)})." if last.cost_usd else f"{words}.")
    notes.append(translate("Prompt", "The parts are estimated: each provider counts a little differently."))
    return " ".join(notes)
