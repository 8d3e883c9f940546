"""The list of chats: what there is, what is found, what works or needs a person now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.translation import translate
from app.viewmodels.moment import when

if TYPE_CHECKING:  # the sidebar is painted before the runtime is imported
    from agent.events import AnyEvent
    from agent.storage.records import Session
    from agent.storage.sessions import Store

PAGE = 200
"""Chats read at a time; more when the list is scrolled to its end."""
MOST_HITS = 60
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class SessionItem:
    """A line of the list."""

    session_id: str
    title: str
    """One line."""
    snippet: str
    """Where the search found something; empty: the list is not searched, or the title fits."""
    updated_at: datetime
    pinned: bool = False
    running: bool = False
    needs_you: bool = False

    def words(self, now: datetime) -> str:
        """The second line: what is the matter with it, or when something happened last."""
        if self.needs_you:
            return translate("Sessions", "Needs you")
        if self.running:
            return translate("Sessions", "Working")
        return self.snippet or when(self.updated_at, now)

    def spoken(self, now: datetime) -> str:
        """All of it for a screen reader."""
        pinned = (translate("Sessions", "pinned"),) if self.pinned else ()
        return ", ".join((self.title, *pinned, self.words(now)))


class SessionsViewModel(QAbstractListModel):
    """Chats, the pinned ones first, then those in which something happened last; or those that a search found."""

    ItemRole = Qt.ItemDataRole.UserRole

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._sessions: list[Session] = []
        self._snippets: dict[str, str] = {}
        self._running: dict[str, str] = {}
        self._needs: dict[str, str] = {}
        self._limit = PAGE
        self._more = False
        self._text = ""
        self._turn = 0

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many chats are listed."""
        return 0 if parent.isValid() else len(self._sessions)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its title, or all of it in words."""
        if not index.isValid():
            return None
        item = self.item(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return item.spoken(datetime.now(UTC))
            case Qt.ItemDataRole.ToolTipRole:
                return item.title
            case self.ItemRole:
                return item
            case _:
                return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether older chats are not listed yet."""
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:
        """List older chats too; they come at the next `refresh`."""
        self._limit += PAGE
        self._more = False
        self.wants_more()

    def wants_more(self) -> None:
        """Replaced by whoever can start work: must arrange for a `refresh`."""

    # -- what is listed

    def item(self, row: int) -> SessionItem:
        """A line of the list."""
        session = self._sessions[row]
        session_id = session.session_id
        return SessionItem(
            session_id,
            " ".join(session.title.split()) or translate("Sessions", "Untitled chat"),
            self._snippets.get(session_id, ""),
            session.updated_at,
            session.pinned_at is not None,
            session_id in self._running.values(),
            session_id in self._needs.values(),
        )

    def row_of(self, session_id: str) -> int | None:
        """Where a chat stands."""
        return next((at for at, session in enumerate(self._sessions) if session.session_id == session_id), None)

    @property
    def searched(self) -> str:
        """What the listed chats hold; empty: all are listed."""
        return self._text.strip()

    async def refresh(self) -> None:
        """Read the list anew. Raises StorageError."""
        await self.search(self._text)

    async def search(self, text: str) -> None:
        """List the chats whose title or messages hold all words of `text`; empty: all. Raises StorageError."""
        self._turn += 1
        turn, self._text = self._turn, text
        if not text.strip():
            sessions = await self._store.sessions(limit=self._limit, pinned_first=True)
            if turn == self._turn:
                self._more = len(sessions) == self._limit
                self._show(sessions, {})
            return
        snippets = {hit.session_id: hit.snippet for hit in reversed(await self._store.search(text, limit=MOST_HITS))}
        every = await self._store.sessions(limit=2_000)
        words = text.lower().split()
        titled = [session for session in every if all(word in session.title.lower() for word in words)]
        by_id = {session.session_id: session for session in every}
        found = [by_id[session_id] for session_id in reversed(snippets) if session_id in by_id]
        if turn == self._turn:
            self._more = False
            self._show(list({session.session_id: session for session in (*titled, *found)}.values()), snippets)

    def _show(self, sessions: list[Session], snippets: dict[str, str]) -> None:
        same = [session.session_id for session in sessions] == [session.session_id for session in self._sessions]
        if same and sessions:
            self._sessions, self._snippets = sessions, snippets
            self._repaint()
            return
        self.beginResetModel()
        self._sessions, self._snippets = sessions, snippets
        self.endResetModel()

    def _repaint(self) -> None:
        if self._sessions:
            self.dataChanged.emit(self.index(0), self.index(len(self._sessions) - 1))

    # -- what happens

    def take(self, event: AnyEvent) -> bool:
        """Note what an event changes in the list; True: the list should be read anew."""
        from agent.events import (
            ApprovalRequested,
            ApprovalResolved,
            QuestionAnswered,
            QuestionAsked,
            RunFinished,
            RunStarted,
            SessionRenamed,
        )

        match event:
            case RunStarted():
                self._running[event.run_id] = event.session_id
                return True
            case RunFinished():
                self._running.pop(event.run_id, None)
                return True
            case SessionRenamed():
                return True
            case ApprovalRequested():
                self._needs[event.approval_id] = event.session_id
            case QuestionAsked():
                self._needs[event.question_id] = event.session_id
            case ApprovalResolved():
                self._needs.pop(event.approval_id, None)
            case QuestionAnswered():
                self._needs.pop(event.question_id, None)
            case _:
                return False
        self._repaint()
        return False
