"""A plugin as a person sees it: what it is, what it may do, what it costs, how it does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from agent.plugin_host.collection import Found, Status
from agent.plugin_host.effective import Effective
from agent.plugin_host.manifest import Capability, Manifest
from agent.plugin_host.offers import offered_name, offers_of
from agent.plugin_host.used import Use
from agent.plugin_host.words import consent, declaration_words
from agent.tools.foreign import ToolOffer


@dataclass(frozen=True)
class Plugin:
    """One plugin at one moment."""

    found: Found
    may: Effective
    log: Path
    """May not be there."""
    use: Use
    pid: int = 0
    """Of its process; 0: it does not run."""
    memory: int = 0
    """Bytes of its process with all that it started."""

    @property
    def id(self) -> str:
        """By which everything names it."""
        return self.found.id

    @property
    def manifest(self) -> Manifest | None:
        """Its plugin.toml; None: it has none that can be read."""
        return self.found.manifest

    @property
    def name(self) -> str:
        """For a person."""
        return self.manifest.name if self.manifest else self.id

    @property
    def status(self) -> Status:
        """Whether it is used."""
        return self.found.status

    @property
    def granted(self) -> tuple[Capability, ...]:
        """What a person agreed to."""
        return self.found.accepted.granted

    @property
    def new(self) -> tuple[Capability, ...]:
        """What it asks for and nobody agreed to yet."""
        return self.found.new

    def consent(self) -> list[tuple[str, str]]:
        """All that it asks for: (sentence, the author's reason) each."""
        return consent(self.manifest, self.found.wanted) if self.manifest else []

    @cached_property
    def tools(self) -> tuple[ToolOffer, ...]:
        """What it offered when it was enabled; empty before."""
        said, believed = self.found.accepted.said, self.found.believed
        return offers_of(self.manifest, said, self.may, believed=believed) if self.manifest else ()

    @property
    def claims(self) -> list[tuple[str, str]]:
        """What its tools say they do at its hosts, which only counts once a person believes it: (tool, words) each."""
        if self.manifest is None or not self.may.hosts:
            return []
        declared = ((one.name, one.declaration) for one in self.found.accepted.said.tools)
        return [(offered_name(self.id, name), declaration_words(one)) for name, one in declared if one is not None]

    @property
    def believed(self) -> bool:
        """Whether these claims count."""
        return self.found.believed

    @property
    def prompt_tokens(self) -> int:
        """About what its tools cost in each request while all tools are listed."""
        import msgspec

        from agent.context.tokens import text_tokens

        told = ((one.name, one.description, one.schema) for one in self.tools)
        return sum(text_tokens(msgspec.json.encode(one).decode()) for one in told)
