"""One tool call from the model's words to its result. Every call, whoever asks, goes this way.

arguments → effects → the gate: decide(), maybe a person → run, with a time limit → large results to a file.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from agent.errors import StorageError, ToolDenied, ToolError, ToolFailed
from agent.labels import Label
from agent.messages import ToolCall, ToolResult
from agent.safety.approvals import RunParked
from agent.safety.effects import Effect
from agent.safety.file_identity import first_changed, identities_of
from agent.safety.flow import reaches_out
from agent.safety.folders import get_ready
from agent.safety.known_keys import KnownKeys
from agent.safety.printable import from_printable, printable
from agent.safety.request import canonical
from agent.tasks import uninterrupted
from agent.tools.act import Act, Admission, Gate
from agent.tools.arguments import parse_arguments
from agent.tools.find_tool import USE, UseToolArguments
from agent.tools.registry import Registry
from agent.tools.result_label import label_of_command, label_of_result
from agent.tools.results import Blobs, Results, failed, recorded, unknown
from agent.tools.tool import Tool, ToolContext, ToolOutput
from agent.undo.note import undo_note

if TYPE_CHECKING:
    from agent.tools.foreign import ToolProvider

FOR_PROVIDERS_ALONE = frozenset({"clipboard_text", "set_clipboard_text", "screenshot"})
"""Tools of Homard's that only a plugin may call, one that was granted them; no model."""
FOR_PROVIDERS = FOR_PROVIDERS_ALONE | {"find", "read", "write", "edit", "move", "delete", "fetch", "shell"}
"""Of Homard's tools those that a plugin may call, as far as it has a capability for what they do."""

MAX_PROVIDER_CHARS = 4_000_000
"""Of a result that goes to a provider's process, not to a model."""
KEPT = frozenset({"net.send", "msg.send", "mem.write", "job.change"})
"""Acts after which a provider of ours remembers what it was told; somebody else's may always."""

_log = logging.getLogger(__name__)


class Prepared(msgspec.Struct, frozen=True):
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
        self._keys = keys or KnownKeys()
        self._results = Results(blobs, self._keys)

    def is_reading(self, call: ToolCall) -> bool:
        """Whether the call may run beside others."""
        tool = self.registry.get(as_meant(call).name)
        return tool is not None and tool.reading

    def title(self, call: ToolCall) -> str:
        """One line for a person, also for a malformed call."""
        call = as_meant(call)
        tool = self.registry.get(call.name)
        if tool is None:
            return f"{call.name[:80] or '(no name)'} {call.arguments[:80]}"
        try:
            return tool.title(_arguments(tool, call.arguments))[:200]
        except Exception:  # noqa: BLE001 - a title never ends a run, whatever the tool makes of the arguments
            return f"{call.name} {call.arguments[:80]}"

    async def look_at(self, call: ToolCall, context: ToolContext) -> Prepared | Exception:
        """Find out what a call would do, or why it cannot be done; for `execute`, a moment later. Nothing is done."""
        try:
            return await asyncio.to_thread(self._look_at, as_meant(call), context)
        except Exception as error:  # noqa: BLE001 - `execute` makes a result of it
            return error

    def _look_at(self, call: ToolCall, context: ToolContext) -> Prepared:
        prepared = self._prepare(call, context)
        get_ready()
        return prepared

    async def execute(
        self,
        call: ToolCall,
        context: ToolContext,
        gate: Gate,
        started: Callable[[ToolCall], Awaitable[None]],
        seen: Prepared | Exception | None = None,
    ) -> ToolResult:
        """Run one call. Only cancellation leaves, RunParked, and what `started` raises; all else is a result.

        `started` is awaited once, after the decision and before the act: it stores the intent. No key that is known to
        this process is in the result. `seen`: what `look_at` gave for this call just now; None: it was not asked.
        """
        if context.journal is not None:
            context = replace(context, journal=context.journal.for_call(call.call_id))
        show = context.progress

        def progress(text: str) -> None:
            show(self._keys.hide(text))  # on a screen

        context = replace(context, progress=progress)
        return self._results.without_keys(await self._execute(as_meant(call), context, gate, started, seen=seen))

    async def _execute(
        self,
        call: ToolCall,
        context: ToolContext,
        gate: Gate,
        started: Callable[[ToolCall], Awaitable[None]],
        within: Act | None = None,
        seen: Prepared | Exception | None = None,
    ) -> ToolResult:
        """`within`: the call of the provider in whose name this one is made."""

        async def again() -> Act:
            nonlocal prepared
            prepared = await asyncio.to_thread(self._prepare, call, context, within)
            return prepared.act

        try:
            if isinstance(seen, Exception):
                raise seen
            prepared = seen or await asyncio.to_thread(self._prepare, call, context, within)
        except Exception as error:  # noqa: BLE001 - a broken tool ends its call, not the run
            if isinstance(error, ToolDenied):
                gate.refused(call, str(error))
            return await self._refused(call, error, context)
        try:
            admission = await gate.admit(prepared.act, again)
        except RunParked:
            raise
        except Exception as error:  # noqa: BLE001
            return await self._refused(call, error, context)
        if admission.dry:
            return recorded(call, admission)
        await started(call)
        act = prepared.act
        could_read = None
        try:
            if any(effect.verb == "proc.run" for effect in act.effects):
                could_read = await asyncio.to_thread(label_of_command, act.effects, context)
            if could_read is not None and context.journal is not None:
                context = replace(context, journal=context.journal.for_command(gate.label.join(could_read)))
            await gate.intended(admission)
            context = replace(context, egress=gate.egress(act))
            if act.by and within is None:
                context = replace(context, own_tools=partial(self._own_tool, act, context, gate))
        except Exception as error:  # noqa: BLE001 - what cannot be written down first is not done
            result = msgspec.structs.replace(failed(call, error), outcome="not_run")
        else:
            try:
                result = _labelled(await self._begun(prepared, context, admission), could_read)
            except BaseException:
                with suppress(StorageError):  # it must not take the place of the order to stop
                    await uninterrupted(gate.ended(act, _labelled(unknown(call), could_read)), "note an outcome")
                raise
        try:
            await uninterrupted(gate.ended(act, result), "note an outcome")
        except StorageError as error:  # what was done is done: the model gets what came of it
            _log.warning("the end of call %s was not noted: %s", call.call_id, error)
        return result

    async def _begun(self, prepared: Prepared, context: ToolContext, admission: Admission) -> ToolResult:
        act = prepared.act
        try:
            if admission.asked or any(effect.verb != "fs.read" for effect in act.effects):
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
            return msgspec.structs.replace(failed(prepared.call, error), label=label)

    async def _refused(self, call: ToolCall, error: Exception, context: ToolContext) -> ToolResult:
        """The result of a call that came to nothing: its words may be those of a file."""
        result = failed(call, error)
        if not isinstance(error, ToolError) or not error.quotes:
            return result
        label = await asyncio.to_thread(context.label_of_file, error.quotes)
        return msgspec.structs.replace(result, label=label)

    async def _own_tool(
        self, within: Act, context: ToolContext, gate: Gate, name: str, arguments: Mapping[str, Any]
    ) -> ToolResult:
        """Run one of Homard's tools in the name of the provider that works at a call; it is part of that call.

        Raises ToolDenied for a tool that providers may not use.
        """
        if name not in FOR_PROVIDERS:
            raise ToolDenied(f"{within.by} cannot call {name[:80]!r}. It may call {', '.join(sorted(FOR_PROVIDERS))}.")
        text = msgspec.json.encode(arguments).decode()
        call = ToolCall(within.call.call_id, name, text)
        context = replace(context, max_result_chars=MAX_PROVIDER_CHARS)
        result = self._results.without_keys(await self._execute(call, context, gate, _nothing, within))
        if result.label is not None:
            await gate.told(within, result.label)
        return result

    def _prepare(self, call: ToolCall, context: ToolContext, within: Act | None = None) -> Prepared:
        tool = self.registry.get(call.name)
        if tool is None or (within is None and call.name in FOR_PROVIDERS_ALONE):
            names = ", ".join(name for name in self.registry.names() if name not in FOR_PROVIDERS_ALONE)
            raise ToolFailed(f"There is no tool {call.name[:80]!r}. The tools are: {names}.")
        arguments = _arguments(tool, call.arguments)
        effects = tuple(tool.effects(arguments, context))
        act = Act(
            call, canonical(arguments), effects, identities_of(effects, context.cwd), final=_final(effects, context)
        )
        if within is not None:
            act = replace(act, by=within.by, leave=within.leave, may_park=False)
            act = replace(act, hands_over=_handed_over(act, (), context))
        elif (provider := _provider_of(tool)) is not None:
            told = not provider.ours or any(effect.verb in KEPT for effect in effects)
            keeps = str(provider.exchange) if told else ""
            act = replace(act, by=provider.principal, leave=provider.capabilities(), keeps=keeps)
            act = replace(act, hands_over=_handed_over(act, provider.reads, context) or _carried(provider, context))
        return Prepared(tool, arguments, act)

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
        return await asyncio.to_thread(self._results.made_of, prepared.call, prepared.effects, output, context)


async def _nothing(_call: ToolCall) -> None:
    """A call within another one is part of it; nothing more is stored."""


def as_meant(call: ToolCall) -> ToolCall:
    """Give the call that `use_tool` stands for; any other one as it is, a malformed one too."""
    if call.name != USE:
        return call
    try:
        meant = parse_arguments(call.arguments, UseToolArguments)
    except ToolError:
        return call
    if not isinstance(meant, UseToolArguments) or meant.name == USE:
        return call
    return ToolCall(call.call_id, meant.name, msgspec.json.encode(meant.arguments).decode())


def _arguments(tool: Tool[Any], text: str) -> msgspec.Struct:
    parse: Callable[[str], msgspec.Struct] | None = getattr(tool, "parse", None)
    return parse_arguments(text, tool.arguments) if parse is None else parse(text)


def _provider_of(tool: Tool[Any]) -> ToolProvider | None:
    return getattr(tool, "provider", None)


def _handed_over(act: Act, reads: Sequence[str], context: ToolContext) -> str:
    """The first file that a provider which reaches out would get and that must stay here; empty: there is none.

    `reads`: what its process reads anyway; of that it does not see what is local only.
    """
    if not reaches_out(act.leave):
        return ""
    targets = {effect.target for effect in act.effects if effect.verb == "fs.read"} - set(map(printable, reads))
    secret = (one for one in sorted(targets) if context.label_of_file(from_printable(one)).secrecy == "secret")
    return next(secret, "")


def _carried(provider: ToolProvider, context: ToolContext) -> str:
    """What a provider was told that must stay here, if it was granted a way out since; empty: nothing."""
    if not reaches_out(provider.capabilities()):
        return ""
    kept = context.label_of_file(str(provider.exchange))
    return f"what {provider.principal} was told before" if kept.secrecy == "secret" else ""


def _labelled(result: ToolResult, label: Label | None) -> ToolResult:
    """The result of what could read that, too."""
    if label is None:
        return result
    return msgspec.structs.replace(result, label=label if result.label is None else label.join(result.label))


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


def _asked_to_stop() -> bool:
    # Tools may leak the CancelledError of something of their own: that is a failure, not an order.
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
