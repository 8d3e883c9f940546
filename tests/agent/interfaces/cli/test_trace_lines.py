from agent.interfaces.cli.trace_lines import trace_lines
from agent.messages import Usage
from tests.helpers.traces import Records, at, reply, said, story


def test_what_is_counted_of_a_call_whose_process_died_is_explained() -> None:
    told = "counts as the most that it may take"
    for usage, explained in ((Usage(100, 40, 10, 0.5), False), (Usage(900, 40, 522, 0.7), True)):
        made = Records(more={"stop_reason": "interrupted", "usage": usage})
        made.entry(0, said("go"))
        made.entry(3, reply("one"))
        assert (told in trace_lines(made.recorded().trace(), at(20), None)) is explained
    assert told not in trace_lines(story().recorded().trace(), at(20), None)
