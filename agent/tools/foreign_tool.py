"""A provider's tool as a tool of Homard: its arguments checked, its files opened, its effects declared."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from functools import reduce
from typing import TYPE_CHECKING, Any

import msgspec

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.labels import Label
from agent.messages import ToolResult
from agent.safety.declared import effects_of, label_of_output
from agent.safety.effects import Effect
from agent.safety.printable import printable
from agent.tasks import uninterrupted
from agent.tools.arguments import strict_object
from agent.tools.exchange import Exchange, Passed, file_effects
from agent.tools.foreign import ForeignCall, ForeignResult, ToolOffer, ToolProvider
from agent.tools.foreign_schema import against, described
from agent.tools.tool import ToolContext, ToolOutput

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

MARGIN_S = 5.0
"""After its own limit a call is broken off; the provider should have given up by then."""


class ForeignArguments(msgspec.Struct, frozen=True, weakref=True):
    """Of a call, checked against the schema of its tool."""

    values: dict[str, Any]


class ForeignTool:
    """One tool of a plugin or of an MCP server."""

    arguments = ForeignArguments

    def __init__(self, offer: ToolOffer, provider: ToolProvider) -> None:
        self.offer, self.provider = offer, provider
        self.name, self.description = offer.name, offer.description
        self.reading = offer.reading and not offer.files
        self.timeout_s = offer.timeout_s + MARGIN_S

    def parse(self, text: str) -> ForeignArguments:
        """Parse and check a call's arguments. Raises ToolRetry with what to mend."""
        values = strict_object(text)
        if why := against(self.offer.schema, values):
            arguments = described(self.offer.schema)
            raise ToolRetry(f"Wrong arguments for {self.name}: {why}. The arguments are: {arguments}.")
        return ForeignArguments(values)

    def title(self, args: ForeignArguments) -> str:
        """One line for a person."""
        words = " ".join(printable(str(value))[:60] for value in args.values.values() if isinstance(value, str | int))
        what = printable(" ".join((self.offer.title or self.offer.own_name).split()))
        return f"{self.provider.principal}: {what} {words}".strip()[:100]

    def effects(self, args: ForeignArguments, context: ToolContext) -> Sequence[Effect]:
        """Handing over the files it names, reading what its process may read anyway, and what it declares."""
        found = [
            effect
            for passed in self._files(args, context, judged=False).values()
            for effect in file_effects(passed, context)
        ]
        found += (Effect("fs.read", printable(path), granted=True) for path in self.provider.reads)
        if self.offer.declaration is not None:
            principal = self.provider.principal
            for effect in effects_of(self.offer.declaration, principal, self._said(args)):
                # Of no recipient in particular: then the tool itself is what a rule can name.
                target = f"{principal}/{self.offer.own_name}" if effect.target == principal else effect.target
                found.append(msgspec.structs.replace(effect, target=target))
        return tuple(found)

    async def run(self, args: ForeignArguments, context: ToolContext) -> ToolOutput:
        """Hand over, call, take back. Raises ToolRetry, ToolFailed, ToolDenied."""
        read: list[Label] = []
        """Of what Homard's own tools gave it meanwhile."""

        async def own_tools(name: str, arguments: Mapping[str, Any]) -> ToolResult:
            result = await (context.own_tools or _no_tools)(name, arguments)
            if result.label is not None:
                read.append(result.label)
            return result

        async with self._exchange(args, context) as (exchange, values):
            call = ForeignCall(
                self.offer,
                {**args.values, **values},
                exchange.folder,
                context.progress,
                own_tools,
                context.ask,
                context.complete,
                context.egress,
            )
            result = await self._called(call)
            written = [] if result.is_error else await asyncio.to_thread(exchange.take_back)
        said = _unseen(result.text, exchange, values, args)
        text = "\n".join([said, *(f"Wrote {path}." for path in written if path not in said)]).strip()
        label = reduce(Label.join, read, await asyncio.to_thread(self._label, args, result, context))
        details = {"provider": self.provider.principal, "written": written}
        return ToolOutput(text, result.images, details, result.is_error, label)

    async def _called(self, call: ForeignCall) -> ForeignResult:
        try:
            return await self.provider.call(call)
        except (ToolRetry, ToolFailed) as error:
            return ForeignResult(str(error), is_error=True)  # its words, with the label of its words

    @asynccontextmanager
    async def _exchange(
        self, args: ForeignArguments, context: ToolContext
    ) -> AsyncGenerator[tuple[Exchange, dict[str, str]]]:
        exchange = Exchange(self.provider.exchange, context)
        files = self._files(args, context, judged=True)
        try:
            yield exchange, await asyncio.to_thread(exchange.hand_in, files)
        finally:
            await uninterrupted(asyncio.to_thread(exchange.remove), "clear-up")

    def _files(self, args: ForeignArguments, context: ToolContext, *, judged: bool) -> dict[str, Passed]:
        """The files that a call names, by argument. Raises ToolRetry, ToolDenied."""
        found: dict[str, Passed] = {}
        locate = context.folders.judged if judged else context.folders.judge
        for argument, use in self.offer.files.items():
            path = args.values.get(argument)
            if path is None:
                continue
            if not isinstance(path, str) or not path:
                raise ToolRetry(f"{argument} must be the path of a file.")
            located = locate(args, path, context.cwd, writing=use == "write", part=argument)
            found[argument] = Passed(argument, use, located)
        return found

    def _said(self, args: ForeignArguments) -> Mapping[str, Any]:
        return {name: value for name, value in args.values.items() if name not in self.offer.files}

    def _label(self, args: ForeignArguments, result: ForeignResult, context: ToolContext) -> Label:
        """Of what it gave back: of all that it could have read, and of who wrote its code."""
        files = [one.located.real for one in self._files(args, context, judged=True).values()]
        kept = context.label_of_file(str(self.provider.exchange))
        label = self._source(args, result, kept)
        if self.offer.declaration is None and (kept.tainted or kept.secrecy == "secret"):
            label = label.join(kept)  # what it was told once, it may tell again
        for path in (*files, *self.provider.reads):
            label = label.join(context.label_of_file(path))
        return label

    def _source(self, args: ForeignArguments, result: ForeignResult, kept: Label) -> Label:
        principal, declaration = self.provider.principal, self.offer.declaration
        if declaration is None:
            if self.offer.source == "others":
                return Label("external", "private", (f"external:{principal}",))
            return Label("app" if self.provider.ours else "skill", "private", (principal,))
        # The model reads the text and sees the pictures: data beside them says nothing of these.
        outputs = [result.text, *(() if result.data is None else (result.data,))]
        failed, said = result.is_error or bool(result.images and declaration.output.data), self._said(args)
        labels = (
            label_of_output(declaration, principal, one, arguments=said, written=kept, failed=failed) for one in outputs
        )
        return reduce(Label.join, labels)


async def _no_tools(name: str, _arguments: Mapping[str, Any]) -> Any:
    raise ToolDenied(f"{name} cannot be called here.")


def _unseen(text: str, exchange: Exchange, values: Mapping[str, str], args: ForeignArguments) -> str:
    """The text with the names of the copies as the model knows them."""
    for argument, copy in values.items():
        text = text.replace(copy, str(args.values[argument]))
    return text.replace(str(exchange.folder), "")
