from agent.comparison.probe_set import TASKS, register, tasks_for
from agent.context.tokens import prompt_tokens
from agent.ports import Account
from agent.settings import ModelProfile

MODEL = ModelProfile("p", "m", window=100_000, max_output_tokens=2_000)


def test_the_long_prompt_is_as_long_as_caches_want_it_and_new_from_its_first_words_on() -> None:
    one, other = register("00000000"), register("00000001")
    assert 4_200 < prompt_tokens(one, (), ()) < 6_000
    assert one != other and one[13:] == other[13:] and len(one) == len(other)


def test_what_is_sent_twice_begins_with_the_same_words() -> None:
    first, again = (task.request(MODEL, "n", Account()) for task in TASKS if task.register)
    assert first.system == again.system and first.messages != again.messages


def test_a_small_window_is_not_filled_and_a_small_limit_not_passed() -> None:
    small = ModelProfile("p", "m", window=4_096, max_output_tokens=512)
    requests = [task.request(small, "n", Account()) for task in tasks_for(small)]
    assert len(requests) == len(TASKS) - 2
    assert all(request.max_output_tokens == 512 for request in requests)
    assert max(prompt_tokens(request.system, request.tools, request.messages) for request in requests) < 1_000
