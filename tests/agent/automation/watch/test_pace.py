"""The work of a watch takes a small part of a core."""

from __future__ import annotations

import time

from agent.automation.watch.pace import CREDIT_S, Pace


def test_what_was_used_is_rested_for() -> None:
    rests: list[float] = []
    pace = Pace(rests.append, share=0.2)
    pace.keep()
    assert rests == []
    pace.add(CREDIT_S + 0.1)
    pace.keep()
    (rest,) = rests
    assert 0.45 < rest < 0.52


def test_the_time_of_the_thread_counts_and_waiting_does_not() -> None:
    rests: list[float] = []
    pace = Pace(rests.append, share=0.2)
    pace.add(CREDIT_S)
    began, at = time.thread_time(), time.monotonic()
    while time.thread_time() - began < 0.05 + 0.2 * (time.monotonic() - at):  # a busy machine gives credit meanwhile
        pass
    pace.keep()
    assert len(rests) == 1
    assert 0.05 < rests[0] < 0.5
