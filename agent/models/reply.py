"""Assembles a reply from decoded chunks of the OpenAI wire format. Pure: no network, no clock.

Whole or not at all: a reply counts only when the provider said itself why it ended. A cut, filtered, oversized or
unintelligible one ends in a `ModelError`, and no call of it is ever handed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NoReturn, cast

from agent.errors import ContentFiltered, Overloaded, ProtocolError, ReplyCut, ReplyTooLarge
from agent.messages import (
    AssistantMessage,
    FinishReason,
    TextPart,
    ThinkingPart,
    ToolCall,
    Usage,
)
from agent.models.call_pieces import CallPieces, mended, new_call_id
from agent.models.failures import Endpoint, failure, failure_of_error
from agent.models.text_calls import TextGate, find_calls
from agent.models.thinking import ThinkSplitter, split_unopened
from agent.models.usage import priced, read_usage, together
from agent.models.wire import estimate_prompt_tokens
from agent.ports import Count, ModelEvent, ModelRequest, ReplyFinished, TextDelta

MAX_TEXT = 4 << 20
"""Characters of text and thinking of one reply."""

_Ending = FinishReason | Literal["filtered", "broken", "busy"]

# What real servers say, in lower case.
_ENDINGS: dict[str, _Ending] = {
    **dict.fromkeys(("stop", "end_turn", "eos", "eos_token", "stop_sequence", "complete", "completed", "end"), "stop"),
    **dict.fromkeys(("tool_calls", "tool_call", "tool_use", "function_call", "function_calls"), "tool_calls"),
    **dict.fromkeys(("length", "max_tokens", "max_output_tokens", "model_length"), "length"),
    "model_context_window_exceeded": "length",
    **dict.fromkeys(("content_filter", "safety", "recitation", "refusal", "sensitive", "blocklist"), "filtered"),
    "prohibited_content": "filtered",
    **dict.fromkeys(("error", "abort", "aborted", "cancelled", "malformed_function_call", "network_error"), "broken"),
    "insufficient_system_resource": "busy",
}
_THINKING_FIELDS = ("reasoning_content", "reasoning", "thinking")


class ReplyAssembler:
    """One reply. Feed it chunks; `finish` gives the message."""

    def __init__(self, request: ModelRequest, endpoint: Endpoint) -> None:
        self._request = request
        self._endpoint = endpoint
        searches = bool(request.tools) and request.model.tool_style in ("auto", "text")
        self._splitter = ThinkSplitter()
        self._gate = TextGate(searches)
        self._searches = searches
        self._text: list[str] = []
        self._thinking: list[str] = []
        self._thinking_field = ""
        self._calls = CallPieces()
        self._size = 0
        self._half = ""
        self._ending: _Ending | None = None
        self._usage: dict[str, Any] = {}
        self._answered_by = ""

    @property
    def finished(self) -> bool:
        """Whether the provider has said why the reply ended; only usage may still follow."""
        return self._ending is not None

    @property
    def begun(self) -> bool:
        """Whether a piece of the reply has come, also one that is not shown."""
        return self._size > 0 or len(self._calls) > 0

    def feed(self, chunk: Mapping[str, Any]) -> list[TextDelta]:
        """Take one chunk, or a whole completion; give back what may be shown.

        Raises the ModelError that an error object in it is, ContentFiltered, ReplyTooLarge.
        """
        self._raise_error(chunk)
        self._note_usage(chunk.get("usage"))
        self._note_name(chunk.get("model"))
        for extension in _dicts([chunk.get("x_groq")]):
            self._note_usage(extension.get("usage"))
        deltas: list[TextDelta] = []
        for choice in _dicts(chunk.get("choices")):
            if choice.get("index") in (0, None):
                deltas += self._choice(choice)
        if self._size > MAX_TEXT or self._calls.too_large:
            what = f"sent a reply without end, which was stopped ({self._received()})"
            then = "nothing of it was executed; ask for less at once, or choose another model"
            raise failure(ReplyTooLarge, self._endpoint, what, then=then)
        return deltas

    def finish(self, ended: str = "the stream ended") -> list[ModelEvent]:
        """The rest of the text, and the message. Raises ReplyCut (`ended` says how), ProtocolError, Overloaded."""
        if self._ending is None:
            self._cut(f"{ended} before the reply was complete")
        taken = {call.call_id for message in self._request.messages for call in _calls_in(message)}
        calls = self._calls.finish(taken)
        if self._ending == "length" and calls:
            self._cut("the limit on its length was reached in the middle of a tool call", again=False)
        events: list[ModelEvent] = [*self._rest()]
        text, thinking = "".join(self._text), "".join(self._thinking)
        if not thinking:
            thinking, text = split_unopened(text)
        found = find_calls(text, self._request.tools) if self._may_search(calls) else None
        if found is not None:
            text = found.prose
            calls = tuple(ToolCall(new_call_id(), name, arguments) for name, arguments in found.calls)
            self._gate.close()
        elif held := self._gate.close():
            events.append(TextDelta(held))
        if self._ending == "tool_calls" and not calls:
            self._cut("it announced tool calls, but none came")
        return [*events, ReplyFinished(self._message(text, thinking, calls), self._answered_by, self._counted())]

    def _message(self, text: str, thinking: str, calls: tuple[ToolCall, ...]) -> AssistantMessage:
        parts: list[TextPart | ThinkingPart | ToolCall] = []
        if thinking:
            parts.append(ThinkingPart(thinking, field=self._thinking_field))
        if text:
            parts.append(TextPart(text))
        finish: FinishReason = "tool_calls" if calls else "length" if self._ending == "length" else "stop"
        return AssistantMessage((*parts, *calls), self._request.model.label, finish, self._count())

    def _choice(self, choice: dict[str, Any]) -> list[TextDelta]:
        self._note_usage(choice.get("usage"))
        delta, whole = choice.get("delta"), False
        if not isinstance(delta, dict) and self._size == 0 and len(self._calls) == 0:
            delta, whole = choice.get("message"), True
        deltas = self._delta(cast(dict[str, Any], delta), whole) if isinstance(delta, dict) else []
        self._note_ending(choice.get("finish_reason"))
        return deltas

    def _delta(self, delta: dict[str, Any], whole: bool) -> list[TextDelta]:
        deltas: list[TextDelta] = []
        for thought in self._thoughts(delta):
            deltas += self._shown(thought, True)
        for text, thinking in _texts(delta.get("content")) + _texts(delta.get("refusal")):
            if thinking:
                deltas += self._shown(text, True)
                continue
            for piece, is_thinking in self._splitter.feed(self._joined(text)):
                deltas += self._shown(piece, is_thinking)
        for position, piece in enumerate(_dicts(delta.get("tool_calls"))):
            self._calls.add(piece, position if whole else None)
        if isinstance(delta.get("function_call"), dict):
            self._calls.add({"index": 0, "function": delta["function_call"]})
        return deltas

    def _thoughts(self, delta: dict[str, Any]) -> list[str]:
        """Thinking in a field of its own. Some servers send it twice, under two names: the first name counts."""
        for name in (self._thinking_field,) if self._thinking_field else _THINKING_FIELDS:
            value = delta.get(name)
            if isinstance(value, str) and value:
                self._thinking_field = name
                return [mended(value)]
        return []

    def _shown(self, text: str, thinking: bool) -> list[TextDelta]:
        """Keep a piece; give back what of it may be shown."""
        self._size += len(text)
        (self._thinking if thinking else self._text).append(text)
        shown = text if thinking else self._gate.feed(text)
        return [TextDelta(shown, thinking)] if shown else []

    def _rest(self) -> list[TextDelta]:
        """What was held back only because more might have come."""
        pieces = self._splitter.feed(mended(self._half)) if self._half else []
        self._half = ""
        return [delta for piece, thinking in pieces + self._splitter.close() for delta in self._shown(piece, thinking)]

    def _joined(self, text: str) -> str:
        """Some servers cut an emoji in the middle: hold back a first half."""
        text = self._half + text
        self._half = text[-1] if text and "\ud800" <= text[-1] <= "\udbff" else ""
        return mended(text[: len(text) - len(self._half)])

    def _may_search(self, calls: tuple[ToolCall, ...]) -> bool:
        return self._searches and not calls and self._ending != "length"

    def _note_ending(self, reason: object) -> None:
        if not isinstance(reason, str) or not reason:
            return
        ending = _ENDINGS.get(reason.lower())
        if ending is None:
            what = f'ended the reply with a reason that is not known ("{reason[:40]}")'
            raise failure(ProtocolError, self._endpoint, what, then="nothing was executed; choose another model")
        if ending == "filtered":
            raise failure(ContentFiltered, self._endpoint, f"withheld the reply ({reason})")
        if ending == "busy":
            raise failure(Overloaded, self._endpoint, f"stopped in the middle of the reply ({reason})")
        if ending == "broken":
            self._cut(f"the provider broke it off ({reason})")
        # A server that says "length" and then "stop" has cut the reply all the same.
        if self._ending is None or (self._ending == "stop" and ending != "stop"):
            self._ending = ending

    def _note_name(self, name: object) -> None:
        if isinstance(name, str) and name.strip() and not self._answered_by:
            self._answered_by = mended(name.strip()[:200])

    def _note_usage(self, usage: object) -> None:
        if isinstance(usage, dict) and usage:
            self._usage = together(self._usage, cast(dict[str, Any], usage))

    def _raise_error(self, chunk: Mapping[str, Any]) -> None:
        error = chunk.get("error")
        if not error and not chunk.get("choices") and (chunk.get("object") == "error" or chunk.get("type") == "error"):
            error = dict(chunk)
        if error:
            raise failure_of_error(self._endpoint, error)

    def _count(self) -> Usage:
        prompt, cached, output, written, _absurd = read_usage(self._usage)
        if prompt is None:
            prompt = estimate_prompt_tokens(self._request)
        received = self._size + self._calls.size
        if output is None or (output == 0 and received):
            output = (received + 3) // 4
        return priced(prompt, cached, output, self._request.model.price, written)

    def _counted(self) -> Count:
        told = read_usage(self._usage)
        if told.absurd:
            return "absurd"
        unsaid = told.prompt is None or told.output is None or (told.output == 0 and self.begun)
        return "missing" if unsaid else "told"

    def _received(self) -> str:
        calls = len(self._calls)
        pieces = [f"{self._size} characters"] if self._size else []
        pieces += [f"{calls} tool call{'s' * (calls > 1)}"] if calls else []
        return f"{' and '.join(pieces) or 'nothing'} had come"

    def _cut(self, why: str, again: bool = True) -> NoReturn:
        what = f"sent no complete reply: {why} ({self._received()})"
        then = "try again" if again else "raise max_output_tokens of the model, or ask for less at once"
        error = failure(ReplyCut, self._endpoint, what, then=f"nothing of it was executed; {then}")
        error.retryable = again  # the same request would come to the same limit
        raise error


def _dicts(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast(dict[str, Any], item) for item in cast(list[object], value) if isinstance(item, dict)]


def _texts(content: object) -> list[tuple[str, bool]]:
    """The text of a content field, as (text, is_thinking): a string, or parts (Mistral's thinking comes in those)."""
    if isinstance(content, str):
        return [(content, False)] if content else []
    found: list[tuple[str, bool]] = []
    for part in _dicts(content):
        if isinstance(part.get("text"), str):
            found.append((part["text"], False))
        found += [(text, True) for text, _ in _texts(part.get("thinking"))]
    return found


def _calls_in(message: object) -> tuple[ToolCall, ...]:
    return message.tool_calls if isinstance(message, AssistantMessage) else ()
