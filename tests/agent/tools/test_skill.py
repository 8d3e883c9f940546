"""The tool that opens a skill."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.context.tokens import prompt_tokens
from agent.errors import ToolDenied
from agent.labels import Label
from agent.tools.ports import SkillText
from agent.tools.registry import spec_of
from agent.tools.skill import SkillTool
from tests.helpers.tool_context import call, tool_context


class Two:
    def text(self, name: str, file: str = "") -> SkillText:
        return SkillText(f"{name}/{file}", Label("skill", "public", ("skill:1",)), "/x" if file else "")


def test_it_gives_the_text_with_its_label(tmp_path: Path) -> None:
    context = tool_context(
        tmp_path, skills=Two(), label_of_file=lambda path: Label("local", "secret", (f"local:{path}",))
    )
    body = call(SkillTool(), context, name="letters")
    assert (body.content, body.label) == ("letters/", Label("skill", "public", ("skill:1",)))
    file = call(SkillTool(), context, name="letters", file="a")
    assert file.label == Label("skill", "secret", ("local:/x", "skill:1"))


def test_without_skills_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolDenied, match="No skill is enabled"):
        call(SkillTool(), tool_context(tmp_path), name="letters")


def test_it_is_small() -> None:
    assert prompt_tokens("", [spec_of(SkillTool())], []) <= 80
