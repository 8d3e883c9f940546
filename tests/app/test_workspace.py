"""The whole window over a real runtime: it comes up, and no word of it escapes translation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import Shiboken

from agent.models.presets import PRESETS
from agent.models.scripted import Reply
from agent.settings_file import change_settings, put
from agent.tools.registry import built_in_tools
from app import event_loop
from app.ui_state import UiState
from app.viewmodels.settings_words import SECTIONS
from app.windows.activity import ActivityPage
from app.windows.main_window import MainWindow
from app.windows.settings.page import SettingsPage
from app.windows.undo import UndoDialog
from app.workspace import Workspace
from tests.helpers.house import open_house
from tests.helpers.pseudo import MARK, pseudo_translation
from tests.helpers.settings_home import until

DATA = re.compile(r"^(Homard|English|Deutsch|scripted/hello|hello|Ctrl\+.*|[\d.,: %$×–]*|/.*|~.*|app\..*|\{.mcp.*)$")
"""What is no word of ours: names, keys, figures, paths."""


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    with pseudo_translation():
        yield


def words_of(widget: QWidget) -> Iterator[str]:
    yield widget.toolTip()
    yield widget.accessibleName()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))


def escaped(root: QWidget, known: set[str]) -> set[str]:
    """Visible texts that did not go through the translator and are no data."""
    found: set[str] = set()
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root):
            texts = (text.strip() for text in words_of(widget))
            found |= {text for text in texts if text and MARK not in text and not DATA.match(text)}
    return found - known


PAGES = ("chats", "automations", "activity", "extensions", "usage", "settings", "first_run")


@pytest.mark.parametrize("shown", PAGES)
def test_the_window_can_be_hidden_after_the_end_whatever_it_showed(
    qapp: QApplication, tmp_path: Path, shown: str
) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                for name in ("chats", "usage", shown):
                    workspace.show_page(name)
            await until(lambda: not Shiboken.isValid(workspace))
            assert (window.page, window.hide()) == ("", None)
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                workspace.show_page(shown)
                assert window.page == shown
            window.deleteLater()

    event_loop.run(qapp, main)


@pytest.mark.usefixtures("pseudo")
def test_no_word_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    text = (
        f'model = "scripted/hello"\n[app]\nchat_folder = "{tmp_path}"\n[providers.scripted]\ntransport = "scripted"\n'
    )
    (home / "settings.toml").write_text(text)

    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            window = MainWindow()
            window.show()
            known = {"scripted", "settings.toml", *(preset.title for preset in PRESETS.values()), *PRESETS}
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                for name in ("chats", "automations", "activity", "extensions", "settings"):
                    workspace.show_page(name)
                    assert window.page == name
                    assert escaped(window, known) == set(), name
                page = window.page_of("settings")
                assert isinstance(page, SettingsPage)
                for section in SECTIONS:
                    page.show_section(section)
                    assert escaped(window, known) == set(), section
            window.hide()
            window.deleteLater()

    event_loop.run(qapp, main)


@pytest.mark.usefixtures("pseudo")
def test_no_word_of_undo_and_its_run_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    script = [Reply(calls=[("write", {"path": "kept", "text": "after\n"}), ("write", {"path": "new", "text": "x"})])]

    async def main() -> None:
        async with open_house(tmp_path, [*script, Reply("Done.")], list(built_in_tools())) as house:
            (house.folder / "kept").write_text("before\n")
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                run = await house.finish("go")
                (house.folder / "kept").write_text("mine\n")
                workspace.show_page("activity")
                page = window.page_of("activity")
                assert isinstance(page, ActivityPage)
                page.show_run(run.run_id)
                await until(lambda: page.details.record.acts.model().rowCount() == 2)
                page.verify()
                await until(lambda: page.records is not None and page.records.verification is not None)
                assert escaped(page, {"go", "scripted/hello"}) == set()
                page.details.buttons["undo"].click()
                dialog = next(iter(window.findChildren(UndoDialog)))
                await until(lambda: dialog.model.state == "ready" and not dialog.list.is_busy())
                assert escaped(dialog, set()) == set()
                await dialog.model.undo()
                await until(lambda: dialog.model.state == "done" and not dialog.list.is_busy())
                assert escaped(dialog, set()) == set()
                dialog.close()
                await until(lambda: not Shiboken.isValid(dialog))
                assert workspace.last_undoable() is None
                workspace.open_chat(house.session_id)
                await until(lambda: workspace.last_undoable() == run.run_id)
                workspace.undo_last()
                again = next(iter(window.findChildren(UndoDialog)))
                await until(lambda: [row.choice for row in again.model.rows] == ["theirs"])  # the rest is undone
                assert escaped(again, set()) == set()
                again.close()
            window.hide()
            window.deleteLater()

    event_loop.run(qapp, main)


def test_a_window_that_nobody_has_seen_has_no_page_yet(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('model = "scripted/hello"\n[providers.scripted]\n')

    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            window = MainWindow()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                assert window.page == ""
                window.show()
                assert window.page == "chats" and workspace.chats.isVisible()
                workspace.show_page("activity")
                window.hide()
                window.show()
                assert window.page == "activity"
            window.hide()
            window.deleteLater()

    event_loop.run(qapp, main)


def test_what_today_may_cost_stands_beside_what_it_has_cost(qapp: QApplication, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text('model = "scripted/hello"\n[budget]\nusd_per_day = 5.0\n')

    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            window = MainWindow()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                status = workspace.status.status
                assert (status.spent_usd, status.limit_usd) == (0.0, 5.0)
            window.deleteLater()

    event_loop.run(qapp, main)


def test_a_deleted_chat_that_the_tray_still_names_can_be_brought_back(qapp: QApplication, tmp_path: Path) -> None:
    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            store = house.runtime.store
            deleted = (await store.create_session(cwd=str(tmp_path), title="Old")).session_id
            await store.delete_session(deleted)
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                workspace.open_chat(deleted)
                await until(window.banner.isVisible)
                assert workspace.chat.session is None
                window.banner.action.click()
                await until(lambda: workspace.chat.session is not None)
                assert (await store.session(deleted)).deleted_at is None
            window.hide()
            window.deleteLater()

    event_loop.run(qapp, main)


def test_what_was_begun_to_be_written_is_there_at_the_next_start(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('model = "scripted/hello"\n[providers.scripted]\n')

    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            state, window = UiState(), MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, state) as workspace:
                workspace.chats.composer.set_text("to nobody yet")
                await workspace.chat.open(house.session_id)
                workspace.chats.composer.set_text("half a thought")
            assert state.drafts == {"": "to nobody yet", house.session_id: "half a thought"}
            async with Workspace.open(house.runtime, window, state) as workspace:
                assert workspace.chats.composer.text() == "half a thought"
                await workspace.chat.new()
                assert workspace.chats.composer.text() == "to nobody yet"
                workspace.chats.composer.set_text("")
            assert state.drafts == {house.session_id: "half a thought"}
            window.hide()
            window.deleteLater()

    event_loop.run(qapp, main)


@pytest.mark.parametrize("open_page", [False, True])
def test_settings_that_were_changed_elsewhere_are_followed(qapp: QApplication, tmp_path: Path, open_page: bool) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "settings.toml"
    file.write_text('model = "scripted/hello"\n[providers.scripted]\n')

    async def main() -> None:
        async with open_house(tmp_path, [Reply("answer")]) as house:
            window, told = MainWindow(), list[str]()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                if open_page:
                    workspace.show_page("settings")
                workspace.settings_changed.connect(told.append)
                workspace.change_setting("app.theme", "dark")
                await until(lambda: told == ["app.theme"])
                change_settings(file, lambda document: put(document, ["app", "text_scale"], 1.25))
                house.runtime.reload_settings()  # as a command does that the app serves
                window.activated.emit()
                window.activated.emit()
                await until(lambda: "app.text_scale" in told)
                assert told == ["app.theme", "app.text_scale"]
                page = window.page_of("settings") if open_page else None
                if isinstance(page, SettingsPage):
                    shown = [page.form.field(("app", name)).value for name in ("theme", "text_scale")]
                    assert shown == ["dark", 1.25]
            window.deleteLater()

    event_loop.run(qapp, main)
