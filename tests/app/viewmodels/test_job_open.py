"""What waits for a person, followed slot by slot."""

from app.viewmodels.job_open import OpenWork, Waiting
from tests.helpers.job_desk import asked, slot


def test_a_permission_belongs_to_the_slot_of_its_run() -> None:
    work = OpenWork()
    parked = slot(1, "parked", "approval", run_id="r1")
    missed = slot(2, "parked", "answer", job_id="j2")
    work.begin([missed, parked, slot(3, "due"), slot(4, "running", run_id="r4")], [asked("r1")])
    assert work.waiting(["j1", "j2", "j3"]) == [Waiting(parked, asked("r1")), Waiting(missed)]
    assert work.waiting(["j2"]) == [Waiting(missed)]
    assert (work.needs_person("j1"), work.needs_person("j2"), work.needs_person("j3")) == (True, True, False)


def test_a_slot_goes_from_state_to_state() -> None:
    work = OpenWork()
    steps = [("due", False), ("running", False), ("parked", True), ("running", True), ("done", False)]
    assert [work.note(slot(1, state)) for state, _ in steps] == [concerns for _, concerns in steps]
    opened = work.of_job("j1")
    assert opened is not None and not (opened.due or opened.running or opened.parked)


def test_an_answer_is_taken_once() -> None:
    work = OpenWork()
    work.ask(asked("r1"))
    assert (work.answered("a1"), work.answered("a1")) == (True, False)
    work.note(slot(1, "parked", "approval", run_id="r1"))
    assert [waiting.approval for waiting in work.waiting(["j1"])] == [None]
