"""A run's timeline: rows with bars, and all that is known of each in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from agent.traces.span import Span, Trace
from agent.traces.sums import Sums, seconds, sums_of
from app.translation import translate
from app.viewmodels.activity_span_words import details_of, subtitle_of, title_of
from app.widgets.cards.figures import duration_words  # words only: no widget comes with it

Index = QModelIndex | QPersistentModelIndex
Look = Literal["turn", "waiting", "streaming", "tool", "person", "failed", "mark"]
"""What a bar stands for."""


@dataclass(frozen=True)
class Bar:
    """A piece of the run's time: from and to, as parts of the whole from 0 to 1."""

    begin: float
    end: float
    look: Look


@dataclass(frozen=True)
class TimelineRow:
    """One line."""

    key: str
    depth: int
    """0: a turn."""
    title: str
    subtitle: str
    took: str
    """How long, in words; empty: it is a moment."""
    bars: tuple[Bar, ...]
    failed: bool
    spoken: str
    """All of the line, for a screen reader."""
    details: str
    """All that is known of it, in lines."""


@dataclass(frozen=True)
class Timeline:
    """What is shown of one run."""

    run_id: str = ""
    rows: tuple[TimelineRow, ...] = ()
    sums: Sums | None = None
    unmeasured: int = 0


class TimelineModel(QAbstractListModel):
    """The rows, which change as a whole."""

    RowRole = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline()

    def show_timeline(self, timeline: Timeline) -> None:
        """Show this one."""
        self.beginResetModel()
        self.timeline = timeline
        self.endResetModel()

    def row_of(self, key: str) -> int | None:
        """Where a row stands."""
        return next((at for at, row in enumerate(self.timeline.rows) if row.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        """How many lines."""
        return 0 if parent.isValid() else len(self.timeline.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row, its title, or all of it in words."""
        if not index.isValid():
            return None
        row = self.timeline.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken
            case self.RowRole:
                return row
            case _:
                return None


def timeline_of(trace: Trace, now: datetime) -> Timeline:
    """Make the rows of a trace; the run itself has none. Pure."""
    end = trace.finished_at or now
    depths = _depths(trace.spans)
    scale = _Scale(trace, end)
    rows = tuple(_row(span, depths[span.key] - 1, scale, end) for span in trace.spans if span.parent)
    return Timeline(trace.run_id, rows, sums_of(trace, now), trace.unmeasured)


def sums_words(sums: Sums) -> str:
    """Where the time went, on one line; what took none is not named."""
    parts = (
        (sums.waiting_s, translate("Timeline", "waiting for models {time}")),
        (sums.streaming_s, translate("Timeline", "replies {time}")),
        (sums.tools_s, translate("Timeline", "tools {time}")),
        (sums.person_s, translate("Timeline", "waiting for you {time}")),
    )
    return " · ".join(words.format(time=duration_words(took)) for took, words in parts if took >= 0.0005)


class _Scale:
    """From moments to parts of the whole. What a clock that was set wrong puts outside lies at its edge.

    Waiting for a person may take days where the work takes seconds: then it is drawn shorter, at half of the work.
    """

    def __init__(self, trace: Trace, end: datetime) -> None:
        self._start = trace.started_at
        self._whole = max((end - trace.started_at).total_seconds(), 0.001)
        self._waits = _merged([self._span(one, end) for one in trace.spans if one.kind == "approval"])
        waited = sum(ends - begins for begins, ends in self._waits)
        work = self._whole - waited
        self._factor = 1.0 if waited <= work / 2 else max(work / 2, 0.001) / waited
        self._drawn = work + waited * self._factor

    def at(self, moment: datetime, more_s: float = 0.0) -> float:
        """Where a moment lies, from 0 to 1."""
        after = self._bounded((moment - self._start).total_seconds() + more_s)
        waited = sum(min(after, ends) - begins for begins, ends in self._waits if begins < after)
        return min(max((after - waited * (1 - self._factor)) / self._drawn, 0.0), 1.0)

    def _span(self, span: Span, end: datetime) -> tuple[float, float]:
        begins = (span.started_at - self._start).total_seconds()
        return self._bounded(begins), self._bounded(begins + seconds(span, end))

    def _bounded(self, after_s: float) -> float:
        return min(max(after_s, 0.0), self._whole)


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Times that overlap as one."""
    merged: list[tuple[float, float]] = []
    for begins, ends in sorted(spans):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def _row(span: Span, depth: int, scale: _Scale, end: datetime) -> TimelineRow:
    title, subtitle = title_of(span), subtitle_of(span)
    took = "" if span.kind == "mark" else duration_words(seconds(span, end))
    spoken = ", ".join(part for part in (title, subtitle, took) if part)
    failed = _failed(span)
    return TimelineRow(
        span.key, depth, title, subtitle, took, _bars(span, scale, end), failed, spoken, details_of(span)
    )


def _bars(span: Span, scale: _Scale, end: datetime) -> tuple[Bar, ...]:
    took = seconds(span, end)
    begin, ends = scale.at(span.started_at), scale.at(span.started_at, took)
    if span.model is not None and not span.model.error and span.model.first_ms is not None:
        first = scale.at(span.started_at, min(span.model.first_ms / 1000, took))
        return (Bar(begin, first, "waiting"), Bar(first, ends, "streaming"))
    looks: dict[str, Look] = {"tool": "tool", "approval": "person", "mark": "mark", "turn": "turn"}
    look = looks.get(span.kind, "streaming")
    return (Bar(begin, ends, "failed" if _failed(span) else look),)


def _failed(span: Span) -> bool:
    if span.model is not None:
        return bool(span.model.error)
    return span.tool is not None and span.tool.ended not in ("", "done")


def _depths(spans: Sequence[Span]) -> dict[str, int]:
    depths: dict[str, int] = {}
    for span in spans:
        depths[span.key] = depths[span.parent] + 1 if span.parent else 0
    return depths
