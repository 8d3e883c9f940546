"""A job on a form over a real runtime: filled in, looked at, rehearsed, saved, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from agent.commands import PauseJob, SaveJob
from agent.errors import UsageError
from agent.jobs import Cron, Every, Job, JobRow, Once, Permission, Watch
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.viewmodels.job_editor import JobEditor
from app.viewmodels.job_editor_sources import empty, free_name, of_chat
from tests.helpers.house import House, open_house
from tests.helpers.settings_home import on_loop, until

NAME, PROMPT, FOLDER, OUTPUT = ("name",), ("prompt",), ("folder",), ("output",)


class Scene:
    """A form, and what it has told."""

    def __init__(self, house: House, editor: JobEditor) -> None:
        self.house, self.editor = house, editor
        self.told: list[str] = []
        self.refused: list[tuple[Any, str]] = []
        for name in ("filled", "triggers_changed", "allow_changed", "looked"):
            getattr(editor, name).connect(lambda name=name: self.told.append(name))
        editor.refused.connect(lambda *said: self.refused.append(said))

    async def stored(self) -> JobRow:
        (row,) = await self.house.runtime.automation.jobs()
        return row

    async def follow(self) -> None:
        """Hand the events of the runtime to the form until the rehearsal is over."""
        with self.house.runtime.subscribe() as events:
            rehearsing = asyncio.ensure_future(self.editor.rehearse())
            async for event in events:
                self.editor.take(event)
                if not self.editor.rehearsal.is_under_way:
                    break
            await rehearsing


def play(
    qapp: QApplication,
    tmp_path: Path,
    act: Callable[[Scene], Awaitable[None]],
    *,
    job: Job | None = None,
    script: Sequence[Reply] = (),
) -> None:
    """`job`: the stored one that is edited; None: a new one."""

    async def main(owner: QObject) -> None:
        async with open_house(tmp_path, script or [Reply("Done.")], list(built_in_tools())) as house:
            runtime = house.runtime
            row = None
            if job is not None:
                receipt = await runtime.submit(SaveJob(msgspec.structs.replace(job, folder=str(house.folder))))
                row = await runtime.automation.find(receipt.job_id)
            begin = row.job if row is not None else empty(str(house.folder))
            editor = JobEditor(
                runtime.automation, runtime.submit, begin, row, ["scripted/hello"], now=house.clock.now, parent=owner
            )
            await act(Scene(house, editor))

    on_loop(qapp, main)


def test_a_new_form_says_what_is_missing_and_where(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        await editor.look_now()
        assert set(editor.outlook.problems) == {NAME, PROMPT}
        assert editor.first_problem() == NAME and editor.is_new and not editor.is_changed
        with pytest.raises(UsageError, match="name"):
            await editor.save()
        assert await scene.house.runtime.automation.jobs() == []

    play(qapp, tmp_path, act)


def test_what_nobody_has_filled_in_yet_is_no_fault(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor

        async def told() -> tuple[bool, bool, int]:
            await editor.look_now()
            return bool(editor.problem(NAME)), bool(editor.problem(PROMPT)), editor.told

        steps = [await told()]
        editor.enter(NAME, "Mail")
        editor.enter(NAME, "")
        steps.append(await told())
        with pytest.raises(UsageError):
            await editor.save()
        steps.append(await told())
        assert steps == [(False, False, 0), (True, False, 1), (True, True, 2)]

    play(qapp, tmp_path, act)


def test_a_sentence_fills_the_form_and_its_doubts_are_kept(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        await editor.read("every Monday at 5 and only on mains power check the build log")
        assert scene.told == ["filled"] and len(editor.doubts) == 1 and "05:00" in editor.doubts[0]
        draft = editor.draft()
        assert (draft.triggers, draft.prompt) == ((Cron(fields="0 5 * * 1"),), "check the build log")
        assert (draft.name, draft.policies.on_battery) == ("check the build log", "wait")
        before = draft
        with pytest.raises(UsageError, match="say when"):
            await editor.read("make coffee")
        assert editor.draft() == before
        await editor.look_now()
        assert editor.problems == [] and len(editor.outlook.next) == 3 and editor.outlook.cost
        job_id = await editor.save()
        row = await scene.stored()
        assert (row.job_id, row.job, row.paused, editor.is_changed) == (job_id, before, "", False)

    play(qapp, tmp_path, act)


def test_a_sentence_that_says_only_when_leaves_the_task_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        editor.enter(NAME, "News")
        editor.enter(PROMPT, "Read the news.")
        await editor.read("every Monday at 9:00")
        draft = editor.draft()
        assert (draft.name, draft.prompt, draft.triggers) == ("News", "Read the news.", (Cron(fields="0 9 * * 1"),))
        await editor.read("every Tuesday at 9:00 feed the {file} to the cat")
        draft = editor.draft()
        assert (draft.name, draft.prompt) == ("feed the to the cat", "feed the {file} to the cat")

    play(qapp, tmp_path, act)


def test_a_template_and_a_name_that_is_taken(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        await editor.take_template("build-log", "en")
        assert editor.draft().name == "Build log"
        await scene.house.runtime.submit(SaveJob(editor.draft()))
        await editor.take_template("build-log", "en")
        assert editor.draft().name == "Build log 2"
        editor.enter(NAME, " build  LOG ")
        await editor.look_now()
        assert "that name" in editor.problem(NAME)
        assert free_name("a", ["A", "a 2"]) == "a 3"

    play(qapp, tmp_path, act)


def test_what_a_chat_was_asked_becomes_a_job(qapp: QApplication) -> None:
    job = of_chat("Summarise the mail.\nBe short.", "/home/anna/Mail", "scripted/hello")
    assert (job.name, job.prompt, job.folder, job.model) == (
        "Summarise the mail. Be short.",
        "Summarise the mail.\nBe short.",
        "/home/anna/Mail",
        "scripted/hello",
    )


def test_triggers_come_change_and_go_and_what_is_wrong_stands_at_each(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        first = editor.triggers[0].key
        editor.enter_trigger(first, ("at",), "7:00")
        assert scene.told == []  # its fields are the same: whoever writes in them stays where they are
        second = editor.add_trigger("watch")
        editor.set_kind(first, "every")
        editor.enter_trigger(first, ("count",), "x")
        editor.enter_trigger(second, ("folder",), str(scene.house.runtime.paths.data))
        editor.enter_trigger(second, ("patterns",), "*.pdf")
        editor.enter(NAME, "a")
        editor.enter(PROMPT, "b {file}")
        await editor.look_now()
        assert scene.refused == [(("triggers", str(first), "count"), "Write a whole number.")]
        assert "its own data" in editor.problem(("triggers", str(second)))
        assert editor.first_problem() == ("triggers", str(first), "count")
        editor.remove_trigger(first)
        assert editor.problem(("triggers", str(second))) == ""  # of other places than were looked at
        third = editor.add_trigger("once")
        editor.enter_trigger(third, ("at",), "2020-01-01 10:00")
        await editor.look_now()
        assert editor.first_problem() == ("triggers", str(third)) and "past" in editor.problems[0]
        editor.remove_trigger(third)
        editor.enter_trigger(second, ("folder",), str(scene.house.folder))
        await editor.look_now()
        assert editor.problems == [] and editor.outlook.next == ()
        assert editor.draft().triggers == (Watch(folder=str(scene.house.folder), patterns=("*.pdf",)),)

    play(qapp, tmp_path, act)


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"prompt": "{nothing}"}, PROMPT, "stands for nothing"),
        ({"output": "/"}, OUTPUT, "whole disk"),
        ({"folder": "/"}, FOLDER, "whole disk"),
        ({"folders": ("/",)}, ("folders",), "whole disk"),
        ({"allow": (Permission(what="net.send", to=("*",)),)}, ("allow",), "each host"),
        ({"triggers": (Cron(fields="0 0 31 2 *"),)}, ("triggers",), "31"),
        ({"triggers": (Cron(fields="0 0 * * *", zone="Mars/Base"),)}, ("triggers",), "Mars"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    qapp: QApplication, tmp_path: Path, more: dict[str, Any], path: Any, words: str
) -> None:
    async def act(scene: Scene) -> None:
        good = Job(name="n", prompt="p", folder=str(scene.house.folder))
        scene.editor.take_version(msgspec.structs.replace(good, **more))
        key = str(scene.editor.triggers[0].key) if scene.editor.triggers else ""
        where = ("triggers", key) if path[0] == "triggers" else path
        await scene.editor.look_now()
        assert words in scene.editor.problem(where), scene.editor.outlook
        assert scene.editor.first_problem() == where

    play(qapp, tmp_path, act)


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"prompt": "{file}"}, PROMPT, "empty when the clock"),
        ({"folder": "/nowhere/a"}, FOLDER, "not there"),
        ({"folders": ("/nowhere/b",)}, ("folders",), "not there"),
        ({"output": "/nowhere/c"}, OUTPUT, "not there"),
        ({"model": "openai/gpt"}, ("model",), "cannot run"),
        ({"triggers": (Watch(folder="/nowhere/d"),), "prompt": "{file}"}, ("triggers", "0"), "not there"),
    ],
)
def test_what_may_surprise_is_said_at_its_field(
    qapp: QApplication, tmp_path: Path, more: dict[str, Any], path: Any, words: str
) -> None:
    async def act(scene: Scene) -> None:
        good = Job(name="n", prompt="p", folder=str(scene.house.folder), triggers=(Every(seconds=60),))
        scene.editor.take_version(msgspec.structs.replace(good, **more))
        await scene.editor.look_now()
        assert scene.editor.problems == []
        assert words in "".join(scene.editor.outlook.warnings.get(path, ())), scene.editor.outlook
        assert list(scene.editor.outlook.warnings) == [path]

    play(qapp, tmp_path, act)


OLD = Job(name="Old", prompt="Do it.", folder="/", triggers=(Cron(fields="0 9 * * *"),))
WRITES = [Reply(calls=[("write", {"path": "out.txt", "text": "x"})]), Reply("It is written.")]


def test_an_edited_job_gets_another_version_and_any_can_be_taken_back(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor = scene.editor
        editor.enter(PROMPT, "Do it well.")
        assert editor.is_changed and not editor.is_new
        await editor.save()
        assert [one.job.prompt for one in await editor.versions()] == ["Do it well.", "Do it."]
        row = await scene.stored()
        again = JobEditor(editor._service, scene.house.runtime.submit, row.job, row, now=scene.house.clock.now)
        again.take_version((await again.versions())[-1].job)
        await again.save()
        again.deleteLater()
        row = await scene.stored()
        assert (row.version, row.job.prompt, row.paused) == (3, "Do it.", "")

    play(qapp, tmp_path, act, job=OLD)


def test_what_was_changed_elsewhere_is_not_overwritten_unseen(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor, submit = scene.editor, scene.house.runtime.submit
        row = await scene.stored()
        await submit(SaveJob(msgspec.structs.replace(row.job, prompt="Theirs."), row.job_id))
        editor.enter(PROMPT, "Mine.")
        with pytest.raises(UsageError, match="version 2"):
            await editor.save()
        assert (await scene.stored()).job.prompt == "Theirs."
        await editor.save()
        assert ((await scene.stored()).job.prompt, (await scene.stored()).version) == ("Mine.", 3)

    play(qapp, tmp_path, act, job=OLD)


def test_a_paused_job_starts_only_if_a_person_wants_it(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        runtime = scene.house.runtime
        row = await scene.stored()
        await runtime.submit(PauseJob(row.job_id))
        row = await scene.stored()
        for starts, paused in ((False, "person"), (True, "")):
            editor = JobEditor(runtime.automation, runtime.submit, row.job, row, now=scene.house.clock.now)
            assert editor.is_paused and not editor.starts
            editor.starts = starts
            editor.enter(PROMPT, f"Again {starts}.")
            await editor.save()
            editor.deleteLater()
            row = await scene.stored()
            assert row.paused == paused

    play(qapp, tmp_path, act, job=OLD)


def test_a_new_job_that_shall_not_start_is_paused(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.editor.read("every day at 9:00 read the news")
        scene.editor.starts = False
        await scene.editor.save()
        assert (await scene.stored()).paused == "person"

    play(qapp, tmp_path, act)


def test_a_rehearsal_changes_nothing_and_finds_what_the_job_would_need(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        editor, rehearsal = scene.editor, scene.editor.rehearsal
        await editor.read("every day at 9:00 write out.txt")
        await scene.follow()
        assert (rehearsal.state, rehearsal.steps, rehearsal.answer) == ("done", 1, "It is written.")
        assert not (scene.house.folder / "out.txt").exists()
        assert [(need.what, need.to) for need in rehearsal.needs] == [
            ("fs.write", (str(scene.house.folder / "out.txt"),))
        ]
        assert any("out.txt" in effect for effect in rehearsal.would)
        held = await scene.stored()
        assert held.paused == "review"  # it starts nothing meanwhile
        editor.allow(rehearsal.needs[0])
        editor.allow(rehearsal.needs[0])
        assert scene.told.count("allow_changed") == 1
        await editor.save()
        row = await scene.stored()
        assert (row.job_id, row.paused, row.job.allow) == (held.job_id, "", rehearsal.needs)

    play(qapp, tmp_path, act, script=WRITES)


def test_what_a_rehearsal_stored_goes_when_the_form_is_left(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.editor.read("every day at 9:00 write out.txt")
        await scene.follow()
        await scene.editor.discard()
        assert await scene.house.runtime.automation.jobs() == []

    play(qapp, tmp_path, act, script=WRITES)


def test_a_job_at_work_is_put_back_as_it_was_when_the_form_is_left(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        before = await scene.stored()
        scene.editor.enter(PROMPT, "Do it otherwise.")
        await scene.follow()
        assert ((await scene.stored()).job.prompt, (await scene.stored()).paused) == ("Do it otherwise.", "review")
        await scene.editor.discard()
        after = await scene.stored()
        assert (after.job, after.paused, after.version) == (before.job, "", 3)

    play(qapp, tmp_path, act, job=OLD, script=WRITES)


def test_a_job_that_is_not_changed_is_rehearsed_as_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.follow()
        row = await scene.stored()
        assert (row.version, row.paused, scene.editor.rehearsal.state) == (1, "", "done")

    play(qapp, tmp_path, act, job=OLD, script=WRITES)


def test_a_rehearsal_that_fails_says_why_and_one_can_be_stopped(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        rehearsal = scene.editor.rehearsal
        await scene.follow()
        assert rehearsal.state == "failed" and rehearsal.words and rehearsal.needs == ()
        with scene.house.runtime.subscribe() as events:
            await scene.editor.rehearse()
            assert rehearsal.state == "running"
            await rehearsal.stop()
            async for event in events:
                scene.editor.take(event)
                if not rehearsal.is_under_way:
                    break
        assert rehearsal.state == "failed" and rehearsal.words

    play(qapp, tmp_path, act, job=OLD, script=[Reply(error="bad_request"), Reply("slow " * 50, delay_s=1)])


def test_the_form_is_looked_at_by_itself_a_moment_after_an_entry(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.editor.enter(NAME, "a")
        scene.editor.enter(PROMPT, "b")
        await until(lambda: "looked" in scene.told)
        assert scene.editor.outlook.problems == {} and len(scene.editor.outlook.next) == 3

    play(qapp, tmp_path, act)


def test_a_moment_that_has_passed_is_no_mistake_in_a_job_that_had_it(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.editor.enter(PROMPT, "Something else.")
        await scene.editor.look_now()
        assert scene.editor.problems == []

    later = Once(at=datetime(2026, 11, 22, 6, 0, 1, tzinfo=UTC))
    play(qapp, tmp_path, act, job=msgspec.structs.replace(OLD, triggers=(later,)))
