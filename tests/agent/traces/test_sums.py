from agent.traces.sums import Sums, last_prompt, sums_of
from tests.helpers.traces import Records, at, reply, said, seen, story


def test_where_the_time_went() -> None:
    trace = story().recorded().trace()
    assert sums_of(trace, at(99)) == Sums(20, 0.5 + 0.5 + 0.1 + 1.5, 1.5 + 0.5 + 0.5, 1 + 3, 5)
    assert last_prompt(trace) == trace.spans[-1].model.prompt  # type: ignore[union-attr]


def test_of_a_run_that_works_until_now() -> None:
    made = Records(finished=None)
    made.entry(0, said("do it"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "write", "{}")))
    made.call("c1", "write", 3, None)
    assert sums_of(made.recorded().trace(), at(10)) == Sums(10, 0.5, 1.5, 7, 0)
    assert sums_of(made.recorded().trace(), at(-5)).tools_s == 0
