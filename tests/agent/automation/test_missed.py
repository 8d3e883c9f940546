from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.automation.missed import SINGLE, Passed, in_groups, judge
from agent.automation.schedule import Moment
from agent.jobs import Missed
from tests.helpers.clock import NOON

POLICIES = st.builds(
    Missed,
    do=st.sampled_from(["skip", "once", "all", "ask"]),
    most=st.integers(1, 20),
    within_s=st.none() | st.floats(1, 10_000),
)


@given(lates=st.sets(st.integers(121, 20_000), max_size=80), policy=POLICIES, followed=st.booleans())
def test_every_missed_slot_has_one_fate_and_no_more_run_than_the_policy_says(
    lates: set[int], policy: Missed, followed: bool
) -> None:
    late = [Passed(Moment(NOON - timedelta(seconds=late), str(late))) for late in sorted(lates, reverse=True)]
    judged = judge(late, policy, NOON, lambda _: "asleep", followed=followed)
    assert [one.passed for one in judged] == late
    chosen = [one for one in judged if one.fate != "missed"]
    bound = {"skip": 0, "once": 0 if followed else 1, "all": policy.most, "ask": 1}[policy.do]
    fresh = [one for one in lates if policy.within_s is None or one <= policy.within_s]
    assert len(chosen) == min(bound, len(fresh))
    assert {one.fate for one in chosen} <= {"ask" if policy.do == "ask" else "run"}
    assert all(one.reason for one in judged)
    # The latest are chosen, the rest is grouped without loss or disorder.
    assert [one for one in judged if one.fate != "missed"] == judged[len(judged) - len(chosen) :]
    groups = in_groups(judged)
    assert [one for group in groups for one in group] == judged
    assert all(len(group) == 1 or (len(group) > SINGLE and group[0].fate == "missed") for group in groups)
