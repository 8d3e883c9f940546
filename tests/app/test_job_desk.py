"""Jobs all over the window: forms, what waits, what starts next, over a real runtime."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from agent.commands import RunJob, SaveJob
from agent.events import RunFinished
from agent.jobs import Cron, Job, Missed, Policies, Report
from agent.models.scripted import Reply
from agent.tools.registry import built_in_tools
from app.job_desk import prompt_of
from app.ui_state import UiState
from app.viewmodels.rows import AnswerRow, FooterRow, UserRow
from app.widgets.choice_box import ChoiceBox
from app.windows.automations.editor import EditorDialog
from app.windows.automations.page import AutomationsPage
from app.windows.main_window import MainWindow
from app.workspace import Workspace
from tests.app.test_workspace import escaped
from tests.helpers.clock import HeldClock
from tests.helpers.house import House, open_house
from tests.helpers.packs import enabled, write_pack
from tests.helpers.plugins import write_plugin
from tests.helpers.pseudo import pseudo_translation
from tests.helpers.report_child import BOARD
from tests.helpers.settings_home import on_loop, until

SETTINGS = 'model = "scripted/hello"\n[app]\nchat_folder = "{folder}"\n[providers.scripted]\ntransport = "scripted"\n'
ASKS = Policies(missed=Missed(do="ask"))
EXAMPLE = re.compile(r"(\{\w+\}|\d{4}-\d\d-\d\d .*|HEARTBEAT.md|local/.*|\*)")
WEEKLY = """
[template]
title = "Minutes of the week"
about = "Makes minutes of notes."
[job]
name = "Minutes"
prompt = "Make minutes."
folder = "~/Documents"
"""
PARKS = [Reply(calls=[("write", {"path": "a.txt", "text": "x"})]), Reply("It is written.")]


class Scene:
    def __init__(self, house: House, workspace: Workspace) -> None:
        self.house, self.workspace, self.window = house, workspace, workspace.window
        self.folder = str(house.folder)

    def forms(self) -> list[EditorDialog]:
        return [form for form in self.window.findChildren(EditorDialog) if form.isVisible()]

    async def form(self) -> EditorDialog:
        await until(self.forms, "a form opened")
        (form,) = self.forms()
        return form

    async def save(self, name: str = "Notes", **more: object) -> str:
        job = Job(name=name, prompt="Write it.", folder=self.folder, **more)  # type: ignore[arg-type]
        return (await self.house.runtime.submit(SaveJob(job))).job_id

    def page(self) -> AutomationsPage:
        page = self.window.page_of("automations")
        assert isinstance(page, AutomationsPage)
        return page

    async def shown(self, job_id: str, tab: str) -> None:
        page = self.page()
        await until(lambda: (page.details.job_id, page.details.tab) == (job_id, tab), f"{tab} of {job_id} is shown")


def play(
    qapp: QApplication,
    tmp_path: Path,
    act: Callable[[Scene], Awaitable[None]],
    script: Sequence[Reply] = (Reply("Done."),),
) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "settings.toml").write_text(SETTINGS.format(folder=tmp_path / "folder"))

    async def main(_owner: QObject) -> None:
        clock = HeldClock()
        async with open_house(tmp_path, script, list(built_in_tools()), clock) as house:
            window = MainWindow()
            window.show()
            async with Workspace.open(house.runtime, window, UiState()) as workspace:
                await act(Scene(house, workspace))
            window.hide()
            window.deleteLater()

    on_loop(qapp, main)


def test_a_new_job_is_made_in_a_form_and_then_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.workspace.jobs.make("build-log")
        form = await scene.form()
        await until(lambda: form.rows[("name",)].entry.text() == "Build log")  # type: ignore[attr-defined]
        form.save()
        await until(lambda: not scene.forms())
        (row,) = await scene.house.runtime.automation.jobs()
        await scene.shown(row.job_id, "about")

    play(qapp, tmp_path, act)


def test_a_job_begins_with_the_template_of_a_pack_and_answers_to_a_plugin(qapp: QApplication, tmp_path: Path) -> None:
    pack = write_pack(tmp_path, jobs=["jobs/weekly.toml"], files={"jobs/weekly.toml": WEEKLY})

    async def act(scene: Scene) -> None:
        runtime = scene.house.runtime
        await asyncio.to_thread(lambda: enabled(runtime.packs, pack))
        write_plugin(runtime.paths.data / "plugins", BOARD, name="team")
        await runtime.plugins.enable("team")
        scene.workspace.show_page("automations")
        teach = scene.page().teach
        await until(
            lambda: teach.isVisible() and "minutes-weekly" in teach._keys, "the template of the pack is offered"
        )
        scene.workspace.jobs.make("minutes-weekly")
        form = await scene.form()
        await until(lambda: form.editor.job.prompt == "Make minutes.")
        assert form.start_card is not None and form.start_card.template.findText("Minutes of the week") > 0
        assert not form.rows[("report", "plugin")].isVisibleTo(form)
        form.editor.enter(("report", "to"), "plugin")
        await form.editor.look_now()
        assert "names no output" in form.editor.problem(("report", "plugin"))
        box = form.rows[("report", "plugin")].entry
        assert isinstance(box, ChoiceBox) and box.isVisibleTo(form)
        box.setCurrentIndex(box.findText("team:board"))
        form.editor.enter(("folder",), scene.folder)
        form.save()
        await until(lambda: not scene.forms())
        (row,) = await runtime.automation.jobs()
        assert row.job.report == Report(to="plugin", plugin="team:board")

    play(qapp, tmp_path, act)


def test_packs_that_cannot_be_read_hide_no_templates_of_homards_own(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (tmp_path / "home" / "packs").mkdir()
        (tmp_path / "home" / "packs" / ".state.json").write_text("{broken")
        scene.workspace.jobs.make("build-log")
        form = await scene.form()
        await until(lambda: form.editor.job.name == "Build log")
        form.reject()

    play(qapp, tmp_path, act)


def test_a_job_is_edited_in_one_form_at_a_time(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        job_id = await scene.save()
        scene.workspace.jobs.edit(job_id)
        form = await scene.form()
        scene.workspace.jobs.edit(job_id)
        await asyncio.sleep(0.05)
        assert scene.forms() == [form]
        form.reject()
        await until(lambda: not Shiboken.isValid(form))
        scene.workspace.jobs.edit(job_id)
        again = await scene.form()
        again.reject()
        await until(lambda: not scene.forms())

    play(qapp, tmp_path, act)


def test_what_was_asked_in_a_chat_is_done_again_by_a_job(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        workspace = scene.workspace
        await workspace.chat.send("Say hello.\nTwice.")
        await until(
            lambda: workspace.chat.transcript.rows and isinstance(workspace.chat.transcript.rows[-1], FooterRow)
        )
        footer = workspace.chat.transcript.rows[-1]
        assert isinstance(footer, FooterRow) and footer.can_repeat
        workspace.chats.repeat_wanted.emit(footer.key)
        form = await scene.form()
        job = form.editor.draft()
        assert (job.prompt, job.folder, job.name) == ("Say hello.\nTwice.", scene.folder, "Say hello. Twice.")
        form.reject()
        await until(lambda: not scene.forms())

    play(qapp, tmp_path, act)


def test_a_parked_question_leads_to_the_job_that_waits_also_after_a_restart(qapp: QApplication, tmp_path: Path) -> None:
    jobs: list[str] = []

    async def first(scene: Scene) -> None:
        jobs.append(await scene.save())
        with scene.house.runtime.subscribe() as events:
            await scene.house.runtime.submit(RunJob(jobs[0]))
            async for event in events:
                if isinstance(event, RunFinished):
                    break
        await until(lambda: scene.workspace.status.status.needs and scene.workspace.status.status.needs[0].job_id)
        await until(lambda: not scene.workspace.status.status.running)
        scene.workspace.show_need()
        await scene.shown(jobs[0], "needs_you")

    async def second(scene: Scene) -> None:
        status = scene.workspace.status
        (need,) = status.status.needs
        assert (need.kind, need.job_id) == ("approval", "")  # known before jobs can be asked for
        scene.workspace.show_need()
        await scene.shown(jobs[0], "needs_you")
        await scene.workspace.jobs.load()
        (need,) = status.status.needs
        assert need.job_id == jobs[0]

    play(qapp, tmp_path, first, PARKS)
    play(qapp, tmp_path, second)


def test_a_slot_that_asks_is_known_at_the_start_and_leads_to_its_job(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        runtime, clock = scene.house.runtime, scene.house.clock
        job_id = await scene.save("Daily", triggers=(Cron(fields="0 9 * * *"),), policies=ASKS)
        assert isinstance(clock, HeldClock)
        clock.moment += timedelta(days=2)
        await runtime.automation.start()
        await scene.workspace.jobs.load()
        await until(lambda: scene.workspace.status.status.needs)
        (need,) = scene.workspace.status.status.needs
        assert (need.kind, need.job_id, need.text) == ("slot", job_id, "Daily")
        scene.workspace.show_item(need.item_id)
        await scene.shown(job_id, "needs_you")

    play(qapp, tmp_path, act)


def test_what_starts_next_is_told_and_follows_the_jobs(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        status, jobs = scene.workspace.status, scene.workspace.jobs
        await jobs.load()
        assert status.status.coming is None
        job_id = await scene.save("Morning", triggers=(Cron(fields="0 9 * * *"),))
        await until(lambda: status.status.coming is not None)
        coming = status.status.coming
        assert coming is not None and (coming.job_id, coming.name) == (job_id, "Morning")

    play(qapp, tmp_path, act)


def test_a_slot_of_the_history_is_shown(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        job_id = await scene.save()
        receipt = await scene.house.runtime.submit(RunJob(job_id))
        scene.workspace.jobs.show(job_id, receipt.slot_id)
        await scene.shown(job_id, "history")
        history = scene.page().details.history
        await until(lambda: history.list.currentIndex().isValid(), "the slot is marked")

    play(qapp, tmp_path, act)


@pytest.mark.parametrize(("run_id", "prompt"), [("r1", "one"), ("r2", "two\n\nand three"), ("r9", "")])
def test_the_prompt_of_a_run_is_what_was_said_since_the_run_before(run_id: str, prompt: str) -> None:
    rows = [
        UserRow("a", "one"),
        FooterRow("r1", "end_turn"),
        UserRow("b", "two"),
        AnswerRow("c", "…"),
        UserRow("d", "and three"),
        FooterRow("r2", "end_turn"),
    ]
    assert prompt_of(run_id, rows) == prompt


def test_an_approval_of_a_chat_still_leads_to_its_chat(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        workspace = scene.workspace
        await workspace.chat.send("go")
        await until(lambda: workspace.status.status.needs)
        workspace.show_page("automations")
        workspace.show_need()
        await until(lambda: scene.window.page == "chats")

    outside = str(tmp_path / "elsewhere.txt")
    play(qapp, tmp_path, act, [Reply(calls=[("write", {"path": outside, "text": "x"})]), Reply("Done.")])


def test_no_word_of_the_form_escapes_translation(qapp: QApplication, tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        scene.workspace.jobs.make()
        form = await scene.form()
        for group in form.groups.values():
            group.open()
        form.editor.enter(("policies", "quiet", "on"), True)
        form.editor.enter(("report", "to"), "file")
        for kind in ("every", "once", "watch"):
            form.editor.add_trigger(kind)
        await form.editor.look_now()
        templates = {title for _key, title in form._offered.templates}
        data = {scene.folder, *templates, "30 8 * * *", *form.start_card.line.text().split()}  # type: ignore[union-attr]
        assert {text for text in escaped(form, data) if not EXAMPLE.match(text)} == set()
        form._leaving = True
        form.reject()

    with pseudo_translation():
        play(qapp, tmp_path, act)
