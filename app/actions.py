"""Everything a person can do, once: for shortcuts, menus, buttons and the command palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import Shiboken

from app.translation import translate

Enabled = Callable[[], bool]


@dataclass(frozen=True)
class Standard:
    """How one of the app's own actions looks; `Actions.bind` says what it does."""

    title: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    keywords: str = ""
    """More words that find it in the palette."""


@dataclass(frozen=True)
class Entry:
    """An action as a list shows it."""

    action_id: str
    title: str
    shortcut: str
    """In the platform's words; empty: none."""
    keywords: str
    icon: str


class Actions(QObject):
    """The registry of a window's actions; their shortcuts work all over the window, in text fields too."""

    triggered = Signal(str)
    """An action was carried out, by whatever way: its id."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._actions: dict[str, QAction] = {}
        self._enabled: dict[str, Enabled] = {}
        self._extras: dict[str, tuple[str, str]] = {}
        self._field: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._watch)

    def add(
        self,
        action_id: str,
        title: str,
        shortcut: str | Sequence[str],
        callback: Callable[[], object],
        icon: str = "",
        keywords: str = "",
        enabled: Enabled | None = None,
    ) -> QAction:
        """Register an action. `shortcut` is portable text (`Ctrl+N`), or several; `enabled` is asked before each use.

        `title` is translated. Raises ValueError for an id that is taken.
        """
        if action_id in self._actions:
            raise ValueError(f"There is an action {action_id!r} already.")
        action = QAction(title, self)
        action.setShortcuts([QKeySequence(keys) for keys in ([shortcut] if isinstance(shortcut, str) else shortcut)])
        action.triggered.connect(lambda: self._run(action_id, callback))
        self._actions[action_id] = action
        self._extras[action_id] = (keywords, icon)
        if enabled is not None:
            self._enabled[action_id] = enabled
        self._window.addAction(action)
        return action

    def bind(self, action_id: str, callback: Callable[[], object], enabled: Enabled | None = None) -> QAction:
        """Register one of the `standard` actions. Raises KeyError for an unknown id."""
        known = standard()[action_id]
        return self.add(action_id, known.title, known.shortcuts, callback, known.icon, known.keywords, enabled)

    def action(self, action_id: str) -> QAction:
        """The QAction, for a menu or a button. Raises KeyError."""
        return self._actions[action_id]

    def trigger(self, action_id: str) -> bool:
        """Carry out an action if it is possible now; whether it was."""
        self._refresh(action_id)
        action = self._actions[action_id]
        action.trigger()
        return action.isEnabled()

    def refresh(self) -> None:
        """Ask again which actions are possible; call it when what they depend on has changed."""
        for action_id in self._enabled:
            self._refresh(action_id)

    def entries(self, *, possible_only: bool = True) -> list[Entry]:
        """All actions in the order they were registered; only those possible now, unless told otherwise."""
        self.refresh()
        return [
            Entry(action_id, action.text(), self.keys(action_id), *self._extras[action_id])
            for action_id, action in self._actions.items()
            if action.isEnabled() or not possible_only
        ]

    def keys(self, action_id: str) -> str:
        """The shortcut in the platform's words (`Ctrl+N`, `⌘N`); empty: none."""
        shown = QKeySequence.SequenceFormat.NativeText
        return self._actions[action_id].shortcut().toString(shown)

    def tooltip(self, action_id: str) -> str:
        """What a button without words says of itself: title and shortcut."""
        keys = self.keys(action_id)
        title = self._actions[action_id].text()
        return f"{title} ({keys})" if keys else title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Decide between a text field and our shortcuts: Ctrl+K and Ctrl+E would move and delete there on X11."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        pressed = QKeySequence(event.keyCombination())
        if pressed.toString() in FOR_FIELDS:
            event.accept()
            return True
        if any(pressed in action.shortcuts() for action in self._actions.values() if action.isEnabled()):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _run(self, action_id: str, callback: Callable[[], object]) -> None:
        self._refresh(action_id)
        if self._actions[action_id].isEnabled():
            callback()
            self.triggered.emit(action_id)

    def _refresh(self, action_id: str) -> None:
        if (enabled := self._enabled.get(action_id)) is not None:
            self._actions[action_id].setEnabled(enabled())

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Filter the events of the focused field alone: a filter on everything would cost each frame."""
        if self._field is not None and Shiboken.isValid(self._field):  # the focus goes too when the field dies
            self._field.removeEventFilter(self)
        self._field = None
        fields = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
        if isinstance(now, fields) and self._window.isAncestorOf(now):
            now.installEventFilter(self)
            self._field = now


FOR_FIELDS = frozenset({"Ctrl+Del", "Ctrl+Backspace"})
"""A text field deletes a word with them; outside of fields they are ours."""


def standard() -> dict[str, Standard]:
    """The app's own actions by id, in the order of the palette, in the language in force."""
    return {**_of_chats(), **_of_places(), **_of_work(), **_of_the_app()}


def _of_chats() -> dict[str, Standard]:
    return {
        "new_chat": Standard(
            translate("Actions", "New chat"), ("Ctrl+N",), "plus", translate("Actions", "start conversation session")
        ),
        "search": Standard(
            translate("Actions", "Search chats"), ("Ctrl+F", "Ctrl+Shift+F"), "search", translate("Actions", "find")
        ),
        "next_chat": Standard(translate("Actions", "Next chat"), ("Ctrl+PgDown",), "chat"),
        "previous_chat": Standard(translate("Actions", "Previous chat"), ("Ctrl+PgUp",), "chat"),
        "rename": Standard(
            translate("Actions", "Rename this chat"), ("F2",), "pencil", translate("Actions", "title name")
        ),
        "pin": Standard(
            translate("Actions", "Pin or unpin this chat"),
            ("Ctrl+Shift+P",),
            "pin",
            translate("Actions", "keep on top"),
        ),
        "branch": Standard(
            translate("Actions", "Branch this chat"), ("Ctrl+B",), "branch", translate("Actions", "fork copy")
        ),
        "delete": Standard(
            translate("Actions", "Delete this chat"), ("Ctrl+Del",), "trash", translate("Actions", "remove")
        ),
        "export": Standard(
            translate("Actions", "Export this chat"), ("Ctrl+E",), "export", translate("Actions", "save Markdown")
        ),
        "copy_last": Standard(
            translate("Actions", "Copy the last answer"), ("Ctrl+Shift+C",), "copy", translate("Actions", "clipboard")
        ),
    }


def _of_places() -> dict[str, Standard]:
    return {
        "palette": Standard(
            translate("Actions", "Find anything"), ("Ctrl+K",), "search", translate("Actions", "command palette")
        ),
        "quick_prompt": Standard(
            translate("Actions", "Quick prompt"), ("Ctrl+Shift+Space",), "send", translate("Actions", "ask")
        ),
        "go_chats": Standard(translate("Actions", "Go to chats"), ("Ctrl+1",), "chat"),
        "go_automations": Standard(
            translate("Actions", "Go to automations"),
            ("Ctrl+2",),
            "calendar",
            translate("Actions", "jobs schedule watch cron week"),
        ),
        "new_job": Standard(
            translate("Actions", "New job"),
            ("Ctrl+Shift+N",),
            "plus",
            translate("Actions", "automation schedule watch"),
        ),
        "go_activity": Standard(
            translate("Actions", "Go to activity"), ("Ctrl+3",), "activity", translate("Actions", "runs history cost")
        ),
        "go_extensions": Standard(
            translate("Actions", "Go to skills and plugins"),
            ("Ctrl+4",),
            "plug",
            translate("Actions", "extensions MCP servers packs tools install"),
        ),
        "add_extension": Standard(
            translate("Actions", "Add a skill, plugin, server or pack"),
            (),
            "plus",
            translate("Actions", "install extension MCP"),
        ),
        "go_usage": Standard(
            translate("Actions", "Go to usage"),
            ("Ctrl+5",),
            "chart",
            translate("Actions", "cost money tokens spend budget charts providers compare"),
        ),
        "go_settings": Standard(translate("Actions", "Go to settings"), ("Ctrl+6",), "settings"),
        "settings": Standard(
            translate("Actions", "Settings"), ("Ctrl+,",), "settings", translate("Actions", "preferences options")
        ),
        "needs_you": Standard(
            translate("Actions", "Show what needs you"), ("Ctrl+J",), "alert", translate("Actions", "approve question")
        ),
    }


def _of_work() -> dict[str, Standard]:
    return {
        "stop": Standard(
            translate("Actions", "Stop this run"), ("Ctrl+.",), "stop", translate("Actions", "cancel abort")
        ),
        "dry_run": Standard(
            translate("Actions", "Dry run for the next message"),
            ("Ctrl+Shift+T",),
            "eye",
            translate("Actions", "try test plan nothing changed what would happen"),
        ),
        "undo_run": Standard(
            translate("Actions", "Undo what the last run changed"),
            (),
            "undo",
            translate("Actions", "put back revert restore files"),
        ),
        "verify_audit": Standard(
            translate("Actions", "Verify the audit log"), (), "shield", translate("Actions", "check tampering record")
        ),
        "pause_1h": Standard(
            translate("Actions", "Pause everything for an hour"), (), "pause", translate("Actions", "quiet sleep")
        ),
        "pause_tomorrow": Standard(
            translate("Actions", "Pause everything until tomorrow"), (), "pause", translate("Actions", "quiet sleep")
        ),
        "pause": Standard(
            translate("Actions", "Pause everything until resumed"), (), "pause", translate("Actions", "quiet sleep")
        ),
        "resume": Standard(translate("Actions", "Resume"), (), "play", translate("Actions", "go on continue unpause")),
    }


def _of_the_app() -> dict[str, Standard]:
    return {
        "toggle_theme": Standard(
            translate("Actions", "Switch between light and dark"),
            ("Ctrl+Shift+D",),
            "eye",
            translate("Actions", "theme colors night"),
        ),
        "shortcuts": Standard(
            translate("Actions", "Keyboard shortcuts"), ("F1",), "keyboard", translate("Actions", "help keys")
        ),
        "open_log": Standard(
            translate("Actions", "Open the log"), (), "file", translate("Actions", "diagnostics errors")
        ),
        "quit": Standard(translate("Actions", "Quit Homard"), ("Ctrl+Q",), "quit", translate("Actions", "exit close")),
    }
