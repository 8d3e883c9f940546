"""A server as a person sees it: whether it is used and why not, what it may do, its tools and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.context.tokens import text_tokens
from agent.errors import HomardError
from agent.mcp_client.bundle import unchanged
from agent.mcp_client.house import House
from agent.mcp_client.offer import check_declarations, offers_of, permission_words
from agent.mcp_client.pin import Pin, changes, same
from agent.mcp_client.plan import check_settings, program_of
from agent.mcp_client.state import ServerState, command_of, definition_of
from agent.settings import ServerSettings
from agent.tools.foreign import ToolOffer

Status = Literal["on", "off", "new", "changed", "disabled", "unusable"]
"""`new`: nobody has agreed to anything of it yet. `changed`: it is started otherwise, reaches elsewhere, or has other
files than what was agreed to. `disabled`: it failed and was switched off by itself."""
ToolStatus = Literal["on", "new", "changed", "gone", "left_out"]


@dataclass(frozen=True)
class ServerTool:
    """One tool, as a person sees it."""

    own_name: str
    name: str
    """As a model calls it; empty where it is not offered."""
    status: ToolStatus
    description: str
    changes: tuple[str, ...] = ()
    """Since a person agreed: lines with `-` were there, lines with `+` are there now."""


@dataclass(frozen=True)
class Server:
    """One server, as a person sees it."""

    name: str
    settings: ServerSettings
    status: Status
    why: str
    """Of every status but `on`; a sentence with what to do."""
    words: tuple[str, ...]
    """What it may do, a sentence each."""
    tools: tuple[ServerTool, ...]
    state: ServerState
    offers: tuple[ToolOffer, ...]
    running: bool = False
    memory: int = 0
    """Bytes; 0: not known."""
    log: Path | None = None

    @property
    def prompt_tokens(self) -> int:
        """About what its tools cost in each request, where a model is told of them."""
        import msgspec

        told = ((one.name, one.description, one.schema) for one in self.offers)
        return sum(text_tokens(msgspec.json.encode(one).decode()) for one in told)

    @property
    def waiting(self) -> tuple[ServerTool, ...]:
        """Tools that are new or changed, and wait for a person."""
        return tuple(one for one in self.tools if one.status in ("new", "changed"))


def status_of(name: str, settings: ServerSettings, state: ServerState, house: House) -> tuple[Status, str, list[str]]:
    """Judge a server: its status, why, and what it may do in sentences. Blocks for the disk; never raises."""
    try:
        check_settings(name, settings)
        check_declarations(settings)
        program = program_of(name, settings, house.own()) if settings.command else None
    except HomardError as error:
        return "unusable", str(error), []
    code = [] if program is None else list(program.code)
    code += [str(house.place(name) / "bundle")] if state.bundle is not None else []
    words = permission_words(settings, tuple(dict.fromkeys(code)))
    if why := changed_bundle(name, state, house):
        return "changed", why, words
    if program is not None and program.fetches and not settings.hosts and state.fetched != command_of(settings):
        why = f"{settings.command} brings it from the internet: let it do so once with `homard mcp install {name}`,"
        return "new", f"{why} then: homard mcp trust {name}", words
    if not state.definition:
        return "new", f"Look at what it may do and at its tools, then: homard mcp trust {name}", words
    if state.definition != definition_of(settings, state.bundle):
        return "changed", f"Its settings are others than what you agreed to: homard mcp trust {name}", words
    if not settings.enabled:
        return "off", f"It is switched off: homard mcp enable {name}", words
    if state.failed:
        return "disabled", state.failed, words
    return "on", "", words


def changed_bundle(name: str, state: ServerState, house: House) -> str:
    """Say that the files of a bundle are others than those that were installed; empty: they are not."""
    if state.bundle is None or unchanged(house.place(name) / "bundle", state.bundle):
        return ""
    return f"Its files are others than those that were installed. Install it again, or: homard mcp remove {name}"


def pinned_offers(name: str, settings: ServerSettings, state: ServerState) -> tuple[ToolOffer, ...]:
    """The tools that a person agreed to and that were unchanged when the server was asked last."""
    return offers_of(name, settings, same(state.pins, state.said.tools))


def tools_of(state: ServerState, offered: dict[str, str]) -> tuple[ServerTool, ...]:
    """All tools that it has or had, with what became of each since a person agreed; `offered`: their names."""
    found: list[ServerTool] = []
    for own in sorted({*state.pins, *state.said.tools}):
        pin, said = state.pins.get(own), state.said.tools.get(own)
        if said is None:
            status: ToolStatus = "gone"
        elif pin is None:
            status = "left_out" if state.definition and own in state.left_out else "new"
        else:
            status = "on" if pin.digest == said.digest else "changed"
        diff = tuple(changes(pin, said)) if status == "changed" else ()
        found.append(ServerTool(own, offered.get(own, ""), status, (said or pin or Pin("", {})).description, diff))
    return tuple(found)
