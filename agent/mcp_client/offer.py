"""The tools of a server as a run is offered them, of what a person agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from agent.errors import UsageError
from agent.mcp_client.name import tool_names
from agent.mcp_client.pin import PROMPTS, RESOURCES, Pin
from agent.safety.declared import Declaration, declaration_for
from agent.safety.effects import Verb
from agent.safety.printable import printable
from agent.safety.request import Capability
from agent.safety.rules import capability
from agent.settings import ServerSettings
from agent.tools.foreign import FileUse, ToolOffer


def offers_of(name: str, settings: ServerSettings, pins: Mapping[str, Pin]) -> tuple[ToolOffer, ...]:
    """Make them, by name. A declaration in the settings that cannot be read gives the safe one."""
    shown = {RESOURCES: f"{name}_resources", PROMPTS: f"{name}_prompts"}
    named = tool_names(name, (own for own in pins if own not in shown))
    taken = set(named.values())
    found: list[ToolOffer] = []
    for own, pin in pins.items():
        called = named.get(own) or shown[own]
        if own in shown and called in taken:
            continue  # the server has a tool of that very name
        declaration, files = declared(settings, own, pin)
        reading = pin.annotations.get("readOnlyHint") is True
        found.append(
            ToolOffer(
                called,
                own,
                _described(name, pin),
                pin.schema,
                declaration=declaration,
                files=files,
                # Also without the network it keeps, between runs, what one of them has told it.
                source="others" if declaration is None else "",
                title=pin.title,
                timeout_s=settings.timeout_s,
                reading=reading,
            )
        )
    return tuple(sorted(found, key=lambda one: one.name))


def _described(name: str, pin: Pin) -> str:
    return pin.description or pin.title or f"A tool of the server {name} without a description."


def declared(settings: ServerSettings, own: str, pin: Pin) -> tuple[Declaration | None, dict[str, FileUse]]:
    """Give what a tool does outside this machine, and which arguments are files: as the settings say, else for safe.

    None: nothing; so it is of a program that has neither the network nor a folder to change.
    """
    said = dict(settings.tools.get(own, {}))
    try:
        files = msgspec.convert(said.pop("files", {}), dict[str, FileUse])
        if said:
            return msgspec.convert(said, Declaration), files
    except msgspec.ValidationError:
        files = {}
    offline = bool(settings.command) and not settings.hosts and not settings.writable
    return None if offline else declaration_for(pin.schema, pin.annotations), files


def check_declarations(settings: ServerSettings) -> None:
    """Refuse declarations that cannot be read. Raises UsageError that names the place."""
    for own, said in settings.tools.items():
        rest = dict(said)
        try:
            msgspec.convert(rest.pop("files", {}), dict[str, FileUse])
            if rest:
                msgspec.convert(rest, Declaration)
        except msgspec.ValidationError as error:
            raise UsageError(
                f"What the settings say of the tool {own!r} is not valid: {error}. See docs/labels.md."
            ) from None


def capabilities_of(
    settings: ServerSettings, offers: tuple[ToolOffer, ...], sign_in: tuple[str, ...]
) -> tuple[Capability, ...]:
    """Give what it may do at all: where it may read, change and reach, and what its tools are said to do."""
    found: list[Capability] = []
    if folders := (*settings.folders, *settings.writable):
        found.append(capability("fs.read", folders))
    if settings.writable:
        found.append(capability("fs.write", settings.writable))
        found.append(capability("fs.delete", settings.writable))
    verbs = {one.declaration.verb for one in offers if one.declaration is not None}
    acts: set[Verb] = {cast("Verb", "net.fetch" if verb == "read" else verb) for verb in verbs}
    if "net.send" in acts:
        acts |= {"msg.send"}  # where an argument makes it a message
    if acts:
        found.append(Capability(frozenset(acts)))
    if any(one.files for one in offers):
        found.append(capability("fs.read"))
    if any("write" in one.files.values() for one in offers):
        found.append(capability("fs.write"))
    hosts = hosts_of(settings)
    if hosts or sign_in:
        found.append(_hosts((*hosts, *sign_in)))
    return tuple(found)


def _hosts(hosts: tuple[str, ...]) -> Capability:
    return capability("net.*") if "*" in hosts else capability("net.*", hosts)


def hosts_of(settings: ServerSettings) -> tuple[str, ...]:
    """Hosts that it may reach, with ports: of a program those that were granted, else where it is."""
    from agent.safety.web_address import parse_address

    if not settings.url:
        return settings.hosts
    address = parse_address(settings.url)
    return (f"{address.host}:{address.port}",)


def permission_words(settings: ServerSettings, code: tuple[str, ...] = ()) -> list[str]:
    """Say what it may do in sentences for a person, one on each line whatever stands in the settings."""
    return [printable(line) for line in _words(settings, code)]


def _words(settings: ServerSettings, code: tuple[str, ...]) -> list[str]:
    if settings.url:
        lines = [f"It is reached at {settings.url}; what a tool is called with goes there."]
        lines += ["It may be on your own network."] if settings.hosts else []
        lines += [f"It gets {', '.join(settings.headers)} with each request."] if settings.headers else []
        return lines
    lines = [f"Started as: {' '.join((settings.command, *settings.args))}"]
    lines += [f"It can read its own program in {path}." for path in code]
    lines += [f"It can read {path} at any time." for path in settings.folders]
    lines += [f"It can read and change everything in {path}; that cannot be undone." for path in settings.writable]
    if "*" in settings.hosts:
        lines.append("It can reach every host on the internet.")
    elif settings.hosts:
        lines.append(f"It can reach {', '.join(settings.hosts)}, and no other host.")
    else:
        lines.append("It has no network.")
    secret = [key for key, value in settings.env.items() if value.startswith(("keyring:", "env:"))]
    lines += [f"It gets these keys of yours: {', '.join(secret)}."] if secret else []
    plain: dict[str, Any] = {key: value for key, value in settings.env.items() if key not in secret}
    lines += (
        [f"It gets these settings: {', '.join(f'{key}={value}' for key, value in plain.items())}."] if plain else []
    )
    return lines
