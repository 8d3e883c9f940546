"""The runtime: builds and owns every service. `submit` takes commands in, the bus carries events out."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

import msgspec
from msgspec.structs import replace

from agent.bus import Bus, Subscription
from agent.chats import Chats
from agent.commands import (
    AnswerQuestion,
    AnyCommand,
    CancelRun,
    Limits,
    PauseRuns,
    ResolveApproval,
    ResumeRuns,
    SendMessage,
)
from agent.context.report import PromptReport, first_request
from agent.errors import HomardError, UsageError
from agent.events import ModelRetryScheduled
from agent.extensions import Extensions
from agent.foreign_door import ForeignDoor
from agent.foundation import Foundation, open_foundation
from agent.job_doors import JobDoors
from agent.labels import Label
from agent.messages import ToolCall, ToolResult, ToolSpec
from agent.models.catalogue import model_names, resolve
from agent.models.gateway import Gateway
from agent.models.router import Router
from agent.models.routing import Routing
from agent.parked import ParkedQuestions, RunParking
from agent.paths import Paths
from agent.pause import Pause
from agent.ports import Clock, ModelGateway, ModelRequest
from agent.roots import standing_folder
from agent.runner import Services, new_run_id
from agent.safeguards import undo_limits
from agent.safety.approvals import ApprovalBroker, RunApprover
from agent.settings import ModelProfile, load_settings
from agent.skill_door import SkillDoor
from agent.storage.blobs import Blobs
from agent.storage.recovery import Recovered, recover
from agent.storage.usage import Spent, local_midnight, spent_since
from agent.titles import Titles
from agent.tools.executor import Executor
from agent.tools.process_tree import end_abandoned
from agent.tools.tool import Tool
from agent.upkeep import kept_up
from agent.workplace import Workplace, scratch

if TYPE_CHECKING:
    from agent.automation.service import Automation
    from agent.comparison.service import Comparison
    from agent.mcp_client.servers import McpServers
    from agent.models.engine import EngineState
    from agent.models.response_cache import ReplyCache
    from agent.packs.service import Packs
    from agent.plugin_host.host import PluginHost
    from agent.tools.foreign import ToolProvider


class Receipt(msgspec.Struct, frozen=True):
    """What became of a command."""

    session_id: str
    run_id: str
    """The run that answers: a new one, or the one that is steered; of a job: the one that has begun, if one has."""
    job_id: str = ""
    slot_id: int = 0


class Runtime:
    """Everything of one home. Open it only in the process that owns the home."""

    def __init__(self, base: Foundation, providers: Sequence[ToolProvider] = ()) -> None:
        paths, executor, clock, safeguards, books = base.paths, base.executor, base.clock, base.safeguards, base.books
        self.paths = paths
        self.settings = base.settings
        self.secrets = base.secrets
        """Where keys are kept; those of this session are known to no other object."""
        self.store = store = base.store
        self.tools = executor.registry
        self.bus = Bus()
        self._books = books
        self.budget = books.ledger
        """What model calls may cost, and took: `budget.standing()`."""
        self.seen = books.seen
        """How model calls went."""
        books.ledger.publish = self.bus.publish
        self.policy = safeguards.policy
        """Rules and marks of the person."""
        self.audit = safeguards.audit
        """What was done, why it was allowed, and what left this machine."""
        self.undo = safeguards.undo
        """Takes back what runs did to files."""
        self.sandbox = safeguards.sandbox
        """How well this machine can hold a command."""
        self.recovered: list[Recovered] = []
        """What was found unfinished at the start, for the person."""
        self._metered = base.gateway
        self._stays = False
        self._gateway = base.gateway if isinstance(base.gateway, Gateway) else None
        self._broker = ApprovalBroker()
        self.pause = Pause(store.database, clock, self.bus.publish)
        """Whether runs wait, and until when: `pause.state`."""
        self.routing = Routing(lambda: self.settings, lambda name: resolve(self.settings, name, cache=paths.cache))
        """Which model does what."""
        self._workplace = Workplace(paths, lambda: self.settings, safeguards, lambda: self.extensions.desktop)
        self._clock = clock
        self.parked = ParkedQuestions(store.database, clock, self.bus.publish)
        """What runs of jobs wait for."""
        self._services = self._for_runs(executor)
        self.extensions = Extensions(
            self._services, paths, lambda: self.settings, base.secrets, self._fire, self.reload_settings, providers
        )
        """Plugins, MCP servers and packs."""
        self._jobs = self._job_doors()
        self._services.jobs = self._jobs
        self._services.packs = self.extensions.packs_now
        self.skills = self._services.skills = SkillDoor(
            paths.skills,
            executor.registry,
            budget=lambda: self.settings.skills.prompt_tokens,
            label_of_file=safeguards.taint.labels.label_of,
            packs=self.extensions.packs_now,
        )
        """What runs know of skills."""
        self._chats = Chats(self._services, self.routing, self.seen, self.skills)
        if self._gateway is not None:
            self._gateway.open_plugins = lambda: self.extensions.plugins.gateway()
        self.foreign = self._services.foreign = ForeignDoor(
            executor.registry, self.extensions.providers, budget=lambda: self.settings.tools.prompt_tokens
        )

    def _for_runs(self, executor: Executor) -> Services:
        """What each run uses; the doors to jobs, skills and what others built are put in once they are there."""
        router = Router(self._metered, self._clock, self._note_fallback)
        publish = self.bus.publish
        return Services(
            store=self.store,
            blobs=self.store.blobs,
            gateway=router,
            executor=executor,
            broker=self._broker,
            bus=self.bus,
            clock=self._clock,
            workplace=self._workplace,
            pause=self.pause,
            parking=partial(RunParking, self.parked, self._clock, lambda: self.settings.automation.approval_hours),
            beside=self.routing.beside,
            titles=Titles(self.store, router, self.routing.for_title, lambda: self.pause.state.paused, publish),
            replies=lambda: self.replies,
        )

    def _job_doors(self) -> JobDoors:
        paths = self.paths
        return JobDoors(
            self._services,
            submit=self.submit,
            settings=lambda: self.settings,
            model=lambda name: self.routing.model(name, "job"),
            parked=self.parked,
            caps=self.budget.standing,
            own_folders=tuple(map(str, (paths.data, paths.config, paths.cache, paths.logs))),
            extensions=self.extensions,
        )

    async def _fire(self, plugin: str, trigger: str, key: str, text: str, label: Label) -> None:
        """Start the jobs that wait for a plugin."""
        await self._jobs.plugin_event(plugin, trigger, key, text, label)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        paths: Paths,
        *,
        gateway: ModelGateway | None = None,
        tools: Iterable[Tool[Any]] | None = None,
        clock: Clock | None = None,
        providers: Sequence[ToolProvider] = (),
    ) -> AsyncGenerator[Self, None]:
        """Open the home and recover what a crash left; on leaving, runs are cancelled and everything is stored.

        `gateway`, `tools` and `clock` replace the real ones, `providers` come to them, for tests and demos. Raises
        StorageError when the home cannot be used, SettingsInvalid when its settings cannot be read.
        """
        async with AsyncExitStack() as stack:
            base = await stack.enter_async_context(open_foundation(paths, gateway, tools, clock))
            runtime = cls(base, providers)
            runtime.recovered = await recover(base.store)
            await asyncio.to_thread(_clear_leftovers, paths, any(found.unknown for found in runtime.recovered))
            await runtime.undo.recover()
            stack.push_async_callback(runtime._stop)
            await runtime.pause.load()
            await stack.enter_async_context(kept_up(base.safeguards, runtime.seen))
            yield runtime

    @cached_property
    def comparison(self) -> Comparison:
        """Sellers of models, compared."""
        from agent.comparison.service import Comparison

        return Comparison(
            self.store.database,
            self._metered,
            self._clock,
            self.seen,
            standing=self.budget.standing,
            resolve=lambda name: resolve(self.settings, name, cache=self.paths.cache),
            names=lambda: model_names(self.settings),
            plan_file=self.paths.data / "comparison.json",
            held=lambda: self.pause.state.paused,
            stays=lambda: self._stays,
        )

    @cached_property
    def replies(self) -> ReplyCache:
        """Replies of models that are given again to the very same request."""
        from agent.models.response_cache import ReplyCache

        return ReplyCache(self.store.database, self._clock, lambda: self.settings.economy.reuse_replies)

    @property
    def plugins(self) -> PluginHost:
        """Plugins."""
        return self.extensions.plugins

    @property
    def servers(self) -> McpServers:
        """MCP servers."""
        return self.extensions.servers

    @property
    def packs(self) -> Packs:
        """Packs."""
        return self.extensions.packs

    @property
    def automation(self) -> Automation:
        """Jobs: what there is, was and will be. `Runtime.start` makes them due; without, nothing starts by itself."""
        return self._jobs.automation

    async def start(self) -> None:
        """Let work start by itself: jobs become due, plugins hear of events. In a process that stays."""
        self._stays = True
        await self.automation.start()
        if await asyncio.to_thread((self.paths.data / "comparison.json").exists):
            await self.comparison.regular.start()
        await self.extensions.start()

    async def _stop(self) -> None:
        self._chats.stopping = True
        self.pause.close()
        if "comparison" in self.__dict__:
            await self.comparison.regular.close()
        await self._jobs.stop()
        await self._chats.close()
        await self._jobs.close()
        await self.extensions.close()

    def subscribe(self, session_id: str | None = None) -> Subscription:
        """Listen to the events of one session, or of all."""
        return self.bus.subscribe(session_id)

    async def submit(self, command: AnyCommand) -> Receipt:
        """Carry out a command. Raises UsageError when it cannot be: nothing was done then."""
        match command:
            case SendMessage():
                return Receipt(*await self._chats.send(command))
            case CancelRun():
                return Receipt(self._chats.cancel(command.run_id), command.run_id)
            case ResolveApproval():
                await self._resolve(command)
            case AnswerQuestion():
                self._broker.answer(command)
            case PauseRuns():
                await self.pause.begin(command.until)
            case ResumeRuns():
                await self.pause.end()
            case _:
                done = await self.automation.submit(command)
                return Receipt(done.session_id, done.run_id, done.job_id, done.slot_id)
        return Receipt("", "")

    async def _resolve(self, command: ResolveApproval) -> None:
        """Deliver an answer to the run that works and waits, or to one that has parked."""
        if self._broker.waits_for(command.approval_id):
            self._broker.resolve(command)
        elif (parked := await self.parked.resolve(command)) is not None:
            await self.automation.approval_answered(parked.run_id)
        else:
            self._broker.resolve(command)  # says that nothing waits for it

    def model(self, name: str = "") -> ModelProfile:
        """Resolve a model's name, or the one for chats. Raises UsageError that says which there are."""
        return self.routing.model(name, "chat")

    def _note_fallback(self, request: ModelRequest, model: ModelProfile, error: HomardError) -> None:
        """Another model answers: the run says so."""
        ids = (request.session_id, request.account.run_id)
        self.bus.publish(ModelRetryScheduled(*ids, 1, 0.0, str(error), model.label))

    def limits(self) -> Limits:
        """The settings' limits for a run."""
        return msgspec.convert(msgspec.to_builtins(self.settings.limits), Limits)

    def reload_settings(self) -> None:
        """Read the settings file again; runs under way keep what they started with."""
        self.settings = self.budget.settings = load_settings(self.paths.settings)
        self.undo.journal.limits = undo_limits(self.settings.safety)

    def engine_state(self) -> list[EngineState]:
        """What the offline engine has in memory now; starts nothing."""
        engine = self._gateway.engine if self._gateway is not None else None
        return engine.states() if engine is not None else []

    async def start_engine(self, model_label: str) -> None:
        """Load a local model (`provider/model`) before it is needed. Raises UsageError, ModelError."""
        model = self.model(model_label)
        if model.settings.transport != "local" or self._gateway is None:
            raise UsageError(f"{model.label} is not run by the offline engine. Name a model of the provider `local`.")
        await self._gateway.open_engine().load(model)

    async def stop_engine(self) -> None:
        """Free the memory of the local models that make no reply now. Raises UsageError if one does."""
        engine = self._gateway.engine if self._gateway is not None else None
        if engine is not None:
            await engine.unload()

    def metered(self, gateway: ModelGateway) -> ModelGateway:
        """Put the budgets around a gateway that is not the runtime's own."""
        return self._books.around(gateway)

    async def spent_today(self, now: datetime | None = None) -> Spent:
        """What all model calls since local midnight took."""
        since = local_midnight(now or self._services.clock.now())
        return await self.store.database.read(lambda connection: spent_since(connection, since))

    async def run_tool(
        self,
        name: str,
        arguments: str,
        *,
        session_id: str,
        cwd: str,
        grants: Sequence[str] = (),
        approve_all: bool,
        attended: bool,
    ) -> ToolResult:
        """Run one tool through the same executor and the same decision as a model's call; nothing is stored."""
        run_id = new_run_id()
        approver = RunApprover(session_id, run_id, self._broker, self.bus.publish, attended)
        place = self._workplace
        context = replace(place.context(standing_folder(cwd), tuple(grants), None), ask=approver.ask)
        gate = place.gate(context, approver, "cli", None, approve_all=approve_all)
        gate.packs = await asyncio.to_thread(self.extensions.packs_now)
        context = place.with_journal(context, session_id, run_id)
        return await self._services.executor.execute(
            ToolCall(f"call_{run_id}", name, arguments), context, gate, _nothing
        )

    async def first_request(self, cwd: str, model: str = "") -> PromptReport:
        """What a first request in this folder costs, part by part."""
        folder = standing_folder(cwd)
        found = [one for one in (await self.skills.of_run(folder), await self.foreign.of_run()) if one is not None]
        told = "\n\n".join(filter(None, (one.prompt() for one in found)))
        tools = (*self.tool_specs(), *(spec for one in found for spec in one.specs))
        return await asyncio.to_thread(first_request, folder, self.model(model), tools, told)

    def tool_title(self, call: ToolCall) -> str:
        """One line for a person about a call, also a malformed one."""
        return self._services.executor.title(call)

    def tool_specs(self) -> tuple[ToolSpec, ...]:
        """What a model is told of the tools."""
        return self.tools.specs()


def _clear_leftovers(paths: Paths, commands: bool) -> None:
    """End commands that an owner left running when it was killed, and remove its unfinished files."""
    if commands:
        end_abandoned()
    shutil.rmtree(scratch(paths), ignore_errors=True)
    Blobs(paths.blobs).sweep()


async def _nothing(_call: ToolCall) -> None:
    """A tool run by hand belongs to no run: there is no intent to store."""
