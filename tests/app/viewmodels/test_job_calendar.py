"""The week as a table: days, entries, words; never what is over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale, QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from agent.jobs import Cron
from app.event_loop import run
from app.viewmodels.job_calendar import FARTHEST_WEEKS, JobCalendar
from tests.helpers.job_desk import NOW, job, row
from tests.helpers.settings_home import until

ZONE = ZoneInfo("UTC")
ROWS = [row("j1", job("Mail")), row("j2", job("Log", triggers=(Cron(fields="*/20 * * * *"),)))]


def play(qapp: QApplication, act: Callable[[JobCalendar], Awaitable[None]]) -> None:
    QLocale.setDefault(QLocale("en_GB"))

    async def main() -> None:
        model = JobCalendar(lambda: NOW, lambda: ZONE)
        await shown(model, lambda: model.show_jobs(ROWS))
        await act(model)

    run(qapp, main)


async def shown(model: JobCalendar, act: Callable[[], object]) -> None:
    told: list[None] = []
    model.changed.connect(lambda: told.append(None))
    act()
    await until(lambda: bool(told))


def test_the_table(qapp: QApplication) -> None:
    async def act(model: JobCalendar) -> None:
        assert (model.columnCount(), model.rowCount()) == (7, 2)
        heads = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(7)]
        assert heads[:3] == ["Today", "Fri 27 Nov", "Sat 28 Nov"]
        spoken = model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole)
        local = datetime(2026, 11, 27, 8, 30, tzinfo=UTC).astimezone()
        assert spoken.endswith(f"27 November 2026, {local:%H:%M}, Mail") and spoken.startswith("Friday")
        assert model.index(0, 0).data(Qt.ItemDataRole.DisplayRole) == "every 20 minute(s) Log"
        assert model.entry(model.index(1, 0)) is None and model.index(1, 0).data() is None
        assert model.flags(model.index(1, 0)) == Qt.ItemFlag.NoItemFlags
        assert model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsSelectable
        assert model.entry(QModelIndex()) is None

    play(qapp, act)


def test_later_weeks_and_back(qapp: QApplication) -> None:
    async def act(model: JobCalendar) -> None:
        assert (model.span_words(), model.begins_today) == ("Thu 26 Nov – Wed 2 Dec", True)
        await shown(model, lambda: model.step(1))
        assert (model.span_words(), model.begins_today) == ("Thu 3 Dec – Wed 9 Dec", False)
        assert model.headerData(0, Qt.Orientation.Horizontal) == "Thu 3 Dec"
        assert model.index(1, 0).data(JobCalendar.EntryRole).name == "Log"
        await shown(model, lambda: model.step(1_000))
        assert model.is_last and not model.begins_today
        await shown(model, model.begin_today)
        await shown(model, lambda: model.step(-1))
        assert (model.begins_today, model.is_last, FARTHEST_WEEKS) == (True, False, 52)

    play(qapp, act)
