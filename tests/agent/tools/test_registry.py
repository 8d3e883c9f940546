"""What a model is told of the tools: in a stable order, flat, and short."""

import msgspec

from agent.context.tokens import text_tokens
from agent.tools.registry import Registry, built_in_tools
from agent.tools.skill import SkillTool


def test_the_default_tools_are_told_in_a_stable_order_in_flat_schemas() -> None:
    specs = Registry(built_in_tools()).specs()
    assert [spec.name for spec in specs] == [
        "find",
        "read",
        "write",
        "edit",
        "move",
        "delete",
        "shell",
        "fetch",
        "extract",
        "recall",
        "ask_user",
        "schedule",
    ]
    assert specs == Registry(built_in_tools()).specs()
    for spec in specs:
        assert spec.parameters["type"] == "object" and spec.parameters["additionalProperties"] is False
        assert "$ref" not in msgspec.json.encode(spec.parameters).decode()
    assert text_tokens(msgspec.json.encode(specs).decode()) < 1_200


def test_a_tool_that_not_every_run_is_told_of_can_be_called() -> None:
    registry = Registry(built_in_tools())
    before = registry.specs()
    registry.add(tool := SkillTool())
    assert registry.get("skill") is tool and registry.specs() == before
