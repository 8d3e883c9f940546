"""The tool that looks things up in the session's store."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.tools.recall import RecallTool
from tests.helpers.tool_context import call, tool_context


def test_it_hands_query_and_place_to_the_store(tmp_path: Path) -> None:
    async def recall(query: str, from_char: int) -> str:
        return f"{query} from {from_char}"

    context = tool_context(tmp_path, recall=recall)
    assert call(RecallTool(), context, query="r12ab", from_char=8_000).content == "r12ab from 8000"
    assert call(RecallTool(), context, query="the invoice").content == "the invoice from 0"


def test_without_a_store_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="Nothing is stored"):
        call(RecallTool(), tool_context(tmp_path), query="x")
