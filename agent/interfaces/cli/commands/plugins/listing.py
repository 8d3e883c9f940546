"""`homard plugins list|show|logs`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.plugins.group import (
    STATUS,
    AsJson,
    Id,
    app,
    as_data,
    consent_lines,
    plugin_work,
)
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line, revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.plugin_host.host import PluginHost
    from agent.plugin_host.plugin import Plugin


@app.callback(invoke_without_command=True)
def plugins(context: typer.Context, as_json: AsJson = False) -> Work | None:
    """Plugins: programs that give Homard more tools. Without a command: list them."""
    return None if context.invoked_subcommand else _listing(as_json)


@app.command("list")
def list_plugins(as_json: AsJson = False) -> Work:
    """List the plugins: which are on, what each costs, what is wrong with the others."""
    return _listing(as_json)


def _listing(as_json: bool) -> Work:
    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        every = await asyncio.to_thread(host.plugins)
        if as_json:
            print_json(terminal, {"plugins": [as_data(one) for one in every]})
            return 0
        if not every:
            terminal.say(
                "There is no plugin yet. `homard plugins new ID` makes one, `homard plugins install` brings one."
            )
            return 0
        rows = [
            (one.id, STATUS[one.status], f"{one.prompt_tokens:,}", str(one.use.calls), _last(one), _what(one))
            for one in every
        ]
        width = terminal.columns if terminal.stdout_tty else None
        terminal.out(table(("plugin", "status", "prompt", "calls", "last used", "what for"), rows, width))
        for one in every:
            if one.found.why:
                terminal.say(one_line(f"{one.id}: {one.found.why}", 1_000))
        return 0

    return plugin_work(do, as_json=as_json)


def _last(plugin: Plugin) -> str:
    if not plugin.use.last_at:
        return "never"
    return f"{datetime.fromtimestamp(plugin.use.last_at, UTC).astimezone():%Y-%m-%d %H:%M}"


def _what(plugin: Plugin) -> str:
    return plugin.manifest.description if plugin.manifest else ""


@app.command("show")
def show(plugin: Id, as_json: AsJson = False) -> Work:
    """Show a plugin: what it may do and why, its tools and settings, what changed."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        found = await asyncio.to_thread(host.plugin, plugin)
        if as_json:
            print_json(terminal, as_data(found))
            return 0
        terminal.out("".join(f"{revealed(line)}\n" for line in _described(found, host)))
        return 0

    return plugin_work(do, as_json=as_json)


def _described(plugin: Plugin, host: PluginHost) -> list[str]:
    found, manifest = plugin.found, plugin.manifest
    lines = [f"status: {STATUS[plugin.status]}{f' ({found.why})' if found.why else ''}", f"folder: {found.folder}"]
    lines += [f"{change} (since it was enabled; it is not used until you enable it again)" for change in found.changes]
    if manifest is None or plugin.status == "unusable":
        return [plugin.id, *lines]
    by = f" by {manifest.publisher}" if manifest.publisher else ""
    lines = [f"{manifest.name} {manifest.version}{by}: {manifest.description}", *lines]
    lines += [f"license: {manifest.license}"] if manifest.license else []
    lines += ["it asks for:", *consent_lines(manifest, found.wanted)]
    if (new := plugin.new) and new != found.wanted:
        lines += ["not agreed to yet:", *consent_lines(manifest, new)]
    lines += _tools(plugin)
    values = host.settings_values(plugin.id)
    for name, setting in manifest.settings.items():
        value = "(a key)" if setting.type == "secret" else repr(values[name])
        lines.append(f"setting {name} = {value}: {setting.title or setting.description or setting.type}")
    return [*lines, f"log: {plugin.log}"]


def _tools(plugin: Plugin) -> list[str]:
    lines = [f"tool {one.name}: {one.description}" for one in plugin.tools]
    lines += [f"{name} says that it {words}" for name, words in plugin.claims]
    if plugin.claims and not plugin.believed:
        lines.append("Nobody said that they believe that, so each call that reaches out asks.")
    lines += [f"trigger {one.name}: {one.description}" for one in plugin.found.accepted.said.triggers]
    lines += [f"output {plugin.id}:{one.name}: {one.description}" for one in plugin.found.accepted.said.outputs]
    return lines


@app.command("logs")
def logs(
    plugin: Id,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=10_000, help="How many, from the end.")] = 100,
) -> Work:
    """Print what a plugin said last, errors with their place in the code among it."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        found = await asyncio.to_thread(host.logs, plugin, lines)
        terminal.out("".join(f"{revealed(line)}\n" for line in found))
        if not found:
            terminal.say(f"{plugin} has said nothing yet.")
        return 0

    return plugin_work(do)
