"""The group of commands and what they share."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.plugin_host.host import PluginHost
    from agent.plugin_host.manifest import Capability, Manifest
    from agent.plugin_host.plugin import Plugin

app = new_app(help="Plugins: programs that give Homard more tools, each held to what you granted it.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Argument(help="As `homard plugins` lists it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to all that it asks for, unasked.")]

STATUS = {
    "on": "on",
    "off": "off",
    "changed": "off: changed",
    "disabled": "off: it failed",
    "unusable": "unusable",
}


@asynccontextmanager
async def open_host(house: House) -> AsyncGenerator[PluginHost]:
    """The plugins of this home, in this process: what it says of them stands on the disk, where the app looks."""
    from agent import __version__
    from agent.interfaces.cli.provider_setup import secrets_of
    from agent.plugin_host.collection import bundled_plugins
    from agent.plugin_host.host import PluginHost
    from agent.sandbox.measure import known

    secrets = secrets_of(house)
    host = PluginHost(
        house.paths.data / "plugins",
        private=house.paths.data / "plugin-data",
        logs=house.paths.logs / "plugins",
        settings=house.settings,
        bundled=bundled_plugins(),
        skills=house.paths.skills,
        secrets=secrets,
        hide=secrets.known.hide,
        measured=lambda: known(house.paths.cache),
        program=__version__,
    )
    try:
        yield host
    finally:
        await host.aclose()


def plugin_work(
    do: Callable[[Terminal, House, PluginHost], Awaitable[int]], *, as_json: bool = False, runtime: bool = False
) -> Work:
    """A command about plugins."""

    async def run(terminal: Terminal, house: House) -> int:
        async with open_host(house) as host:
            return await do(terminal, house, host)

    return Work(run, needs_runtime=runtime, report=error_report if as_json else None)


def place(terminal: Terminal, named: str) -> Path:
    """A path as the client means it, absolute."""
    return Path(os.path.abspath(os.path.join(terminal.cwd or "/", os.path.expanduser(named))))


def as_data(plugin: Plugin) -> dict[str, Any]:
    """A plugin for scripts."""
    import msgspec

    found, manifest = plugin.found, plugin.manifest
    return {
        "id": plugin.id,
        "name": plugin.name,
        "version": manifest.version if manifest else None,
        "description": manifest.description if manifest else None,
        "publisher": (manifest.publisher if manifest else None) or None,
        "status": plugin.status,
        "why": found.why or None,
        "folder": str(found.folder),
        "from": "homard" if found.bundled else "development" if found.accepted.dev else "own",
        "source": found.accepted.source or None,
        "tree": found.tree.digest,
        "changes": list(found.changes),
        "asks_for": [msgspec.to_builtins(one) for one in found.wanted],
        "granted": [msgspec.to_builtins(one) for one in plugin.granted],
        "may": [words for words, _reason in plugin.consent()],
        "tools": [one.name for one in plugin.tools],
        "triggers": [one.name for one in found.accepted.said.triggers],
        "outputs": [one.name for one in found.accepted.said.outputs],
        "prompt_tokens": plugin.prompt_tokens,
        "calls": plugin.use.calls,
        "log": str(plugin.log),
    }


def say_plugin(terminal: Terminal, plugin: Plugin, as_json: bool) -> int:
    """Tell how a plugin stands after a command."""
    from agent.interfaces.cli.text import revealed

    if as_json:
        print_json(terminal, as_data(plugin))
        return 0
    match plugin.status:
        case "on":
            tools = ", ".join(one.name for one in plugin.tools) or "no tools"
            terminal.say(revealed(f"{plugin.id} is on: {tools} ({plugin.prompt_tokens:,} tokens in each request)."))
        case "off":
            terminal.say(revealed(f"{plugin.id} is off. To use it: homard plugins enable {plugin.id}"))
        case _:
            terminal.say(revealed(f"{plugin.id} is not used. {plugin.found.why}"))
    return 0


def consent_lines(manifest: Manifest, asked: tuple[Capability, ...]) -> list[str]:
    """What a person is to agree to, with the author's reasons."""
    from agent.plugin_host.words import consent

    lines = [f"  {words} ({reason})" for words, reason in consent(manifest, asked)]
    return lines or ["  Nothing but compute: it sees no file of yours and reaches nobody."]
