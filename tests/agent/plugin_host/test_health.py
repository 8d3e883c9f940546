from __future__ import annotations

from agent.plugin_host.health import Health


def test_pauses_grow_and_the_third_failure_in_a_row_is_the_last() -> None:
    health = Health()
    assert (health.failed(0.0), health.wait_s(0.0)) == (False, 0.0)
    assert (health.failed(1.0), health.wait_s(1.0), health.wait_s(1.5)) == (False, 1.0, 0.5)
    assert (health.failed(3.0), health.wait_s(3.0)) == (True, 5.0)


def test_work_between_failures_counts_unless_they_come_too_often() -> None:
    health = Health()
    for at in (0.0, 400.0, 800.0, 1_200.0):
        assert not health.failed(at)
        health.worked()
    assert not health.failed(1_500.0)
    health.worked()
    assert health.failed(1_510.0)
