"""Carries a probe out: all tasks of one model one after the other, several models beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from agent.comparison.caller import Caller
from agent.comparison.probe_set import LATE, Task, tasks_for
from agent.comparison.result import FIRST, HIT, ModelResult, ProbeCall
from agent.errors import ModelError
from agent.ports import Account
from agent.settings import ModelProfile

BESIDE = 4
"""Models on other machines that are asked at the same time."""
SPARE = 3
"""Calls of one model that are made again when they failed in passing."""
IN_A_ROW = 3
"""Failures after which a model is left."""
_HOPELESS = frozenset({"bad_key", "no_key", "quota_exceeded", "no_such_model", "local_only"})
_PASSING = frozenset({"rate_limited", "overloaded", "unreachable", "reply_cut", "protocol_error"})


class Progress(msgspec.Struct, frozen=True):
    """How far a probe is."""

    done: int
    of: int
    model: str
    """Whose call is over."""


class Probe:
    """One probe under way; `results` may be read at any time."""

    def __init__(
        self,
        caller: Caller,
        models: Sequence[ModelProfile],
        account: Account,
        nonce: str,
        progress: Callable[[Progress], None],
    ) -> None:
        self._caller, self._account, self._nonce, self._progress = caller, account, nonce, progress
        self._models = [_ModelProbe(model) for model in models]
        self._of = sum(len(tasks_for(model)) for model in models)
        self._done = 0
        self.stopped = ""
        """Why it did not come to its end."""

    @property
    def results(self) -> tuple[ModelResult, ...]:
        """What is known so far of the models that were asked anything."""
        return tuple(probe.result() for probe in self._models if probe.calls)

    async def run(self) -> None:
        """Ask everything. Models on this machine, which share it, come one after the other. Raises StorageError."""
        gate = asyncio.Semaphore(BESIDE)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._one_by_one([one for one in self._models if not one.model.remote]))
                for probe in self._models:
                    if probe.model.remote:
                        group.create_task(self._behind(gate, probe))
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None

    async def _behind(self, gate: asyncio.Semaphore, probe: _ModelProbe) -> None:
        async with gate:
            await self._ask_all(probe)

    async def _one_by_one(self, probes: Sequence[_ModelProbe]) -> None:
        for probe in probes:
            await self._ask_all(probe)

    async def _ask_all(self, probe: _ModelProbe) -> None:
        try:
            for task in tasks_for(probe.model):
                await self._ask(probe, task)
                self._done += 1
                self._progress(Progress(self._done, self._of, probe.model.label))
                if probe.stopped or self.stopped:
                    return
            if probe.wants_late:
                await self._ask(probe, LATE)
        except ModelError as error:  # a cap stands before the call: it stands before the other models' too
            self.stopped = probe.stopped = str(error)

    async def _ask(self, probe: _ModelProbe, task: Task) -> None:
        while True:
            call = await self._caller.ask(task, task.request(probe.model, self._nonce_of(probe, task), self._account))
            if probe.note(call):
                return

    def _nonce_of(self, probe: _ModelProbe, task: Task) -> str:
        """The long prompt is new for each model, and after a failure: what failed may be in a cache all the same."""
        return f"{self._nonce}{self._models.index(probe):02x}{probe.lost}" if task.register else self._nonce


class _ModelProbe:
    """What is known of one model so far."""

    def __init__(self, model: ModelProfile) -> None:
        self.model = model
        self.calls: list[ProbeCall] = []
        self.stopped = ""
        self.lost = 0
        """How often the long prompt was sent for the first time, and failed."""
        self._spare = SPARE
        self._in_a_row = 0

    def note(self, call: ProbeCall) -> bool:
        """Keep a call; whether to go on to the next task. False: the same once more."""
        self.calls.append(call)
        if not call.error:
            self._in_a_row = 0
            return True
        self._in_a_row += 1
        self.lost += call.task == FIRST
        if call.error in _HOPELESS:
            self.stopped = call.note
        elif self._in_a_row >= IN_A_ROW:
            self.stopped = f"It failed {self._in_a_row} times in a row. {call.note}"
        again = call.error in _PASSING and self._spare > 0 and not self.stopped
        self._spare -= again
        return not again

    @property
    def wants_late(self) -> bool:
        """Whether a prompt that was sent twice was not told to be cached."""
        again = [call for call in self.calls if call.task == "register again" and not call.error]
        return bool(again) and all(call.usage.cached_tokens < HIT * call.usage.input_tokens for call in again)

    def result(self) -> ModelResult:
        """As it is stored."""
        return ModelResult(
            model=self.model.label, calls=tuple(self.calls), price=self.model.price, stopped=self.stopped
        )
