"""What a run did and why, by keyboard; any data fits."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.viewmodels.run_records import ActRow, RunRecord
from app.widgets.run_record import MOST_ROWS, RunRecordView

NASTY = "x" * 3_000 + " <b>&amp;</b> \u202e\n\x00"


def act(key: str, title: str = "read /a", good: bool = True) -> ActRow:
    return ActRow(key, title, "It may be", "Done", good, f"{title}\nWhy: it may be")


def spoken(view: RunRecordView) -> list[str]:
    rows = view.acts.model()
    return [rows.data(rows.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.rowCount())]


def test_the_chosen_act_is_told_in_full(qtbot: QtBot) -> None:
    view = RunRecordView()
    qtbot.addWidget(view)
    view.show()
    view.show_record(RunRecord((act("c1"), act("c2", "write /b")), ("Model m on x: 1 request",)))
    assert spoken(view) == ["read /a, It may be, Done", "write /b, It may be, Done"]
    assert not view.details.isVisible() and view.traffic.toPlainText() == "Model m on x: 1 request"
    view.acts.setFocus()
    view.acts.setCurrentIndex(view.acts.model().index(0, 0))
    qtbot.keyClick(view.acts, Qt.Key.Key_Down)
    assert view.details.isVisible() and view.details.toPlainText() == "write /b\nWhy: it may be"
    view.show_record(RunRecord((act("c1"), act("c2", "write /b"), act("c3"))))
    assert view.details.toPlainText() == "write /b\nWhy: it may be"
    assert view.traffic.toPlainText() == "Nothing, and nothing came from outside."
    view.show_record(RunRecord((act("d1"),)))
    assert not view.details.isVisible()


def test_no_act_is_no_list(qtbot: QtBot) -> None:
    view = RunRecordView()
    qtbot.addWidget(view)
    view.show()
    assert not view.acts.isVisible()
    assert [label.text() for label in view.findChildren(QLabel) if label.isVisible()] == ["What left this computer"]


def test_any_data_fits(qtbot: QtBot) -> None:
    view = RunRecordView()
    qtbot.addWidget(view)
    view.resize(300, 600)
    view.show()
    view.show_record(RunRecord(tuple(act(f"c{n}", NASTY) for n in range(100)), (NASTY,) * 10))
    view.acts.setCurrentIndex(view.acts.model().index(0, 0))
    assert view.minimumSizeHint().width() <= 300
    assert view.acts.height() <= view.acts.sizeHintForRow(0) * MOST_ROWS + 2
    assert "\\u202e" in view.details.toPlainText()
