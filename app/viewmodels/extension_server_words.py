"""MCP servers in words: a row of the list, what one may do, what is to be agreed to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLocale

from agent.mcp_client import pin
from agent.mcp_client.plan import FETCHING
from agent.mcp_client.view import Server, ServerTool
from agent.settings import ServerSettings
from app.translation import translate
from app.viewmodels.extension_diff import lines_diff
from app.viewmodels.extension_item import Act, Extension, Standing
from app.viewmodels.extension_may import declaration_words, files_note
from app.viewmodels.extension_source import Consent, Details, Sentence, Setting, ToolLine
from app.viewmodels.extension_words import facts_of
from app.viewmodels.job_cron_words import listed
from app.viewmodels.job_words import short_path

FETCH = "fetch"
"""Granted: once, while it is asked what it offers, it may reach any host."""
TOOL = "tool:"
ALL = "tools"
MOST_BOXES = 60
"""Above so many tools they are agreed to together."""
_ACTS: dict[Standing, tuple[Act, ...]] = {
    "on": ("disable", "test", "sign_in", "open", "remove"),
    "running": ("disable", "test", "sign_in", "open", "remove"),
    "waits": ("review", "disable", "test", "sign_in", "open", "remove"),
    "off": ("enable", "test", "sign_in", "open", "remove"),
    "changed": ("review", "disable", "test", "sign_in", "open", "remove"),
    "stopped": ("enable", "test", "sign_in", "open", "remove"),
    "unusable": ("open", "remove"),
}


@dataclass(frozen=True)
class Asked:
    """The first step: it is asked what it offers."""

    definition: ServerSettings


@dataclass(frozen=True)
class Agreed:
    """The second step: what was shown of it, and of its tools."""

    definition: ServerSettings
    tools: tuple[tuple[str, str], ...]
    """Own name and digest."""


def item_of(server: Server) -> Extension:
    """A row of the list."""
    standing = _standing(server)
    return Extension(
        "server",
        server.name,
        (server.state.bundle.display_name if server.state.bundle else "") or server.name,
        _about(server),
        standing,
        _why(server, standing),
        server.prompt_tokens if server.offers else None,
        last_used=server.state.last_used,
        uses=server.state.calls,
        beside=_beside(server),
        acts=_acts(server, standing),
    )


def details_of(server: Server, notes: Sequence[str], settings: tuple[Setting, ...]) -> Details:
    """All of a server."""
    return Details(
        may=may_of(server.settings),
        facts=_facts(server),
        warnings=(*notes, *server.state.said.unusable),
        tools=tuple(_tool(server, one) for one in server.tools),
        settings=settings,
        log=bool(server.settings.command),
    )


def first_consent(server: Server, notes: Sequence[str], missing: Sequence[Setting]) -> Consent:
    """What asking it for its tools means: it is started once, or reached. `missing`: keys that it has to get first."""
    said = list(may_of(server.settings))
    if fetches(server.settings) and not server.state.fetched:
        words = translate(
            "Extensions",
            "It is brought from the internet by {program} when it is started. For this once it may reach any host.",
        )
        program = os.path.basename(server.settings.command)
        said.append(Sentence(words.format(program=program), weight="danger", icon="download", key=FETCH))
    begin = (
        translate("Extensions", "Reach {name} and ask for its tools?")
        if server.settings.url
        else translate("Extensions", "Start {name} and ask for its tools?")
    )
    return Consent(
        item_of(server),
        tuple(said),
        tuple(notes),
        settings=tuple(missing),
        seal=Asked(server.settings),
        asks=begin.format(name=server.name),
        agrees=translate("Extensions", "Ask for its tools"),
    )


def second_consent(server: Server, notes: Sequence[str]) -> Consent:
    """What agreeing to it and its tools means."""
    usable = [one for one in server.tools if one.status != "gone"]
    other = [one for one in server.tools if one.status in ("new", "changed", "gone")]
    return Consent(
        item_of(server),
        (*may_of(server.settings), *_boxes(usable, known=bool(server.state.definition))),
        (*notes, *server.state.said.unusable),
        changes=tuple(map(_change, other)) if server.state.definition else (),
        diffs=tuple(lines_diff(one.own_name, one.changes) for one in server.tools if one.status == "changed"),
        tools=tuple(_tool(server, one) for one in usable),
        seal=agreed_of(server),
    )


def agreed_of(server: Server) -> Agreed:
    """What of it is shown now."""
    tools = sorted((own, pin.digest) for own, pin in server.state.said.tools.items())
    return Agreed(server.settings, tuple(tools))


def fetches(settings: ServerSettings) -> bool:
    """Whether its program brings itself from the internet, which it may not reach."""
    name = os.path.basename(settings.command).removesuffix(".cmd").removesuffix(".exe")
    return name in FETCHING and not settings.hosts


def may_of(settings: ServerSettings) -> tuple[Sentence, ...]:
    """What it may do, a sentence each."""
    return tuple(_of_address(settings) if settings.url else _of_program(settings))


def _of_address(settings: ServerSettings) -> list[Sentence]:
    words = translate("Extensions", "What its tools are called with goes to {url}.")
    said = [Sentence(words.format(url=settings.url), weight="reach", icon="globe")]
    if settings.hosts:
        words = translate("Extensions", "It may be in your own network.")
        said.append(Sentence(words, weight="danger", icon="globe"))
    if settings.headers:
        words = translate("Extensions", "It gets these with each request: {names}.")
        said.append(Sentence(words.format(names=listed(list(settings.headers))), weight="reach", icon="key"))
    return said


def _of_program(settings: ServerSettings) -> list[Sentence]:
    command = " ".join((settings.command, *settings.args))
    words = translate("Extensions", "This is started on your computer, in the sandbox: {command}")
    said = [Sentence(words.format(command=command), weight="reach", icon="terminal")]
    for folder in settings.folders:
        words = translate("Extensions", "Read all of {to}, at any time.")
        said.append(Sentence(words.replace("{to}", short_path(folder)), weight="reach", icon="folder"))
    for folder in settings.writable:
        words = translate("Extensions", "Change and delete everything in {to}; that cannot be undone.")
        said.append(Sentence(words.replace("{to}", short_path(folder)), weight="danger", icon="folder"))
    said.append(_of_network(settings.hosts))
    secret = [name for name, value in settings.env.items() if value.startswith(("keyring:", "env:"))]
    plain = [f"{name}={value}" for name, value in settings.env.items() if name not in secret]
    if secret:
        words = translate("Extensions", "It gets these keys of yours: {names}.")
        said.append(Sentence(words.format(names=listed(secret)), weight="reach", icon="key"))
    if plain:
        words = translate("Extensions", "It gets these settings: {names}.")
        said.append(Sentence(words.format(names=listed(plain)), icon="info"))
    return said


def _of_network(hosts: Sequence[str]) -> Sentence:
    if "*" in hosts:
        return Sentence(translate("Extensions", "Reach any host of the internet."), weight="danger", icon="globe")
    if hosts:
        words = translate("Extensions", "Reach {to} over the internet.")
        return Sentence(words.replace("{to}", listed(list(hosts))), weight="reach", icon="globe")
    return Sentence(translate("Extensions", "It has no network."), icon="shield")


def _boxes(tools: Sequence[ServerTool], *, known: bool) -> list[Sentence]:
    if len(tools) > MOST_BOXES:
        waits = known and any(one.status in ("new", "changed") for one in tools)
        words = translate("Extensions", "Offer all its %n tool(s).", len(tools))
        return [Sentence(words, icon="tool", key=ALL, new=waits)]
    return [
        Sentence(
            _offer_words(one.own_name),
            icon="tool",
            key=f"{TOOL}{one.own_name}",
            granted=one.status != "left_out",
            new=known and one.status in ("new", "changed"),
        )
        for one in tools
    ]


def _offer_words(own_name: str) -> str:
    match own_name:
        case pin.RESOURCES:
            return translate("Extensions", "Offer what it has to read (its resources).")
        case pin.PROMPTS:
            return translate("Extensions", "Offer its prompts.")
        case _:
            return translate("Extensions", "Offer the tool {name}.").format(name=own_name)


def _tool(server: Server, tool: ServerTool) -> ToolLine:
    offer = next((one for one in server.offers if one.own_name == tool.own_name), None)
    notes: list[str] = []
    if offer is not None:
        notes.append(files_note({**offer.files}))
        notes.append(
            declaration_words(offer.declaration)
            if offer.declaration is not None
            else translate("Extensions", "Works on this computer alone.")
        )
    match tool.status:
        case "left_out":
            notes.append(translate("Extensions", "You left it out, so it is not used."))
        case "gone":
            notes.append(translate("Extensions", "The server does not offer it any more."))
        case _:
            pass
    waits = bool(server.state.definition) and tool.status in ("new", "changed")
    return ToolLine(tool.own_name, tool.description, waits, tuple(note for note in notes if note))


def _change(tool: ServerTool) -> str:
    words = {
        "new": translate("Extensions", "New tool: {name}"),
        "changed": translate("Extensions", "Changed tool: {name}"),
    }.get(tool.status, translate("Extensions", "Tool that is gone: {name}"))
    return words.format(name=tool.own_name)


def _standing(server: Server) -> Standing:
    match server.status:
        case "on" if server.waiting:
            return "waits"
        case "on":
            return "running" if server.running else "on"
        case "off" | "new":
            return "off"
        case "changed":
            return "changed"
        case "disabled":
            return "stopped"
        case "unusable":
            return "unusable"


def _why(server: Server, standing: Standing) -> str:
    match standing:
        case "waits":
            return translate(
                "Extensions",
                "%n tool(s) of it are new or changed, and are not used before you agree.",
                len(server.waiting),
            )
        case "changed" if server.state.bundle is not None and "files" in server.why:
            return translate("Extensions", "Its files are others than those that were installed. Install it again.")
        case "changed":
            return translate("Extensions", "It is started otherwise, or may do more, than what you agreed to.")
        case "off" if server.status == "new":
            return translate("Extensions", "Nobody has looked at it yet.")
        case "stopped" | "unusable":
            return server.why
        case _:
            return ""


def _about(server: Server) -> str:
    bundle, settings = server.state.bundle, server.settings
    if bundle is not None and bundle.description:
        return " ".join(bundle.description.split())
    return settings.url or " ".join((os.path.basename(settings.command), *settings.args))


def _beside(server: Server) -> str:
    bundle = server.state.bundle
    if bundle is None:
        return ""
    if not bundle.author:
        return bundle.version
    words = translate("Extensions", "{version} by {publisher}")
    return words.format(version=bundle.version, publisher=bundle.author)


def _acts(server: Server, standing: Standing) -> tuple[Act, ...]:
    left_out: set[Act] = set()
    if server.state.said.at is None:
        left_out.add("test")  # what it is, is read first
    if not server.settings.url:
        left_out.add("sign_in")
    if server.state.bundle is None:
        left_out.add("open")
    return tuple(act for act in _ACTS[standing] if act not in left_out)


def _facts(server: Server) -> tuple[tuple[str, str], ...]:
    said, bundle = server.state.said, server.state.bundle
    memory = QLocale().formattedDataSize(server.memory) if server.memory else ""
    who = f"{said.name} {said.version}".strip()
    return facts_of(
        (
            (translate("Extensions", "Says it is"), who),
            (translate("Extensions", "Speaks"), f"MCP {said.protocol}" if said.protocol else ""),
            (translate("Extensions", "Installed from"), short_path(bundle.source) if bundle else ""),
            (translate("Extensions", "Works now"), memory if server.running else ""),
            (translate("Extensions", "Signed in at"), ", ".join(server.state.sign_in_hosts)),
        )
    )
