"""The seams of the runtime: what the loop needs from the outside, as Protocols."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from agent.messages import AssistantMessage, Message, ToolSpec
from agent.settings import ModelProfile

Purpose = Literal["turn", "summary", "reading", "title", "trial"]
"""What a model call is for. `reading`: of untrusted content, apart from the conversation; `trial`: of a provider."""


class Account(msgspec.Struct, frozen=True):
    """On whose budget a model call goes, besides that of its session, its provider, its day and its month."""

    run_id: str = ""
    job_id: str = ""
    max_usd: float | None = None
    """What all calls of the run may cost; None: no bound of its own."""
    purpose: Purpose = "turn"


NO_ACCOUNT = Account()


class ModelRequest(msgspec.Struct, frozen=True):
    """Everything one model call needs; plain data."""

    model: ModelProfile
    system: str
    messages: tuple[Message, ...]
    """Well formed: each ToolCall has exactly one ToolMessage, directly after its assistant message."""
    tools: tuple[ToolSpec, ...] = ()
    response_schema: dict[str, Any] | None = None
    """JSON Schema that the reply must follow (`response_format`), where the endpoint can."""
    max_output_tokens: int | None = None
    temperature: float | None = None
    session_id: str = ""
    account: Account = NO_ACCOUNT


class TextDelta(msgspec.Struct, frozen=True):
    """A piece of text, or of thinking."""

    text: str
    thinking: bool = False


Count = Literal["told", "missing", "absurd"]
"""Whether a provider has said what a reply took."""


class ReplyFinished(msgspec.Struct, frozen=True):
    """The last event of a stream that came whole."""

    message: AssistantMessage
    answered_by: str = ""
    """What the provider calls the model that answered, if it said so."""
    count: Count = "told"
    """`missing`, `absurd`: the usage of the message is an estimate."""


ModelEvent = TextDelta | ReplyFinished


class ModelGateway(Protocol):
    """One interface to every model."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; the last event is a ReplyFinished.

        Raises a `ModelError` when the reply did not come whole. Does not retry. Closing the iterator ends the call.
        """
        ...


class SecretStore(Protocol):
    """Where keys are."""

    async def get(self, reference: str) -> str:
        """Read the key a settings reference names (`keyring:NAME`, `env:NAME`). Raises SecretUnavailable."""
        ...


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> datetime:
        """The moment, in UTC, aware."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; on some systems they stand still while the machine sleeps."""
        ...

    def awake_and_asleep(self) -> float:
        """Seconds that never go back and count the machine's sleep, where the system tells; else `monotonic`."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
