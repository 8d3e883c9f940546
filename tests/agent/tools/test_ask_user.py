"""The tool that asks the person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolRetry
from agent.tools.ask_user import AskUserTool
from tests.helpers.tool_context import call, tool_context


def person(answer: str | None, asked: list[tuple[str, tuple[str, ...]]]):
    async def ask(question: str, choices: Sequence[str]) -> str | None:
        asked.append((question, tuple(choices)))
        return answer

    return ask


def test_the_answer_is_the_result(tmp_path: Path) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    context = tool_context(tmp_path, ask=person("blue", asked))
    output = call(AskUserTool(), context, question="Which?", choices=["red", "blue"])
    assert (output.content, asked) == ("blue", [("Which?", ("red", "blue"))])


def test_an_empty_answer_is_said(tmp_path: Path) -> None:
    context = tool_context(tmp_path, ask=person(" ", []))
    assert call(AskUserTool(), context, question="Which?").content == "(The user answered with an empty line.)"


def test_with_nobody_there_it_is_denied_with_what_to_do(tmp_path: Path) -> None:
    for context in (tool_context(tmp_path), tool_context(tmp_path, ask=person(None, []))):
        with pytest.raises(ToolDenied, match="Go on without, and say what you assumed"):
            call(AskUserTool(), context, question="Which?")


def test_an_empty_question_is_not_asked(tmp_path: Path) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []
    with pytest.raises(ToolRetry):
        call(AskUserTool(), tool_context(tmp_path, ask=person("x", asked)), question="  ")
    assert asked == []
