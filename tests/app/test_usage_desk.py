"""The page of usage in the window, over a real runtime: what a run took is there, and leads to it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from agent.models.scripted import Reply
from app.ui_state import UiState
from app.windows.main_window import MainWindow
from app.windows.usage.compare import CompareDialog
from app.windows.usage.page import TABS, UsagePage
from app.workspace import Workspace
from tests.app.test_workspace import escaped
from tests.helpers.house import House, open_house
from tests.helpers.pseudo import pseudo_translation
from tests.helpers.sellers import MODEL, Seller, market
from tests.helpers.settings_home import on_loop, open_home, until

SETTINGS = 'model = "scripted/hello"\n[providers.scripted]\ntransport = "scripted"\n[budget]\nusd_per_day = 2.0\n'


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    with pseudo_translation():
        yield


Act = Callable[[House, Workspace, UsagePage], Awaitable[None]]


def play(qapp: QApplication, tmp_path: Path, act: Act) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)

    async def main(_owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("One."), Reply("Two.")]) as house:
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                await house.finish("go")
                workspace.usage.show()
                page = window.page_of("usage")
                assert isinstance(page, UsagePage)
                await until(lambda: page.model.figures is not None and page.model.figures.total.calls == 1)
                await act(house, workspace, page)
            window.hide()
            window.deleteLater()

    on_loop(qapp, main)


def test_what_runs_take_is_shown_while_one_looks(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, workspace: Workspace, page: UsagePage) -> None:
        assert page.overview.caps.lines()[0][1].startswith("$0.00 of $2.00")
        await house.finish("more")
        await until(lambda: page.model.figures is not None and page.model.figures.total.calls == 2)
        run_id = page.overview.dearest.table.lines[0].key
        page.overview.dearest.opened.emit(run_id)
        await until(lambda: workspace.window.page == "activity")
        workspace.usage.show("groups")
        page.groups.opened.emit("session", house.session_id)
        await until(lambda: workspace.window.page == "chats")
        page.settings_wanted.emit("budget.usd_per_day")
        assert workspace.window.page == "settings"

    play(qapp, tmp_path, act)


def test_a_prompt_is_that_of_the_open_chat_and_other_tabs_are_read(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, workspace: Workspace, page: UsagePage) -> None:
        workspace.open_chat(house.session_id)
        await until(
            lambda: workspace.chat.session is not None and workspace.chat.session.session_id == house.session_id
        )
        workspace.usage.show("prompt")
        await until(lambda: page.prompt.model.shown is not None)
        assert page.prompt.model.chosen == house.session_id
        workspace.usage.show("sellers")
        await until(lambda: page.sellers.model.was_read)
        names = await page.sellers.model.names()
        assert "scripted/hello" in names

    play(qapp, tmp_path, act)


def test_providers_are_compared_for_real_and_paid_from_the_same_books(qapp: QApplication, tmp_path: Path) -> None:
    """Two sellers on this machine: one is told of as claiming tokens from a cache that nobody has filled."""
    QLocale.setDefault(QLocale("en_GB"))

    async def main(_owner: QObject) -> None:
        async with open_home(tmp_path, toml) as runtime:
            window = MainWindow()
            window.show()
            async with Workspace.open(runtime, window, UiState()) as workspace:
                workspace.usage.show("sellers")
                page = window.page_of("usage")
                assert isinstance(page, UsagePage)
                view, ended = page.sellers, list[object]()
                view.model.ended.connect(ended.append)
                view.compare()
                await until(lambda: page.window().findChildren(CompareDialog))
                dialog = page.window().findChildren(CompareDialog)[0]
                for at in range(dialog.list.count()):
                    if MODEL in dialog.list.item(at).text():
                        dialog.list.item(at).setCheckState(Qt.CheckState.Checked)
                dialog.accept()
                await until(lambda: [one for one in window.findChildren(QDialog) if one.isVisible()])
                asked = next(one for one in window.findChildren(QDialog) if one.isVisible())
                assert any("They cost at most $" in label.text() for label in asked.findChildren(QLabel))
                QTest.keyClick(asked, Qt.Key.Key_Return)
                await until(lambda: ended and not view.model.is_probing)
                await until(lambda: view.table.table.rowCount() == 2)
                assert [line.key for line in view.table.table.lines] == [f"good/{MODEL}", f"invents/{MODEL}"]
                assert "Tells of cached tokens in prompts that nobody had sent before." in view.findings.text()
                workspace.usage.show("groups")
                page.model.show_group("purpose")
                await until(lambda: page.model.figures is not None and page.model.figures.group == "purpose")
                rows = page.groups.figures.table.table.lines
                assert [line.key for line in rows] == ["trial"] and float(rows[0].cells[2].value or 0) > 0
            window.hide()
            window.deleteLater()

    with market(good=Seller(), invents=Seller(cache="untrue")) as providers:
        toml = f'model = "good/{MODEL}"\n' + "".join(
            f'[providers.{name}]\nbase_url = "{provider.base_url}"\n'
            f'[providers.{name}.models."{MODEL}"]\nwindow = 100000\nmax_output_tokens = 4000\n'
            f"price = {{ input = 1.0, output = 4.0 }}\n"
            for name, provider in providers.items()
        )
        on_loop(qapp, main)


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_it_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, workspace: Workspace, page: UsagePage) -> None:
        known = {"scripted/hello", "go", house.session_id}
        for tab in TABS:
            page.show_tab(tab)
            await until(lambda: not page.model.is_reading and not page.prompt.model.is_reading)
            assert escaped(page, known) == set(), tab

    play(qapp, tmp_path, act)


def test_the_page_is_not_imported_before_it_is_opened() -> None:
    import subprocess

    script = (
        "import app.workspace, sys; print([m for m in ('app.widgets.chart', 'app.windows.usage') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
