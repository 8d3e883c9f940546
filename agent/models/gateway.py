"""The one gateway: picks the transport a model's provider names, and the profile for tiny models."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING

from agent.errors import NoSuchModel
from agent.models.sent import OnSent, ignore_sent
from agent.ports import ModelEvent, ModelGateway, ModelRequest, SecretStore
from agent.settings import Settings, Transport

if TYPE_CHECKING:
    from agent.models.engine import Engine, LocalGateway


Meters = Callable[[ModelGateway], ModelGateway]
"""Puts what accounts for each call around a transport; `Runtime.metered` is one."""


class Gateway:
    """`ModelGateway` over all transports; each is imported and started at its first use."""

    def __init__(self, secrets: SecretStore, settings: Settings, meter: Meters, on_sent: OnSent = ignore_sent) -> None:
        """`meter` is put around each transport; `on_sent` hears of each request that leaves, counted at the wire."""
        self._secrets = secrets
        self._meter = meter
        self._on_sent = on_sent
        self._settings = settings
        self._transports: dict[Transport, ModelGateway] = {}
        self._local: LocalGateway | None = None
        self._stack = AsyncExitStack()
        self.open_plugins: Callable[[], ModelGateway] | None = None
        """Gives the transport to models that plugins provide; put here by who has the plugins."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        transport = self._transport(request.model.settings.transport)
        if request.model.tool_style == "constrained":
            from agent.models.constrained import ConstrainedGateway

            transport = ConstrainedGateway(transport)
        async with aclosing(transport.stream(request)) as events:
            async for event in events:
                yield event

    @property
    def engine(self) -> Engine | None:
        """The offline engine, if it was wanted so far; opens nothing."""
        return self._local.engine if self._local is not None else None

    def open_engine(self) -> Engine:
        """The offline engine, to load a model without a request."""
        return self._open_local().engine

    async def aclose(self) -> None:
        """End the worker processes and close the connections."""
        await self._stack.aclose()

    def _transport(self, kind: Transport) -> ModelGateway:
        if kind not in self._transports:
            self._transports[kind] = self._meter(self._open(kind))
        return self._transports[kind]

    def _open(self, kind: Transport) -> ModelGateway:
        match kind:
            case "direct":
                from agent.models.direct import DirectGateway

                direct = DirectGateway(self._secrets, self._on_sent)
                self._stack.push_async_callback(direct.aclose)
                return direct
            case "litellm":
                from agent.models.litellm_gateway import LiteLLMGateway

                litellm = LiteLLMGateway(self._secrets, on_sent=self._on_sent)
                self._stack.push_async_callback(litellm.aclose)
                return litellm
            case "local":
                return self._open_local()
            case "plugin":
                if self.open_plugins is None:
                    raise NoSuchModel("There are no plugins here, so none can provide a model.")
                return self.open_plugins()
            case "scripted":
                from agent.models.scripted import ScriptedGateway

                return ScriptedGateway()

    def _open_local(self) -> LocalGateway:
        if self._local is None:
            from agent.models.engine import LocalGateway

            self._local = LocalGateway(self._settings.engine, self._on_sent)
            self._stack.push_async_callback(self._local.aclose)
        return self._local
