"""A plugin as runs see it: a provider of tools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.errors import ToolFailed
from agent.messages import ImagePart
from agent.plugin_api.result import Image, PlainResult
from agent.plugin_host.channel import Crashed
from agent.plugin_host.collection import Found
from agent.plugin_host.effective import Effective
from agent.plugin_host.life import Life
from agent.plugin_host.offers import offers_of
from agent.safety.request import Capability
from agent.tools.foreign import ForeignCall, ForeignResult, ToolOffer


class PluginProvider:
    """One plugin that is on, as it is when a run begins. See `agent.tools.foreign.ToolProvider`."""

    def __init__(self, found: Found, may: Effective, life: Life, find: Callable[[str], Found]) -> None:
        """`find` gives the plugin as it is now; called in a thread."""
        self._found, self._may, self._life, self._find = found, may, life, find

    @property
    def principal(self) -> str:
        """`plugin:<id>`."""
        return f"plugin:{self._found.id}"

    @property
    def ours(self) -> bool:
        """Whether it comes with Homard."""
        return self._found.bundled

    @property
    def exchange(self) -> Path:
        """Where copies of files are handed over."""
        return self._life.exchange

    @property
    def reads(self) -> tuple[str, ...]:
        """The person's folders that its process reads."""
        return self._may.readable

    def offers(self) -> tuple[ToolOffer, ...]:
        """What a person agreed to."""
        manifest = self._found.manifest
        said, believed = self._found.accepted.said, self._found.believed
        return offers_of(manifest, said, self._may, believed=believed) if manifest is not None else ()

    def capabilities(self) -> tuple[Capability, ...]:
        """What it was granted."""
        return self._may.for_decisions()

    async def call(self, call: ForeignCall) -> ForeignResult:
        """Make a call. Raises ToolRetry, ToolFailed, ToolDenied."""
        running = await self._life.begin(self._find)
        try:
            result = await running.call(call)
        except Crashed as error:
            raise self._life.explained(error) from None
        self._life.worked()
        return _foreign(result)


def _foreign(result: PlainResult) -> ForeignResult:
    """What it said. A picture that is none would end the whole conversation: no model takes it."""
    try:
        seen = [Image.of(one.data) for one in result.images]
    except ValueError as error:
        raise ToolFailed(f"The plugin gave a picture that is none. {error}") from None
    images = tuple(ImagePart(one.media_type, one.data) for one in seen)
    return ForeignResult(result.text, images, result.data, result.is_error)
