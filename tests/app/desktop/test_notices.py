import asyncio

from PySide6.QtWidgets import QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.notices import AlertNotices, Notice, TrayNotices

NOTICE = Notice("1", "Homard is done", "water the plants")


def test_a_window_asks_for_attention_and_nobody_can_without_one(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    assert asyncio.run(AlertNotices(lambda: window).show(NOTICE))
    assert not asyncio.run(AlertNotices(lambda: None).show(NOTICE))


def test_a_tray_icon_that_cannot_be_seen_tells_nothing(qapp: object) -> None:
    assert not asyncio.run(TrayNotices(QSystemTrayIcon()).show(NOTICE))


class SeenIcon(QSystemTrayIcon):
    """A tray icon on a desktop that shows messages."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[object, ...]] = []

    def isVisible(self) -> bool:
        return True

    def supportsMessages(self) -> bool:  # type: ignore[override]
        return True

    def showMessage(self, *words: object) -> None:
        self.messages.append(words[:2])


def test_a_message_of_the_tray_icon_opens_what_it_is_about_until_it_is_settled(qapp: object) -> None:
    icon = SeenIcon()
    notices = TrayNotices(icon)
    opened: list[str] = []
    notices.activated.connect(opened.append)
    assert asyncio.run(notices.show(NOTICE))
    icon.messageClicked.emit()
    assert (icon.messages, opened) == ([("Homard is done", "water the plants")], ["1"])
    asyncio.run(notices.close("1"))
    icon.messageClicked.emit()
    assert opened == ["1"]
