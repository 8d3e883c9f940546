"""Where plugins and MCP servers meet runs: which of their tools a run is told of, and which it can find."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.context.tokens import text_tokens
from agent.labels import Label
from agent.messages import ToolSpec

if TYPE_CHECKING:
    from agent.tools.foreign import ToolOffer, ToolProvider
    from agent.tools.foreign_tool import ForeignTool
    from agent.tools.ports import Found
    from agent.tools.registry import Registry
    from agent.tools.tool import Tool

HEAD = "# More tools\n\nfind_tool finds these, use_tool calls one: {providers}."
DESCRIPTION_CHARS = 1_000
"""Of a tool that a model is told of."""


@dataclass(frozen=True)
class RunTools:
    """The tools of providers in one run; made at its start and the same to its end."""

    tools: tuple[ForeignTool, ...]
    budget: int
    """Tokens that their descriptions may take in each request."""

    @cached_property
    def listed(self) -> bool:
        """Whether the model is told of each; else it finds them."""
        return sum(text_tokens(_text(spec)) for spec in self.all_specs) <= self.budget

    @cached_property
    def all_specs(self) -> tuple[ToolSpec, ...]:
        """Each tool as a model would be told of it."""
        return tuple(
            ToolSpec(one.name, one.description[:DESCRIPTION_CHARS], _bare(one.offer.schema)) for one in self.tools
        )

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What the model is told."""
        return self.all_specs if self.listed else _search_specs()

    def prompt(self) -> str:
        """The part of the system prompt; empty if the model is told of each tool."""
        if self.listed:
            return ""
        counts: dict[str, int] = {}
        for one in self.tools:
            name = one.provider.principal.partition(":")[2]
            counts[name] = counts.get(name, 0) + 1
        return HEAD.format(providers=", ".join(f"{name} ({count})" for name, count in counts.items()))

    def names(self) -> list[str]:
        """All names."""
        return [one.name for one in self.tools]

    def find(self, words: str) -> list[Found]:
        """Give the tools that fit best; a whole name first."""
        from agent.tools.find_tool import MAX_FOUND
        from agent.tools.ports import Found

        wanted = _words(words)
        scored = [(_score(one, words.strip(), wanted), one) for one in self.tools]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].name))[:MAX_FOUND]
        return [
            Found(one.name, one.description[:DESCRIPTION_CHARS], _bare(one.offer.schema), _label(one))
            for _points, one in best
        ]


class ForeignDoor:
    """Gives runs the tools of providers."""

    def __init__(
        self, registry: Registry, providers: Callable[[], Iterable[ToolProvider]], *, budget: Callable[[], int]
    ) -> None:
        """`providers`: those that are on now; cheap while there is none. It is called in a thread."""
        self._registry = registry
        self._providers = providers
        self._budget = budget
        self._tools: dict[str, ForeignTool] = {}
        registry.beyond = self.tool

    def tool(self, name: str) -> Tool[Any] | None:
        """The tool of a provider by its name, if some run was given it."""
        return self._tools.get(name)

    async def of_run(self) -> RunTools | None:
        """Give what a run knows of them; None: there is none."""
        return await asyncio.to_thread(self.look)

    def look(self) -> RunTools | None:
        """The same, for who may wait for the disk."""
        providers = sorted(self._providers(), key=lambda one: (not one.ours, one.principal))
        if not providers:
            return None
        from agent.tools.desktop import desktop_tools
        from agent.tools.find_tool import USE, FindTool
        from agent.tools.foreign_tool import ForeignTool

        for tool in (FindTool(), *desktop_tools()):
            self._registry.add(tool)
        found: dict[str, ForeignTool] = {}
        for provider in providers:
            for offer in provider.offers():
                taken = offer.name in found or offer.name == USE or self._registry.has_own(offer.name)
                one = _renamed(offer, provider.principal) if taken else offer
                found.setdefault(one.name, ForeignTool(one, provider))
        self._tools = {**self._tools, **found}
        return RunTools(tuple(found.values()), self._budget()) if found else None


def _search_specs() -> tuple[ToolSpec, ...]:
    from agent.tools.find_tool import USE, FindTool, UseToolArguments
    from agent.tools.registry import flat_schema, spec_of

    return spec_of(FindTool()), ToolSpec(USE, "Call a tool that find_tool gave.", flat_schema(UseToolArguments))


def _renamed(offer: ToolOffer, principal: str) -> ToolOffer:
    """Of a name that another tool has: no tool is taken for that one, and none is lost."""
    import msgspec

    apart = hashlib.sha256(f"{principal}/{offer.own_name}".encode()).hexdigest()[:6]
    return msgspec.structs.replace(offer, name=f"{offer.name[:57]}_{apart}")


def _bare(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in ("$schema", "title")}


def _text(spec: ToolSpec) -> str:
    import msgspec

    return msgspec.json.encode(spec).decode()


def _label(tool: ForeignTool) -> Label:
    """Of a description: a person agreed to it, as to a skill's text."""
    return Label("app") if tool.provider.ours else Label("skill", "public", (tool.provider.principal,))


def _words(text: str) -> list[str]:
    return [_stem(word) for word in re.findall(r"\w+", text.casefold().replace("_", " ")) if len(word) > 1]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _score(tool: ForeignTool, whole: str, wanted: Sequence[str]) -> int:
    if tool.name == whole:
        return 1_000
    name, described = set(_words(f"{tool.name} {tool.offer.title}")), set(_words(tool.description))
    fields: dict[str, Any] = tool.offer.schema.get("properties", {})
    arguments = set(_words(" ".join(fields)))
    return sum(6 * (word in name) + 2 * (word in described) + (word in arguments) for word in wanted)
