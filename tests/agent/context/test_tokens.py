"""The estimate is near for English and never below a quarter of the characters; the most is what dense text takes."""

from hypothesis import given
from hypothesis import strategies as st

from agent.context.tokens import message_tokens, most_prompt_tokens, most_text_tokens, prompt_tokens, text_tokens
from agent.messages import (
    AssistantMessage,
    ImagePart,
    Message,
    TextPart,
    ThinkingPart,
    ToolCall,
    ToolMessage,
    ToolResult,
    ToolSpec,
    UserMessage,
)


@given(st.text(), st.text())
def test_an_estimate_grows_with_the_text(one: str, two: str) -> None:
    assert text_tokens(one) * 4 >= len(one)
    assert text_tokens(one + two) >= max(text_tokens(one), text_tokens(two))


def test_dense_scripts_and_images_count_for_more() -> None:
    assert text_tokens("龙虾" * 100) == 100 and text_tokens("lobster!" * 25) == 50
    image = ImagePart("image/png", b"x")
    assert message_tokens(UserMessage((TextPart("look"), image))) > 1_000
    assert message_tokens(ToolMessage(ToolResult("c", "read", (image,)))) > 1_000


def test_a_prompt_is_the_sum_of_its_parts() -> None:
    said = UserMessage((TextPart("x" * 400),), context="y" * 40)
    assert prompt_tokens("z" * 40, (), [said, said]) == 10 + 2 * message_tokens(said)
    assert message_tokens(said) == 4 + 100 + 10


def test_the_most_is_what_the_densest_tokenizers_make_of_it() -> None:
    assert most_text_tokens("7" * 100) == 100
    assert most_text_tokens("lobster " * 25) == 100
    assert most_text_tokens("LOBSTER!" * 25) == 200
    assert most_text_tokens("ภาษา" * 25) == 300
    assert most_text_tokens("a\ud800") == 4


@given(st.text(), st.text())
def test_the_most_is_no_less_than_the_estimate_and_grows_with_the_text(one: str, two: str) -> None:
    assert most_text_tokens(one) >= text_tokens(one)
    assert most_text_tokens(one + two) >= max(most_text_tokens(one), most_text_tokens(two))


def test_the_most_of_a_prompt_counts_all_that_is_sent() -> None:
    def most(*messages: Message) -> int:
        return most_prompt_tokens("", (), messages)

    said = UserMessage((TextPart("7" * 100), ImagePart("image/png", b"x")), context="7" * 100)
    thought = AssistantMessage((ThinkingPart("7" * 100, "A" * 100), ToolCall("c", "read", "7" * 100)))
    answered = ToolMessage(ToolResult("c", "read", (TextPart("7" * 100), ImagePart("image/png", b"x"))))
    assert 5_200 <= most(said) < 5_250 and 300 <= most(thought) < 350 and 5_100 <= most(answered) < 5_150
    assert most(said, thought, answered) == most(said) + most(thought) + most(answered)
    tool = ToolSpec("read", "7" * 100, {})
    assert 450 <= most_prompt_tokens("", (tool,), ()) < 550 and most_prompt_tokens("7" * 100, (), ()) == 100
