from agent.messages import Usage
from agent.traces.model_calls import Led, calls_by_reply
from tests.helpers.traces import reply, seen

ONE, TWO = Usage(100, 0, 10), Usage(200, 0, 20)


def test_attempts_and_summaries_belong_to_the_reply_that_they_led_to_and_readings_to_the_tools_before() -> None:
    calls = [
        seen(1, error="overloaded"),
        seen(2, input_tokens=100, output_tokens=10),
        seen(3, purpose="reading", input_tokens=1),
        seen(4, purpose="summary", input_tokens=2),
        seen(5, input_tokens=200, output_tokens=20),
        seen(6, purpose="reading"),
        seen(7, error="cancelled"),
    ]
    led, after = calls_by_reply([reply("a", usage=ONE), reply("b", usage=TWO)], calls)
    assert led == [Led([], calls[:2]), Led([calls[2]], calls[3:5])]
    assert after == Led([calls[5]], [calls[6]])
    assert led[1].whole == [calls[4]]


def test_several_calls_that_make_one_reply() -> None:
    calls = [seen(1, input_tokens=60, output_tokens=4), seen(2, input_tokens=40, output_tokens=6)]
    led, after = calls_by_reply([reply("a", usage=ONE)], calls)
    assert (led, after) == ([Led([], calls)], Led([], []))


def test_a_reply_whose_figures_were_lost_takes_none_of_another_one() -> None:
    calls = [seen(5, input_tokens=200, output_tokens=20)]
    replies = [reply("a", usage=ONE), reply("b", usage=TWO), reply("c", usage=ONE)]
    led, after = calls_by_reply(replies, calls)
    assert (led, after) == ([Led(), Led([], calls), Led()], Led([], []))
