"""What stands in the prompt for evicted turns: a summary by the model, or a digest where none is to be had."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

import msgspec

from agent.context.tokens import message_tokens
from agent.context.window import MAX_DIGEST_CHARS, Cut, digest
from agent.errors import ModelError
from agent.messages import AssistantMessage, Message, TextPart, ToolSpec, UserMessage
from agent.ports import NO_ACCOUNT, Account, ModelGateway, ModelRequest, ReplyFinished
from agent.resources import resource_text
from agent.settings import ModelProfile
from agent.storage.recovery import well_formed

SUMMARY_SHARE = 0.15
"""Of the room for the prompt: the longest summary."""
MIN_SUMMARY_CHARS = 400
MAX_OUTPUT_TOKENS = 4_000
"""Of the summary's model call, thinking included."""
CHARS_PER_TOKEN = 4


class Summariser(msgspec.Struct, frozen=True):
    """Summarises evicted turns. Its request begins as the prompt did, tools too, so that a provider's cache helps."""

    gateway: ModelGateway
    model: ModelProfile
    system: str
    tools: tuple[ToolSpec, ...]
    session_id: str
    room: int
    """Tokens of the window that the prompt may fill."""
    account: Account = NO_ACCOUNT

    @property
    def most_chars(self) -> int:
        """How long a summary may be in this window."""
        return max(MIN_SUMMARY_CHARS, min(MAX_DIGEST_CHARS, int(self.room * SUMMARY_SHARE) * CHARS_PER_TOKEN))

    async def summarise(self, cut: Cut) -> tuple[str, AssistantMessage | None]:
        """Return the summary, and the reply it came from if a model wrote it (for its usage)."""
        evicted: list[Message] = well_formed([entry.message for entry in cut.evicted])
        reply = None
        if self.model.tool_style != "constrained" and sum(map(message_tokens, evicted)) <= self.room:
            reply = await self._ask(evicted)
        text = "" if reply is None or reply.tool_calls else reply.text.strip()[: self.most_chars]
        return text or digest(cut.evicted, self.most_chars), reply

    async def _ask(self, evicted: Sequence[Message]) -> AssistantMessage | None:
        ask = UserMessage((TextPart(resource_text("prompts/summary.md")),))
        most = min(MAX_OUTPUT_TOKENS, self.model.max_output_tokens)
        request = ModelRequest(
            self.model,
            self.system,
            (*evicted, ask),
            self.tools,
            max_output_tokens=most,
            session_id=self.session_id,
            account=msgspec.structs.replace(self.account, purpose="summary"),
        )
        reply: AssistantMessage | None = None
        try:
            async with aclosing(self.gateway.stream(request)) as events:
                async for event in events:
                    if isinstance(event, ReplyFinished):
                        reply = event.message
        except ModelError:
            return None  # the digest serves; a failing model shows itself at the next call
        return reply
