"""For whom the model calls of a run are made, and what holds for it: what a reply that is given again must agree in."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from agent.commands import SendMessage
from agent.labels import Label
from agent.ports import ModelEvent, ModelGateway, ModelRequest
from agent.safeguards import in_force
from agent.safety.policy import Policy
from agent.tools.tool import ToolContext

if TYPE_CHECKING:
    from agent.models.response_cache import ReplyCache, Standing


class RunStanding(msgspec.Struct):
    """Says it at each model call of one run that might be answered from before."""

    command: SendMessage
    context: ToolContext
    """As it was when the run began."""
    principals: Sequence[str]
    label: Callable[[], Label]
    """Of all that the run's model has seen."""
    policy: Callable[[], Policy | None]
    """The rules in force; None: they are being changed."""
    _digested: tuple[Policy, str] | None = None

    def __call__(self) -> Standing | None:
        """Give it; None: nothing may be taken from before, because the rules are changing."""
        from agent.models.response_cache import Standing

        policy = self.policy()
        if policy is None or policy.broken or policy != (self.context.built_on or policy):
            return None
        if self._digested is None or self._digested[0] is not policy:
            self._digested = policy, self._digest(policy)
        return Standing(
            attended=self.command.attended,
            principals=tuple(self.principals),
            label=self.label(),
            held_by=self._digested[1],
        )

    def _digest(self, policy: Policy) -> str:
        from agent.models.response_cache import digest_of

        command, context = self.command, self.context
        acting = command.acting
        return digest_of(
            in_force(policy),
            command.origin,
            command.approve_all,
            command.dry_run,
            command.typed,
            [os.fsencode(grant) for grant in command.grants],
            os.fsencode(context.cwd),
            [os.fsencode(root) for root in context.folders.roots],
            acting.allow if acting is not None else None,
            acting.label if acting is not None else None,
        )


class Reusing:
    """`ModelGateway` of one run. What a chat asks goes straight on; the cache is opened by the first who may use it."""

    def __init__(self, base: ModelGateway, replies: Callable[[], ReplyCache], standing: RunStanding) -> None:
        self._base, self._replies, self._standing = base, replies, standing
        self._reusing: ModelGateway | None = None

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream one reply; see `ModelGateway.stream`."""
        if request.account.purpose != "reading" and not request.account.job_id:
            return self._base.stream(request)
        if self._reusing is None:
            self._reusing = self._replies().around(self._base, self._standing)
        return self._reusing.stream(request)
