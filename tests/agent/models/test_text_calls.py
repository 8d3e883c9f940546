from __future__ import annotations

import time

import pytest

from agent.messages import ToolSpec
from agent.models.text_calls import TextGate, find_calls

TOOLS = (
    ToolSpec(
        "read", "", {"properties": {"path": {"type": "string"}, "lines": {"type": "array"}, "n": {"type": "integer"}}}
    ),
    ToolSpec("shell", "", {"properties": {"cmd": {"type": "string"}}}),
)
READ = ("read", '{"path":"a.txt"}')
SHELL = ("shell", '{"cmd":"ls"}')
FENCED = '```json\n{"name": "read", "arguments": {"path": "a.txt"}}\n```'
TAGGED = '<tool_call>\n{"name": "read", "arguments": {"path": "a.txt"}}\n</tool_call>'


@pytest.mark.parametrize(
    ("text", "prose", "calls"),
    [
        (TAGGED, "", [READ]),
        (
            TAGGED + "\n" + TAGGED.replace("read", "shell").replace("path", "cmd").replace("a.txt", "ls"),
            "",
            [READ, SHELL],
        ),
        ("I will look. " * 100 + TAGGED, ("I will look. " * 100).strip(), [READ]),
        (TAGGED.removesuffix("</tool_call>"), "", [READ]),
        (TAGGED + "<|im_end|>\n", "", [READ]),
        ('<tool_call>{"name":"read","arguments":"{\\"path\\":\\"a.txt\\"}"}</tool_call>', "", [READ]),
        ('<tool_call>{"name":"read","arguments":{}}', "", [("read", "{}")]),
        (FENCED, "", [READ]),
        ("I look at it.\n" + FENCED + "\n", "I look at it.", [READ]),
        (FENCED + "\n\n" + FENCED, "", [READ, READ]),
        ('```\n{"name": "read", "arguments": {"path": "a.txt"}}', "", [READ]),
        (
            '```json\n{"name": "shell", "arguments": {"cmd": "echo ```x```"}}\n```',
            "",
            [("shell", '{"cmd":"echo ```x```"}')],
        ),
        ('{"name": "read", "parameters": {"path": "a.txt"}}', "", [READ]),
        (
            '[{"name": "read", "arguments": {"path": "a.txt"}}, {"name":"shell","arguments":{"cmd":"ls"}}]',
            "",
            [READ, SHELL],
        ),
        ('{"type": "function", "function": {"name": "read", "parameters": {"path": "a.txt"}}}', "", [READ]),
        ('<|python_tag|>{"type": "function", "name": "read", "parameters": {"path": "a.txt"}}', "", [READ]),
        ('[TOOL_CALLS][{"name": "read", "arguments": {"path": "a.txt"}}]</s>', "", [READ]),
        ('<function=read>{"path": "a.txt"}</function>', "", [READ]),
        ('<function=read>{"path": "a.txt"}</function><function=shell>{"cmd": "ls"}', "", [READ, SHELL]),
        (
            "<tool_call>\n<function=read>\n<parameter=path>\na.txt\n</parameter>\n<parameter=n>\n3\n</parameter>\n"
            "</function>\n</tool_call>",
            "",
            [("read", '{"path":"a.txt","n":3}')],
        ),
        ("<function=shell><parameter=cmd>[1]</parameter></function>", "", [("shell", '{"cmd":"[1]"}')]),
        ("<function=read><parameter=n>three</parameter></function>", "", [("read", '{"n":"three"}')]),
        ('{"name":"read","arguments":{"path":"a\nb"}}', "", [("read", '{"path":"a\\nb"}')]),
    ],
)
def test_calls(text: str, prose: str, calls: list[tuple[str, str]]) -> None:
    found = find_calls(text, TOOLS)
    assert found is not None
    assert (found.prose, list(found.calls)) == (prose, calls)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Just text.",
        '{"answer": 42}',
        '{"name": "Bob", "arguments": {}}',
        '{"name": "read"}',
        '{"name": "read", "arguments": {"path": "a.txt"}, "note": 1}',
        '{"name": "read", "arguments": ["a.txt"]}',
        '{"name": "read", "arguments": {"path": NaN}}',
        '{"name": "read", "arguments": {"path": "a.tx',
        '{"name": "read", "arguments": {}} is how it goes',
        TAGGED + "\n<tool_response>I made this up</tool_response>",
        TAGGED + TAGGED.replace("read", "unknown"),
        '<tool_call>{"name": "read", "arguments": {"path": "a.t</tool_call>',
        "<tool_call>",
        "<tool_call></tool_call>",
        "Write `" + TAGGED,
        "For example:\n```\n" + TAGGED + "\n```",
        FENCED + "\nThis reads the file.",
        "A long explanation. " * 30 + FENCED,
        "```python\nprint(1)\n```",
        FENCED + "\nand\n" + FENCED,
        "<function=nope>{}</function>",
        "<function=read>",
        "<function=read><parameter=path>a",
        "<function=read>words</function>",
        "[]",
        "[" * 100_000,
        "```" * 50_000,
        "<function=read>" + "<parameter=x>" * 15_000,
        "<tool_call>" * 20_000,
        " " * 250_000 + "x",
        "```json\n" + " " * 200_000,
        '{"name":"read","arguments":' + '{"a":' * 20_000,
        "x" * 1_000_000 + TAGGED,
    ],
)
def test_just_text(text: str) -> None:
    started = time.process_time()
    assert find_calls(text, TOOLS) is None
    assert time.process_time() - started < 5


def test_without_tools_nothing_is_a_call() -> None:
    assert find_calls(TAGGED, ()) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Just text with a < b and [1].", "Just text with a < b and [1]."),
        ("Look: " + TAGGED, "Look: "),
        (TAGGED, ""),
        (FENCED, ""),
        ("  \n" + FENCED, ""),
        ('{"name": "read"', ""),
        ('[{"name": 1', ""),
        ('{"answer": 42}', '{"answer": 42}'),
        ("{x}", "{x}"),
        ("[1, 2]", "[1, 2]"),
        ("```python\nprint()\n```", "```python\nprint()\n```"),
        ("``inline`` code", "``inline`` code"),
        ("Ends with <tool", "Ends with "),
    ],
)
def test_the_gate_shows_text_and_holds_back_calls_however_they_are_cut(text: str, shown: str) -> None:
    for size in (1, 2, 3, 7, len(text)):
        gate = TextGate(True)
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert "".join(map(gate.feed, pieces)) == shown
        assert shown + gate.close() == text


def test_an_open_gate_holds_nothing() -> None:
    gate = TextGate(False)
    assert gate.feed(TAGGED) == TAGGED
    assert gate.close() == ""
