"""The names of pages side by side."""

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.cards.words import Words
from app.widgets.tab_strip import TabStrip, beside_text

ALL = [("about", "About"), ("tools", "Tools (2)"), ("log", "Log")]


def told(strip: TabStrip) -> list[str]:
    """The tabs as assistive technology hears of them."""
    face = QAccessible.queryAccessibleInterface(strip)
    children = [face.child(at) for at in range(face.childCount())]
    tabs = [child for child in children if child.isValid() and child.role() == QAccessible.Role.PageTab]
    return [tab.text(QAccessible.Text.Name) for tab in tabs]


def test_a_page_that_is_not_to_be_had_is_told_to_nobody(qtbot: QtBot) -> None:
    strip = TabStrip("About it")
    qtbot.addWidget(strip)
    strip.show_pages(ALL)
    before = told(strip)
    strip.show_pages([ALL[0], ("tools", "Tools (3)")])
    assert (before, told(strip)) == (["About", "Tools (2)", "Log"], ["About", "Tools (3)"])


def test_the_chosen_page_stays_while_it_is_there(qtbot: QtBot) -> None:
    strip = TabStrip("About it")
    qtbot.addWidget(strip)
    shown: list[str] = []
    strip.currentChanged.connect(lambda: shown.append(strip.key))
    strip.show_pages(ALL[:1])
    strip.show_pages(ALL)
    strip.choose("log")
    strip.show_pages(ALL[1:])
    strip.choose("about")
    strip.show_pages(ALL)
    strip.show_pages(ALL[:2])
    assert shown == ["about", "log", "about"]


def test_its_letters_line_up_with_the_text_below(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    strip = TabStrip("About it", page)
    strip.setStyleSheet("QTabBar::tab { padding: 6px 10px; border: none; }")
    strip.show_pages(ALL)
    page.setLayout(beside_text(strip))
    page.resize(400, 60)
    page.show()
    first = strip.tabRect(0)
    letters = strip.fontMetrics().horizontalAdvance("About")
    assert abs(strip.x() + (first.width() - letters) // 2 - 16) <= 2


def test_a_title_is_larger_than_the_rest(qtbot: QtBot) -> None:
    title, plain = Words("A job", face="title"), Words("A job", face="bold")
    for words in (title, plain):
        qtbot.addWidget(words)
    assert title.font().pointSizeF() > plain.font().pointSizeF()
