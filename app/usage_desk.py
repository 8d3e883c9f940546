"""The page of usage over the runtime; nothing of it is imported before it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from agent.events import AnyEvent

if TYPE_CHECKING:
    from app.viewmodels.usage_prompt import PromptViewModel
    from app.viewmodels.usage_screen import UsageViewModel
    from app.viewmodels.usage_sellers import ComparisonPort, SellersViewModel
    from app.windows.usage.page import Tab, UsagePage
    from app.workspace import Workspace


class UsageDesk(QObject):
    """Makes the page, and hands it what happens."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._model: UsageViewModel | None = None

    def take(self, event: AnyEvent) -> None:
        """Follow what is spent, once somebody looks."""
        if self._model is not None:
            self._model.take(event)

    def show(self, tab: Tab = "overview") -> None:
        """Show the page, and something of it."""
        from app.windows.usage.page import UsagePage

        self._workspace.show_page("usage")
        page = self._workspace.window.page_of("usage")
        if isinstance(page, UsagePage):
            page.show_tab(tab)

    def page(self) -> UsagePage:
        """Make the page."""
        from app.viewmodels.usage_screen import UsageViewModel
        from app.windows.usage.page import UsagePage

        workspace = self._workspace
        runtime = workspace.runtime
        self._model = UsageViewModel(runtime.store.database, runtime.budget.standing, parent=self)
        page = UsagePage(self._model, self._sellers, self._prompt, workspace.bridge.start)
        page.open_chat.connect(workspace.open_chat)
        page.open_run.connect(workspace.show_run)
        page.open_job.connect(workspace.jobs.show)
        page.settings_wanted.connect(workspace.show_settings)
        page.new_chat.connect(workspace.new_chat)
        return page

    def _sellers(self) -> SellersViewModel:
        from app.viewmodels.usage_sellers import SellersViewModel

        return SellersViewModel(self._comparison, self._names, self._used, parent=self)

    def _prompt(self) -> PromptViewModel:
        from app.viewmodels.usage_prompt import PromptViewModel

        runtime = self._workspace.runtime
        return PromptViewModel(runtime.store, runtime.first_request, self._open_session, self)

    def _comparison(self) -> ComparisonPort:
        return self._workspace.runtime.comparison

    def _open_session(self) -> str:
        session = self._workspace.chat.session
        return session.session_id if session is not None else ""

    async def _names(self) -> Sequence[str]:
        from agent.models.catalogue import model_names

        return model_names(self._workspace.runtime.settings)

    async def _used(self) -> Sequence[str]:
        return [one.model for one in await self._workspace.runtime.seen.figures(datetime.now(UTC))]
