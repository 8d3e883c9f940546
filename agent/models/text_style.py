"""Tools in plain text, for endpoints and models that have no native tool calls (the Hermes convention)."""

from __future__ import annotations

import msgspec

from agent.messages import ToolCall, ToolResult, ToolSpec

_HOW = """

# Tools
You can use these tools:
{tools}

To use one, write exactly this and nothing after it; several calls may follow one another:
<tool_call>
{{"name": "tool name", "arguments": {{"argument": "value"}}}}
</tool_call>
Then stop. The results come in <tool_result> in the next message. Never write a <tool_result> yourself."""


def describe_tools(tools: tuple[ToolSpec, ...]) -> str:
    """What is added to the system prompt; empty without tools."""
    if not tools:
        return ""
    return _HOW.format(tools="\n".join(msgspec.json.encode(tool).decode() for tool in tools))


def call_as_text(call: ToolCall, arguments: str) -> str:
    """A call as the model would have written it; `arguments` is valid JSON."""
    name = msgspec.json.encode(call.name).decode()
    return f'<tool_call>\n{{"name": {name}, "arguments": {arguments}}}\n</tool_call>'


def result_as_text(result: ToolResult, content: str) -> str:
    """A result for a user message. Content cannot close the tag and pose as something else."""
    closed = content.replace("</tool_result", "<\\/tool_result")
    return f'<tool_result name="{result.name}">\n{closed}\n</tool_result>'
