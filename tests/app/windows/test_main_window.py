"""The window around the pages."""

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.tab_order import focusable
from app.windows.main_window import MainWindow


def test_a_hidden_window_gives_its_picture_back_and_comes_again_as_it_was(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.place((80, 60, 900, 600), 220)
    window.show()
    window.give_back()
    assert window.windowHandle() is not None, "what is seen stays"
    window.hide()
    before = window.where()
    window.give_back()
    assert window.windowHandle() is None
    window.bring_up()
    assert window.isVisible() and window.where() == before


def test_the_strip_for_news_comes_between_sidebar_and_page(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.add_page("a", lambda: QPushButton("page"))
    page = window.show_page("a")
    window.show()
    window.banner.tell("news", "error")
    order: list[QWidget] = focusable(window)
    banner = order.index(window.banner.close_button)
    assert max(order.index(widget) for widget in focusable(window.sidebar)) < banner < order.index(page)


def test_a_page_that_is_gone_is_no_longer_the_one_shown(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.add_page("a", QWidget)
    window.show_page("a")
    window.remove_page("a")
    assert window.page == ""
