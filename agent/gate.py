"""The gate of one run: every call is judged here, whoever asks, and what was decided is written down.

request → decide() → maybe a person → the same request again → the intent in the audit. What a person agreed to holds
for exactly that request: it is built anew after the answer, and any difference voids the yes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from agent.audit import body
from agent.errors import HomardError, ToolDenied
from agent.events import Scope
from agent.jobs import Permission
from agent.labels import USER, Label
from agent.messages import ToolCall, ToolResult
from agent.outbound import pass_for
from agent.safeguards import Safeguards
from agent.safety.approvals import Answer, Asking, RunApprover
from agent.safety.decision import Decision, decide
from agent.safety.effects import Effect
from agent.safety.endorsement import NOTHING, Endorsed
from agent.safety.flow import STAYS_HERE, reaches_out
from agent.safety.grants import covers, in_words_of, rule_for, run_grant_for
from agent.safety.guarded import host_denial
from agent.safety.policy import Policy
from agent.safety.printable import printable
from agent.safety.profile import capabilities_of, permission_words, permissions_for
from agent.safety.protected import Protection
from agent.safety.request import Capability, Facts, Request, RunGrant, SandboxLevel
from agent.safety.rules import RuleError, RuleText
from agent.tools.act import Act, Admission
from agent.tools.egress_pass import EgressPass
from agent.tools.result_label import LOCAL, UNKNOWN

if TYPE_CHECKING:
    from agent.packs.run import RunPacks

_NO_ACT = Act(ToolCall("", "", "{}"), "{}", (), ())
_STAYS = "Not allowed: {what} is marked local only, or comes from what is, and {who} could carry it off this machine."
_HARMLESS = frozenset({"fs.read", "ui.notify"})
"""Verbs that reach nothing outside this machine and change nothing on it."""
PROFILE_STEP = 4
DEFAULT_STEP = 8
"""Of `decide`. What earlier steps ask (the flow of what was read, the person's own rules) no rule and no yes beforehand
can answer."""


class RunGate(msgspec.Struct):
    """Judges the calls of one run."""

    services: Safeguards
    approver: RunApprover
    principals: tuple[str, ...]
    capabilities: Mapping[str, tuple[Capability, ...]] = msgspec.field(
        default_factory=dict[str, tuple[Capability, ...]]
    )
    """Of those among them that are no persons."""
    profile_holds_commands: bool = False
    extend: Callable[[tuple[Permission, ...]], Awaitable[None]] | None = None
    """Adds to the profile of the job for which the run works; None: it works for none. Raises HomardError."""
    approve_all: bool = False
    """Yes beforehand, to commands, fetches, and files inside the granted folders. Not to files outside them."""
    dry_run: bool = False
    model: str = ""
    model_is_remote: bool = True
    cwd: str = ""
    undo_ready: bool = False
    sandbox_needed: SandboxLevel = "files"
    """By the settings: the level at which a command must be held."""
    protection: Protection | None = None
    label: Label = USER
    """Of all that the model had seen when it wrote the call."""
    endorsed: Endorsed = NOTHING
    """What the person of the session vouches for."""
    packs: RunPacks | None = None
    """The packs of the home: each stands in the chain before its parts, and narrows what they may; None: there is none.
    """
    followed: tuple[str, ...] = ()
    """The skills of packs that the model had opened when it wrote the call, as sources of labels."""
    skill_bounds: Mapping[str, tuple[Capability, ...]] = msgspec.field(
        default_factory=dict[str, tuple[Capability, ...]]
    )
    """What the skills that this run follows say they need, by principal: no more may come of it than that."""
    built_on: Policy | None = None
    """The rules and marks by which the run's folders and commands are held; None: nobody changes them."""
    _grants: list[RunGrant] = msgspec.field(default_factory=list[RunGrant])

    @property
    def run_id(self) -> str:
        """Of the run."""
        return self.approver.run_id

    async def admit(self, act: Act, again: Callable[[], Awaitable[Act]]) -> Admission:
        """Let a call pass, perhaps after a person's yes. Raises ToolDenied."""
        if act.hands_over:
            words = _STAYS.format(what=act.hands_over, who=act.by)
            self.refused(act.call, words, STAYS_HERE)
            raise ToolDenied(words)
        request = self._request(act)
        decision = await self._decide(request, act)
        waits = decision.parks and bool(request.jobs)
        if self.dry_run and decision.verdict != "deny" and (waits or _changes_the_world(request)):
            self._judged(body.DECIDED, act.call, request, decision)
            needs = permissions_for(request) if waits else ()
            return Admission(request.effects, dry=True, needs=needs)
        asked = decision.verdict == "ask"
        if asked and decision.parks and not act.may_park:
            self._judged(body.DECIDED, act.call, request, decision)
            raise ToolDenied(f"Not allowed while nobody is there: {decision.reason} (rule {decision.rule}).")
        if asked:
            self._judged(body.DECIDED, act.call, request, decision)
            await self._ask(act, request, decision)
            try:
                decision = await self._decide_again(request, await again(), decision)
            except Exception as error:
                self.refused(act.call, str(error))
                raise
        if decision.verdict == "deny":
            self._judged(body.DECIDED, act.call, request, decision)
            raise ToolDenied(_refusal(decision))
        await self.services.rule_use.note(decision.counts, request.effects, self.services.clock.now())
        row = self._judged(body.INTENT, act.call, request, decision)
        return Admission(request.effects, keeps=act.keeps, row=row, asked=asked)

    def refused(self, call: ToolCall, reason: str, rule: str = "fixed.door") -> None:
        """Write down a call that was refused where its target was looked up: keys, Homard's own state."""
        words = {"call_id": call.call_id, "tool": call.name, "principals": list(self.principals), "verdict": "deny"}
        self.record(body.DECIDED, {**words, "rule": rule, "reason": reason, "effects": []})

    async def intended(self, admission: Admission) -> None:
        """Wait until the intent is on the disk, if the act does more than read the person's files."""
        if any(effect.verb not in _HARMLESS for effect in admission.effects):
            await self.services.audit.settle(admission.row)
        await self.services.taint.before(admission.effects, self.label, admission.keeps)

    async def told(self, act: Act, label: Label) -> None:
        """Note that a provider that keeps what it is told is told this; durable when it returns.

        Raises ToolDenied for what must stay here, if the provider reaches out.
        """
        if label.secrecy == "secret" and reaches_out(act.leave):
            raise ToolDenied(_STAYS.format(what="what was found", who=act.by))
        if act.keeps:
            await self.services.taint.kept(act.keeps, label)

    async def ended(self, act: Act, result: ToolResult) -> None:
        """Write down what came of a call that was let pass."""
        ended = "done"
        if result.is_error:
            denied = "denied" if result.details.get("denied") else "failed"
            ended = "unknown" if result.outcome == "unknown" else denied
        error = result.text[:500] if result.is_error else ""
        if result.outcome == "not_run":
            ended = "not_run"
        self.record(body.OUTCOME, body.outcome(result.call_id, ended, error=error, details=result.details))
        label = self.label
        if any(effect.verb == "proc.run" for effect in act.effects):
            # What a command writes may hold all that it could read, whatever the model had seen.
            network = any(effect.network for effect in act.effects)
            label = label.join(result.label or (UNKNOWN if network else LOCAL))
        call = act.call
        await self.services.taint.after(
            call.name, act.effects, label, self.run_id, call.call_id, done=not result.is_error
        )

    def refuse_denied(self, act: Act, effect: Effect) -> None:
        """Raise ToolDenied for what comes of a call that was let pass, and is denied by itself."""
        decision = self._decided(effect, act)
        if decision.verdict == "deny" or decision.beyond_profile:
            raise ToolDenied(_refusal(decision))

    def why_unread(self, real: str) -> str:
        """Say why Homard must not read a file of the working folder for the run by itself; empty: it may."""
        decision = self._decided(Effect("fs.read", printable(real), granted=True))
        return "" if decision.verdict == "allow" else f"{decision.reason} (rule {decision.rule})"

    def _decided(self, effect: Effect, act: Act = _NO_ACT) -> Decision:
        policy = self._current()
        alone = replace(act, call=ToolCall("", "", "{}"), arguments="{}", effects=(effect,), identities=())
        return decide(self._request(alone), policy, self._facts(policy, alone))

    def refuse_host(self, act: Act, host: str, port: int, *, named: bool = False) -> None:
        """Raise ToolDenied for a host that a process must not reach. `named`: by a person, also in their network."""
        alone = replace(act, call=ToolCall("", "", "{}"), arguments="{}", effects=(), identities=())
        policy = self._current()
        facts = self._facts(policy, alone)
        if (why := host_denial(self._request(alone), policy, facts, host, port, named=named)) is not None:
            raise ToolDenied(f"Not allowed: {why}")

    def egress(self, act: Act) -> EgressPass:
        """Give what a call carries when it reaches out: where it leads is judged, each request is written down."""
        return pass_for(self, act)

    def _request(self, act: Act) -> Request:
        return Request(
            principals=self._chain(act),
            tool=act.call.name,
            arguments=act.arguments,
            effects=act.effects,
            label=self.label,
            attended=self.approver.attended,
            complete=True,
            cwd=self.cwd,
            model=self.model,
            model_is_remote=self.model_is_remote,
            identities=act.identities,
        )

    def _chain(self, act: Act) -> tuple[str, ...]:
        # A skill stands behind the person and before a job: whose leave it is stays the last.
        principals = (*self.principals[:1], *self.skill_bounds, *self.principals[1:])
        chain = (*principals, act.by) if act.by else principals
        return chain if self.packs is None else self.packs.chain(chain, self.followed)

    def _current(self) -> Policy:
        return self._narrowed(self.services.policy.current())

    def _narrowed(self, policy: Policy) -> Policy:
        """The person's policy and the rules of packs."""
        return policy if self.packs is None else self.packs.narrowed(policy)

    async def _decide(self, request: Request, act: Act) -> Decision:
        services = self.services
        policy = self._narrowed(await services.policy_in_force())
        now = services.clock.now()
        runs_command = any(effect.verb == "proc.run" for effect in request.effects)
        measured = await services.sandbox.measured() if runs_command else None
        facts = msgspec.structs.replace(
            self._facts(policy, act),
            sandbox="none" if measured is None else measured.level,
            commands_offline=measured is not None and measured.offline,
            used=await services.rule_use.today(now) if policy.rules else {},
        )
        return decide(request, policy, facts)

    def _facts(self, policy: Policy, act: Act) -> Facts:
        now = self.services.clock.now()
        # A rule or mark that came later is not among what this run's folders and commands are kept from; nor is what
        # a provider's process sees made for this run, or a rule about the provider alone.
        held = self.built_on is None or policy.guards_no_more_than(self.built_on, self.principals, now)
        chain = self._chain(act)
        held = held and (not self.skill_bounds or policy.guards_alike(chain, self.principals, now))
        held = held and not act.by and (self.packs is None or not self.packs.guards(chain))
        capabilities = {**self.capabilities, **self.skill_bounds}
        if act.by:
            capabilities[act.by] = act.leave
        if self.packs is not None:
            capabilities |= self.packs.capabilities(chain)
        return Facts(
            now=now,
            undo_ready=self.undo_ready,
            needed={"proc.run": self.sandbox_needed, "proc.run:network": "isolated"},
            masks_local_only=held,
            rules_hold_commands=held,
            endorsed=self.endorsed.with_listed(policy.named()),
            run_grants=tuple(self._grants),
            capabilities=capabilities,
            profile_holds_commands=self.profile_holds_commands,
            protection=self.protection,
        )

    async def _decide_again(self, request: Request, act: Act, before: Decision) -> Decision:
        """Judge again what was answered: a rule may have come meanwhile, and the thing itself may be another one."""
        now = self._request(act)
        if now.digest != request.digest:
            raise ToolDenied(
                "Not done: what was allowed is no longer what would be done; a file or folder changed meanwhile. "
                "Look again, and ask again if it is still wanted."
            )
        decision = await self._decide(now, act)
        if decision.verdict == "deny":
            return decision
        return msgspec.structs.replace(before, verdict="allow", reason=f"{before.reason}; the person allowed it")

    async def _ask(self, act: Act, request: Request, decision: Decision) -> None:
        if self.approve_all and _is_said_beforehand(request, decision):
            self._answered(act.call, request, Answer(True, "flag"))
            return
        offer = _offered(request) if _may_become_a_rule(decision) else Offer()
        scopes: tuple[Scope, ...] = ("once",) if decision.only_once else ("once", "run")
        asking = Asking(
            act.call,
            request,
            decision.reason,
            scopes=(*scopes, "always") if offer.words else scopes,
            rule=offer.words,
            undo=_undo_words(act),
        )
        try:
            answer = await self.approver.approve(asking)
        except asyncio.CancelledError:
            self._answered(act.call, request, Answer(False, "cancelled"))
            raise
        self._answered(act.call, request, answer)
        if not answer.allowed:
            raise ToolDenied(answer.refusal)
        await self._extend(answer.scope, request, decision, offer)

    async def _extend(self, scope: Scope, request: Request, decision: Decision, offer: Offer) -> None:
        """Let a yes reach as far as the person said."""
        if scope == "run":
            # Where a stranger may have wished it, a yes to one command is none to the next.
            grant = run_grant_for(request, decision.sandbox if _may_become_a_rule(decision) else "none")
            # That the run goes on to read the person's files is no reason to ask again; a stranger's text is.
            grant = msgspec.structs.replace(grant, label=grant.label.join(LOCAL))
            self._grants.append(grant)
            self.approver.release(lambda other: "run" in other.scopes and covers(grant, other.request))
        if scope == "always":
            try:
                if offer.permissions and self.extend is not None:
                    await self.extend(offer.permissions)
                    job = request.jobs[-1]
                    more = capabilities_of(offer.permissions)
                    self.capabilities = {**self.capabilities, job: (*self.capabilities[job], *more)}
                for rule in offer.rules:
                    added = await asyncio.to_thread(self.services.policy.add, rule)
                    self.record(body.POLICY, {"by": "person", "what": "add", "after": added.rule_id})
            except HomardError as error:
                raise ToolDenied(f"Not done: the rule could not be written. {error}") from None

    def _answered(self, call: ToolCall, request: Request, answer: Answer) -> None:
        words = body.approval(
            call.call_id,
            allowed=answer.allowed,
            by=answer.by,
            scope=answer.scope,
            note=answer.note,
            digest=request.digest,
        )
        self.record(body.APPROVED, words)

    def _judged(self, kind: str, call: ToolCall, request: Request, decision: Decision) -> int:
        words = body.judged(call.call_id, request, decision)
        return self.record(kind, words)

    def record(self, kind: str, words: Mapping[str, object]) -> int:
        """Add a row of this run to the audit; gives its number."""
        return self.services.audit.record(kind, self.approver.run_id, self.approver.session_id, words)


def _changes_the_world(request: Request) -> bool:
    return any(effect.verb not in ("fs.read", "net.fetch", "ui.notify") for effect in request.effects)


def _is_said_beforehand(request: Request, decision: Decision) -> bool:
    """Whether `--yes` means this too: not what a stranger may have wished, nor what the person's rules ask about."""
    if decision.only_once or any(one.verdict == "ask" and one.step != DEFAULT_STEP for one in decision.findings):
        return False
    return all(effect.granted or not effect.verb.startswith("fs.") for effect in request.effects)


class Offer(msgspec.Struct, frozen=True):
    """What "always" would write: rules of the person, or permissions of a job."""

    rules: tuple[RuleText, ...] = ()
    permissions: tuple[Permission, ...] = ()
    words: str = ""


def _may_become_a_rule(decision: Decision) -> bool:
    """Whether a rule, or a job's permission, would make this question needless; the flow and the person's own stay."""
    asks = [one for one in decision.findings if one.verdict == "ask"]
    return not decision.only_once and all(one.step in (PROFILE_STEP, DEFAULT_STEP) for one in asks)


def _offered(request: Request) -> Offer:
    """Find what "always" would write; nothing where a path has changed in this moment."""
    if request.jobs:
        permissions = permissions_for(request)
        return Offer(permissions=permissions, words="\n".join(map(permission_words, permissions)))
    try:
        rules = rule_for(request)
        return Offer(rules=rules, words=in_words_of(rules))
    except RuleError:
        return Offer()


def _undo_words(act: Act) -> str:
    effects = [effect for effect in act.effects if effect.verb not in ("fs.read", "net.fetch", "ui.notify")]
    if not effects:
        return ""
    if all(effect.reversible for effect in effects):
        return "Can be undone."
    return f"Cannot be undone: {act.final or 'it reaches beyond the files here'}."


def _refusal(decision: Decision) -> str:
    change = f" {decision.change}" if decision.change else ""
    return f"Not allowed: {decision.reason} (rule {decision.rule}).{change}"
