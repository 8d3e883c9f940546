"""From what a tool returned, or raised, to the one result of its call: bounded, labelled, without keys."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from agent.errors import StorageError, ToolDenied, ToolError
from agent.messages import ImagePart, TextPart, ToolCall, ToolResult
from agent.safety.effects import Effect
from agent.safety.known_keys import KnownKeys
from agent.tools.act import Admission
from agent.tools.result_label import label_of_result
from agent.tools.tool import MAX_RESULT_CHARS, ToolContext, ToolOutput

HEAD_SHARE, TAIL_SHARE = 0.6, 0.2
"""Of the characters a result may have."""

_log = logging.getLogger(__name__)


class Blobs(Protocol):
    """Where large results are kept."""

    def put(self, data: bytes) -> str:
        """Store bytes; return their SHA-256 in hex."""
        ...

    def put_file(self, path: Path) -> str:
        """Store a file without loading it."""
        ...


class Results:
    """Makes results; knows where long ones are kept, and the keys that must not be in them."""

    def __init__(self, blobs: Blobs, keys: KnownKeys) -> None:
        self._blobs = blobs
        self._keys = keys

    def without_keys(self, result: ToolResult) -> ToolResult:
        """Hide every key that is known to this process."""
        # Images stand behind the text. Looking through megabytes of base64 would hold up the loop, and find nothing.
        images = tuple(part for part in result.content if isinstance(part, ImagePart))
        texts = tuple(part for part in result.content if isinstance(part, TextPart))
        plain = msgspec.json.encode(msgspec.structs.replace(result, content=texts)).decode()
        hidden = self._keys.hide(plain)
        if hidden == plain:
            return result
        safe = msgspec.json.decode(hidden, type=ToolResult)
        return msgspec.structs.replace(safe, content=(*safe.content, *images))

    def made_of(
        self, call: ToolCall, effects: Sequence[Effect], output: ToolOutput, context: ToolContext
    ) -> ToolResult:
        """Make the result of what a tool returned: bounded, labelled; the whole of a long one is stored. Blocks."""
        most = max(context.max_result_chars, min(output.most_chars, context.room_chars))
        text, details = output.content, dict(output.details)
        spool = details.pop("output_file", None)
        details.pop("stored", None)  # ours to say: the model may page through it
        if len(text) > most or spool:
            try:
                digest = self._keep(text, spool)
            except StorageError as error:  # what was done is done: the model gets what fits
                text = _head_and_tail(text, most, f"the rest is lost: {error}")
            else:
                details["stored"] = digest
                text = shorten(text, f"r{digest[:12]}", most)
        content: tuple[TextPart | ImagePart, ...] = (TextPart(_clean(text)), *output.images)
        label = label_of_result(effects, output, context)
        return ToolResult(call.call_id, call.name, content, details, output.is_error, label=label)

    def _keep(self, text: str, spool: str | None) -> str:
        if spool is None:
            return self._blobs.put(self._keys.hide(text).encode("utf-8", "backslashreplace"))
        try:
            if self._keys.occur_in(Path(spool)):
                raise StorageError("the output holds a key and is not stored.")
            return self._blobs.put_file(Path(spool))
        finally:
            Path(spool).unlink(missing_ok=True)


def shorten(text: str, stored_id: str, most: int = MAX_RESULT_CHARS) -> str:
    """Head and tail of a text whose whole is stored, with the way to the rest between them."""
    return _head_and_tail(text, most, f'the whole is stored: recall(query="{stored_id}", from_char=N) pages through it')


def _head_and_tail(text: str, most: int, how: str) -> str:
    head, tail = int(most * HEAD_SHARE), int(most * TAIL_SHARE)
    if len(text) <= head + tail:
        return f"{text}\n[{how}]"
    omitted = len(text) - head - tail
    return f"{text[:head]}\n[… {omitted:,} characters left out; {how}]\n{text[-tail:]}"


def recorded(call: ToolCall, admission: Admission) -> ToolResult:
    """Make the result of a call in a dry run."""
    effects = [str(effect) for effect in admission.effects]
    text = f"Dry run: not done. It would {'; '.join(effects)}. Go on as if it had been done, and read only."
    details: dict[str, Any] = {"dry_run": True, "effects": effects}
    if admission.needs:
        details["needs"] = msgspec.to_builtins(admission.needs)
    return ToolResult(call.call_id, call.name, (TextPart(_clean(text)),), details)


def unknown(call: ToolCall) -> ToolResult:
    """Make the outcome of a call that was broken off."""
    return ToolResult(call.call_id, call.name, (), is_error=True, outcome="unknown")


def failed(call: ToolCall, error: BaseException) -> ToolResult:
    """Make the result of a call that came to nothing."""
    if isinstance(error, ToolError):
        return _failure(call, str(error), denied=isinstance(error, ToolDenied))
    _log.error("tool %s failed", call.name, exc_info=error)
    return _failure(call, f"{call.name} failed in an unexpected way ({type(error).__name__}: {error}).")


def _failure(call: ToolCall, text: str, *, denied: bool = False) -> ToolResult:
    details = {"denied": True} if denied else {}
    return ToolResult(call.call_id, call.name, (TextPart(_clean(text)),), details, is_error=True)


def _clean(text: str) -> str:
    # Surrogates stand for bytes of non-UTF-8 file names; no store and no wire can carry them.
    return text.encode("utf-8", "backslashreplace").decode()
