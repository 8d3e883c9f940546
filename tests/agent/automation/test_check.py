"""What cannot be is refused before it is saved; what may surprise is said."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from agent.automation.check import MANY_FILES, check, model_warnings
from agent.errors import UsageError
from agent.jobs import Cron, Job, JobLimits, Once, Policies, Quiet, Report, Watch
from agent.settings import ModelProfile, Price

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def looked_at(tmp_path: Path, *, old_triggers: bool = False, **more: Any) -> list[str]:
    (tmp_path / "work").mkdir(exist_ok=True)
    job = Job(**{"name": "n", "prompt": "p", "folder": str(tmp_path / "work"), **more})
    return check(job, NOW, BERLIN, [str(tmp_path / "home")], old_triggers=old_triggers)


def test_an_ordinary_job_gives_nothing_to_say(tmp_path: Path) -> None:
    assert looked_at(tmp_path, triggers=(Cron("30 8 * * 1-5"),)) == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"triggers": (Cron("0 0 31 2 *"),)}, "never"),
        ({"triggers": (Once(datetime(2026, 11, 21, tzinfo=UTC)),)}, "past"),
        ({"triggers": (Cron("* * * * *", "Mars/Olympus"),)}, "Mars"),
        ({"prompt": "Rename {fiel}"}, "fiel"),
        ({"prompt": "  "}, "prompt"),
        ({"folder": "work"}, "absolute"),
        ({"triggers": (Watch(folder="in"),)}, "absolute"),
        ({"triggers": (Watch(folder="HOME/blobs"),)}, "own data"),
        ({"policies": Policies(quiet=Quiet(time(9), time(9)))}, "Quiet"),
        ({"triggers": (Watch(folder="WORK", patterns=("[z-a]",)),)}, "cannot be read"),
        ({"triggers": (Watch(folder="WORK", ignore=("*a" * 9,)),)}, "stars"),
        ({"report": Report(to="file")}, "path"),
        ({"report": Report(to="file", path="a.md")}, "output"),
        ({"report": Report(to="file", path="../a.md"), "output": "WORK"}, "inside"),
        ({"report": Report(to="file", path="{file}.md"), "output": "WORK"}, "file"),
        ({"report": Report(to="plugin")}, "“” names no output.*PLUGIN:OUTPUT"),
        ({"report": Report(to="plugin", plugin=":board")}, "PLUGIN:OUTPUT"),
        ({"report": Report(to="plugin", plugin="notes")}, "PLUGIN:OUTPUT"),
    ],
)
def test_what_cannot_be_is_refused_and_says_what_to_do(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    (tmp_path / "home" / "blobs").mkdir(parents=True)
    if "output" in more:
        more = {**more, "output": str(tmp_path / "work")}
    if isinstance(trigger := next(iter(more.get("triggers", ())), None), Watch):
        folder = trigger.folder.replace("HOME", str(tmp_path / "home")).replace("WORK", str(tmp_path / "work"))
        more = {**more, "triggers": (msgspec.structs.replace(trigger, folder=folder),)}
    with pytest.raises(UsageError, match=says):
        looked_at(tmp_path, **more)


def test_a_watch_reaches_homards_own_data_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "home")
    with pytest.raises(UsageError):
        looked_at(tmp_path, triggers=(Watch(folder=str(tmp_path / "link")),))


def test_a_moment_that_has_passed_is_no_mistake_of_who_changes_only_the_prompt(tmp_path: Path) -> None:
    looked_at(tmp_path, old_triggers=True, triggers=(Once(datetime(2026, 11, 21, tzinfo=UTC)),))


def test_what_may_surprise_is_said(tmp_path: Path) -> None:
    assert "not there" in looked_at(tmp_path, folder=str(tmp_path / "gone"))[0]
    assert "never again" in looked_at(tmp_path, policies=Policies(unchanged="skip"))[0]


def test_a_watch_that_is_about_very_many_files_says_so(tmp_path: Path) -> None:
    (tmp_path / "in" / ".hidden").mkdir(parents=True)
    for n in range(MANY_FILES + 1):
        (tmp_path / "in" / f"{n}.pdf").touch()
    for n in range(100):
        (tmp_path / "in" / f"{n}.txt").touch()
        (tmp_path / "in" / ".hidden" / f"{n}.pdf").touch()
    watch = Watch(folder=str(tmp_path / "in"), patterns=("*.pdf",))
    (said,) = looked_at(tmp_path, triggers=(watch,), prompt="{file}")
    assert said.startswith("2,001 files in ") and "a run of its own" in said
    few = Watch(folder=str(tmp_path / "in"), patterns=("*.txt",))
    assert looked_at(tmp_path, triggers=(few,), prompt="{file}") == []


def test_limits_in_money_hold_only_where_the_price_is_known(tmp_path: Path) -> None:
    job = Job(name="n", prompt="p", folder=str(tmp_path), limits=JobLimits(usd_per_day=1))
    assert "unknown" in model_warnings(job, ModelProfile("p", "m"))[0]
    assert model_warnings(job, ModelProfile("p", "m", price=Price(1, 1))) == []
