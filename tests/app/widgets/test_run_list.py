"""The list of runs: loud only where somebody should look, and drawn whatever the words."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.events import RunStarted
from agent.storage.records import Run
from app.theme import LIGHT
from app.viewmodels.activity import ActivityViewModel, RunItem
from app.widgets.run_list import RunList, ending_color

BEGAN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reason", "needs_you", "color"),
    [
        ("end_turn", False, LIGHT.muted),
        ("cancelled", False, LIGHT.muted),
        ("loop", False, LIGHT.error),
        ("model_error", False, LIGHT.error),
        (None, False, LIGHT.link),
        (None, True, LIGHT.accent),
    ],
)
def test_colours(reason: Any, needs_you: bool, color: str) -> None:
    ended = None if reason is None else BEGAN + timedelta(seconds=1)
    assert ending_color(RunItem(Run("r", "s", "user", "m", "?", BEGAN, ended, reason), needs_you), LIGHT) == color


class NoRuns:
    async def runs(self, session_id: str | None = None, limit: int = 50) -> list[Run]:
        return []

    async def run(self, run_id: str) -> Run:
        raise AssertionError

    async def calls(self, run_id: str) -> list[Any]:
        return []


@pytest.mark.parametrize("text", ["", "x" * 1_000_000, "a\nb\x00c", "<b>bold</b>", "مرحبا", "🦞"])
def test_any_prompt_is_drawn_on_two_lines(qtbot, text: str) -> None:
    model = ActivityViewModel(NoRuns(), lambda: BEGAN)
    shown = RunList(model)
    qtbot.addWidget(shown)
    model.take(RunStarted("s", "r", "user", "p/" + text[:500], text))
    shown.resize(200, 100)
    shown.show()
    image = shown.grab().toImage()
    metrics = shown.fontMetrics()
    assert metrics.height() < shown.sizeHintForRow(0) < metrics.height() * 4
    background = image.pixelColor(image.width() - 1, image.height() - 1)
    row = [image.pixelColor(x, y) for x in range(0, 190, 3) for y in range(2, shown.sizeHintForRow(0), 3)]
    assert any(color != background for color in row)
    assert asyncio.run(model.find("r")) is not None
