"""The models one can choose from, each with what it reads and costs, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QLocale, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from agent.errors import HomardError
from agent.models.catalogue import model_names, resolve
from agent.models.presets import is_local
from agent.settings import ModelProfile, Settings
from app.translation import dollars, translate
from app.viewmodels.background import Job
from app.viewmodels.fuzzy import score

_Index = QModelIndex | QPersistentModelIndex
Source = Callable[[], tuple[Settings, Path | None]]
"""The settings in force, and the folder where catalogue entries are remembered."""


@dataclass(frozen=True)
class ModelChoice:
    """One model."""

    label: str
    """`provider/model`."""
    detail: str
    """What it reads and costs; or why it cannot be used."""
    usable: bool = True


def model_detail(profile: ModelProfile) -> str:
    """Window and price in few words: `128k · $0.25 / $2.00 per million`."""
    return f"{_window(profile.window)} · {_price(profile)}"


def _window(tokens: int) -> str:
    if tokens >= 1_000_000:
        return f"{QLocale().toString(tokens / 1e6, 'g', 3)}M"
    return f"{round(tokens / (1_024 if tokens.bit_count() == 1 else 1_000))}k"


def _price(profile: ModelProfile) -> str:
    price = profile.price
    if price is None:
        return translate("Models", "price unknown")
    if not (price.input or price.output):
        offline = profile.settings.transport == "local" or is_local(profile.settings.base_url)
        return translate("Models", "free, offline") if offline else translate("Models", "free")
    figures = {"input": _dollars(price.input), "output": _dollars(price.output)}
    return translate("Models", "{input} / {output} per million").format(**figures)


def _dollars(amount: float) -> str:
    return dollars(amount) if amount >= 0.01 or not amount else f"${QLocale().toString(float(amount), 'g', 2)}"


def model_choices(settings: Settings, cache: Path | None) -> list[ModelChoice]:
    """All models that can be chosen, the default one first. Blocking: reads files."""
    choices: list[ModelChoice] = []
    for name in model_names(settings):
        try:
            choices.append(ModelChoice(name, model_detail(resolve(settings, name, cache=cache))))
        except (HomardError, OSError) as error:
            choices.append(ModelChoice(name, str(error), usable=False))
    return choices


class ModelListViewModel(QAbstractListModel):
    """A list model: the label as text, the detail under `DETAIL`, both together for a screen reader."""

    DETAIL = int(Qt.ItemDataRole.UserRole)
    loaded = Signal()

    def __init__(self, source: Source | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._all: list[ModelChoice] = []
        self._shown: list[ModelChoice] = []
        self._filter = ""
        self._job: Job | None = None

    def set_source(self, source: Source) -> None:
        """Say where the settings come from."""
        self._source = source

    def refresh(self) -> None:
        """Read the models anew, beside the screen; `loaded` tells when they are there."""
        if self._source is None or self._job is not None:
            return
        settings, cache = self._source()
        self._job = Job(lambda: model_choices(settings, cache))
        self._job.finished.connect(self._take)
        self._job.start()

    def filter(self, typed: str) -> None:
        """Show only what fits."""
        self._filter = typed
        self._show()

    def choice(self, row: int) -> ModelChoice | None:
        """What stands in a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, label: str) -> int:
        """Where a model stands; -1: nowhere."""
        return next((row for row, choice in enumerate(self._shown) if choice.label == label), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own signature
        """Qt's own."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Qt's own."""
        choice = self.choice(index.row())
        if choice is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.label
        if role == self.DETAIL:
            return choice.detail
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.label}, {choice.detail}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Those that cannot be used are there, and say why, but cannot be chosen."""
        choice = self.choice(index.row())
        if choice is None or not choice.usable:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def _take(self, choices: Sequence[ModelChoice]) -> None:
        self._job = None
        self._all = list(choices)
        self._show()
        self.loaded.emit()

    def _show(self) -> None:
        typed = self._filter
        fitting = [(-score(typed, choice.label), at) for at, choice in enumerate(self._all)]
        ranked = sorted(fitting) if typed.strip() else [(-1, at) for at in range(len(self._all))]
        self.beginResetModel()
        self._shown = [self._all[at] for fits, at in ranked if fits]
        self.endResetModel()
