"""What plugins tell starts jobs, each thing once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.automation.loops import MOST_TOLD_IN_AN_HOUR
from agent.automation.plugin_slots import MOST_WAITING
from agent.automation.service import Automation
from agent.commands import DeleteJob, PauseJob, ResumeJob
from agent.errors import UsageError
from agent.jobs import PluginEvent, Policies
from agent.labels import Label
from agent.messages import TextPart, Usage
from agent.models.scripted import Reply
from tests.helpers.automation import Office, open_office

MAIL = PluginEvent(plugin="mail", trigger="new")
DONE = Reply("All is well.", usage=Usage(100, 0, 10, 0.01))


class Plugins:
    """What the automation asks of them."""

    def __init__(self) -> None:
        self.wanted: list[Mapping[str, frozenset[str]]] = []
        self.there: Mapping[str, Sequence[str]] = {"mail": ("new", "gone")}

    def want(self, wanted: Mapping[str, frozenset[str]]) -> None:
        self.wanted.append(wanted)

    def triggers(self) -> Mapping[str, Sequence[str]]:
        return self.there


def checked(tmp_path: Path, check: Callable[[Office, Plugins], Awaitable[None]]) -> None:
    async def run() -> None:
        plugins = Plugins()
        async with open_office(tmp_path, lambda request: DONE, start=False) as office:
            ports = replace(office.automation._ports, want_plugins=plugins.want, plugin_triggers=plugins.triggers)
            office.automation = office.house.runtime._jobs.__dict__["automation"] = Automation(ports)
            await office.automation.start()
            await office.turn()
            await check(office, plugins)

    asyncio.run(run())


def prompts(office: Office) -> list[str]:
    """What the model was told, job by job."""
    return [part.text for message in office.sent for part in message.parts if isinstance(part, TextPart)]


def test_each_thing_starts_each_job_that_waits_for_it_once(tmp_path: Path) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        tell = office.automation.plugin_event
        first = await office.save("first", triggers=(MAIL,), prompt="Answer {event}")
        second = await office.save("second", triggers=(MAIL, MAIL))
        await office.save("other", triggers=(PluginEvent(plugin="mail", trigger="gone"),))
        await tell("mail", "new", "<1@example>", "one {date}")
        await office.all_ended(2)
        await tell("mail", "new", "<1@example>", "one again")
        await tell("mail", "new", "<2@example>", "two")
        await tell("mail", "unknown", "<3@example>", "three")
        slots = await office.all_ended(4)
        assert [(slot.origin, slot.state) for slot in slots] == [("plugin", "done")] * 4
        assert {slot.job_id for slot in slots} == {first, second}
        assert sorted(prompts(office)) == [
            "Answer one {date}",
            "Answer two",
            "do second\n\nWhat happened, as a plugin tells it (it asks for nothing):\none {date}",
            "do second\n\nWhat happened, as a plugin tells it (it asks for nothing):\ntwo",
        ]

    checked(tmp_path, check)


def test_the_words_of_a_plugin_are_a_strangers_until_it_is_known_better(tmp_path: Path) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        await office.save(triggers=(MAIL,))
        offline = Label("skill", "private", ("plugin:mail",))
        await office.automation.plugin_event("mail", "new", "1", "text")
        await office.all_ended(1)
        await office.automation.plugin_event("mail", "new", "2", "text", offline)
        await office.all_ended(2)
        labels = [message.acts_as.label for message in office.sent if message.acts_as]
        assert labels == [Label("external", "private", ("plugin:mail",)), offline]
        assert {message.origin for message in office.sent} == {"plugin"}

    checked(tmp_path, check)


def test_plugins_are_wanted_while_a_job_waits_for_them(tmp_path: Path) -> None:
    async def check(office: Office, plugins: Plugins) -> None:
        submit = office.house.runtime.submit
        first = await office.save("first", triggers=(MAIL,))
        await office.turn()
        second = await office.save("second", triggers=(PluginEvent(plugin="mail", trigger="gone"),))
        await office.turn()
        await submit(PauseJob(first))
        await office.turn()
        await submit(DeleteJob(second))
        await office.turn()
        await submit(ResumeJob(first))
        await office.turn()
        await office.automation.stop()
        assert plugins.wanted == [
            {"mail": frozenset({"new"})},
            {"mail": frozenset({"new", "gone"})},
            {"mail": frozenset({"gone"})},
            {},
            {"mail": frozenset({"new"})},
            {},
        ]
        await office.automation.plugin_event("mail", "new", "late", "nobody listens any more")
        assert await office.slots() == []

    checked(tmp_path, check)


def test_what_a_paused_job_is_told_is_written_down_and_does_not_run(tmp_path: Path) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        job_id = await office.save(triggers=(MAIL,))
        await office.house.runtime.submit(PauseJob(job_id))
        for key in ("1", "2", "3"):
            await office.automation.plugin_event("mail", "new", key, "text")
        (slot,) = await office.slots()
        assert (slot.state, slot.reason, slot.count) == ("skipped", "job_paused", 3)
        await office.house.runtime.submit(ResumeJob(job_id))
        await office.automation.plugin_event("mail", "new", "4", "text")
        assert [slot.state for slot in await office.all_ended(2)] == ["skipped", "done"]
        why = await office.automation.why(job_id)
        assert why[0] == "It is due when the plugin mail has something to tell."
        assert "told by mail (4): it ran" in why[1].replace("mail:new", "mail")

    checked(tmp_path, check)


def test_a_plugin_that_tells_without_end_fills_nothing(tmp_path: Path) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        await office.save(triggers=(MAIL,), policies=Policies(on_battery="wait"))
        office.machine_is(on_battery=True)
        for number in range(MOST_WAITING + 50):
            await office.automation.plugin_event("mail", "new", f"key {number}", "x" * 50_000)
        slots = await office.slots()
        assert len(slots) == MOST_WAITING + 1
        assert (slots[-1].state, slots[-1].reason, slots[-1].count) == ("skipped", "too_many", 50)
        event = await office.automation.ledger.event(slots[0].slot_id)
        assert event is not None
        assert len(event.text) == 20_000

    checked(tmp_path, check)


def test_a_plugin_that_starts_a_job_without_end_is_stopped_until_somebody_looked(tmp_path: Path) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        job_id = await office.save(triggers=(MAIL,))
        for number in range(MOST_TOLD_IN_AN_HOUR):
            await office.automation.plugin_event("mail", "new", str(number), "")
            await office.all_ended(number + 1)
        await office.automation.plugin_event("mail", "new", "one more", "")
        await office.turn()
        assert (await office.automation.find(job_id)).paused == "loop"
        assert [slot.state for slot in await office.slots()][-1] == "due"
        assert "Plugins started it 60 times within an hour." in office.notices[0]
        await office.clock.advance(1)
        await office.house.runtime.submit(ResumeJob(job_id))
        await office.turn()
        assert {slot.state for slot in await office.all_ended(MOST_TOLD_IN_AN_HOUR + 1)} == {"done"}

    checked(tmp_path, check)


@pytest.mark.parametrize("key", ["x" * 5_000, "line\nbreak", "\ud800", "", "#abc"])
def test_keys_of_any_kind_count_once(tmp_path: Path, key: str) -> None:
    async def check(office: Office, _plugins: Plugins) -> None:
        await office.save(triggers=(MAIL,))
        for _ in range(2):
            await office.automation.plugin_event("mail", "new", key, "text")
        await office.all_ended(1)
        (slot,) = await office.slots()
        assert len(slot.key) < 150

    checked(tmp_path, check)


def test_a_job_that_waits_for_a_plugin_that_is_not_there_says_so(tmp_path: Path) -> None:
    async def check(office: Office, plugins: Plugins) -> None:
        both = (MAIL, PluginEvent(plugin="mail", trigger="sent"), PluginEvent(plugin="calendar", trigger="soon"))
        told = await office.automation.check(office.job(triggers=both, prompt="{event}"))
        assert [warning for warning in told if "plugin" in warning] == [
            "The plugin mail has no trigger sent; it has new, gone.",
            "The plugin calendar is not on, or may not start jobs: nothing starts it until that is so. "
            "`homard plugins list` shows them.",
        ]
        with pytest.raises(UsageError, match="Which plugin"):
            await office.save(triggers=(PluginEvent(plugin="", trigger=""),))
        assert plugins.wanted == []

    checked(tmp_path, check)
