"""`homard plugins new|test|dev`: for those who write one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.plugins.group import (
    AsJson,
    app,
    consent_lines,
    place,
    plugin_work,
    say_plugin,
)
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.plugin_host.host import PluginHost
    from agent.plugin_host.trial import Trial

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The folder of the plugin.")]


@app.command("new")
def new(
    plugin: Annotated[str, typer.Argument(metavar="ID", help="Lower-case letters, digits and hyphens: word-count.")],
    description: Annotated[str, typer.Option("--description", "-d", help="What it is for.")] = "",
    into: Annotated[str, typer.Option("--in", help="Folder to make it in; default: the current one.")] = ".",
    as_json: AsJson = False,
) -> Work:
    """Begin a plugin: a folder with plugin.toml, main.py and a test."""

    async def run(terminal: Terminal, _house: House) -> int:
        from agent.plugin_host.new import create

        folder = await asyncio.to_thread(create, place(terminal, into), plugin, description)
        if as_json:
            print_json(terminal, {"folder": str(folder)})
            return 0
        terminal.out(f"{folder}\n")
        terminal.say(
            f"Write its tools in {folder / 'main.py'}, try it: homard plugins test {folder}, and use it from there: "
            f"homard plugins dev {folder}"
        )
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


@app.command("test")
def try_out(
    folder: Folder = ".",
    call: Annotated[str, typer.Option("--call", help="Call this tool.")] = "",
    arguments: Annotated[str, typer.Option("--with", help="Its arguments, a JSON object.")] = "{}",
    settings: Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE of a setting. Repeatable.")] = None,
    as_json: AsJson = False,
) -> Work:
    """Try a plugin in its sandbox, with all that it asks for, without installing it; what a model would be told."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.plugin_host.trial import trial
        from agent.sandbox.measure import known

        values = {name: value for name, _, value in (one.partition("=") for one in settings or ())}
        async with trial(place(terminal, folder), values, measured=lambda: known(house.paths.cache)) as tried:
            return await _say_trial(terminal, tried, call, arguments, as_json)

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


async def _say_trial(terminal: Terminal, tried: Trial, call: str, arguments: str, as_json: bool) -> int:
    import msgspec

    result = await tried.call(call, arguments) if call else None
    plugin, manifest = tried.plugin, tried.manifest
    if as_json:
        tools = {one.name: {"description": one.description, "schema": one.schema} for one in plugin.tools}
        data = {"id": plugin.id, "tools": tools, "prompt_tokens": plugin.prompt_tokens}
        print_json(terminal, data | ({"result": msgspec.to_builtins(result)} if result else {}))
        return 0
    if result is not None:
        terminal.out(f"{revealed(result.text)}\n")
        return 0
    terminal.say(revealed(f"{manifest.name} {manifest.version} asks to:"))
    for line in consent_lines(manifest, manifest.capability):
        terminal.say(revealed(line))
    for one in plugin.tools:
        fields = ", ".join(one.schema.get("properties", {}))
        terminal.out(revealed(f"{one.name}({fields}): {one.description}") + "\n")
    terminal.say(f"{plugin.id} works in its sandbox: {plugin.prompt_tokens:,} tokens in each request.")
    return 0


@app.command("dev")
def dev(
    folder: Folder = ".",
    once: Annotated[bool, typer.Option("--once", help="Use it from there, and do not wait for changes.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Use a plugin from the folder in which you write it, with all that it asks for; reload it on each save."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        real = place(terminal, folder)
        plugin = await host.develop(real)
        say_plugin(terminal, plugin, as_json)
        if once:
            return 0
        from agent.plugin_host.saves import saves

        terminal.say("Waiting for you to save; Ctrl-C ends this, and the plugin stays on.")
        async for files in saves(real, plugin.found.accepted.files):
            await _reload(terminal, host, plugin.id, files)
        return 0

    return plugin_work(do, as_json=as_json)


async def _reload(terminal: Terminal, host: PluginHost, plugin: str, files: list[str]) -> None:
    from agent.errors import HomardError

    terminal.say(revealed(f"Saved: {', '.join(files[:5])}"))
    try:
        reloaded = await host.reload(plugin)
        say_plugin(terminal, reloaded, False)
        if reloaded.new:
            terminal.say(f"It asks for more than you agreed to. To agree: homard plugins enable {plugin}")
    except HomardError as error:
        terminal.say(revealed(str(error)))
