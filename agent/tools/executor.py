"""One tool call from the model's words to its result. Every call, whoever asks, goes this way.

arguments → effects → the gate: decide(), maybe a person → run, with a time limit → large results to a file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import msgspec

from agent.errors import StorageError, ToolDenied, ToolError, ToolFailed
from agent.messages import ImagePart, TextPart, ToolCall, ToolResult
from agent.safety.effects import Effect
from agent.safety.file_identity import first_changed, identities_of
from agent.safety.known_keys import KnownKeys
from agent.safety.request import FileIdentity, canonical
from agent.tasks import uninterrupted
from agent.tools.arguments import parse_arguments
from agent.tools.egress_pass import EgressPass
from agent.tools.registry import Registry
from agent.tools.result_label import label_of_result
from agent.tools.tool import MAX_RESULT_CHARS, Tool, ToolContext, ToolOutput
from agent.undo.note import undo_note

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


@dataclass(frozen=True)
class Act:
    """A call as it is judged."""

    call: ToolCall
    arguments: str
    """Canonical JSON text of what the tool will get."""
    effects: tuple[Effect, ...]
    identities: tuple[FileIdentity, ...]
    """The files of the effects as they are now."""
    final: str = ""
    """Why not all of it could be undone; empty: it could, or nothing needs to be, or nobody knows."""


@dataclass(frozen=True)
class Admission:
    """A call that was let pass."""

    effects: tuple[Effect, ...]
    dry: bool = False
    """Only to be recorded: a dry run."""
    row: int = 0
    """Of the intent, for the gate."""


class Gate(Protocol):
    """Judges the calls of a run."""

    async def admit(self, act: Act, again: Callable[[], Awaitable[Act]]) -> Admission:
        """Let a call pass, perhaps after asking a person; `again` builds it anew. Raises ToolDenied."""
        ...

    def refused(self, call: ToolCall, reason: str) -> None:
        """Take note of a call whose target no decision opens."""
        ...

    async def intended(self, admission: Admission) -> None:
        """Return when the intent is stored as durably as the act needs it."""
        ...

    def egress(self, act: Act) -> EgressPass:
        """Give what the call carries when it reaches out to the internet."""
        ...

    async def ended(self, act: Act, result: ToolResult) -> None:
        """Take note of what came of a call that was let pass."""
        ...


@dataclass(frozen=True)
class Prepared:
    """A call whose arguments and effects are known."""

    tool: Tool[Any]
    arguments: msgspec.Struct
    act: Act

    @property
    def call(self) -> ToolCall:
        """As the model made it."""
        return self.act.call

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What it would do."""
        return self.act.effects


class Executor:
    """Runs tool calls; holds no state of a run."""

    def __init__(self, registry: Registry, blobs: Blobs, keys: KnownKeys | None = None) -> None:
        self.registry = registry
        self._blobs = blobs
        self._keys = keys or KnownKeys()

    def is_reading(self, call: ToolCall) -> bool:
        """Whether the call may run beside others."""
        tool = self.registry.get(call.name)
        return tool is not None and tool.reading

    def title(self, call: ToolCall) -> str:
        """One line for a person, also for a malformed call."""
        tool = self.registry.get(call.name)
        if tool is None:
            return f"{call.name[:80] or '(no name)'}: no such tool"
        try:
            return tool.title(parse_arguments(call.arguments, tool.arguments))[:200]
        except Exception:  # noqa: BLE001 - a title never ends a run, whatever the tool makes of the arguments
            return f"{call.name} {call.arguments[:80]}"

    async def execute(
        self,
        call: ToolCall,
        context: ToolContext,
        gate: Gate,
        started: Callable[[ToolCall], Awaitable[None]],
    ) -> ToolResult:
        """Run one call. Only cancellation leaves, and what `started` raises; every other outcome is a result.

        `started` is awaited once, after the decision and before the act: it stores the intent. No key that is known to
        this process is in the result.
        """
        if context.journal is not None:
            context = replace(context, journal=context.journal.for_call(call.call_id))
        show = context.progress

        def progress(text: str) -> None:
            show(self._keys.hide(text))  # on a screen

        context = replace(context, progress=progress)
        return self._without_keys(await self._execute(call, context, gate, started))

    def _without_keys(self, result: ToolResult) -> ToolResult:
        # Images stand behind the text. Looking through megabytes of base64 would hold up the loop, and find nothing.
        images = tuple(part for part in result.content if isinstance(part, ImagePart))
        texts = tuple(part for part in result.content if isinstance(part, TextPart))
        plain = msgspec.json.encode(msgspec.structs.replace(result, content=texts)).decode()
        hidden = self._keys.hide(plain)
        if hidden == plain:
            return result
        safe = msgspec.json.decode(hidden, type=ToolResult)
        return msgspec.structs.replace(safe, content=(*safe.content, *images))

    async def _execute(
        self,
        call: ToolCall,
        context: ToolContext,
        gate: Gate,
        started: Callable[[ToolCall], Awaitable[None]],
    ) -> ToolResult:
        async def again() -> Act:
            nonlocal prepared
            prepared = await asyncio.to_thread(self._prepare, call, context)
            return prepared.act

        try:
            prepared = await asyncio.to_thread(self._prepare, call, context)
        except Exception as error:  # noqa: BLE001 - a broken tool ends its call, not the run
            if isinstance(error, ToolDenied):
                gate.refused(call, str(error))
            return await self._refused(call, error, context)
        try:
            admission = await gate.admit(prepared.act, again)
        except Exception as error:  # noqa: BLE001
            return _failed(call, error)
        if admission.dry:
            return _recorded(call, admission)
        await started(call)
        act = prepared.act
        try:
            await gate.intended(admission)
            context = replace(context, egress=gate.egress(act))
        except Exception as error:  # noqa: BLE001 - what cannot be written down first is not done
            result = msgspec.structs.replace(_failed(call, error), outcome="not_run")
        else:
            try:
                result = await self._begun(prepared, context)
            except BaseException:
                with suppress(StorageError):  # it must not take the place of the order to stop
                    await uninterrupted(gate.ended(act, _unknown(call)), "note an outcome")
                raise
        try:
            await uninterrupted(gate.ended(act, result), "note an outcome")
        except StorageError as error:  # what was done is done: the model gets what came of it
            _log.warning("the end of call %s was not noted: %s", call.call_id, error)
        return result

    async def _begun(self, prepared: Prepared, context: ToolContext) -> ToolResult:
        act = prepared.act
        try:
            await asyncio.to_thread(_check, act)
            return await self._run(prepared, replace(context, still_approved=lambda: _check(act)))
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and _asked_to_stop():
                raise
            # What a tool says of its failure may quote what it has read.
            label = await asyncio.to_thread(label_of_result, prepared.effects, ToolOutput(""), context)
            if isinstance(error, ToolError) and error.quotes:
                quoted = await asyncio.to_thread(context.label_of_file, error.quotes)
                label = quoted if label is None else label.join(quoted)
            return msgspec.structs.replace(_failed(prepared.call, error), label=label)

    async def _refused(self, call: ToolCall, error: Exception, context: ToolContext) -> ToolResult:
        """The result of a call that came to nothing: its words may be those of a file."""
        result = _failed(call, error)
        if not isinstance(error, ToolError) or not error.quotes:
            return result
        label = await asyncio.to_thread(context.label_of_file, error.quotes)
        return msgspec.structs.replace(result, label=label)

    def _prepare(self, call: ToolCall, context: ToolContext) -> Prepared:
        tool = self.registry.get(call.name)
        if tool is None:
            raise ToolFailed(f"There is no tool {call.name[:80]!r}. The tools are: {', '.join(self.registry.names())}.")
        arguments = parse_arguments(call.arguments, tool.arguments)
        effects = tuple(tool.effects(arguments, context))
        identities = identities_of(effects, context.cwd)
        final = _final(effects, context)
        return Prepared(tool, arguments, Act(call, canonical(arguments), effects, identities, final))

    async def _run(self, prepared: Prepared, context: ToolContext) -> ToolResult:
        tool = prepared.tool
        limit = asyncio.timeout(tool.timeout_s)
        try:
            async with limit:
                output = await tool.run(prepared.arguments, context)
        except TimeoutError:
            if not limit.expired():
                raise
            raise ToolFailed(f"{tool.name} was stopped after {tool.timeout_s:g} s.") from None
        return await asyncio.to_thread(self._result, prepared, output, context)

    def _result(self, prepared: Prepared, output: ToolOutput, context: ToolContext) -> ToolResult:
        call, most = prepared.call, context.max_result_chars
        text, details = output.content, dict(output.details)
        spool = details.pop("output_file", None)
        if len(text) > most or spool:
            try:
                digest = self._keep(text, spool)
            except StorageError as error:  # what was done is done: the model gets what fits
                text = _head_and_tail(text, most, f"the rest is lost: {error}")
            else:
                details["stored"] = digest
                text = shorten(text, f"r{digest[:12]}", most)
        content: tuple[TextPart | ImagePart, ...] = (TextPart(_clean(text)), *output.images)
        label = label_of_result(prepared.effects, output, context)
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


def _final(effects: Sequence[Effect], context: ToolContext) -> str:
    journal = context.journal
    if journal is None:
        return ""
    notes = [undo_note(effect, journal.journal.limits, journal.last_coverage) for effect in effects]
    return "; ".join(dict.fromkeys(note.partition(": ")[2] for note in notes if note))


def _check(act: Act) -> None:
    changed = first_changed(act.identities)
    if changed is not None:
        raise ToolDenied(f"Not done: {changed} is another one than when this was allowed. Look again.")


def _recorded(call: ToolCall, admission: Admission) -> ToolResult:
    effects = [str(effect) for effect in admission.effects]
    text = f"Dry run: not done. It would {'; '.join(effects)}. Go on as if it had been done, and read only."
    return ToolResult(call.call_id, call.name, (TextPart(_clean(text)),), {"dry_run": True, "effects": effects})


def _unknown(call: ToolCall) -> ToolResult:
    return ToolResult(call.call_id, call.name, (), is_error=True, outcome="unknown")


def _asked_to_stop() -> bool:
    # Tools may leak the CancelledError of something of their own: that is a failure, not an order.
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _failed(call: ToolCall, error: BaseException) -> ToolResult:
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
