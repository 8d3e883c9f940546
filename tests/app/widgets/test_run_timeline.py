"""The timeline of a run as it is drawn and chosen from."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import theme
from app.viewmodels.activity_timeline import Timeline, timeline_of
from app.widgets.run_timeline import RunTimeline
from tests.helpers.traces import Records, at, reply, said, seen, story


def shown(timeline: Timeline, width: int = 420, height: int = 600) -> RunTimeline:
    pane = RunTimeline()
    pane.resize(width, height)
    pane.show_timeline(timeline)
    pane.show()
    return pane


def test_it_is_read_by_keyboard_and_the_same_line_stays_chosen(qapp: QApplication) -> None:
    timeline = timeline_of(story().recorded().trace(), at(30))
    pane = shown(timeline)
    pane.list.setFocus()
    for _ in range(3):
        QTest.keyClick(pane.list, Qt.Key.Key_Down)
    assert pane.list.currentIndex().data() == "write" and "By the rule: ask" in pane.details.toPlainText()
    later = timeline_of(story().recorded().trace(), at(99))
    pane.show_timeline(Timeline(later.run_id, later.rows[:8], later.sums, 1))
    assert pane.list.currentIndex().data() == "write"
    assert pane.note.isVisible() and pane.note.text().startswith("Of 1 repl")
    pane.show_timeline(Timeline())
    assert pane.details.toPlainText() == "Choose a line to see all of it." and not pane.export_button.isEnabled()
    pane.close()


def test_what_is_exported_is_said_with_it(qapp: QApplication) -> None:
    pane = shown(timeline_of(story().recorded().trace(), at(30)))
    asked: list[bool] = []
    pane.export.connect(asked.append)
    pane.export_button.click()
    pane.content.setChecked(True)
    pane.export_button.click()
    assert asked == [False, True]
    pane.close()


def test_any_run_is_drawn_in_any_size_and_theme(qapp: QApplication) -> None:
    made = Records(finished=None)
    made.entry(0, said("🦞" * 3_000))
    for turn in range(300):
        made.seen.append(seen(turn, first_ms=None if turn % 3 else 10, error="x" * 200 if turn % 7 == 1 else ""))
        made.entry(turn + 1, reply("a", (f"c{turn}", "مرحبا" * 60, "\x00\u202e" * 100)))
    timeline = timeline_of(made.recorded().trace(), at(-1))
    for choice in ("light", "dark"):
        theme.apply(qapp, choice)
        for size in ((220, 120), (420, 300), (3_000, 2_000)):
            pane = shown(timeline, *size)
            pane.grab()
            assert pane.legend.isVisible() == (size[1] > 300)
            assert (pane.width(), pane.height()) >= size
            pane.close()
    theme.apply(qapp, "system")
