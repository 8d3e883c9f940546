"""The tools a run may use, in a stable order (the order is part of the cached prompt prefix)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from agent.messages import ToolSpec
from agent.tools.tool import Tool


class Registry:
    """Tools by name."""

    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        self._tools = {tool.name: tool for tool in tools}
        self._specs = tuple(spec_of(tool) for tool in self._tools.values())
        self.beyond: Callable[[str], Tool[Any] | None] | None = None
        """Gives tools that are not Homard's; they may come and go."""

    def get(self, name: str) -> Tool[Any] | None:
        """The tool of that name, if there is one; Homard's own first."""
        own = self._tools.get(name)
        return self.beyond(name) if own is None and self.beyond is not None else own

    def has_own(self, name: str) -> bool:
        """Whether a tool of Homard's is called so."""
        return name in self._tools

    def add(self, tool: Tool[Any]) -> None:
        """Let a tool be called that not every run is told of: its `spec_of` goes to those that are."""
        self._tools[tool.name] = tool

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._tools)

    def specs(self) -> tuple[ToolSpec, ...]:
        """What a model is told."""
        return self._specs


def spec_of(tool: Tool[Any]) -> ToolSpec:
    """What a model is told of one of Homard's tools."""
    return ToolSpec(tool.name, tool.description, flat_schema(tool.arguments))


def flat_schema(arguments: type[msgspec.Struct]) -> dict[str, Any]:
    """The short form of a schema: one flat object, no titles, no references."""
    schema, components = msgspec.json.schema_components([arguments], ref_template="{name}")
    return {k: v for k, v in components[schema[0]["$ref"]].items() if k not in ("title", "description")}


def built_in_tools() -> list[Tool[Any]]:
    """The default tools."""
    from agent.tools.ask_user import AskUserTool
    from agent.tools.delete import DeleteTool
    from agent.tools.edit import EditTool
    from agent.tools.egress import Egress
    from agent.tools.extract import ExtractTool
    from agent.tools.fetch import FetchTool
    from agent.tools.find import FindTool
    from agent.tools.move import MoveTool
    from agent.tools.read import ReadTool
    from agent.tools.recall import RecallTool
    from agent.tools.schedule import ScheduleTool
    from agent.tools.shell import ShellTool
    from agent.tools.write import WriteTool

    egress = Egress()  # one for all: its counts are whole
    fetch = FetchTool(egress)
    return [
        FindTool(),
        ReadTool(),
        WriteTool(),
        EditTool(),
        MoveTool(),
        DeleteTool(),
        ShellTool(egress),
        fetch,
        ExtractTool(fetch=fetch),
        RecallTool(),
        AskUserTool(),
        ScheduleTool(),
    ]
