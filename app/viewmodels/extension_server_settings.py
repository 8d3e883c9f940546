"""What of an MCP server can be set: where it may reach and read, its keys, what a bundle wants to know."""

from __future__ import annotations

from collections.abc import Mapping

from agent.mcp_client.bundle import UserValue
from agent.mcp_client.view import Server
from app.translation import translate
from app.viewmodels.extension_setting import secret_setting
from app.viewmodels.extension_source import Setting
from app.viewmodels.settings_fields import Field


def entries_of(server: Server) -> dict[str, str]:
    """Names of values that are kept in the keyring, with the name under which they are kept there."""
    values = server.settings.headers if server.settings.url else server.settings.env
    return {name: text.removeprefix("keyring:") for name, text in values.items() if text.startswith("keyring:")}


def settings_of(server: Server, keys: Mapping[str, bool]) -> tuple[Setting, ...]:
    """All of it; `keys`: which of the kept values are there."""
    settings = server.settings
    part = "headers" if settings.url else "env"
    made = [secret_setting((part, name), name, "", there=there) for name, there in keys.items()]
    for name, value in settings.env.items():
        if name not in keys:
            made.append(Setting(Field(("env", name), name, "", "text", value, value)))
    if settings.command:
        may_read = translate("Extensions", "Folders it may read")
        may_change = translate("Extensions", "Folders it may change; that cannot be undone")
        may_reach = translate("Extensions", "Hosts it may reach, host:port; * is any")
        made += [
            _lines("folders", may_read, settings.folders),
            _lines("writable", may_change, settings.writable),
            _lines("hosts", may_reach, settings.hosts),
        ]
    return (*made, _seconds(settings.timeout_s))


def _lines(name: str, title: str, value: tuple[str, ...]) -> Setting:
    about = translate("Extensions", "One on each line. What is added is agreed to before it is used.")
    return Setting(Field((name,), title, about, "lines", list(value), []))


def _seconds(value: float) -> Setting:
    title = translate("Extensions", "Longest wait for a call, in seconds")
    return Setting(Field(("timeout_s",), title, "", "decimal", value, 60.0, above=0, maximum=3_600))


def wanted_setting(name: str, wanted: UserValue) -> Setting:
    """What a bundle wants to know of the person."""
    title, about = wanted.title or name, wanted.description
    default = wanted.default
    if wanted.sensitive:
        return secret_setting((name,), title, about, there=False)
    match wanted.type:
        case "boolean":
            return Setting(Field((name,), title, about, "switch", default is True, False))
        case "number":
            field = Field(
                (name,), title, about, "decimal", default, None, optional=True, minimum=wanted.min, maximum=wanted.max
            )
            return Setting(field)
        case "directory" if not wanted.multiple:
            return Setting(Field((name,), title, about, "folder", default or "", "", placeholder="~/…"))
        case "file" if not wanted.multiple:
            return Setting(Field((name,), title, about, "folder", default or "", "", placeholder="~/…"), "file")
        case _ if wanted.multiple:
            return Setting(Field((name,), title, about, "lines", list(default or []), []))
        case _:
            return Setting(Field((name,), title, about, "text", default or "", ""))
