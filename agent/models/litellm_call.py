"""One call through litellm, in its worker: the request in OpenAI's form, the reply judged by what the wire showed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import msgspec

from agent.errors import BadRequest, ModelError, NoSuchModel, ProtocolError
from agent.messages import AssistantMessage, Message, ThinkingPart
from agent.models.failures import Endpoint, endpoint_of, failure, failure_of_status, refuses_tools
from agent.models.reply import ReplyAssembler
from agent.models.wire import Wire, chat_body
from agent.models.wire_tap import UNHEARD, Sighting, Traffic, install, watching
from agent.ports import ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile

Emit = Callable[[TextDelta], None]
"""Takes the pieces of a reply as they come."""

_REDACTED = "redacted_thinking"
_NEVER_S = 86_400.0
"""litellm's own time limit; the wire tap keeps the provider's."""


def prepare() -> Any:
    """Import litellm, keep it from talking to anyone but the provider, and put the tap under it. Takes seconds."""
    import litellm

    module = cast(Any, litellm)
    module.telemetry = False
    module.suppress_debug_info = True
    module.turn_off_message_logging = True
    module.num_retries = 0
    module.drop_params = True  # what a model does not take is left out, not refused
    module.modify_params = True  # a history with calls and a request without tools is mended for Anthropic
    module.REPEATED_STREAMING_CHUNK_LIMIT = 1 << 40  # the same word many times is no error; our own bounds hold
    for name in ("callbacks", "input_callback", "success_callback", "failure_callback", "service_callback"):
        setattr(module, name, [])
    install()
    return module


async def complete(
    litellm: Any, request: ModelRequest, key: str, emit: Emit, traffic: Traffic = UNHEARD
) -> ReplyFinished:
    """Make one call, in a task of its own; `traffic` hears what leaves. Raises ModelError, and nothing else.

    A model with tool style `auto` that takes no tools gets them in the text.
    """
    if request.tools and request.model.tool_style == "auto" and not _takes_tools(litellm, request.model):
        request = _with_tools_as_text(request)
    try:
        return await _attempt(litellm, request, key, emit, traffic)
    except (BadRequest, NoSuchModel) as error:
        if request.model.tool_style != "auto" or not request.tools or not refuses_tools(error):
            raise
    return await _attempt(litellm, _with_tools_as_text(request), key, emit, traffic)


async def _attempt(litellm: Any, request: ModelRequest, key: str, emit: Emit, traffic: Traffic) -> ReplyFinished:
    endpoint = endpoint_of(request.model, key)
    sighting = Sighting(endpoint, request.model.settings, traffic)
    watching.set(sighting)
    assembler = ReplyAssembler(request, endpoint)
    thinking = SignedThinking()
    reason = ""
    try:
        async for chunk in await litellm.acompletion(**arguments(request, key)):
            plain = chunk.model_dump(exclude_none=True)
            reason = _take_reason(plain) or reason
            thinking.feed(plain)
            for delta in assembler.feed(plain):
                emit(delta)
    except ModelError as error:
        raise _begun(sighting.failed or error, assembler) from None
    except Exception as error:  # noqa: BLE001 litellm raises whatever its providers' code does
        raise _begun(sighting.verdict() or _refused(sighting, endpoint, error), assembler) from None
    finally:
        await sighting.aclose()
    cut = sighting.verdict()
    if cut is not None:
        raise cut
    ending: Wire = {"index": 0, "delta": {}, "finish_reason": sighting.finish if sighting.known else reason}
    assembler.feed({"choices": [ending]})
    *rest, finished = assembler.finish()
    for event in rest:
        emit(cast(TextDelta, event))
    reply = cast(ReplyFinished, finished)
    return ReplyFinished(thinking.sign(reply.message), sighting.answered_by, reply.count)


def _begun(error: ModelError, assembler: ReplyAssembler) -> ModelError:
    if assembler.begun:
        error.begun = True
    return error


def _takes_tools(litellm: Any, model: ModelProfile) -> bool:
    """Whether litellm would send tools to this model: those it does not know to take any it leaves out in silence."""
    try:
        known = litellm.get_supported_openai_params(model=model.name, custom_llm_provider=_provider(model))
    except Exception:  # noqa: BLE001 a provider it does not know: the call itself will say so
        return True
    return known is None or "tools" in known


def _with_tools_as_text(request: ModelRequest) -> ModelRequest:
    model = msgspec.structs.replace(request.model, tool_style="text")
    return msgspec.structs.replace(request, model=model)


def _provider(model: ModelProfile) -> str:
    """litellm's name of the provider."""
    return model.settings.litellm_provider or model.provider


def arguments(request: ModelRequest, key: str) -> Wire:
    """The keyword arguments of `litellm.acompletion`."""
    model = request.model
    provider = _provider(model)
    body = chat_body(request)
    _add_signed_thinking(body["messages"], request.messages, model.provider)
    base_url = model.settings.base_url
    return {
        **body,
        "model": f"{provider}/{model.name}",
        # An own endpoint may ask for no key, but OpenAI's library insists on one.
        "api_key": key or ("none" if base_url else None),
        "api_base": base_url or None,
        "timeout": _NEVER_S,
        "num_retries": 0,
        "max_retries": 0,
    }


class SignedThinking:
    """Thinking that the provider seals (Anthropic): kept block by block, for it goes back exactly as it came."""

    def __init__(self) -> None:
        self._parts: list[ThinkingPart] = []
        self._text: list[str] = []

    def feed(self, chunk: Wire) -> None:
        """Take one chunk of litellm."""
        for choice in cast(list[Wire], chunk.get("choices", [])):
            delta = cast(Wire, choice.get("delta") or {})
            for block in cast(list[Wire], delta.get("thinking_blocks") or []):
                self._add(block)

    def sign(self, message: AssistantMessage) -> AssistantMessage:
        """Put the sealed parts in place of the plain one, if there are any."""
        if not self._parts:
            return message
        others = tuple(part for part in message.parts if not isinstance(part, ThinkingPart))
        return msgspec.structs.replace(message, parts=(*self._parts, *others))

    def _add(self, block: Wire) -> None:
        if block.get("type") == _REDACTED:
            self._parts.append(ThinkingPart("", str(block.get("data", "")), _REDACTED))
            return
        self._text.append(block.get("thinking") or "")
        if block.get("signature"):
            self._parts.append(ThinkingPart("".join(self._text), block["signature"]))
            self._text = []


def _add_signed_thinking(wire: list[Wire], messages: tuple[Message, ...], provider: str) -> None:
    replies = [message for message in messages if isinstance(message, AssistantMessage)]
    rendered = [message for message in wire if message["role"] == "assistant"]
    if len(replies) != len(rendered):
        return  # a dialect that puts in replies of its own; none of those has sealed thinking
    for target, reply in zip(rendered, replies, strict=True):
        target.pop(_REDACTED, None)
        blocks = [_block(part) for part in reply.parts if isinstance(part, ThinkingPart) and part.signature]
        if blocks and reply.model.partition("/")[0] == provider:
            target["thinking_blocks"] = blocks


def _block(part: ThinkingPart) -> Wire:
    if part.field == _REDACTED:
        return {"type": _REDACTED, "data": part.signature}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _take_reason(chunk: Wire) -> str:
    """Take litellm's reason for ending out of a chunk: the wire's own is put in its place."""
    reasons = [choice.pop("finish_reason", None) for choice in cast(list[Wire], chunk.get("choices", []))]
    return next((str(reason) for reason in reasons if reason), "")


def _refused(sighting: Sighting, endpoint: Endpoint, error: Exception) -> ModelError:
    """The error when the wire shows nothing wrong: litellm refused the request, or did not understand the reply."""
    status = getattr(error, "status_code", None)
    said = str(getattr(error, "message", "") or error)
    if not sighting.answered and isinstance(status, int) and status >= 400:
        return failure_of_status(endpoint, status, {}, said.encode(errors="replace"))
    what = f"could not be called through litellm ({type(error).__name__})"
    if sighting.answered:
        what = f"sent what litellm does not understand ({type(error).__name__})"
    then = "try again; if it happens again, check the settings of the provider or choose another model"
    return failure(ProtocolError, endpoint, what, said=said, then=then)
