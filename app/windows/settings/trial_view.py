"""A test of a provider as it goes, and what it showed."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.theme import SPACE
from app.translation import translate
from app.viewmodels.model_words import number
from app.viewmodels.providers import Providers, Trial
from app.widgets.cards.surface import Mark, push_button
from app.widgets.cards.words import Words
from app.widgets.elided_label import breakable


class TrialView(QWidget):
    """Hidden while there is nothing to show of its provider."""

    def __init__(self, providers: Providers, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._providers = providers
        self._name = name
        self._since = 0.0
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._tick)
        self._status = Words("", self, tone="muted", wrap=True)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(translate("Settings", "Test under way"))
        self.cancel_button = push_button(translate("Settings", "Cancel the test"), providers.cancel_test, self)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(SPACE // 2)
        row = QHBoxLayout()
        row.addWidget(self._status, 1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addLayout(self._lines)
        providers.trial_changed.connect(self._refresh)
        self._refresh()

    def watch(self, name: str) -> None:
        """Show the tests of another provider."""
        self._name = name
        self._refresh()

    def _refresh(self) -> None:
        trial = self._providers.trial
        mine = trial.state != "none" and trial.provider == self._name
        self.setVisible(mine)
        running = mine and trial.state == "running"
        if running and not self._clock.isActive():
            self._since = time.monotonic()
            self._clock.start()
        elif not running:
            self._clock.stop()
        self._bar.setVisible(running)
        self.cancel_button.setVisible(running)
        self._tick()
        self._show_lines(trial if mine else Trial())

    def _tick(self) -> None:
        trial = self._providers.trial
        words = {
            "running": translate("Settings", "Testing {model} … {seconds} s"),
            "cancelled": translate("Settings", "The test of {model} was broken off."),
        }.get(trial.state, translate("Settings", "Test of {model}"))
        seconds = number(time.monotonic() - self._since) if self._since else "0"
        self._status.setText(breakable(words.format(model=trial.model or trial.provider, seconds=seconds)))

    def _show_lines(self, trial: Trial) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for text, good in trial.lines:
            line = QWidget(self)
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(SPACE)
            row.addWidget(Mark("check" if good else "alert", line, tone="ok" if good else "warn"))
            row.addWidget(Words(breakable(text), line, wrap=True), 1)
            self._lines.addWidget(line)
