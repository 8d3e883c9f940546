from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from agent.events import StopReason
from agent.pause import next_morning
from app.desktop.tray_menu import TrayMenu, cost_of
from app.viewmodels.moment import clock
from app.viewmodels.status import Coming, FinishedRun, Need, Pause, RunningRun, Status

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
NEED = Need("a1", "approval", "s1", "r1", "write a file")


def working(prompt: str = "water the plants") -> RunningRun:
    return RunningRun("r1", "s1", prompt, "scripted/hello", "user", NOON)


def done(prompt: str = "feed the cat", reason: StopReason = "end_turn", cost: float | None = 0.0123) -> FinishedRun:
    return FinishedRun("r0", "s0", prompt, reason, "", cost)


class Driver:
    """The menu of a status, and what its entries asked for."""

    def __init__(self, status: Status = Status()) -> None:  # noqa: B008 frozen
        self.status = status
        self.asked: list[tuple[object, ...]] = []
        self._parent = QObject()
        self.tray_menu = made = TrayMenu(lambda: self.status, lambda: NOON, self._parent)
        for name in ("open", "quick_prompt", "session", "needs_you", "stop", "job", "pause", "resume", "quit"):
            signal = getattr(made, f"{name}_requested")
            signal.connect(lambda *values, name=name: self.asked.append((name, *values)))

    def texts(self) -> list[object]:
        return texts(self.tray_menu.menu)

    def press(self, *path: str) -> tuple[object, ...]:
        menu = self.tray_menu.menu
        for text in path[:-1]:
            below = find(menu, text).menu()
            assert isinstance(below, QMenu)
            menu = below
        find(menu, path[-1]).trigger()
        return self.asked.pop()


def find(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def texts(menu: QMenu) -> list[object]:
    """What stands in a menu: texts, None for a line, a pair for a submenu."""
    found: list[object] = []
    for action in menu.actions():
        below = action.menu()
        if action.isSeparator():
            found.append(None)
        else:
            found.append((action.text(), texts(below)) if isinstance(below, QMenu) else action.text())
    return found


PAUSE = ("Pause everything", ["For one hour", "Until tomorrow", "Until I resume"])


@pytest.fixture(autouse=True)
def english(qapp: object) -> None:
    QLocale.setDefault(QLocale("en_GB"))


def test_at_rest_it_is_short() -> None:
    rest = ["Quick prompt", None, "Today: –", PAUSE, None, "Open Homard", "Quit Homard"]
    assert Driver().texts() == rest


def test_everything_that_goes_on_is_there() -> None:
    status = Status(running=(working(),), needs=(NEED,), finished=(done(),), spent_usd=0.1234)
    assert Driver(status).texts() == [
        "Quick prompt",
        "Needs you (1)",
        None,
        ("water the plants", ["Stop", "Open chat"]),
        None,
        "feed the cat  ·  $0.01",
        None,
        "Today: $0.12",
        PAUSE,
        None,
        "Open Homard",
        "Quit Homard",
    ]


def test_each_entry_does_what_it_says() -> None:
    driver = Driver(Status(running=(working(),), needs=(NEED,), finished=(done(),)))
    assert driver.press("Quick prompt") == ("quick_prompt",)
    assert driver.press("Needs you (1)") == ("needs_you",)
    assert driver.press("water the plants", "Stop") == ("stop", "r1")
    assert driver.press("water the plants", "Open chat") == ("session", "s1")
    assert driver.press("feed the cat  ·  $0.01") == ("session", "s0")
    assert driver.press("Pause everything", "For one hour") == ("pause", NOON + timedelta(hours=1))
    assert driver.press("Pause everything", "Until tomorrow") == ("pause", next_morning(NOON))
    assert driver.press("Pause everything", "Until I resume") == ("pause", None)
    assert driver.press("Open Homard") == ("open",)
    assert driver.press("Quit Homard") == ("quit",)


def test_while_paused_it_offers_to_resume() -> None:
    driver = Driver(Status(pause=Pause(None)))
    assert "Resume" in driver.texts() and PAUSE not in driver.texts()
    assert driver.press("Resume") == ("resume",)
    timed = Driver(Status(pause=Pause(NOON)))
    assert timed.press(f"Resume (paused until {clock(NOON)})") == ("resume",)


def test_it_is_made_anew_before_it_is_shown() -> None:
    driver = Driver()
    driver.status = Status(finished=(done(),))
    driver.tray_menu.menu.aboutToShow.emit()
    assert "feed the cat  ·  $0.01" in driver.texts()
    driver.status = Status()
    driver.tray_menu.menu.aboutToShow.emit()
    assert driver.texts() == Driver().texts()


@pytest.mark.parametrize(
    ("prompt", "shown"),
    [
        ("", "Run without a prompt"),
        ("salt & pepper", "salt && pepper"),
        ("x" * 300, "x" * 47 + "…"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("أهلا بالعالم 👩‍👩‍👧", "أهلا بالعالم 👩‍👩‍👧"),
    ],
)
def test_a_prompt_of_any_kind_is_shown_as_text(prompt: str, shown: str) -> None:
    assert (shown, ["Stop", "Open chat"]) in Driver(Status(running=(working(prompt),))).texts()


@pytest.mark.parametrize(
    ("usd", "shown"),
    [(None, "cost unknown"), (0.0, "free"), (0.0004, "$0.0004"), (0.126, "$0.13"), (1234.5, "$1,234.50")],
)
def test_money(usd: float | None, shown: str) -> None:
    assert cost_of(usd) == shown


@pytest.mark.parametrize(
    ("usd", "unknown", "shown"),
    [
        (None, False, "Today: –"),
        (None, True, "Today: cost unknown"),
        (0.0, False, "Today: $0.00"),
        (2.5, False, "Today: $2.50"),
        (2.5, True, "Today: $2.50 and runs of unknown cost"),
    ],
)
def test_what_today_has_cost(usd: float | None, unknown: bool, shown: str) -> None:
    assert shown in Driver(Status(spent_usd=usd, spent_unknown=unknown)).texts()


def test_what_today_has_cost_stands_beside_its_cap() -> None:
    assert "Today: $2.50 of $5.00" in Driver(Status(spent_usd=2.5, limit_usd=5.0)).texts()


def test_tomorrow_begins_at_six_and_after_midnight_it_is_the_same_day() -> None:
    late = datetime(2026, 11, 25, 23, 30).astimezone()
    early = datetime(2026, 11, 26, 2, 0).astimezone()
    assert next_morning(late) == next_morning(early) == datetime(2026, 11, 26, 6, 0).astimezone()


def test_what_starts_by_itself_next_is_named_with_its_time_and_leads_to_the_job() -> None:
    later = Coming("j1", "Fish & chips", NOON + timedelta(hours=2))
    driver = Driver(Status(coming=later))
    words = f"Next: Fish && chips, {clock(later.at)}"
    assert words in driver.texts() and driver.press(words) == ("job", "j1")
    driver.status = Status(coming=Coming("j1", "x" * 90, NOON + timedelta(days=1)))
    driver.tray_menu.fill()
    (found,) = [text for text in driver.texts() if str(text).startswith("Next: ")]
    assert "tomorrow" in str(found) and "…" in str(found)


def test_a_moment_that_has_passed_is_no_next_one() -> None:
    assert not any(str(text).startswith("Next") for text in Driver(Status(coming=Coming("j1", "x", NOON))).texts())
