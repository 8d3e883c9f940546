"""Skills, plugins, MCP servers and packs all over the window: the list, and how many of them need a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from agent.events import AnyEvent, ExtensionChanged

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from agent.storage.tool_use import ToolUse
    from app.viewmodels.extension_list import ExtensionsViewModel
    from app.viewmodels.extension_source import ExtensionSource
    from app.windows.extensions.page import ExtensionsPage
    from app.workspace import Workspace

FIRST_LOOK_MS = 4_000
"""After the start; nothing waits for it then."""


class ExtensionDesk(QObject):
    """What is heavy is imported when it is first wanted: the page, or a look at what needs a person."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._model: ExtensionsViewModel | None = None
        self._first = QTimer(self, singleShot=True, interval=FIRST_LOOK_MS)
        self._first.timeout.connect(self._look)

    def begin(self) -> None:
        """Count a little later what needs a person."""
        self._first.start()

    def take(self, event: AnyEvent) -> None:
        """Follow what happens."""
        if not isinstance(event, ExtensionChanged):
            return
        if self._model is not None:
            self._model.take(event)
        if event.status not in ("starting", "running"):
            self._first.start()
        if event.tell and event.note:
            self._tell(event)

    @property
    def model(self) -> ExtensionsViewModel:
        """The list, made if need be."""
        if self._model is None:
            from app.viewmodels.extension_list import ExtensionsViewModel

            runtime = self._workspace.runtime
            self._model = ExtensionsViewModel(
                (),
                self._uses,
                tool_budget=lambda: runtime.settings.tools.prompt_tokens,
                opening=partial(sources_of, runtime),
                parent=self,
            )
            self._model.loaded.connect(self._count)
        return self._model

    def page(self) -> ExtensionsPage:
        """Make the page."""
        from app.windows.extensions.page import ExtensionsPage

        return ExtensionsPage(self.model, self._workspace.bridge.start)

    def show(self, item_id: str = "") -> None:
        """Show the page, and one of them."""
        from app.windows.extensions.page import ExtensionsPage

        self._workspace.show_page("extensions")
        page = self._workspace.window.page_of("extensions")
        if item_id and isinstance(page, ExtensionsPage):
            page.show_item(item_id)

    def add(self) -> None:
        """Show the page, and how something comes in."""
        from app.windows.extensions.page import ExtensionsPage

        self._workspace.show_page("extensions")
        page = self._workspace.window.page_of("extensions")
        if isinstance(page, ExtensionsPage):
            page.show_add()

    def _look(self) -> None:
        runtime = self._workspace.runtime
        if self._model is not None or runtime.settings.mcp or any(place.is_dir() for place in _places(runtime)):
            self.model.refresh()

    def _count(self) -> None:
        self._workspace.window.sidebar.show_needs("extensions", len(self.model.needs()))

    def _tell(self, event: ExtensionChanged) -> None:
        from app.translation import translate

        show = partial(self.show, f"{event.kind}:{event.name}")
        banner = self._workspace.window.banner
        banner.tell(event.note, "warning", action=translate("Extensions", "Show"), callback=show)

    async def _uses(self) -> Mapping[str, ToolUse]:
        from agent.storage.tool_use import tool_uses

        return await self._workspace.runtime.store.database.read(tool_uses)


def sources_of(runtime: Runtime) -> list[ExtensionSource]:
    """An adapter for each service. Imports much; may be called in a thread."""
    from agent.settings_file import change_settings
    from app.viewmodels.extension_packs import PackSource
    from app.viewmodels.extension_plugins import PluginSource
    from app.viewmodels.extension_servers import ServerSource
    from app.viewmodels.extension_setting import SettingsPort
    from app.viewmodels.extension_skills import SkillSource

    paths = runtime.paths
    port = SettingsPort(partial(change_settings, paths.settings), runtime.reload_settings, runtime.secrets)
    return [
        SkillSource(paths.skills, lambda: runtime.settings.skills.prompt_tokens),
        PluginSource(runtime.plugins, port),
        ServerSource(runtime.servers, port, _browse, paths.data / "servers"),
        PackSource(runtime.packs),
    ]


def _places(runtime: Runtime) -> list[Path]:
    """Where something of them would stand."""
    data = runtime.paths.data
    return [runtime.paths.skills, *(data / name for name in ("plugins", "servers", "packs"))]


def _browse(address: str) -> None:
    """Open a web address in the person's browser; a server says which, so nothing else is opened."""
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    url = QUrl(address)
    if url.scheme() in ("https", "http"):
        QDesktopServices.openUrl(url)
