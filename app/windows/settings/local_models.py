"""Cards of the section "Offline model" about files: those that are here, those on offer, an address of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from agent.models.local_store.view import LocalModel, Offered, Unfinished
from app.theme import SPACE
from app.translation import translate
from app.viewmodels.local_model_words import (
    compared_words,
    model_words,
    offer_about,
    offer_words,
    server_words,
    source_words,
    unfinished_words,
)
from app.viewmodels.local_models import LocalModels
from app.viewmodels.model_words import size_words
from app.widgets.cards.surface import FlowLayout, push_button
from app.widgets.cards.words import Words
from app.widgets.elided_label import breakable
from app.windows.settings.action_card import ActionCard

CONFIRM_MS = 6_000
"""For so long a second press of a button that deletes counts."""


class DeleteButton(QPushButton):
    """A button that asks on itself: the first press changes its words, a second one soon after deletes."""

    def __init__(self, words: str, asks: str, delete: Callable[[], object], parent: QWidget) -> None:
        super().__init__(words, parent)
        self.setAutoDefault(False)
        self._words, self._asks, self._delete = words, asks, delete
        self._timer = QTimer(self, interval=CONFIRM_MS, singleShot=True)
        self._timer.timeout.connect(lambda: self.setText(self._words))
        self.clicked.connect(self._press)

    def _press(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.setText(self._words)
            self._delete()
        else:
            self.setText(self._asks)
            self._timer.start()


class ModelRow(QWidget):
    """A model: its name, some lines about it, how far its download is, and what can be done."""

    def __init__(self, key: str, title: str, lines: Sequence[str], parent: QWidget, *, mark: str = "") -> None:
        super().__init__(parent)
        self.key = key
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        head.addWidget(Words(breakable(title), self, face="bold", wrap=True), 1)
        if mark:
            head.addWidget(Words(mark, self, tone="ok", face="small"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE // 2, 0, SPACE // 2)
        column.setSpacing(2)
        column.addLayout(head)
        for number, line in enumerate(line for line in lines if line):
            column.addWidget(Words(breakable(line), self, tone="muted" if number else "text", face="small", wrap=True))
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(SPACE)
        self.bar.setAccessibleName(translate("Settings", "Download of {model}").format(model=title))
        self.progress = Words("", self, tone="muted", face="small", wrap=True)
        self.bar.hide()
        self.progress.hide()
        column.addWidget(self.bar)
        column.addWidget(self.progress)
        self.buttons = FlowLayout(spacing=SPACE)
        column.addSpacing(SPACE // 2)
        column.addLayout(self.buttons)
        self._title = title

    def offer(self, button: QPushButton) -> QPushButton:
        """Add a button; its description says which model it is for."""
        button.setAccessibleDescription(self._title)
        self.buttons.addWidget(button)
        return button

    def show_progress(self, share: int | None, words: str) -> None:
        """Show how far a download is; None: it is not known of how much."""
        self.bar.setRange(0, 0 if share is None else 100)
        if share is not None:
            self.bar.setValue(share)
        self.progress.setText(words)
        self.bar.show()
        self.progress.show()


class RowsCard(ActionCard):
    """A card of rows, made anew when what they show has changed; the keyboard stays where it was."""

    def __init__(self, local: LocalModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.local = local
        self.rows: list[ModelRow] = []
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE)
        self.column.addLayout(self._rows)
        local.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is now."""
        wanted = self.content()
        if wanted == self._shown:
            return
        self._shown = wanted
        at = self._place_of_keyboard()
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = self.make_rows()
        for row in self.rows:
            self._rows.addWidget(row)
        if at is not None:
            self._return_keyboard(*at)

    def content(self) -> object:
        """What the rows show: they are made anew when it is another."""
        raise NotImplementedError

    def make_rows(self) -> list[ModelRow]:
        """The rows, from top to bottom."""
        raise NotImplementedError

    def _place_of_keyboard(self) -> tuple[str, int] | None:
        for row in self.rows:
            for number, button in enumerate(row.findChildren(QPushButton)):
                if button.hasFocus():
                    return row.key, number
        return None

    def _return_keyboard(self, key: str, number: int) -> None:
        row = next((row for row in self.rows if row.key == key), None)
        buttons = row.findChildren(QPushButton) if row is not None else []
        if buttons:
            buttons[min(number, len(buttons) - 1)].setFocus()


class HereCard(RowsCard):
    """The models that are here, and what other programs on this computer serve."""

    def __init__(self, local: LocalModels, parent: QWidget | None = None) -> None:
        super().__init__(local, parent)
        self.servers = Words("", self, tone="muted", face="small", wrap=True)
        words = translate("Settings", "Look for other programs with models")
        self.look_button = push_button(words, self._look, self)
        row = QHBoxLayout()
        row.addWidget(self.look_button)
        row.addStretch(1)
        self.column.addWidget(self.servers)
        self.column.addLayout(row)
        self.finish()
        self.refresh()

    def _look(self) -> None:
        async def looked() -> str:
            await self.local.look_for_servers()
            return ""

        self.look_button.setEnabled(False)
        self.run(looked(), lambda: self.look_button.setEnabled(True))

    def content(self) -> object:
        """Models, the one that is being timed, and the servers."""
        return self.local.state.models, self.local.timing, self.local.state.servers

    def make_rows(self) -> list[ModelRow]:
        """One a model."""
        state = self.local.state
        nobody = translate("Settings", "Ollama, LM Studio, llama.cpp, vLLM and Jan: none of them answers here now.")
        words = [nobody] if state.servers == () else [server_words(server) for server in state.servers or ()]
        self.servers.setText(breakable("\n".join(words)))
        self.servers.setVisible(bool(words))
        return [self._row(model) for model in state.models]

    def _row(self, model: LocalModel) -> ModelRow:
        title = f"{model.title} ({model.label})" if model.title else model.label
        mark = translate("Settings", "Answers new chats") if model.is_default else ""
        row = ModelRow(model.label, title, (model_words(model), compared_words(model)), self, mark=mark)
        timing = self.local.timing == model.label
        if not model.problem:
            words = translate("Settings", "Timing…") if timing else translate("Settings", "Measure its speed")
            button = row.offer(push_button(words, lambda: self.run(self.local.measure(model.label)), row))
            button.setEnabled(not self.local.timing)
        if model.ours:
            asks = translate("Settings", "Really delete {size}?").format(size=size_words(model.size_bytes))
            row.offer(self._delete(model.label, translate("Settings", "Delete"), asks, row))
        elif model.problem:
            asks = translate("Settings", "Really take it from the list?")
            row.offer(self._delete(model.label, translate("Settings", "Take from the list"), asks, row))
        return row

    def _delete(self, label: str, words: str, asks: str, row: ModelRow) -> DeleteButton:
        return DeleteButton(words, asks, lambda: self.run(self.local.remove(label)), row)


class OffersCard(RowsCard):
    """Models to download, downloads under way, and those that wait."""

    def __init__(self, local: LocalModels, parent: QWidget | None = None) -> None:
        super().__init__(local, parent)
        local.progressed.connect(self._progress)
        self.finish()
        self.refresh()

    def content(self) -> object:
        """Offers, what is unfinished, and the names of what is under way."""
        return self.local.state.offered, self.local.state.unfinished, tuple(self.local.fetches)

    def make_rows(self) -> list[ModelRow]:
        """Own downloads first, then the list."""
        state, local = self.local.state, self.local
        listed = {one.offer.name for one in state.offered}
        rows = [self._under_way(name) for name in local.fetches if name not in listed]
        rows += [self._unfinished(one) for one in state.unfinished if one.name not in listed]
        waiting = {one.name: one for one in state.unfinished}
        suggested_first = sorted(state.offered, key=lambda one: not one.recommended)
        rows += [self._offer(one, waiting.get(one.offer.name)) for one in suggested_first]
        return rows

    def _offer(self, offered: Offered, waiting: Unfinished | None) -> ModelRow:
        offer = offered.offer
        lines = [offer_words(offered), offer_about(offered), source_words(offer.url, offer.sha256)]
        if waiting is not None:
            lines.insert(0, unfinished_words(waiting))
        mark = translate("Settings", "Suggested for this much memory") if offered.recommended else ""
        row = ModelRow(offer.name, offer.title, lines, self, mark=mark)
        row.setToolTip(f"{offer.url}\nSHA-256 {offer.sha256}")
        if offer.name in self.local.fetches:
            self._stoppable(row)
            return row
        words = translate("Settings", "Download") if waiting is None else translate("Settings", "Go on")
        row.offer(push_button(words, lambda: self.run(self.local.get(offer.name)), row))
        if waiting is not None:
            self._deletable(row, waiting)
        return row

    def _unfinished(self, one: Unfinished) -> ModelRow:
        row = ModelRow(one.name, one.name, (unfinished_words(one), source_words(one.url, one.sha256)), self)

        def go_on() -> None:
            self.run(self.local.get(one.url, name=one.name, sha256=one.sha256))

        row.offer(push_button(translate("Settings", "Go on"), go_on, row))
        self._deletable(row, one)
        return row

    def _under_way(self, name: str) -> ModelRow:
        row = ModelRow(name, name, (), self)
        self._stoppable(row)
        return row

    def _stoppable(self, row: ModelRow) -> None:
        fetch = self.local.fetches[row.key]
        row.show_progress(fetch.share, fetch.words)
        row.offer(push_button(translate("Settings", "Stop"), lambda: self.local.stop(row.key), row))

    def _deletable(self, row: ModelRow, one: Unfinished) -> None:
        asks = translate("Settings", "Really delete {size}?").format(size=size_words(one.received))
        delete = translate("Settings", "Delete")
        row.offer(DeleteButton(delete, asks, lambda: self.run(self.local.remove(one.name)), row))

    def _progress(self, name: str) -> None:
        fetch = self.local.fetches.get(name)
        row = next((row for row in self.rows if row.key == name), None)
        if fetch is not None and row is not None:
            row.show_progress(fetch.share, fetch.words)


class AddressCard(ActionCard):
    """Downloads any GGUF file."""

    def __init__(self, local: LocalModels, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._local = local
        self.address = QLineEdit(self)
        self.address.setAccessibleName(translate("Settings", "Address of a model file"))
        self.address.setPlaceholderText(translate("Settings", "https:// address of a .gguf file"))
        self.sum = QLineEdit(self)
        self.sum.setAccessibleName(translate("Settings", "SHA-256 of the file"))
        self.sum.setPlaceholderText(translate("Settings", "Its SHA-256, if you know it"))
        self.button = push_button(translate("Settings", "Download"), self._get, self)
        about = translate(
            "Settings",
            "With a SHA-256 nothing else than that file is kept. Without one the file is taken as it comes, and Homard "
            "says which sum it has.",
        )
        self.column.addWidget(Words(about, self, tone="muted", face="small", wrap=True))
        self.column.addWidget(self.address)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.sum, 1)
        row.addWidget(self.button)
        self.column.addLayout(row)
        self.finish()
        self.address.returnPressed.connect(self._get)
        self.sum.returnPressed.connect(self._get)

    def _get(self) -> None:
        if address := self.address.text().strip():
            self.run(self._local.get(address, sha256=self.sum.text()), self._clear)

    def _clear(self) -> None:
        self.address.clear()
        self.sum.clear()
