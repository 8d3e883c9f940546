"""A provider of tools in this process: what a plugin or an MCP server is to a run, without its process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from agent.safety.declared import Declaration
from agent.safety.request import Capability
from agent.tools.foreign import FileUse, ForeignCall, ForeignResult, ToolOffer

Work = Callable[[ForeignCall], Awaitable[ForeignResult] | ForeignResult]


def offer(name: str, *, declaration: Declaration | None = None, **more: Any) -> ToolOffer:
    """A tool with one argument `text`, or with those that are named in `files`."""
    files: dict[str, FileUse] = more.pop("files", {})
    fields: dict[str, Any] = more.pop("fields", None) or {one: {"type": "string"} for one in files or ("text",)}
    schema = {"type": "object", "properties": fields, "required": sorted(fields), "additionalProperties": False}
    description = more.pop("description", f"Does {name}.")
    return ToolOffer(name, name, description, schema, declaration, files, **more)


class OneProvider:
    """Offers tools, and keeps the calls that reached it."""

    def __init__(
        self,
        folder: Path,
        work: Work,
        *offers: ToolOffer,
        principal: str = "plugin:help",
        capabilities: tuple[Capability, ...] = (),
        reads: tuple[str, ...] = (),
        ours: bool = False,
    ) -> None:
        self.principal, self.exchange, self.reads, self.ours = principal, folder, reads, ours
        self._work, self._offers, self._capabilities = work, offers, capabilities
        self.calls: list[ForeignCall] = []

    def offers(self) -> tuple[ToolOffer, ...]:
        return self._offers

    def grant(self, *capabilities: Capability) -> None:
        self._capabilities = capabilities

    def capabilities(self) -> tuple[Capability, ...]:
        return self._capabilities

    async def call(self, call: ForeignCall) -> ForeignResult:
        self.calls.append(call)
        done = self._work(call)
        return done if isinstance(done, ForeignResult) else await done
