"""The machine's way in: commands as JSON, events as JSON. For the app, editors and scripts of this user.

After `{"mode": "api", "protocol": 1, "version": …}` a client sends, each with an optional `id` that the answer repeats:

    {"submit": {"command": "SendMessage", …}}      answered by {"receipt": {…}} or {"error": sentence, "usage": bool}
    {"subscribe": session_id}                      or null for all sessions; answered by {"subscribed": session_id}

and from then on gets `{"event": {"event": "RunStarted", …}}`, in order, until it hangs up. Runs go on without it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec

from agent.commands import AnyCommand
from agent.errors import HomardError, UsageError
from agent.interfaces.control.link import Frame, Link
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.runtime import Runtime


class ApiService:
    """Serves the mode `api` of the control socket."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def serve(self, link: Link, _request: Frame) -> None:
        """Carry out what one client sends until it hangs up."""
        subscriptions: list[asyncio.Task[None]] = []
        try:
            while (frame := await link.receive()) is not None:
                marks = {"id": frame["id"]} if "id" in frame else {}
                if "subscribe" in frame:
                    ready = asyncio.Event()
                    subscriptions.append(spawn(self._relay(link, frame["subscribe"], ready), "api subscription"))
                    await ready.wait()
                    link.send({"subscribed": frame["subscribe"], **marks})
                else:
                    link.send({**await self._submit(frame.get("submit")), **marks})
                await link.drain()
        finally:
            for task in subscriptions:
                task.cancel()

    async def _submit(self, command: Any) -> Frame:
        try:
            receipt = await self._runtime.submit(msgspec.convert(command, AnyCommand))
        except msgspec.ValidationError as error:
            return {"error": f"This is no command: {error}.", "usage": True}
        except HomardError as error:
            return {"error": str(error), "usage": isinstance(error, UsageError)}
        return {"receipt": msgspec.to_builtins(receipt)}

    async def _relay(self, link: Link, session_id: str | None, ready: asyncio.Event) -> None:
        with self._runtime.subscribe(session_id) as events:
            ready.set()
            async for event in events:
                link.send({"event": msgspec.to_builtins(event)})
                await link.drain()
