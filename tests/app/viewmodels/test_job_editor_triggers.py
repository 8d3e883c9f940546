"""Triggers on a form: what belongs to each, and what entries make of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.jobs import Cron, Every, Once, Trigger, Watch
from app.viewmodels.job_editor_triggers import TriggerDraft, draft_of, fresh, kind_choices, moment_of, shown_moment

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


def entered(trigger: Trigger, *entries: tuple[str, Any]) -> Trigger:
    draft = draft_of(1, trigger)
    for name, raw in entries:
        draft = draft.put((name,), raw)
    return draft.trigger


def names(draft: TriggerDraft) -> list[str]:
    return [field.path[0] for field in draft.fields()]


@pytest.mark.parametrize(
    ("entries", "fields"),
    [
        ([("at", "7:05")], "5 7 * * *"),
        ([("rhythm", "weekdays")], "30 8 * * 1-5"),
        ([("rhythm", "weekly"), ("days", (7, 3))], "30 8 * * 3,7"),
        ([("rhythm", "monthly"), ("day", "15"), ("at", "18:00")], "0 18 15 * *"),
        ([("rhythm", "hourly"), ("minute", "10")], "10 * * * *"),
        ([("rhythm", "minutes"), ("step", 15)], "*/15 * * * *"),
        ([("rhythm", "fields"), ("fields", " 0  9,17 * * 1 ")], "0 9,17 * * 1"),
        ([("rhythm", "weekdays"), ("rhythm", "fields")], "30 8 * * 1-5"),
    ],
)
def test_choices_make_cron_fields(entries: list[tuple[str, Any]], fields: str) -> None:
    assert entered(Cron(fields="30 8 * * *"), *entries) == Cron(fields=fields)


def test_each_rhythm_shows_what_belongs_to_it() -> None:
    daily = draft_of(1, Cron(fields="30 8 * * *"))
    shown = {rhythm: names(daily.put(("rhythm",), rhythm)) for rhythm in ("weekly", "hourly", "fields")}
    assert (names(daily), shown) == (
        ["rhythm", "at", "zone"],
        {
            "weekly": ["rhythm", "days", "at", "zone"],
            "hourly": ["rhythm", "minute", "zone"],
            "fields": ["rhythm", "fields", "zone"],
        },
    )
    assert entered(daily.trigger, ("zone", " Europe/Berlin ")) == Cron(fields="30 8 * * *", zone="Europe/Berlin")


def test_an_interval_is_counted_in_its_largest_unit_and_begins_anew_when_it_changes() -> None:
    draft = draft_of(1, Every(seconds=7_200, start=NOW))
    assert [field.value for field in draft.fields()] == [2, 3_600]
    assert entered(draft.trigger, ("count", "3")) == Every(seconds=10_800)
    assert entered(draft.trigger, ("unit", 86_400)) == Every(seconds=172_800)
    with pytest.raises(ValueError, match="10 seconds"):
        entered(draft.trigger, ("unit", 1))
    with pytest.raises(ValueError, match="at least 1"):
        entered(draft.trigger, ("count", "0"))


def test_a_moment_is_read_as_it_is_shown() -> None:
    once = Once(at=NOW)
    assert entered(once, ("at", shown_moment(NOW))) == once
    assert moment_of("24.12.2026 15:00") == moment_of(" 2026-12-24  15:00 ")
    for wrong in ("", "tomorrow", "2026-13-01 10:00", "2026-12-24", "99999-01-01 00:00"):
        with pytest.raises(ValueError, match="2026-12-24"):
            moment_of(wrong)


def test_a_watch_takes_patterns_changes_and_how_long_a_file_keeps_still() -> None:
    watch = Watch(folder="/in")
    assert entered(
        watch,
        ("patterns", "*.pdf, *.png ,"),
        ("ignore", "drafts/*"),
        ("on", ("removed", "created")),
        ("settle_s", "0,5"),
        ("per", "batch"),
        ("recursive", False),
        ("catch_up", False),
        ("folder", " ~/In "),
    ) == Watch(
        folder="~/In", patterns=("*.pdf", "*.png"), ignore=("drafts/*",), on=("created", "removed"), settle_s=0.5,
        per="batch", recursive=False, catch_up=False,
    )  # fmt: skip
    assert entered(Watch(folder="/in", patterns=("*.pdf",)), ("patterns", " ")) == watch
    for name, raw in (("on", ()), ("settle_s", "0")):
        with pytest.raises(ValueError, match=r"at least one|more than 0"):
            entered(watch, (name, raw))


@pytest.mark.parametrize("kind", [kind for kind, _words in kind_choices()])
def test_a_trigger_begins_as_something_that_can_be_saved(kind: Any) -> None:
    draft = fresh(7, kind, NOW, "/in")
    assert (draft.key, draft.kind) == (7, kind)
    for field in draft.fields():
        if field.kind in ("text", "folder"):
            assert draft.put(field.path, field.value).trigger == draft.trigger
