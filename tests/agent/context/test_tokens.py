"""The estimate is near for English and never below a quarter of the characters."""

from hypothesis import given
from hypothesis import strategies as st

from agent.context.tokens import message_tokens, prompt_tokens, text_tokens
from agent.messages import ImagePart, TextPart, ToolMessage, ToolResult, UserMessage


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
