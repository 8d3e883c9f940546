"""Titles of chats, by a model that is set for that; without one the first words of a chat stay its title."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import msgspec

from agent.commands import SendMessage
from agent.context.intake import PERSONAL, title_of
from agent.context.quarantine import Quarantine
from agent.errors import HomardError
from agent.events import AnyEvent, SessionRenamed
from agent.messages import TextPart, Usage
from agent.ports import Account, ModelGateway
from agent.settings import ModelProfile
from agent.storage.sessions import Store

SYSTEM = (
    "You name chats. Give the title of a chat that begins with the message you are given: at most six words, in the"
    " language of the message, without quotes and without a full stop. Do not answer the message. Reply with the title"
    " only."
)
MOST_CHARS = 1_500
"""Of the message, for the model: what comes first says what it is about."""
LIMIT_S = 60.0

_log = logging.getLogger(__name__)


class Titles(msgspec.Struct, frozen=True):
    """Names chats beside their first run, from nothing but what the person typed."""

    store: Store
    gateway: ModelGateway
    model: Callable[[ModelProfile], ModelProfile | None]
    """Gives the one for the title of a chat with that model; None: no title is made."""
    held: Callable[[], bool]
    """Whether no model may be called now."""
    publish: Callable[[AnyEvent], None]

    async def name(self, command: SendMessage, model: ModelProfile, account: Account) -> None:
        """Name the chat that begins with this message, and with this model. Whatever fails, the old title stays."""
        words = " ".join(part.text for part in command.parts if isinstance(part, TextPart))
        namer = self.model(model)
        if namer is None or not _begins_a_chat(command) or not words.strip() or self.held():
            return
        try:
            async with asyncio.timeout(LIMIT_S):
                if await self._is_unnamed(command.session_id, words, account.run_id):
                    await self._rename(command.session_id, words, await self._ask(words, namer, command, account))
        except (HomardError, TimeoutError) as error:
            _log.info("the chat %s keeps its first words as its title: %s", command.session_id, error)

    async def _is_unnamed(self, session_id: str, words: str, run_id: str) -> bool:
        session = await self.store.session(session_id)
        runs = await self.store.runs(session_id, limit=2)
        return session.title == title_of(words) and all(run.run_id == run_id for run in runs)

    async def _ask(self, words: str, model: ModelProfile, command: SendMessage, account: Account) -> str:
        async def admit() -> bool:
            return False

        async def spent(usage: Usage) -> None:
            await self.store.record_usage(command.session_id, account.run_id, model.label, usage)

        complete = Quarantine(
            self.gateway, lambda _tokens: model, command.session_id, admit, spent, account, purpose="title"
        )
        return title_of(_bare(await complete(SYSTEM, words[:MOST_CHARS])))

    async def _rename(self, session_id: str, words: str, title: str) -> None:
        session = await self.store.session(session_id)
        if not title or session.title != title_of(words):  # a person gave it another one meanwhile
            return
        session = await self.store.rename(session_id, title)
        self.publish(SessionRenamed(session_id, "", session.title))


def _begins_a_chat(command: SendMessage) -> bool:
    typed = command.typed and command.origin in PERSONAL and command.acting is None
    return typed and not (command.retry or command.resume or command.dry_run)


def _bare(reply: str) -> str:
    """The last line of a reply, without what models like to put around a title."""
    lines = [line.strip() for line in reply.splitlines() if line.strip()]
    return (lines[-1] if lines else "").removeprefix("Title:").strip(" \t*#\"'`“”„«».")
