from __future__ import annotations

from agent.confined.health import Health


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_pauses_grow_and_the_third_failure_in_a_row_is_the_last() -> None:
    clock = Clock()
    health = Health(clock)
    assert health.wait_s == 0.0
    assert (health.failed(), health.wait_s) == (False, 0.0)
    clock.now = 1.0
    assert (health.failed(), health.wait_s) == (False, 1.0)
    clock.now = 1.5
    assert health.wait_s == 0.5
    assert (health.failed(), health.wait_s) == (True, 5.0)
    health.reset()
    assert (health.wait_s, health.failed()) == (0.0, False)


def test_work_between_failures_counts_unless_they_come_too_often() -> None:
    clock = Clock()
    health = Health(clock)
    for clock.now in (0.0, 400.0, 800.0, 1_200.0):
        assert not health.failed()
        health.worked()
        assert health.wait_s == 0.0
    clock.now = 1_500.0
    assert not health.failed()
    health.worked()
    clock.now = 1_510.0
    assert health.failed()
