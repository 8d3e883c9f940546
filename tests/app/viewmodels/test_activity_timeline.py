"""The rows of a timeline: where their bars stand, and what is said of each."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from agent.audit.body import APPROVED, DECIDED
from app.viewmodels.activity_timeline import Bar, Timeline, TimelineModel, sums_words, timeline_of
from tests.helpers.traces import Records, at, reply, said, seen, story


def test_each_row_has_its_place_its_bars_and_its_words(qapp: QApplication) -> None:
    timeline = timeline_of(story().recorded().trace(), at(30))
    assert [(row.depth, row.title, row.took, row.failed) for row in timeline.rows] == [
        (0, "Turn 1", "11.0 s", False),
        (1, "openai/gpt", "2.0 s", False),
        (1, "write", "6.0 s", False),
        (2, "Waits for you", "5.0 s", False),
        (1, "fetch", "3.0 s", False),
        (2, "small/m", "1.0 s", False),
        (0, "You said something", "", False),
        (0, "Turn 2", "3.0 s", False),
        (1, "openai/gpt", "100 ms", True),
        (1, "openai/gpt", "2.0 s", False),
    ]
    assert [row.bars for row in timeline.rows[:4]] == [
        (Bar(0.05, 0.6, "turn"),),
        (Bar(0.05, 0.075, "waiting"), Bar(0.075, 0.15, "streaming")),
        (Bar(0.15, 0.45, "tool"),),
        (Bar(0.15, 0.4, "person"),),
    ]
    assert timeline.rows[8].bars[0].look == "failed"
    assert timeline.rows[2].spoken == "write, write x, 6.0 s"
    assert timeline.sums is not None
    words = "waiting for models 2.6 s · replies 2.5 s · tools 4.0 s · waiting for you 5.0 s"
    assert sums_words(timeline.sums) == words


def test_what_works_grows_until_now_and_a_clock_set_wrong_leaves_no_bar_outside(qapp: QApplication) -> None:
    made = Records(finished=None)
    made.entry(0, said("a"))
    made.seen += [seen(1), seen(-4_000, input_tokens=7)]
    made.entry(3, reply("", ("c1", "shell", "{}")))
    made.call("c1", "shell", 3, None)
    for now in (at(10), at(-10)):
        rows = timeline_of(made.recorded().trace(), now).rows
        assert all(0 <= bar.begin <= bar.end <= 1 for row in rows for bar in row.bars)
    rows = timeline_of(made.recorded().trace(), at(10)).rows
    tool = next(row for row in rows if row.title == "shell")
    assert (tool.bars, tool.took, tool.subtitle) == ((Bar(0.3, 1.0, "tool"),), "7.0 s", "under way")


def test_a_wait_of_days_leaves_room_for_the_work(qapp: QApplication) -> None:
    made = Records(finished=200_010)
    made.entry(0, said("a"))
    made.seen.append(seen(0, 4_000))
    made.entry(4, reply("", ("c1", "write", "{}")))
    made.row(4, DECIDED, "c1", verdict="ask", rule="r")
    made.row(200_004, APPROVED, "c1", allowed=True, by="person")
    made.call("c1", "write", 200_004, 200_010)
    rows = timeline_of(made.recorded().trace(), at(0)).rows
    drawn = [(row.title, row.took, round(row.bars[0].begin, 3), round(row.bars[-1].end, 3)) for row in rows]
    assert drawn == [
        ("Turn 1", "55 h 33 min", 0, 1),
        ("openai/gpt", "4.0 s", 0, round(4 / 15, 3)),
        ("write", "55 h 33 min", round(4 / 15, 3), 1),
        ("Waits for you", "55 h 33 min", round(4 / 15, 3), round(9 / 15, 3)),
    ]


def test_the_model_says_each_line_to_a_screen_reader(qapp: QApplication) -> None:
    model = TimelineModel()
    model.show_timeline(timeline_of(story().recorded().trace(), at(30)))
    spoken = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert spoken[3] == "Waits for you, you said yes, 5.0 s" and spoken[6] == "You said something, faster"
    assert model.row_of("run/turn/2") == 7 and model.row_of("nothing") is None
    model.show_timeline(Timeline())
    assert model.rowCount() == 0
