import json
from typing import Any

import pytest

from agent.errors import UsageError
from agent.mcp_client.paste import Pasted, read_paste
from agent.settings import ServerSettings


def one(table: Any, name: str = "s") -> Pasted:
    return read_paste(json.dumps({"mcpServers": {name: table}}))[0]


def test_the_usual_text_of_claude_and_cursor() -> None:
    text = """{"mcpServers": {
      "files": {"command": "npx", "args": ["-y", "server-files", "/home/me"]},
      "web": {"type": "http", "url": "https://mcp.example.org/mcp", "headers": {"X-Team": "7"}, "disabled": true}}}"""
    files, web = read_paste(text)
    assert files == Pasted("files", ServerSettings(command="npx", args=("-y", "server-files", "/home/me")), {})
    assert (web.settings.url, web.settings.enabled) == ("https://mcp.example.org/mcp", False)
    assert (dict(web.settings.headers), web.secrets) == ({"X-Team": "keyring:mcp.web.X-Team"}, {"mcp.web.X-Team": "7"})


def test_the_text_of_vs_code_with_comments_and_a_trailing_comma() -> None:
    text = '{\n// mine\n"servers": {"a": {"command": "x", "args": ["//no comment",],},},\n"inputs": []}'
    assert read_paste(text) == [Pasted("a", ServerSettings(command="x", args=("//no comment",)), {})]
    assert read_paste('{"mcp": {"servers": {"a": {"command": "x"}}}}')[0].name == "a"


def test_one_server_without_a_name_is_called_after_its_program() -> None:
    assert read_paste('{"command": "uvx", "args": ["mcp-server-git"]}')[0].name == "git"
    assert read_paste('{"url": "https://mcp.notion.com/mcp"}')[0].name == "notion"


def test_keys_go_to_the_keyring_and_not_into_the_settings() -> None:
    found = one({"command": "x", "env": {"API_TOKEN": "t0p", "LEVEL": "info", "PORT": 8080}})
    assert dict(found.settings.env) == {"API_TOKEN": "keyring:mcp.s.API_TOKEN", "LEVEL": "info", "PORT": "8080"}
    assert found.secrets == {"mcp.s.API_TOKEN": "t0p"}


@pytest.mark.parametrize("value", ["${input:token}", "<your key>", "YOUR_API_KEY", "Bearer ${env:MY_TOKEN}", ""])
def test_what_is_to_be_filled_in_is_asked_for(value: str) -> None:
    found = one({"command": "x", "env": {"API_KEY": value}})
    assert (dict(found.settings.env), found.secrets) == ({"API_KEY": "keyring:mcp.s.API_KEY"}, {})
    assert found.notes == ("API_KEY is still to be filled in: homard mcp secret s API_KEY",)


@pytest.mark.parametrize("value", ["keyring:openai", "env:AWS_SECRET_ACCESS_KEY"])
def test_a_strangers_text_cannot_choose_a_key_of_the_person(value: str) -> None:
    found = one({"command": "x", "env": {"A": value}})
    assert dict(found.settings.env) == {} and "left out" in found.notes[0]


def test_a_name_that_is_not_ours_is_made_into_one() -> None:
    found = one({"command": "x", "cwd": "/tmp"}, "GitHub (work)")
    assert found.name == "github-work"
    assert found.notes == ("It is called 'github-work' here, not 'GitHub (work)'.", "Not taken over: cwd.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "no JSON"),
        ('{"mcpServers": {"x": {"command": "x", "env": {"KEY": "\\ud800"}}}}', "half of a character"),
        ("[" * 100_000, "no JSON"),
        ("{}", "no server"),
        ('{"mcpServers": {}}', "no server"),
        ('{"mcpServers": {"a": {"command": 1}}}', "not a text"),
        ('{"mcpServers": {"a": {"command": "x", "args": [1]}}}', "not a text"),
        ('{"mcpServers": {"A": {"command": "x"}, "a": {"command": "y"}}}', "Two servers"),
        (json.dumps({"mcpServers": {f"s{n}": {"command": "x"} for n in range(101)}}), "more than 100"),
        ("x" * 300_000, "longer than"),
    ],
)
def test_a_text_that_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        read_paste(text)
