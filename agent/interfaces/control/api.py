"""The machine's way in: commands as JSON, events as JSON. For the app, editors and scripts of this user.

After `{"mode": "api", "protocol": 1, "version": …}` a client sends, each with an optional `id` that the answer repeats:

    {"submit": {"command": "SendMessage", …}}      answered by {"receipt": {…}} or {"error": sentence, "usage": bool}
    {"submit": {…}, "tied": true}                  the same; the run is cancelled when the client hangs up
    {"ask": {"query": "ListSessions", …}}          answered by {"answer": …} or an error; see queries.py
    {"subscribe": session_id}                      or null for all sessions; answered by {"subscribed": session_id}
    {"unsubscribe": session_id}                    answered by {"unsubscribed": session_id}

and after `subscribe` gets `{"event": {"event": "RunStarted", …}}`, in order, until it hangs up. Runs go on without it,
but for those that are tied to it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from agent.commands import AnyCommand, CancelRun
from agent.errors import HomardError, UsageError
from agent.interfaces.control.link import Frame, Link
from agent.interfaces.control.queries import Answers, AnyQuery
from agent.tasks import spawn

if TYPE_CHECKING:
    from agent.runtime import Runtime


class ApiService:
    """Serves the mode `api` of the control socket."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._answers = Answers(runtime)

    async def serve(self, link: Link, _request: Frame) -> None:
        """Carry out what one client sends until it hangs up."""
        client = _Client(self._runtime, self._answers, link)
        try:
            while (frame := await link.receive()) is not None:
                marks = {"id": frame["id"]} if "id" in frame else {}
                link.send({**await client.carry_out(frame), **marks})
                await link.drain()
        finally:
            await client.leave()


class _Client:
    """What one client has under way."""

    def __init__(self, runtime: Runtime, answers: Answers, link: Link) -> None:
        self._runtime = runtime
        self._answers = answers
        self._link = link
        self._relays: dict[str | None, asyncio.Task[None]] = {}
        self._tied: list[str] = []

    async def carry_out(self, frame: Frame) -> Frame:
        """Do what a frame says; the answer."""
        if "subscribe" in frame:
            return await self._subscribe(frame["subscribe"])
        if "unsubscribe" in frame:
            return self._unsubscribe(frame["unsubscribe"])
        try:
            if "ask" in frame:
                answer = await self._answers.answer(msgspec.convert(frame["ask"], AnyQuery))
                return {"answer": msgspec.to_builtins(answer)}
            receipt = await self._runtime.submit(msgspec.convert(frame.get("submit"), AnyCommand))
        except msgspec.ValidationError as error:
            return {"error": f"This is no command: {error}.", "usage": True}
        except HomardError as error:
            return {"error": str(error), "usage": isinstance(error, UsageError)}
        if frame.get("tied") and receipt.run_id:
            self._tied.append(receipt.run_id)
        return {"receipt": msgspec.to_builtins(receipt)}

    async def leave(self) -> None:
        """End what hangs on the client; a run that is over already is none."""
        for task in self._relays.values():
            task.cancel()
        for run_id in self._tied:
            with suppress(UsageError):
                await self._runtime.submit(CancelRun(run_id))

    async def _subscribe(self, session_id: str | None) -> Frame:
        if session_id not in self._relays:
            ready = asyncio.Event()
            self._relays[session_id] = spawn(self._relay(session_id, ready), "api subscription")
            await ready.wait()
        return {"subscribed": session_id}

    def _unsubscribe(self, session_id: str | None) -> Frame:
        task = self._relays.pop(session_id, None)
        if task is not None:
            task.cancel()
        return {"unsubscribed": session_id}

    async def _relay(self, session_id: str | None, ready: asyncio.Event) -> None:
        with self._runtime.subscribe(session_id) as events:
            ready.set()
            async for event in events:
                self._link.send({"event": msgspec.to_builtins(event)})
                await self._link.drain()
