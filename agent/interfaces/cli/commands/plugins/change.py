"""`homard plugins enable|disable|install|remove|reload|set`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import SecretUnavailable, UsageError
from agent.interfaces.cli.commands.plugins.group import (
    AsJson,
    Id,
    Yes,
    app,
    consent_lines,
    place,
    plugin_work,
    say_plugin,
)
from agent.interfaces.cli.failure import PERSON_EXIT
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.plugin_host.collection import Found
    from agent.plugin_host.host import PluginHost
    from agent.plugin_host.newer import Newer
    from agent.plugin_host.plugin import Plugin


@app.command("enable")
def enable(plugin: Id, yes: Yes = False, as_json: AsJson = False) -> Work:
    """Let a plugin be used, as it stands now, after you agreed to what it asks for. A changed byte turns it off."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        found = await _known(terminal, host, plugin)
        if not yes and not await _agreed(terminal, found):
            terminal.say(f"{plugin} stays off. With --yes you agree beforehand.")
            return PERSON_EXIT
        enabled = await host.enable(plugin, seen=found.found.tree.digest)
        if enabled.claims and not enabled.believed and (yes or await _believed(terminal, enabled)):
            enabled = await host.believe(plugin)
        return say_plugin(terminal, enabled, as_json)

    return plugin_work(do, as_json=as_json)


async def _known(terminal: Terminal, host: PluginHost, plugin: str) -> Plugin:
    """The plugin; of one that only stands in a folder here it is said how it is used. Raises UsageError."""
    from agent.plugin_host.manifest import FILE

    try:
        return await asyncio.to_thread(host.plugin, plugin)
    except UsageError:
        named, here = place(terminal, plugin), place(terminal, ".")
        folder = named if (named / FILE).is_file() else here
        if not (folder / FILE).is_file() or folder.name != named.name:
            raise
        raise UsageError(
            f"{folder} holds a plugin, and it is not among yours yet. To use it while you write it: homard plugins dev "
            f"{folder}. To take a copy of it: homard plugins install {folder}"
        ) from None


async def _believed(terminal: Terminal, plugin: Plugin) -> bool:
    """Whether the person believes what its tools say of themselves. Without it each call that reaches out is asked."""
    terminal.say("Its tools say of themselves what they do there. Where you do not believe it, each call asks you:")
    for name, words in plugin.claims:
        terminal.say(revealed(f"  {name} {words}"))
    return await _yes(terminal, "  Believe it? [y/N] ")


async def _yes(terminal: Terminal, question: str) -> bool:
    answer = await terminal.ask(question, fresh=True)
    return (answer or "").strip().lower() in ("y", "yes")


async def _agreed(terminal: Terminal, plugin: Plugin) -> bool:
    """Whether the person agrees to what is asked for; what they agreed to before is not asked again."""
    manifest = plugin.manifest
    if manifest is None or plugin.status == "unusable":
        return True  # enabling it says why it cannot be
    for change in plugin.found.changes:
        terminal.say(revealed(f"{change} (since it was enabled)"))
    asked = plugin.found.wanted if not plugin.granted or plugin.found.changes else plugin.new
    if not asked and plugin.granted:
        return True
    by = f" by {manifest.publisher}" if manifest.publisher else ""
    terminal.say(revealed(f"{manifest.name} {manifest.version}{by} asks to:"))
    for line in consent_lines(manifest, asked):
        terminal.say(revealed(line))
    return await _yes(terminal, "  Agree? [y/N] ")


@app.command("disable")
def disable(plugin: Id, as_json: AsJson = False) -> Work:
    """Let a plugin be used no more; it stays where it is."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        return say_plugin(terminal, await host.disable(plugin), as_json)

    return plugin_work(do, as_json=as_json)


@app.command("install")
def install(
    source: Annotated[str, typer.Argument(help="A folder or a zip with one plugin.")],
    replace: Annotated[bool, typer.Option("--replace", help="In place of one that is there.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Copy a plugin among yours. It is off until you have looked at it and enable it."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        found = await asyncio.to_thread(lambda: host.install(place(terminal, source), replace=replace))
        return say_plugin(terminal, found, as_json)

    return plugin_work(do, as_json=as_json)


@app.command("update")
def update(
    plugin: Id,
    source: Annotated[str, typer.Option("--from", help="A folder or zip; default: where it was installed from.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it unasked.")] = False,
) -> Work:
    """Show what a newer version of a plugin changes, and take it. It is off until you enable it again."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        from agent.plugin_host.newer import compare

        found = (await asyncio.to_thread(host.plugin, plugin)).found
        if not source and not found.accepted.source:
            raise UsageError(f"{plugin} was not installed from anywhere. Say where the newer one is: --from")
        where = place(terminal, source or found.accepted.source)
        newer = await asyncio.to_thread(compare, found, where)
        if newer is None:
            terminal.say(f"{plugin} is the same as in {where}.")
            return 0
        _say_newer(terminal, found, newer)
        if not yes and not await _yes(terminal, "  Take it? [y/N] "):
            terminal.say("Nothing was changed. With --yes you agree beforehand.")
            return PERSON_EXIT
        taken = await asyncio.to_thread(lambda: host.install(where, replace=True, digest=newer.digest))
        return say_plugin(terminal, taken, False)

    return plugin_work(do)


def _say_newer(terminal: Terminal, found: Found, newer: Newer) -> None:
    before = found.manifest.version if found.manifest else "?"
    terminal.say(revealed(f"{newer.manifest.name} {before} → {newer.manifest.version}"))
    for line in newer.more:
        terminal.say(revealed(f"  it asks for more: {line}"))
    for line in newer.less:
        terminal.say(revealed(f"  no longer: {line}"))
    for line in (*newer.files, *newer.text):
        terminal.out(f"{revealed(line)}\n")


@app.command("remove")
def remove(plugin: Id, as_json: AsJson = False) -> Work:
    """Delete a plugin from the disk, with what it stored."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        folder = await host.remove(plugin)
        if as_json:
            print_json(terminal, {"removed": str(folder)})
        else:
            terminal.say(f"{plugin} is removed.")
        return 0

    return plugin_work(do, as_json=as_json)


@app.command("reload")
def reload(plugin: Id, as_json: AsJson = False) -> Work:
    """Start a plugin anew, in the running app too."""

    async def do(terminal: Terminal, _house: House, host: PluginHost) -> int:
        return say_plugin(terminal, await host.reload(plugin), as_json)

    return plugin_work(do, as_json=as_json)


@app.command("set")
def set_value(
    plugin: Id,
    name: Annotated[str, typer.Argument(help="Of the setting, as `homard plugins show` lists it.")],
    value: Annotated[str, typer.Argument(help="Left out for a key: it is asked for, and kept in the keyring.")] = "",
) -> Work:
    """Set what a plugin lets you set."""

    async def do(terminal: Terminal, house: House, host: PluginHost) -> int:
        from agent.plugin_host.values import setting_of

        found = await asyncio.to_thread(host.plugin, plugin)
        setting = setting_of(found.manifest, name)
        if setting.type == "secret":
            return await _set_key(terminal, house, plugin, name)
        from agent.plugin_host.values import checked

        plain = checked(name, setting, str(place(terminal, value)) if setting.type in ("folder", "file") else value)

        def change(document: Any) -> None:
            document.setdefault("plugins", {}).setdefault(plugin, {})[name] = plain

        await house.change_settings(change)
        terminal.say(revealed(f"{name} of {plugin} is {plain!r}."))
        return 0

    return plugin_work(do)


async def _set_key(terminal: Terminal, house: House, plugin: str, name: str) -> int:
    from agent.interfaces.cli.provider_setup import secrets_of
    from agent.plugin_host.values import secret_name

    key = await terminal.ask(f"{name}: ", hidden=True)
    if not key:
        terminal.say("Nothing was set.")
        return PERSON_EXIT
    kept = await secrets_of(house).set(secret_name(plugin, name), key.strip())
    if kept == "session":
        raise SecretUnavailable("There is no keyring here, so the key was not kept. See homard doctor for the remedy.")
    terminal.say(f"It is kept in the {'keyring' if kept == 'keyring' else 'sealed file'}.")
    return 0
