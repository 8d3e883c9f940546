"""The page of usage over a real database and a comparison that is played: read, told apart, exported, by keyboard."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QWidget

from agent.budget.export import CALL_FIELDS
from agent.budget.standing import Standing
from agent.comparison.findings import Finding
from agent.comparison.result import ModelResult
from agent.comparison.service import Point
from agent.context.report import PromptPart, PromptReport
from agent.errors import HomardError
from agent.storage.blobs import Blobs
from agent.storage.connection import Connection
from agent.storage.database import Database
from agent.storage.sessions import Store
from app.viewmodels.usage_prompt import PromptViewModel
from app.viewmodels.usage_screen import UsageViewModel
from app.viewmodels.usage_sellers import SellersViewModel
from app.viewmodels.usage_tables import REST
from app.windows.usage.compare import CompareDialog
from app.windows.usage.page import TABS, UsagePage
from tests.helpers.settings_home import on_loop, until
from tests.helpers.usage import NOW, PlayedComparison, answers, seller, some_days

DAY = Standing("budget.usd_per_day", "day", "usd", "", 2.0, 0.25, 0.5, None)
RUN = Standing("providers.q.budget.tokens_per_run", "run", "tokens", "q", 9_000.0, None, 0.0, None)
Act = Callable[["Scene"], Awaitable[None]]


class Scene:
    def __init__(self, database: Database, folder: Path, owner: QObject) -> None:
        self.caps: list[Standing] = [DAY, RUN]
        self.comparison = PlayedComparison(seller(answers("a/m", 3, 3)), seller(answers("b/m", 1, 3)))
        self.comparison.points = {
            name: [Point(NOW, 300.0, 50.0, 0.0, 1.0, 0.5), Point(NOW, 310.0, 50.0, 0.0, 1.0, 0.5)]
            for name in ("a/m", "b/m")
        }
        self.model = UsageViewModel(database, self._caps, lambda: NOW, owner)
        self.sellers = SellersViewModel(lambda: self.comparison, self._names, self._names, lambda: NOW, owner)
        store = Store(database, Blobs(folder / "blobs"))
        self.prompt = PromptViewModel(store, self._first_request, lambda: "s1", owner)
        self.page = UsagePage(self.model, lambda: self.sellers, lambda: self.prompt, self.start)
        self.page.resize(1_100, 760)
        self.told: list[tuple[str, Any]] = []
        for name in ("open_chat", "open_run", "open_job", "settings_wanted", "said", "failed"):
            getattr(self.page, name).connect(lambda what, name=name: self.told.append((name, what)))
        self._work: set[asyncio.Future[Any]] = set()

    async def _caps(self) -> list[Standing]:
        return self.caps

    async def _names(self) -> list[str]:
        return ["a/m", "b/m", "c/x"]

    async def _first_request(self, cwd: str, model: str) -> PromptReport:
        parts = (
            PromptPart("system prompt", 100, ""),
            PromptPart("tool read", 300, ""),
            PromptPart("tool write", 50, ""),
        )
        return PromptReport("p/m", "cl100k_base", parts, 450, None, 8_000)

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        async def guarded() -> None:
            try:
                await work
            except HomardError as error:
                self.told.append(("failed", str(error)))

        task = asyncio.ensure_future(guarded())
        self._work.add(task)

    async def ready(self) -> None:
        self.page.show()
        await until(lambda: self.model.figures is not None and not self.model.is_reading)


def play(qapp: QApplication, folder: Path, act: Act, fill: Callable[[Connection], None] | None = some_days) -> None:
    QLocale.setDefault(QLocale("en_GB"))

    async def main(owner: QObject) -> None:
        database = await Database.open(folder / "homard.db")
        if fill is not None:
            await database.call(fill)
        scene = Scene(database, folder, owner)
        try:
            await scene.ready()
            await act(scene)
        finally:
            scene.page.hide()
            scene.page.deleteLater()
            await until(lambda: not scene.model.is_reading)
            await database.close()

    on_loop(qapp, main)


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def test_the_overview_says_what_was_spent_and_how_caps_stand(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        overview = scene.page.overview
        tiles = {name: tile.figure.text() for name, tile in overview.tiles.tiles.items()}
        assert tiles == {
            "today": "at least $0.25",
            "month": "at least $2.75",
            "period": "at least $2.75",
            "tokens": "3.4 k",
        }
        assert "Today: at least $0.25" in overview.tiles.tiles["today"].figure.accessibleName()
        assert overview.caps.lines() == [
            ("Today", "$0.25 of $2.00, $1.25 left · $0.50 kept back for calls under way"),
            ("A run at q", "at most 9,000 tokens"),
        ]
        overview.caps.change.click()
        assert scene.told == [("settings_wanted", "budget.usd_per_day")]
        table = overview.over_time.table.table
        assert (table.rowCount(), table.lines[0].cells[1].text) == (30, "at least $0.25")
        assert "were not accounted" in words(overview) or "was not accounted" in words(overview)

    play(qapp, tmp_path, act)


def test_without_a_cap_it_says_how_to_set_one(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.caps = []
        scene.model.refresh()
        await until(lambda: scene.page.overview.caps.lines() == [])
        assert "No cap is set" in words(scene.page.overview.caps)
        scene.page.overview.caps.change.click()
        assert scene.told == [("settings_wanted", "budget.usd_per_day")]

    play(qapp, tmp_path, act)


def test_a_chart_and_its_table_go_together(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        over_time = scene.page.overview.over_time
        plot = over_time.chart.plot
        assert "30" in plot.accessibleDescription()
        over_time.table.setCurrentIndex(over_time.table.table.index(1, 0))
        assert (over_time.table.key, plot._marked) == ("2026-11-19", 28)
        plot.picked.emit(27)
        assert (over_time.table.key, plot._marked) == ("2026-11-18", 27)
        scene.page.overview.view.setCurrentIndex(1)
        assert over_time.chart.legend.names == ["Fresh", "Cached", "Output"]
        assert (over_time.table.key, plot._marked) == ("2026-11-18", 27)
        scene.page.overview.view.setCurrentIndex(2)
        assert over_time.table.table.lines[0].cells[0].text == "By the month's end"

    play(qapp, tmp_path, act)


def test_the_dearest_run_is_a_key_away(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        dearest = scene.page.overview.dearest
        assert [line.key for line in dearest.table.lines] == ["r1", "r2"]
        dearest.setFocus()
        dearest.choose("r1")
        QTest.keyClick(dearest, Qt.Key.Key_Return)
        assert scene.told == [("open_run", "r1")]

    play(qapp, tmp_path, act)


def test_where_it_went_leads_to_chats_and_jobs(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.show_tab("groups")
        groups = scene.page.groups
        table = groups.figures.table
        assert [line.key for line in table.table.lines] == ["q/big", "p/m", "r/new"]
        for at, key in ((3, "s1"), (2, "j1")):
            groups.by.setCurrentIndex(at)
            await until(lambda key=key: table.table.row_of(key) is not None)
            table.choose(key)
            QTest.keyClick(table, Qt.Key.Key_Return)
        table.choose("")
        QTest.keyClick(table, Qt.Key.Key_Return)  # of no job: there is nothing to open
        groups.figures.opened.emit(REST)
        assert scene.told == [("open_chat", "s1"), ("open_job", "j1")]
        groups.by.setCurrentIndex(4)
        await until(lambda: scene.model.figures is not None and scene.model.figures.group == "skill")
        assert "A run counts for each skill" in words(groups)

    play(qapp, tmp_path, act)


def test_another_time_is_read(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.period.setCurrentIndex(4)
        await until(lambda: scene.model.figures is not None and scene.model.figures.period == "year")
        assert scene.page.overview.over_time.table.table.rowCount() == 12
        assert "Last 12 months" in words(scene.page.overview.tiles)

    play(qapp, tmp_path, act)


def test_nothing_yet_teaches_one_thing(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        assert "Nothing was spent yet" in words(scene.page) and not scene.page.export_button.isEnabled()
        begun: list[str] = []
        scene.page.new_chat.connect(lambda: begun.append("new"))
        scene.page._nothing.button.click()
        assert begun == ["new"]
        scene.page.show_tab("prompt")
        await until(lambda: "No chat yet" in words(scene.page))

    play(qapp, tmp_path, act, None)


@pytest.mark.parametrize(("what", "count", "first"), [("days", 31, "day"), ("groups", 4, "model"), ("calls", 5, "at")])
def test_it_is_exported(qapp: QApplication, tmp_path: Path, what: str, count: int, first: str) -> None:
    async def act(scene: Scene) -> None:
        scene.page.export(what)
        dialog = await file_dialog(scene)
        dialog.setDirectory(str(tmp_path))
        dialog.accept()
        await until(lambda: scene.told)
        path = written(tmp_path)
        assert scene.told == [("said", f"Written: {path}")]
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        assert (len(rows), rows[0][0]) == (count, first)
        if what == "calls":
            assert tuple(rows[0]) == CALL_FIELDS and rows[1][8] == "j1"

    play(qapp, tmp_path, act)


def test_a_place_that_cannot_be_written_is_told_and_a_closed_dialog_is_no_matter(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        scene.page.export("days")
        (await file_dialog(scene)).reject()
        scene.page.export_button.click()
        menu = next(menu for menu in scene.page.findChildren(QMenu) if menu.isVisible())
        assert len(menu.actions()) == 3
        menu.actions()[0].trigger()
        menu.close()
        dialog = await file_dialog(scene)
        (tmp_path / "folder").mkdir()
        dialog.selectedFiles = lambda: [str(tmp_path / "folder")]
        dialog.accepted.emit()
        dialog.done(1)
        await until(lambda: scene.told)
        assert scene.told[0][0] == "failed" and "cannot be written" in scene.told[0][1]

    play(qapp, tmp_path, act)


def test_a_file_that_was_there_stays_until_the_new_one_is_whole(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        there = tmp_path / "mine.csv"
        there.write_text("before")
        scene.page.export("calls")
        dialog = await file_dialog(scene)
        dialog.selectedFiles = lambda: [str(there)]
        await scene.model.database.close()
        dialog.accepted.emit()
        dialog.done(1)
        await until(lambda: scene.told)
        assert scene.told[0][0] == "failed" and there.read_text() == "before"

    play(qapp, tmp_path, act)
    assert [path.name for path in tmp_path.iterdir() if "csv" in path.name] == ["mine.csv"]


def test_a_sellers_endless_word_widens_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        named = seller(answers("a/m", 3, 3), findings=[Finding("counts_more", "2" * 300)])
        scene.comparison.rows = [named, seller(answers("b/m", 3, 3))]
        scene.page.show_tab("sellers")
        view = scene.page.sellers
        await until(lambda: "222" in view.findings.text())
        assert view.findings.minimumSizeHint().width() < 600

    play(qapp, tmp_path, act)


def written(folder: Path) -> Path:
    return next(folder.glob("usage-*-2026-10-22-2026-11-20.csv"))


async def file_dialog(scene: Scene) -> QFileDialog:
    await until(lambda: any(one.isVisible() for one in scene.page.findChildren(QFileDialog)))
    return next(one for one in scene.page.findChildren(QFileDialog) if one.isVisible())


def test_providers_are_compared_after_asking(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.show_tab("sellers")
        view = scene.page.sellers
        await until(lambda: view.table.table.rowCount() == 2)
        assert [line.cells[4].text for line in view.table.table.lines] == ["3/3", "1/3"]
        view.table.choose("a/m")
        assert view.over_time.chart.legend.names == ["a/m", "b/m"]
        view.compare_button.click()
        await until(lambda: scene.page.findChildren(CompareDialog))
        dialog = scene.page.findChildren(CompareDialog)[0]
        assert dialog.chosen() == ["a/m", "b/m"]
        dialog.accept()
        await until(lambda: box(scene) is not None)
        asked = box(scene)
        assert asked is not None and "at most $0.50" in words(asked)
        QTest.keyClick(asked, Qt.Key.Key_Return)
        await until(lambda: scene.told)
        assert (scene.comparison.confirmed, scene.comparison.asked) == (True, [("a/m", "b/m")])
        assert scene.told[0][0] == "said"

    play(qapp, tmp_path, act)


def test_where_nothing_was_probed_no_empty_table_stands(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.comparison.rows = [seller(ModelResult(model="a/m", calls=()))]
        scene.page.show_tab("sellers")
        view = scene.page.sellers
        await until(lambda: scene.sellers.rows)
        await until(lambda: "Nothing was compared yet" in words(view))
        view.view.setCurrentIndex(1)
        assert "You have called none of them yet." in words(view) and not view.table.isVisible()

    play(qapp, tmp_path, act)


def test_nothing_is_sent_when_the_person_says_no(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.show_tab("sellers")
        view = scene.page.sellers
        await until(lambda: view.table.table.rowCount() == 2)
        view.table.choose("a/m")
        view.compare()
        await until(lambda: scene.page.findChildren(CompareDialog))
        scene.page.findChildren(CompareDialog)[0].accept()
        await until(lambda: box(scene) is not None)
        asked = box(scene)
        assert asked is not None and scene.page.sellers.stop_button.isVisible()
        QTest.keyClick(asked, Qt.Key.Key_Escape)
        await until(lambda: not scene.sellers.is_probing)
        assert (scene.comparison.confirmed, scene.told) == (False, [])

    play(qapp, tmp_path, act)


def test_it_goes_on_every_week_until_the_person_says_no_more(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.show_tab("sellers")
        view = scene.page.sellers
        await until(lambda: view.table.table.rowCount() == 2)
        view.table.choose("a/m")
        view.compare()
        await until(lambda: scene.page.findChildren(CompareDialog))
        dialog = scene.page.findChildren(CompareDialog)[0]
        dialog.weekly.setChecked(True)
        dialog.accept()
        await until(lambda: box(scene) is not None)
        asked = box(scene)
        assert asked is not None and "every week" in words(asked)
        QTest.keyClick(asked, Qt.Key.Key_Return)
        await until(lambda: scene.comparison.regular.kept is not None)
        assert scene.comparison.asked == []
        await until(lambda: "for at most $0.50: a/m, b/m." in view.plan.text())
        view.no_more.click()
        await until(lambda: scene.comparison.regular.kept is None and not view.plan.isVisible())

    play(qapp, tmp_path, act)


def box(scene: Scene) -> QWidget | None:
    from PySide6.QtWidgets import QDialog

    shown = (one for one in scene.page.findChildren(QDialog) if one.isVisible() and not isinstance(one, CompareDialog))
    return next(shown, None)


def test_a_prompt_is_a_bar_and_a_table(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.page.show_tab("prompt")
        view = scene.page.prompt
        await until(lambda: view.table.table.rowCount() == 4)
        assert [line.key for line in view.table.table.lines] == ["system", "tools", "tools:read", "tools:write"]
        assert [part.key for part in view.bar.parts] == ["system", "tools"]
        assert "by p/m's own count, 40% of them" in words(view)
        view.bar.picked.emit("tools")
        assert view.table.key == "tools"
        view.open_button.click()
        assert scene.told == [("open_chat", "s1")]

    play(qapp, tmp_path, act)


@pytest.mark.parametrize("size", [(1_100, 760), (560, 560), (480, 380)])
def test_every_tab_can_be_drawn_narrow_and_wide_and_all_has_a_name(
    qapp: QApplication, tmp_path: Path, size: tuple[int, int]
) -> None:
    async def act(scene: Scene) -> None:
        scene.page.resize(*size)
        for tab in TABS:
            scene.page.show_tab(tab)
            await asyncio.sleep(0.05)
            scene.page.grab()
            for widget in scene.page.findChildren(QWidget):
                wide = widget.isVisibleTo(scene.page) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                if wide and type(widget).__name__ in ("FigureView", "TabStrip", "ShareBar"):
                    assert widget.accessibleName(), widget
        assert scene.page.width() == size[0]

    play(qapp, tmp_path, act)
