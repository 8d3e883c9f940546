"""One model call apart from the conversation: no tools, no history, nothing of it seen by the run's own model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing

import msgspec

from agent.context.tokens import text_tokens
from agent.errors import ModelError
from agent.messages import AssistantMessage, TextPart, Usage, UserMessage
from agent.ports import NO_ACCOUNT, Account, ModelGateway, ModelRequest, Purpose, ReplyFinished
from agent.settings import ModelProfile

MAX_OUTPUT_TOKENS = 2_000


class Quarantine(msgspec.Struct, frozen=True):
    """Asks a model once, beside a run."""

    gateway: ModelGateway
    model: Callable[[int], ModelProfile]
    """Gives it for a prompt of about so many tokens."""
    session_id: str
    admit: Callable[[], Awaitable[bool]]
    """Waits until a model call may start."""
    spent: Callable[[Usage], Awaitable[None]]
    """Told what the call took."""
    account: Account = NO_ACCOUNT
    purpose: Purpose = "reading"

    async def __call__(self, system: str, user: str) -> str:
        """Give the reply's text. Raises ModelError."""
        await self.admit()
        model = self.model(text_tokens(system) + text_tokens(user))
        request = ModelRequest(
            model,
            system,
            (UserMessage((TextPart(user),)),),
            (),
            max_output_tokens=min(MAX_OUTPUT_TOKENS, model.max_output_tokens),
            session_id=self.session_id,
            account=msgspec.structs.replace(self.account, purpose=self.purpose),
        )
        reply: AssistantMessage | None = None
        async with aclosing(self.gateway.stream(request)) as events:
            async for event in events:
                if isinstance(event, ReplyFinished):
                    reply = event.message
        if reply is None:
            raise ModelError("The gateway ended without a reply. This is a fault of Homard.")
        await self.spent(reply.usage)
        return reply.text
