import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    BudgetWarned,
    ExtensionChanged,
    JobNoticed,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunStarted,
    SlotChanged,
    StopReason,
)
from agent.jobs import Slot, SlotReason, SlotState
from agent.messages import NO_USAGE
from agent.settings import AppSettings
from app.desktop.notifications import Notifier
from app.event_loop import new_loop
from tests.helpers.session_bus import Service, notification_answers, private_bus, service

GROUP_MS = 20


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[str, None, None]:
    """A session bus of its own."""
    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


def started(run_id: str = "r1", prompt: str = "water <the> plants & more\nsecret second line") -> RunStarted:
    return RunStarted("s1", run_id, "user", "scripted/hello", prompt)


def finished(run_id: str = "r1", reason: StopReason = "end_turn") -> RunFinished:
    return RunFinished("s1", run_id, reason, "the answer, which is private", NO_USAGE, error="It broke.")


APPROVAL = ApprovalRequested("s1", "r1", "a1", "c1", "write", ("write /home/me/a.txt",), "outside")
APPROVED = ApprovalResolved("s1", "r1", "a1", True, "person")
QUESTION = QuestionAsked("s1", "r1", "q1", "The red one?")
ANSWERED = QuestionAnswered("s1", "r1", "q1", "yes")


class Scene:
    """A notifier, and the service that shows what it tells."""

    def __init__(self, notifier: Notifier, shown: Service) -> None:
        self.notifier = notifier
        self.service = shown
        self.activated: list[tuple[str, str | int]] = []
        notifier.activated.connect(lambda *ids: self.activated.append(ids))
        notifier.job_activated.connect(lambda *ids: self.activated.append(ids))

    def take(self, *events: AnyEvent) -> None:
        for event in events:
            self.notifier.take(event)

    async def titles(self, count: int) -> list[tuple[str, str]]:
        """Title and text of the notices, when there are `count` of them, in any order."""
        await until(lambda: len(self.service.called("Notify")) >= count)
        return sorted((body[3], body[4]) for body in self.service.called("Notify"))

    async def click(self, number: int) -> None:
        """Click as a person does, who does not know when the service's answer with the number has come to us."""
        async with asyncio.timeout(30):
            while not self.activated:
                await self.service.emit("ActionInvoked", "us", number, "default")
                await asyncio.sleep(0.05)

    async def nothing_more(self, than: int = 0) -> None:
        """What was told reaches the service before the mark that follows it."""
        await asyncio.sleep(GROUP_MS * 5 / 1000)
        assert len(self.service.called("Notify")) == than


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 what happens in another program sets no event here
            await asyncio.sleep(0.005)


@asynccontextmanager
async def scene(
    address: str,
    *,
    looking: Callable[[], bool] = lambda: False,
    watching: str = "",
    settings: AppSettings | None = None,
    **answers: Any,
) -> AsyncGenerator[Scene, None]:
    async with service(address) as shown:
        shown.answers = {**notification_answers(), **answers}
        notifier = Notifier(
            lambda: settings or AppSettings(), looking, group_ms=GROUP_MS, watching=lambda chat: chat == watching
        )
        yield Scene(notifier, shown)
        await notifier.close()


def play(qapp: QApplication, work: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await work()

    with asyncio.Runner(loop_factory=lambda: new_loop(qapp)) as runner:
        runner.run(main())


def test_a_finished_run_is_told_with_its_prompt_and_nothing_else(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), finished())
            assert await at.titles(1) == [("Homard is done", "water &lt;the&gt; plants &amp; more")]
            name, replaces, icon, _, _, actions, hints, timeout = at.service.called("Notify")[0]
            assert (name, replaces, icon, actions, timeout) == ("Homard", 0, "homard", ["default", "Open"], -1)
            assert hints == {"urgency": ("y", 1), "desktop-entry": ("s", "homard")}

    play(qapp, work)


def test_a_service_without_markup_gets_the_text_as_it_is(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus, **notification_answers(("body",))) as at:
            at.take(started(), finished())
            assert await at.titles(1) == [("Homard is done", "water <the> plants & more")]

    play(qapp, work)


def test_what_needs_the_person_is_urgent_and_opens_its_card(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(prompt="plants"), APPROVAL)
            assert await at.titles(1) == [("Homard needs your permission", "plants")]
            assert at.service.called("Notify")[0][6]["urgency"] == ("y", 2)
            await at.click(1)
            assert at.activated == [("s1", "a1")]

    play(qapp, work)


def test_a_click_on_the_notice_of_another_program_does_nothing(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), finished())
            await at.titles(1)
            await at.service.emit("ActionInvoked", "us", 7, "default")
            await at.click(1)
            assert at.activated == [("s1", "r1")]

    play(qapp, work)


@pytest.mark.parametrize(("asked", "answered"), [(APPROVAL, APPROVED), (QUESTION, ANSWERED), (APPROVAL, finished())])
def test_what_is_answered_elsewhere_is_taken_away(
    qapp: QApplication, bus: str, asked: AnyEvent, answered: AnyEvent
) -> None:
    async def work() -> None:
        async with scene(bus, settings=AppSettings(notify_finished=False)) as at:
            at.take(started(), asked)
            await at.titles(1)
            at.take(answered)
            await until(lambda: at.service.called("CloseNotification"))
            assert at.service.called("CloseNotification") == [(1,)]

    play(qapp, work)


def test_what_is_answered_at_once_is_not_told(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), APPROVAL, APPROVED)
            await at.nothing_more()

    play(qapp, work)


def test_coming_to_the_window_takes_everything_away(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), finished())
            await at.titles(1)
            at.notifier.clear()
            await until(lambda: at.service.called("CloseNotification"))

    play(qapp, work)


def test_several_within_a_moment_are_one_of_each_kind(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            for number in range(3):
                at.take(started(f"r{number}"), finished(f"r{number}"))
            at.take(started("f1"), finished("f1", "model_error"), started("f2"), finished("f2", "max_turns"))
            at.take(started(prompt="plants"), QUESTION)
            assert await at.titles(3) == [
                ("2 run(s) failed", ""),
                ("3 run(s) finished", ""),
                ("Homard asks you something", "plants"),
            ]

    play(qapp, work)


def test_a_run_that_a_person_stopped_is_no_news(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), finished(reason="cancelled"))
            await at.nothing_more()

    play(qapp, work)


def test_who_looks_at_the_window_is_told_nothing(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus, looking=lambda: True) as at:
            at.take(started(), APPROVAL, APPROVED, finished(reason="model_error"))
            await at.nothing_more()

    play(qapp, work)


@pytest.mark.parametrize(
    ("settings", "events"),
    [
        (AppSettings(notify_finished=False), (started(), finished())),
        (AppSettings(notify_needs_you=False), (started(), APPROVAL)),
        (AppSettings(notify_failed=False), (started(), finished(reason="model_error"))),
    ],
)
def test_each_kind_can_be_switched_off(
    qapp: QApplication, bus: str, settings: AppSettings, events: tuple[AnyEvent, ...]
) -> None:
    async def work() -> None:
        async with scene(bus, settings=settings) as at:
            at.take(*events)
            await at.nothing_more()

    play(qapp, work)


def test_who_sees_the_answer_elsewhere_is_not_told_of_it(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus, watching="s1") as at:
            other = RunFinished("s2", "r2", "end_turn", "", NO_USAGE)
            at.take(started(), finished(), RunStarted("s2", "r2", "user", "scripted/hello", "other"), other)
            assert await at.titles(1) == [("Homard is done", "other")]
            await at.nothing_more(than=1)

    play(qapp, work)


def test_a_service_that_comes_later_is_found(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        notifier = Notifier(AppSettings, lambda: False, group_ms=GROUP_MS)
        notifier.take(started("r0"))
        notifier.take(finished("r0"))
        await asyncio.sleep(GROUP_MS * 5 / 1000)
        async with service(bus) as shown:
            shown.answers = notification_answers()
            notifier.take(started())
            notifier.take(finished())
            await until(lambda: shown.called("Notify"))
            await notifier.close()

    play(qapp, work)


def test_without_a_bus_it_stays_quiet(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")

    async def work() -> None:
        notifier = Notifier(AppSettings, lambda: False, group_ms=GROUP_MS)
        notifier.take(started())
        notifier.take(finished())
        await asyncio.sleep(GROUP_MS * 5 / 1000)
        await notifier.close()

    play(qapp, work)


NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
PARKED = ApprovalRequested(
    "s1", "r1", "a1", "c1", "http", ("send to example.org",), "not in its profile", parked_until=NOON
)


def of_job(reason: StopReason = "end_turn") -> RunFinished:
    return RunFinished("s1", "r1", reason, "Done.", NO_USAGE, error="It broke.", job_id="j1")


def slot(state: SlotState, reason: SlotReason = "", *, tell: bool = True, **more: Any) -> SlotChanged:
    of = Slot(
        slot_id=7, job_id="j1", key="k", origin="schedule", due_at=NOON, state=state, reason=reason, version=1,
        session_id="s1", run_id="r1", **more,
    )  # fmt: skip
    return SlotChanged("s1", "r1", of, "Invoices", tell)


NOTICED = JobNoticed("", "", "j1", "Invoices", "It paused itself after 3 failures. Look at the last one.")


def test_an_answer_that_did_not_get_where_it_should_is_told_as_that(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(slot("done", summary="Two invoices.", note="The plugin team:board did not get the answer."))
            assert await at.titles(1) == [("Invoices is done", "The plugin team:board did not get the answer.")]

    play(qapp, work)


def test_a_run_of_a_job_is_told_by_its_slot_only_and_leads_to_it(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), of_job(), slot("done", summary="Two invoices.\nMore."))
            assert await at.titles(1) == [("Invoices is done", "Two invoices.")]
            await at.click(1)
            assert at.activated == [("j1", 7)]
            await at.nothing_more(than=1)

    play(qapp, work)


def test_what_a_job_does_not_want_told_is_not_told(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), of_job("model_error"), slot("failed", "run_failed", tell=False), of_job())
            await at.nothing_more()

    play(qapp, work)


def test_a_parked_approval_is_told_once_and_stays_when_its_run_has_ended(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(prompt="file them"), PARKED, of_job("parked"), slot("parked", "approval"))
            assert await at.titles(1) == [("Homard needs your permission", "file them")]
            await at.nothing_more(than=1)
            assert at.service.called("CloseNotification") == []
            await at.click(1)
            assert at.activated == [("s1", "a1")]
            at.take(APPROVED)
            await until(lambda: at.service.called("CloseNotification"))

    play(qapp, work)


def test_a_slot_that_asks_needs_the_person_until_it_is_answered(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(slot("parked", "answer", note="It was missed while Homard was off."))
            assert await at.titles(1) == [("Invoices asks you", "It was missed while Homard was off.")]
            assert at.service.called("Notify")[0][6]["urgency"] == ("y", 2)
            at.take(slot("due", tell=False))
            await until(lambda: at.service.called("CloseNotification"))

    play(qapp, work)


def test_the_notice_of_a_job_that_paused_stands_for_the_failure_before_it(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(started(), of_job("model_error"), slot("failed", "run_failed", note="The server is away."), NOTICED)
            assert await at.titles(1) == [("Invoices", "It paused itself after 3 failures. Look at the last one.")]
            await at.nothing_more(than=1)
            await at.click(1)
            assert at.activated == [("j1", 0)]

    play(qapp, work)


def test_what_comes_together_of_several_jobs_is_one_notice_of_its_kind(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            at.take(slot("failed", note="a"), slot("failed", note="b"), NOTICED, NOTICED)
            assert await at.titles(1) == [("2 job(s) want a look", "")]

    play(qapp, work)


def test_a_person_who_wants_no_news_of_failures_hears_none_of_jobs(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus, settings=AppSettings(notify_failed=False, notify_needs_you=False)) as at:
            at.take(slot("failed", note="a"), NOTICED, slot("parked", "answer"), PARKED)
            await at.nothing_more()

    play(qapp, work)


def test_a_budget_that_is_nearly_used_up_is_told(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            note = "$4.10 of the $5.00 for a day are spent or in use."
            at.take(BudgetWarned("s1", "r1", "budget.usd_per_day", 5.0, 4.1, note))
            assert await at.titles(1) == [("A budget is nearly used up", note)]

    play(qapp, work)


def test_what_a_plugin_wants_known_is_told_and_leads_to_it(qapp: QApplication, bus: str) -> None:
    async def work() -> None:
        async with scene(bus) as at:
            told: list[tuple[str, str]] = []
            at.notifier.activated.connect(lambda *what: told.append(what))
            at.take(ExtensionChanged("", "", "plugin", "crm", "on"))
            await at.nothing_more()
            at.take(ExtensionChanged("", "", "plugin", "crm", "disabled", "It failed three times.", tell=True))
            assert await at.titles(1) == [("crm", "It failed three times.")]
            await at.click(1)
            assert told == [("", "plugin:crm")]

    play(qapp, work)
