"""The `mcpServers` JSON that the documentation of servers gives for Claude, Cursor and VS Code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from agent.errors import UsageError
from agent.mcp_client.name import check_server_name, suggested
from agent.settings import ServerSettings

MAX_CHARS: Final = 200_000
MAX_SERVERS: Final = 100
_HOLDERS: Final = ("mcpServers", "servers", "mcp_servers", "context_servers")
_KEYS: Final = frozenset({"command", "args", "env", "url", "headers", "type", "transport", "disabled", "enabled"})
_SECRET: Final = re.compile(r"TOKEN|KEY|SECRET|PASS|AUTH|CREDENTIAL|COOKIE|PAT$", re.IGNORECASE)
_ASKED: Final = re.compile(r"\$\{(?:input:|env:)?[A-Za-z_][A-Za-z0-9_.-]{0,127}\}")
_PLACEHOLDER: Final = re.compile(r"^(<.*>|your[-_ ].*|xxx+|\.\.\.|…|)$", re.IGNORECASE)


@dataclass(frozen=True)
class Pasted:
    """One server of such a text."""

    name: str
    settings: ServerSettings
    """Off until it is looked at: nothing of it was started."""
    secrets: Mapping[str, str]
    """Values to be stored in the keyring, by the name under which the settings refer to them."""
    notes: tuple[str, ...] = ()
    """What was not taken over, or is still to be filled in, a sentence each."""


def read_paste(text: str) -> list[Pasted]:
    """Read such a text. Raises UsageError that says what is wrong with it; nothing is stored or started."""
    if len(text) > MAX_CHARS:
        raise UsageError(f"The text is longer than {MAX_CHARS:,} characters. Paste the part with `mcpServers` alone.")
    try:
        value: Any = json.loads(_without_comments(text))
        halves = re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"This is no JSON ({error}). Paste the whole text, from {{ to }}.") from None
    if halves:  # of a character: such a text can be stored nowhere
        raise UsageError("The text holds half of a character, like \\ud800. Take it out; nothing was added.")
    found = dict(_servers(value))
    if not found:
        raise UsageError(
            "There is no server in this text. It is expected as "
            '{"mcpServers": {"name": {"command": "…", "args": […]}}} or with a "url".'
        )
    if len(found) > MAX_SERVERS:
        raise UsageError(f"There are more than {MAX_SERVERS} servers in this text. Paste fewer.")
    pasted = [_server(name, one) for name, one in found.items()]
    names = [one.name for one in pasted]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"Two servers of this text would be called {twice!r}. Rename one; nothing was added.")
    return pasted


def _without_comments(text: str) -> str:
    """VS Code's files may hold line comments and commas before a closing bracket; strings are left as they are."""
    piece = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|,(?=\s*[}\]])')
    return piece.sub(lambda match: match[0] if match[0].startswith('"') else "", text.lstrip("\ufeff"))


def _servers(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(value, dict):
        return
    table = cast("dict[str, Any]", value)
    nested = table.get("mcp")
    if isinstance(nested, dict):
        yield from _servers(nested)
    holder = next((table[key] for key in _HOLDERS if isinstance(table.get(key), dict)), None)
    if holder is None and ("command" in table or "url" in table):
        yield str(table.get("name") or _named_after(table)), table
        return
    entries = cast("dict[str, Any]", holder) if holder is not None else table
    for name, one in entries.items():
        if isinstance(one, dict) and ("command" in one or "url" in one or "serverUrl" in one):
            yield name, cast("dict[str, Any]", one)


def _named_after(table: Mapping[str, Any]) -> str:
    if url := table.get("url"):
        return re.sub(r"^https?://(?:www\.|mcp\.|api\.)?([^/:]+).*", r"\1", str(url)).split(".")[0]
    arguments: Any = table.get("args") or []
    given = map(str, cast("list[Any]", arguments)) if isinstance(arguments, list) else ()
    words = [one for one in given if not one.startswith("-")]
    word = words[0] if words else str(table.get("command", ""))
    return re.sub(r"^(mcp-server-|server-)|(-mcp-server|-mcp|-server)$", "", word.rsplit("/", 1)[-1].split("@")[0])


def _server(name: str, table: Mapping[str, Any]) -> Pasted:
    known = suggested(name)
    notes = [f"It is called {known!r} here, not {name[:80]!r}."] if known != name else []
    url = str(table.get("url") or table.get("serverUrl") or "")
    if str(table.get("type") or table.get("transport") or "") == "sse":
        notes.append("Its address is given as one of the old kind (SSE); only streamable HTTP is spoken.")
    command, arguments = _command(name, table)
    secrets: dict[str, str] = {}
    environment = _values(known, table.get("env"), "env", secrets, notes)
    headers = _values(known, table.get("headers"), "headers", secrets, notes)
    ignored = sorted(str(key) for key in table if key not in _KEYS | {"name", "serverUrl"})
    notes += [f"Not taken over: {', '.join(ignored)[:300]}."] if ignored else []
    settings = ServerSettings(
        command=command,
        args=tuple(arguments),
        env=environment,
        url=url,
        headers=headers,
        enabled=not (table.get("disabled") is True or table.get("enabled") is False),
    )
    return Pasted(check_server_name(known), settings, secrets, tuple(notes))


def _command(name: str, table: Mapping[str, Any]) -> tuple[str, list[str]]:
    command: Any = table.get("command", "")
    arguments: Any = table.get("args", [])
    if isinstance(command, list):
        command, *arguments = cast("list[Any]", command) or [""]
    words = cast("list[Any]", arguments) if isinstance(arguments, list) else None
    if not isinstance(command, str) or words is None or not all(isinstance(one, str) for one in words):
        raise UsageError(f"The command of {name[:80]!r} is not a text with a list of texts. Nothing was added.")
    return command, cast("list[str]", words)


def _values(server: str, table: Any, kind: str, secrets: dict[str, str], notes: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in cast("dict[str, Any]", table if isinstance(table, dict) else {}).items():
        text = value if isinstance(value, str) else json.dumps(value)
        entry = f"mcp.{server}.{key}"
        if text.startswith(("keyring:", "env:")):
            # Somebody else's text must not choose which of the person's keys is handed to which server.
            notes.append(f"{key} names a key of yours ({text[:80]}). It was left out; set it yourself if it is meant.")
        elif _ASKED.search(text) or (_SECRET.search(key) and _PLACEHOLDER.match(text)):
            values[key] = f"keyring:{entry}"
            notes.append(f"{key} is still to be filled in: homard mcp secret {server} {key}")
        elif _SECRET.search(key) or (kind == "headers" and key.lower() not in ("accept", "user-agent")):
            values[key], secrets[entry] = f"keyring:{entry}", text
        else:
            values[key] = text
    return values
