"""A job is as the flags say, and what they do not speak of stays as it was."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

import msgspec
import pytest

from agent.automation.job_paths import plain_job
from agent.errors import UsageError
from agent.interfaces.cli.commands.jobs.flag_changes import made_job, with_parts, with_triggers
from agent.interfaces.cli.commands.jobs.flags import ALL, FLAGS, STARTS, Given
from agent.jobs import (
    Condition,
    Cron,
    Every,
    Job,
    JobLimits,
    Missed,
    Once,
    Permission,
    PluginEvent,
    Policies,
    Quiet,
    Report,
    Trigger,
    Watch,
)

JOB = Job(name="n", prompt="p", folder="/f")


def given(manual: bool = False, **said: Any) -> Given:
    return Given({flag.name: said.pop(flag.name, None) for flag in ALL} | said, manual)


def changed(job: Job = JOB, **said: Any) -> Job:
    return made_job(with_parts(plain_job(job), given(**said), "/w"))


def triggers(now: tuple[Trigger, ...] = (), **said: Any) -> tuple[Trigger, ...]:
    plain = plain_job(msgspec.structs.replace(JOB, triggers=now)).get("triggers", ())
    return made_job({**plain_job(JOB), "triggers": with_triggers(plain, given(**said), "/w")}).triggers


def test_every_part_of_a_job_has_a_flag() -> None:
    """A field that is added to the vocabulary without a flag fails here."""
    fields = {
        name for name in Job.__struct_fields__ if name not in ("triggers", "limits", "policies", "condition", "report")
    }
    for section, kind in (("limits", JobLimits), ("policies", Policies), ("condition", Condition), ("report", Report)):
        fields |= {f"{section}.{name}" for name in kind.__struct_fields__ if name not in ("missed",)}
    fields = fields - {"report.to", "report.plugin"} | {"report"}
    fields |= {f"policies.missed.{name}" for name in Missed.__struct_fields__}
    assert {flag.key for flag in FLAGS} - {"policies.quiet.do"} == fields
    in_triggers = {name for kind in (Cron, Every, Once, Watch) for name in kind.__struct_fields__} - {"start"}
    assert {flag.key for flag in ALL if flag not in FLAGS and flag.key} == in_triggers


def test_what_starts_it_may_be_a_plugin() -> None:

    def on(*words: str) -> dict[str, Any]:
        return {STARTS["plugin"].name: list(words)}

    assert triggers(**on("mail:new", "a-b:c_d")) == (
        PluginEvent(plugin="mail", trigger="new"),
        PluginEvent(plugin="a-b", trigger="c_d"),
    )
    assert triggers((Every(seconds=60),), **on("mail:new")) == (PluginEvent(plugin="mail", trigger="new"),)
    for wrong in ("mail:", ":new", "mail:a b"):
        with pytest.raises(UsageError, match="--on PLUGIN:TRIGGER"):
            triggers(**on(wrong))


def test_values_go_where_they_belong() -> None:
    job = changed(
        prompt="q", folder="sub", read=["/r"], output=".", model="a/b", max_usd="0.5", max_time="30m", runs_per_day="3",
        missed="all", missed_most="4", quiet="22:00-7:00", quiet_do="skip", on_battery="wait", inputs=["*.md", "/x/*"],
        if_exists="a", if_succeeds="true", report="file", report_path="{date}.md", allow=["net.fetch=a.org"],
    )  # fmt: skip
    assert job == Job(
        name="n", prompt="q", folder="/w/sub", folders=("/r",), output="/w", model="a/b",
        limits=JobLimits(max_usd=0.5, max_time_s=1800.0, runs_per_day=3),
        policies=Policies(
            missed=Missed(do="all", most=4), quiet=Quiet(since=time(22), until=time(7), do="skip"), on_battery="wait"
        ),
        inputs=("*.md", "/x/*"), condition=Condition(exists="a", succeeds="true"),
        report=Report(to="file", path="{date}.md"), allow=(Permission(what="net.fetch", to=("a.org",)),),
    )  # fmt: skip
    assert changed(job) == job, "nothing said, nothing changed"


def test_an_answer_may_go_to_a_plugin() -> None:
    job = changed(report="team:board")
    assert job.report == Report(to="plugin", plugin="team:board")
    assert changed(job, report="chat").report == Report(to="chat")
    assert changed(job, report="file", report_path="a.md").report == Report(to="file", path="a.md")
    assert changed(job, report="none").report == Report()
    with pytest.raises(UsageError, match=r"--report: invalid enum value 'mail'"):
        changed(report="mail")


def test_none_takes_away_and_hours_keep_what_is_done_in_them() -> None:
    job = changed(max_usd="1", quiet="22:00-7:00", quiet_do="skip", inputs=["a"], read=["/r"], missed_within="6h")
    assert changed(job, quiet="20:00-8:00").policies.quiet == Quiet(since=time(20), until=time(8), do="skip")
    said = {"max_usd": "none", "quiet": "none", "inputs": ["none"], "read": ["none"], "missed_within": "none"}
    assert changed(job, **said) == JOB
    added = changed(changed(job, read=["/s"]), read=["/t"])
    assert added.folders == ("/r", "/s", "/t"), "what may be read and done adds up"
    assert changed(added, read=["none", "/u"]).folders == ("/u",)
    assert changed(job, inputs=["b"]).inputs == ("b",), "other lists are as they are said"


def test_what_starts_it() -> None:
    cron, watch = Cron(fields="30 8 * * 1-5"), Watch(folder="/in")
    assert triggers(cron=["30 8 * * 1-5"], every=["20m"], watch=["in"]) == (
        cron,
        Every(seconds=1200),
        Watch(folder="/w/in"),
    )
    assert triggers(at=["2030-01-31 15:00"]) == (Once(at=datetime(2030, 1, 31, 15).astimezone()),)
    assert triggers((cron, watch)) == (cron, watch), "nothing said, nothing changed"
    assert triggers((cron, watch), every=["1h"]) == (Every(seconds=3600),), "a new start replaces the old ones"
    assert triggers((cron, watch), manual=True) == ()
    assert triggers((cron, watch), zone="Europe/Berlin") == (Cron(fields=cron.fields, zone="Europe/Berlin"), watch)
    details = {"pattern": ["*.pdf"], "on": ["created", "moved"], "settle": "5s", "per": "batch", "recursive": "no"}
    (settled,) = triggers((watch,), **details, catch_up="no")
    assert settled == Watch(
        folder="/in", patterns=("*.pdf",), on=("created", "moved"), settle_s=5.0, per="batch",
        recursive=False, catch_up=False,
    )  # fmt: skip
    assert triggers((settled,), pattern=["none"], settle="none") == (
        msgspec.structs.replace(settled, patterns=("*",), settle_s=2.0),
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"max_usd": "much"}, "--max-usd: expected `float | null`"),
        ({"max_usd": "-1"}, "--max-usd: expected `float` > 0"),
        ({"missed": "never"}, "--missed: invalid enum value 'never'"),
        ({"max_time": "soon"}, "--max-time: 'soon' is no length of time"),
        ({"allow": ["x"]}, "--allow: 'x' is no permission"),
        ({"quiet_do": "skip"}, "`policies.quiet.since` is missing"),
        ({"prompt": "none"}, "--prompt is missing"),
    ],
)
def test_mistakes_name_their_flag(said: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        changed(**said)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"every": ["5s"]}, "--every: '5s' is shorter than 10 seconds"),
        ({"every": ["10.5s"]}, "--every: '10.5s' are no whole seconds"),
        ({"cron": ["* * * *"]}, "--cron: A cron line has five fields"),
        ({"cron": ["@daily"]}, "--cron: A cron line has five fields"),
        ({"at": ["noon"]}, "--at: 'noon' is no moment"),
        ({"watch": ["in"], "on": ["opened"]}, "--on: invalid enum value 'opened'"),
        ({"every": ["1h"], "zone": "Europe/Berlin"}, "--zone goes with --cron, and nothing of the kind starts it"),
        ({"pattern": ["*.pdf"]}, "--pattern goes with --watch"),
    ],
)
def test_mistakes_about_what_starts_it(said: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        triggers(**said)
    assert words in str(caught.value)
