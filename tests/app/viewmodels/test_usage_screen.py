from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.budget.standing import Standing
from agent.errors import StorageError
from agent.events import RunFinished
from agent.messages import Usage
from agent.storage.database import Database
from app.viewmodels.usage_screen import UsageViewModel
from tests.helpers.settings_home import on_loop, until
from tests.helpers.usage import NOW, some_days, spent

CAP = Standing("budget.usd_per_day", "day", "usd", "", 5.0, 1.0, 0.0, None)


async def caps() -> list[Standing]:
    return [CAP]


def test_it_reads_what_is_asked_for_last(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        database = await Database.open(tmp_path / "homard.db")
        await database.call(some_days)
        model = UsageViewModel(database, caps, lambda: NOW, owner)
        model.refresh()
        model.show_period("week")
        model.show_group("job")
        await until(lambda: not model.is_reading)
        figures = model.figures
        assert figures is not None
        assert (figures.period, figures.group, len(figures.steps), figures.caps) == ("week", "job", 7, (CAP,))
        await database.close()

    on_loop(qapp, main)


def test_after_a_run_it_reads_again_while_somebody_looks(qapp: QApplication, tmp_path: Path) -> None:
    async def main(owner: QObject) -> None:
        database = await Database.open(tmp_path / "homard.db")
        model = UsageViewModel(database, caps, lambda: NOW, owner)
        ended = RunFinished("s1", "r1", "end_turn", "Done.", Usage())
        model.take(ended)
        model.refresh()
        await until(lambda: model.figures is not None)
        await database.call(spent)
        model.follow(following=True)
        model.take(ended)
        await until(lambda: model.figures is not None and model.figures.today.calls == 1)
        await database.close()

    on_loop(qapp, main)


def test_what_cannot_be_read_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def broken() -> list[Standing]:
        raise StorageError("The disk is gone.")

    async def main(owner: QObject) -> None:
        database = await Database.open(tmp_path / "homard.db")
        model = UsageViewModel(database, broken, lambda: NOW, owner)
        told: list[str] = []
        model.failed.connect(told.append)
        model.refresh()
        await until(lambda: told)
        assert (told, model.is_reading, model.figures) == (["The disk is gone."], False, None)
        await database.close()
        model.refresh()
        await until(lambda: len(told) == 2)

    on_loop(qapp, main)
