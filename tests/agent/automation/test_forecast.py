"""What a job is about to cost, said before it is saved: in money where that is known, honestly where it is not."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from datetime import time as clock
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.automation.forecast import Past, forecast
from agent.errors import UsageError
from agent.jobs import Cron, Every, Job, JobLimits, Once, Policies, Quiet, Trigger, Watch
from agent.settings import ModelProfile, Price, ProviderSettings

FAR_OFF = Once(at=datetime(2027, 11, 27, tzinfo=UTC))
FILES = Watch(folder="~/In")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = Cron(fields="30 8 * * 1-5")
MINUTE = Cron(fields="* * * * *")
DEAR = ModelProfile("far", "dear", price=Price(3.0, 15.0), settings=ProviderSettings(base_url="https://a.org/v1"))
UNPRICED = ModelProfile("far", "new", settings=ProviderSettings(base_url="https://a.org/v1"))
LOCAL = ModelProfile("local", "small", settings=ProviderSettings(transport="local"))


def job(*triggers: Trigger, **more: Any) -> Job:
    return Job(name="a", prompt="Summarise.", folder="/srv/mail", triggers=triggers, **more)


@pytest.mark.parametrize(
    ("made", "model", "past", "runs", "usd", "words"),
    [
        # 21 weekdays up to 25 December, each 6 * 1,103 + 15 * 1,750 tokens at $3 a million and 1,500 at $15: $0.1211.
        (job(WEEKDAYS), DEAR, None, 21, 2.54, "about $2.54 a month (21 runs)"),
        (job(WEEKDAYS), DEAR, Past(10, 0.5, 14), 21, 1.05, "about $1.05 a month (21 runs)"),
        (job(WEEKDAYS), DEAR, Past(2, 9.0, 2), 21, 2.54, "about $2.54 a month (21 runs)"),
        (job(WEEKDAYS), DEAR, Past(10, None, 14), 21, 2.54, "about $2.54 a month (21 runs)"),
        (job(WEEKDAYS), UNPRICED, Past(10, 0.5, 14), 21, 1.05, "about $1.05 a month (21 runs)"),
        (job(WEEKDAYS), UNPRICED, None, 21, None, "of unknown price (21 runs)"),
        (job(WEEKDAYS), None, None, 21, None, "of unknown price (21 runs)"),
        (job(WEEKDAYS), LOCAL, None, 21, 0, "nothing: its model runs on this machine (21 runs)"),
        (job(WEEKDAYS), DEAR, Past(10, 0.001, 14), 21, 0.0021, "less than $0.01 a month (21 runs)"),
        (job(Once(at=datetime(2026, 11, 27, tzinfo=UTC))), DEAR, None, 1, 0.12, "about $0.12 a month (1 run)"),
        (job(FAR_OFF), DEAR, None, 0, 0, "nothing in the next 30 days: no run is due"),
        (job(), DEAR, None, 0, 0, "about $0.12 a run, only when you start it"),
        (job(), UNPRICED, None, 0, 0, "an unknown price a run, only when you start it"),
        (job(FILES), DEAR, None, None, None, "about $0.12 a run, and nobody knows how often it will run"),
        (job(FILES), DEAR, Past(6, 0.6, 3), 60, 6, "about $6.00 a month (60 runs)"),
        (job(FILES, WEEKDAYS), LOCAL, None, None, None, "nothing: its model runs on this machine"),
        (job(MINUTE), DEAR, Past(10, 0.5, 14), 43_200, 2_160, "about $2,160.00 a month (43,200 runs)"),
    ],
)  # fmt: skip
def test_runs_and_money_of_the_next_30_days(
    made: Job, model: ModelProfile | None, past: Past | None, runs: float | None, usd: float | None, words: str
) -> None:
    found = forecast(made, NOW, BERLIN, model, past)
    assert (found.runs_per_month, found.words) == (runs, words)
    assert found.usd_per_month == (None if usd is None else pytest.approx(usd, abs=0.005))


@pytest.mark.parametrize(
    ("limits", "runs", "usd"),
    [
        (JobLimits(), 43_200, 43_200 * 0.05),
        (JobLimits(usd_per_month=9.0), 43_200, 9.0),
        (JobLimits(usd_per_day=0.2), 43_200, 6.0),
        (JobLimits(usd_per_day=0.2, usd_per_month=9.0), 43_200, 6.0),
        (JobLimits(runs_per_day=2), 60, 3.0),
    ],
)
def test_limits_bound_it(limits: JobLimits, runs: float, usd: float) -> None:
    found = forecast(job(MINUTE, limits=limits), NOW, BERLIN, DEAR, Past(10, 0.5, 1))
    assert (found.runs_per_month, found.usd_per_month) == (runs, pytest.approx(usd))
    assert ("its limit" in found.words) == (usd < 43_200 * 0.05 and limits.runs_per_day is None)


def test_a_run_costs_no_more_than_its_own_limits_let_it() -> None:
    def usd(**limits: Any) -> float:
        found = forecast(job(WEEKDAYS, limits=JobLimits(**limits)), NOW, BERLIN, DEAR).usd_per_month
        assert found is not None
        return found / 21

    assert usd(max_usd=0.01) == pytest.approx(0.01)
    assert usd(max_tokens=1_000) < 1_000 * 15 / 1_000_000
    assert usd(max_calls=0) == usd(max_turns=1) < usd() / 10
    assert usd() == usd(max_turns=99)


def test_quiet_hours_that_skip_cost_nothing() -> None:
    for quiet, runs in (
        (Quiet(since=clock(22), until=clock(6), do="skip"), 16 * 30),
        (Quiet(since=clock(12), until=clock(13), do="skip"), 23 * 30),
        (Quiet(since=clock(22), until=clock(6), do="wait"), 24 * 30),
    ):
        for each_hour, fields in ((1, "0 * * * *"), (60, "* * * * *")):
            often = job(Cron(fields=fields), policies=Policies(quiet=quiet))
            assert forecast(often, NOW, BERLIN, LOCAL).runs_per_month == pytest.approx(runs * each_hour)


def test_a_longer_prompt_costs_more() -> None:
    long = Job(name="a", prompt="word " * 10_000, folder="/srv", triggers=(WEEKDAYS,))
    more, less = (forecast(one, NOW, BERLIN, DEAR).usd_per_month for one in (long, job(WEEKDAYS)))
    assert more is not None and less is not None and more > 2 * less


def test_a_job_of_each_ten_seconds_is_told_at_once() -> None:
    begun = time.process_time()
    quiet = Policies(quiet=Quiet(since=clock(22), until=clock(6), do="skip"))
    assert forecast(job(Every(seconds=10), MINUTE, policies=quiet), NOW, BERLIN, DEAR).runs_per_month
    assert time.process_time() - begun < 1


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(UsageError):
        forecast(job(Cron(fields="99 * * * *")), NOW, BERLIN, DEAR)


@given(
    st.lists(st.sampled_from([WEEKDAYS, MINUTE, Every(seconds=600), Watch(folder="~/In")]), max_size=3).map(tuple),
    st.sampled_from([None, DEAR, UNPRICED, LOCAL]),
    st.one_of(st.none(), st.builds(Past, st.integers(0, 9), st.sampled_from([None, 0.0, 1.0]), st.floats(0.1, 30))),
    st.builds(JobLimits, max_usd=st.sampled_from([None, 0.01]), usd_per_month=st.sampled_from([None, 0.5])),
)
def test_it_is_never_below_nothing_nor_above_its_limit(
    triggers: tuple[Trigger, ...], model: ModelProfile | None, past: Past | None, limits: JobLimits
) -> None:
    found = forecast(job(*triggers, limits=limits), NOW, BERLIN, model, past)
    assert found.runs_per_month is None or found.runs_per_month >= 0
    assert found.usd_per_month is None or 0 <= found.usd_per_month <= (limits.usd_per_month or 1e9)
    assert found.words and "None" not in found.words and "nan" not in found.words
