"""Skills, plugins, servers and packs all over the window, over a real runtime."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QToolButton

from agent.events import ExtensionChanged
from agent.models.scripted import Reply
from app.ui_state import UiState
from app.windows.extensions.add import AddDialog
from app.windows.extensions.consent import ConsentDialog
from app.windows.extensions.page import ExtensionsPage
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from tests.app.test_workspace import escaped
from tests.helpers.house import open_house
from tests.helpers.plugins import capability, write_plugin
from tests.helpers.pseudo import pseudo_translation
from tests.helpers.settings_home import on_loop, until
from tests.helpers.skills import enabled_skill

SETTINGS = 'model = "scripted/hello"\n[providers.scripted]\ntransport = "scripted"\n'
Act = Callable[[Workspace, ExtensionsPage], Awaitable[None]]


def play(qapp: QApplication, tmp_path: Path, act: Act) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    (enabled_skill(home / "skills", "pdf", a_DOT_md="x") / "a.md").write_text("other")
    write_plugin(home / "plugins", "", name="crm", more=capability("net", "a.example", "*"))

    async def main(_owner: QObject) -> None:
        async with open_house(tmp_path, [Reply("Done.")]) as house:
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                workspace.show_page("extensions")
                page = window.page_of("extensions")
                assert isinstance(page, ExtensionsPage)
                await until(lambda: not page.model.is_reading and not page.model.is_empty)
                await act(workspace, page)
            window.hide()
            window.deleteLater()

    on_loop(qapp, main)


def test_all_kinds_are_listed_and_what_needs_a_person_is_counted(qapp: QApplication, tmp_path: Path) -> None:
    async def act(workspace: Workspace, page: ExtensionsPage) -> None:
        model = page.model
        assert model.kinds == ["skill", "plugin", "server", "pack"]
        assert model.index(0).data() == "pdf" and model.find("plugin:crm") is not None
        names = [button.text() for button in workspace.window.sidebar.findChildren(QToolButton)]
        assert any("(1)" in name for name in names)

    play(qapp, tmp_path, act)


def test_what_a_plugin_wants_known_is_told_in_the_window_and_leads_to_it(qapp: QApplication, tmp_path: Path) -> None:
    async def act(workspace: Workspace, page: ExtensionsPage) -> None:
        workspace.show_page("chats")
        event = ExtensionChanged("", "", "plugin", "crm", "disabled", "It failed three times.", tell=True)
        workspace.runtime.bus.publish(event)
        await until(lambda: workspace.window.banner.text == "It failed three times.")
        workspace.window.banner.action.click()
        await until(lambda: workspace.window.page == "extensions" and page.details.item_id == "plugin:crm")
        workspace.show_page("chats")
        workspace.show_item("plugin:crm")
        assert workspace.window.page == "extensions"
        workspace.extensions.add()
        await until(lambda: any(one.isVisible() for one in workspace.window.findChildren(AddDialog)))

    play(qapp, tmp_path, act)


def test_no_word_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    async def act(workspace: Workspace, page: ExtensionsPage) -> None:
        crm = page.model.find("plugin:crm")
        assert crm is not None
        page.show_item("plugin:crm")
        tabs = page.details.tabs
        await until(lambda: page.details.item_id == "plugin:crm" and "log" in map(tabs.tabData, range(tabs.count())))
        known = {"crm", crm.about}
        assert escaped(page, known) == set()
        page.wishes.do("enable", "plugin:crm")
        await until(lambda: page.window().findChildren(ConsentDialog))
        (dialog,) = page.window().findChildren(ConsentDialog)
        await until(dialog.isVisible)
        assert escaped(dialog, known) == set()
        dialog.reject()

    with pseudo_translation():
        play(qapp, tmp_path, act)
