from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from agent.events import (
    AnyEvent,
    ApprovalRequested,
    ApprovalResolved,
    MessageDelta,
    QuestionAnswered,
    QuestionAsked,
    RunFinished,
    RunsPaused,
    RunsResumed,
    RunStarted,
    SlotChanged,
    StopReason,
)
from agent.jobs import Slot, SlotReason, SlotState
from agent.messages import NO_USAGE, Usage
from agent.parked import Parked
from app.viewmodels.status import (
    LAST_RUNS,
    Coming,
    FinishedRun,
    Need,
    Pause,
    RunningRun,
    Status,
    StatusViewModel,
    first_line,
)

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def started(run_id: str = "r1", prompt: str = "water the plants") -> RunStarted:
    return RunStarted("s1", run_id, "user", "scripted/hello", prompt)


def finished(
    run_id: str = "r1", reason: StopReason = "end_turn", usage: Usage = NO_USAGE, error: str | None = None
) -> RunFinished:
    return RunFinished("s1", run_id, reason, "done", usage, error)


APPROVAL = ApprovalRequested("s1", "r1", "a1", "c1", "write", ("write /home/me/a.txt",), "outside the folder")
QUESTION = QuestionAsked("s1", "r1", "q1", "Which one?\nThe red or the blue?")


class Watch:
    """A view model that has been fed, and how often it said that it changed."""

    def __init__(self, *events: AnyEvent) -> None:
        self.changes = 0
        self.model = StatusViewModel(lambda: NOON)
        self.model.changed.connect(self._count)
        for event in events:
            self.model.take(event)

    def _count(self) -> None:
        self.changes += 1

    @property
    def status(self) -> Status:
        return self.model.status


def test_at_first_nothing_happens() -> None:
    assert Watch().status == Status() and Status().state == "idle"


def test_a_run_that_works_is_known_with_all_that_a_menu_shows() -> None:
    watch = Watch(started(prompt="\n  water the plants\nand the cat"))
    run = RunningRun("r1", "s1", "water the plants", "scripted/hello", "user", NOON)
    assert watch.status == Status(running=(run,)) and watch.status.state == "working"


def test_a_finished_run_keeps_its_prompt_and_its_cost() -> None:
    watch = Watch(started(), finished(usage=Usage(10, 0, 5, 0.012)))
    run = FinishedRun("r1", "s1", "water the plants", "end_turn", "", 0.012)
    assert watch.status == Status(finished=(run,)) and watch.status.state == "idle"


def test_an_unknown_price_stays_unknown() -> None:
    assert Watch(started(), finished(usage=Usage(10, 0, 5, None))).status.finished[0].cost_usd is None


def test_only_the_last_runs_are_kept_the_newest_first() -> None:
    watch = Watch()
    for number in range(LAST_RUNS + 3):
        watch.model.take(started(f"r{number}"))
        watch.model.take(finished(f"r{number}"))
    newest = LAST_RUNS + 2
    assert [run.run_id for run in watch.status.finished] == [f"r{newest - back}" for back in range(LAST_RUNS)]


def test_what_needs_a_person_goes_before_all_else_until_it_is_answered() -> None:
    watch = Watch(
        started("r0"), finished("r0", "model_error", error="The key is wrong."), started(), APPROVAL, QUESTION
    )
    approval = Need("a1", "approval", "s1", "r1", "write /home/me/a.txt")
    question = Need("q1", "question", "s1", "r1", "Which one?")
    assert (watch.status.state, watch.status.needs) == ("needs_you", (approval, question))
    watch.model.take(ApprovalResolved("s1", "r1", "a1", True, "person"))
    assert (watch.status.state, watch.status.needs) == ("needs_you", (question,))
    watch.model.take(QuestionAnswered("s1", "r1", "q1", "the red"))
    assert (watch.status.state, watch.status.needs) == ("error", ())


def test_a_need_does_not_outlive_its_run() -> None:
    assert Watch(started(), APPROVAL, finished(reason="cancelled")).status.needs == ()


def test_a_failure_is_shown_until_it_is_seen() -> None:
    watch = Watch(started(), finished(reason="model_error", error="The key is wrong."), started("r2"))
    assert watch.status.state == "error"
    assert watch.status.unseen == FinishedRun("r1", "s1", "water the plants", "model_error", "The key is wrong.", 0.0)
    watch.model.seen()
    assert (watch.status.state, watch.status.unseen) == ("working", None)


@pytest.mark.parametrize("reason", ["end_turn", "cancelled"])
def test_what_ended_well_or_was_stopped_is_no_failure(reason: StopReason) -> None:
    assert Watch(started(), finished(reason=reason)).status.state == "idle"


def test_a_pause_shows_over_work_and_ends() -> None:
    until = datetime(2026, 11, 26, tzinfo=UTC)
    watch = Watch(started(), RunsPaused("", "", until))
    assert (watch.status.state, watch.status.pause) == ("paused", Pause(until))
    watch.model.take(RunsPaused("", "", None))
    assert watch.status.pause == Pause(None)
    watch.model.take(RunsResumed("", ""))
    assert (watch.status.state, watch.status.pause) == ("working", None)


def test_it_says_so_only_when_something_changed() -> None:
    watch = Watch(started(), MessageDelta("s1", "r1", "Hel"), MessageDelta("s1", "r1", "lo"))
    assert watch.changes == 1
    watch.model.seen()
    watch.model.take(RunsResumed("", ""))
    watch.model.take(ApprovalResolved("s1", "r1", "never asked", True, "person"))
    assert watch.changes == 1
    watch.model.set_spent(0.12, unknown=False)
    watch.model.set_spent(0.12, unknown=False)
    assert watch.changes == 2 and watch.status.spent_usd == 0.12


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("\n \n", ""),
        ("\x1b[31mred\x07 bell\r\nmore", "[31mred  bell"),
        ("أهلا \u202eevil", "أهلا  evil"),
        ("x" * 1_000_000, "x" * 300),
    ],
)
def test_first_line_is_short_and_printable(text: str, line: str) -> None:
    assert first_line(text) == line


PARKED = msgspec.structs.replace(APPROVAL, parked_until=NOON + timedelta(hours=72))


def slot(state: SlotState, reason: SlotReason = "", run_id: str = "") -> Slot:
    return Slot(
        slot_id=7, job_id="j1", key="k", origin="schedule", due_at=NOON, state=state, reason=reason, version=1,
        session_id="s1" if run_id else "", run_id=run_id,
    )  # fmt: skip


def changed(now: Slot) -> SlotChanged:
    return SlotChanged(now.session_id, now.run_id, now, "Invoices\nand more", tell=True)


def test_what_a_parked_run_asks_stays_when_the_run_has_ended_and_learns_whose_it_is() -> None:
    watch = Watch(started(), PARKED, finished(reason="parked"))
    need = Need("a1", "approval", "s1", "r1", "write /home/me/a.txt")
    assert (watch.status.needs, watch.status.running, watch.status.unseen) == ((need,), (), None)
    watch.model.take(changed(slot("parked", "approval", "r1")))
    assert watch.status.needs == (replace(need, job_id="j1", slot_id=7),)
    watch.model.take(ApprovalResolved("s1", "r1", "a1", True, "person"))
    assert watch.status.needs == ()


@pytest.mark.parametrize("reason", ["answer", "outcome_unknown"])
def test_a_slot_that_asks_is_a_need_until_it_is_answered(reason: SlotReason) -> None:
    watch = Watch(changed(slot("parked", reason)), changed(slot("parked", reason)))
    assert watch.status.needs == (Need("slot7", "slot", "", "", "Invoices", "j1", 7),)
    watch.model.take(changed(slot("due")))
    assert watch.status.needs == ()


def test_what_waited_at_the_start_is_known_once() -> None:
    watch = Watch()
    question = Parked(7, PARKED)
    watch.model.load([question], ())
    watch.model.load([question], [(slot("parked", "approval", "r1"), "Invoices"), (slot("running", run_id="r2"), "")])
    assert watch.status.needs == (Need("a1", "approval", "s1", "r1", "write /home/me/a.txt", "j1", 7),)
    watch.model.load((), [(slot("parked", "answer"), "Invoices")])
    assert [need.item_id for need in watch.status.needs] == ["a1", "slot7"]


def test_what_comes_next_is_told_once() -> None:
    watch = Watch()
    for _ in range(2):
        watch.model.set_coming(Coming("j1", "Invoices", NOON))
    assert (watch.status.coming, watch.changes, watch.status.state) == (Coming("j1", "Invoices", NOON), 1, "idle")


def test_a_run_that_waits_for_a_person_is_not_at_work() -> None:
    seen = Watch(started("r1"), started("r2"))
    before = seen.model.status.working
    seen.model.take(APPROVAL)
    waiting = seen.model.status.working
    seen.model.take(ApprovalResolved("s1", "r1", "a1", True, "person"))
    assert (before, waiting, seen.model.status.working) == (2, 1, 2)
