"""The first thing: the window on the screen, before anything is imported that it does not need itself."""

from __future__ import annotations

import importlib
from contextlib import suppress
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from agent.errors import SettingsInvalid
from agent.paths import Paths
from agent.settings import AppSettings, load_settings
from app import memory, theme, translation, ui_state
from app.windows.main_window import MainWindow

NEXT = ("agent.interfaces.cli.logfile", "ssl", "asyncio", "app.event_loop", "app.application")
"""What is needed before the loop turns, in steps that take no more than a few frames."""


@dataclass(frozen=True)
class Options:
    """How the app was started."""

    hidden: bool = False
    """Begin in the tray."""
    quick: bool = False
    """Begin with the quick prompt."""

    @property
    def shows_window(self) -> bool:
        """Whether the window is what a person wants to see first."""
        return not self.hidden and not self.quick


@dataclass(frozen=True)
class Opening:
    """What is there when the rest begins."""

    qt: QApplication
    paths: Paths
    options: Options
    ui: ui_state.UiState
    window: MainWindow


def open_window(qt: QApplication, paths: Paths, options: Options) -> Opening:
    """Make the window in the looks and the words that the settings name, and show it if it is wanted.

    Settings that cannot be read are told of later: a window comes in any case.
    """
    chosen = AppSettings()
    with suppress(SettingsInvalid):
        chosen = load_settings(paths.settings).app
    translation.install(chosen.language)
    theme.apply(qt, chosen.theme, chosen.text_scale)
    ui = ui_state.load(paths.data / "ui.json")
    window = MainWindow()
    window.place(ui.geometry, ui.sidebar)
    if options.shows_window:
        window.show()
    window.setWindowIcon(theme.app_icon())
    return Opening(qt, paths, options, ui, window)


def run(paths: Paths, options: Options) -> int:
    """Start the app in this process; returns the exit code."""
    memory.be_frugal()
    QGuiApplication.setDesktopFileName("homard")
    qt = QApplication(["homard"])
    qt.setApplicationName("homard")
    qt.setApplicationDisplayName("Homard")
    qt.setStyle("Fusion")
    opening = open_window(qt, paths, options)
    _import_while_it_is_painted(qt)
    from agent.interfaces.cli.logfile import log_to_file

    log_to_file(paths.logs)
    from app import event_loop
    from app.application import Application

    return event_loop.run(qt, Application(opening).main)


def _import_while_it_is_painted(qt: QApplication) -> None:
    """Let the window have its first paint as soon as the system asks for it. What a person does to it waits."""
    for name in NEXT:
        qt.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        importlib.import_module(name)
