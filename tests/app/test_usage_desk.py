"""The page of usage in the window, over a real runtime: what a run took is there, and leads to it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.models.scripted import Reply
from app.ui_state import UiState
from app.windows.main_window import MainWindow
from app.windows.usage.page import TABS, UsagePage
from app.workspace import Workspace
from tests.app.test_workspace import escaped
from tests.helpers.house import House, open_house
from tests.helpers.pseudo import pseudo_translation
from tests.helpers.settings_home import on_loop, until

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


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_it_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    async def act(house: House, workspace: Workspace, page: UsagePage) -> None:
        known = {"scripted/hello", "go", house.session_id}
        for tab in TABS:
            page.show_tab(tab)
            await until(lambda: not page.model.is_reading and not page.prompt.model.is_reading)
            assert escaped(page, known) == set(), tab

    play(qapp, tmp_path, act)


def test_what_draws_charts_is_not_imported_before_the_page_is_opened() -> None:
    import subprocess

    script = (
        "import app.workspace, sys; print([m for m in ('pyqtgraph', 'numpy', 'app.windows.usage') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
