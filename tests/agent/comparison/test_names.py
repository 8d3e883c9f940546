import pytest

from agent.comparison.names import kin, same_model, sellers


@pytest.mark.parametrize(
    ("asked", "answered", "same"),
    [
        ("openai/gpt-5.4-mini", "gpt-5.4-mini-2026-03-17", True),
        ("router/openai/gpt-4o:free", "openai/gpt-4o-2024-11-20", True),
        ("x/llama-3.3-70b-instruct", "Llama-3.3-70B-Instruct", True),
        ("a/claude-sonnet-4", "claude-sonnet-4-20250514", True),
        ("a/claude-3-5-sonnet", "claude-3.5-sonnet-latest", True),
        ("g/gemini-2.5-flash", "gemini-2.5-flash-preview-05-20", True),
        ("ollama/qwen3:8b", "qwen3:8b", True),
        ("openai/gpt-5", "gpt-5.4", False),
        ("openai/gpt-5.4", "gpt-5.4-mini", False),
        ("m/mistral-small-2409", "mistral-small-2501", False),
        ("x/llama-3.3-70b-instruct", "llama-3.3-70b-instruct-awq", False),
        ("x/qwen3-32b", "qwen3-32b-fp8", False),
        ("x/qwen3-32b", "qwen3-8b", False),
        ("x/文心-4", "文心-4-latest", True),
        ("x/文心-4", "混元-4", False),
        ("x/otter", "20" + "20112011" * 20 + "x", False),  # each eight digits are a date or two editions
    ],
)
def test_who_answers_for_whom(asked: str, answered: str, same: bool) -> None:
    assert same_model(asked, answered) is same


def test_sellers_of_a_model_are_found_whatever_they_add_to_its_name() -> None:
    there = [
        "a/acme/otter-3-70b-instruct",
        "b/otter-3-70b-fp8",
        "c/Otter-3-70B-2026-01-02",
        "d/otter-3-7b",
        "e/otter-3",
    ]
    assert sellers("otter-3-70b", there) == there[:3]
    assert sellers("z/acme/otter-3-70b:free", there) == there[:3]
    assert sellers("badger", there) == []
    assert kin("a/文心") != kin("b/混元") and kin("a/chat") != kin("b/instruct")
    assert kin("a/llama-3.3-70b-instruct-q4_k_m.gguf") == kin("b/Llama-3.3-70B")
