"""The details of a run: its calls in time, its facts, its buttons."""

from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt

from agent.messages import Usage
from agent.storage.records import CallRow, Run
from app.viewmodels.activity import RunItem
from app.widgets.run_details import MOST_ROWS, RunDetails

BEGAN = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def item(needs_you: bool = False, reason: Any = "end_turn", run_id: str = "r") -> RunItem:
    ended = None if reason is None else BEGAN + timedelta(seconds=60)
    return RunItem(Run(run_id, "s", "cli", "p/m", "?", BEGAN, ended, reason, usage=Usage(10, 0, 5, 0.2)), needs_you)


def call(number: int, outcome: Any = "done", *, ended: bool = True) -> CallRow:
    began = BEGAN + timedelta(seconds=number * 5)
    return CallRow(
        f"c{number}", "r", "s", "read", '{"path": "a"}', began, began + timedelta(seconds=2) if ended else None, outcome
    )


def said(details: RunDetails) -> list[str]:
    rows = details.calls.model()
    return [rows.data(rows.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(rows.rowCount())]


def test_calls_in_time_with_what_became_of_them(qtbot) -> None:
    details = RunDetails()
    qtbot.addWidget(details)
    details.show_run(item())
    details.show_calls([call(0), call(1, "not_run"), call(2, "unknown"), call(3, None, ended=False)], item())
    assert said(details) == [
        "read, a, at once · 2.0 s",
        "read, a, after 5.0 s · Not run",
        "read, a, after 10.0 s · Outcome unknown",
        "read, a, after 15.0 s · Running",
    ]


def test_many_calls_are_scrolled_in_a_list_of_bounded_height(qtbot) -> None:
    details = RunDetails()
    qtbot.addWidget(details)
    details.resize(400, 600)
    details.show()
    details.show_run(item())
    details.show_calls([call(number) for number in range(400)], item())
    assert len(said(details)) == 400
    assert details.calls.height() <= details.calls.sizeHintForRow(0) * MOST_ROWS + 2


def test_another_run_shows_no_calls_of_the_one_before(qtbot) -> None:
    details = RunDetails()
    qtbot.addWidget(details)
    details.show_run(item())
    details.show_calls([call(0)], item())
    details.show_run(item(reason="loop"))
    assert len(said(details)) == 1, "the same run, newer: its calls stay until they are read anew"
    details.show_run(item(run_id="other"))
    assert said(details) == []


def test_buttons_are_there_when_they_can_do_something(qtbot) -> None:
    details = RunDetails()
    qtbot.addWidget(details)
    details.show()
    seen: list[list[str]] = []
    for shown in (item(), item(reason="model_error"), item(reason="cancelled"), item(reason=None)):
        details.show_run(shown)
        seen.append([name for name, button in details.buttons.items() if button.isVisible()])
    assert seen == [["open"], ["open", "retry"], ["open"], ["open", "stop"]]
