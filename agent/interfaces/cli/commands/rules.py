"""`homard rules`: what Homard may do by itself, what it asks for, what it never does."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.errors import UsageError
from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.work import House, Work, error_report, print_json

if TYPE_CHECKING:
    from agent.jobs import Job
    from agent.safety.decision import Decision
    from agent.safety.policy import MarkName, Policy
    from agent.safety.policy_file import PolicyFile
    from agent.safety.request import Request
    from agent.safety.rules import RuleText

app = new_app(help="See and change the rules: what may be done by itself, what is asked for, what is never done.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Verb = Annotated[str, typer.Argument(help="fs.read, fs.write, fs.delete, proc.run, net.fetch, net.send, msg.send, …")]
_JOB = "job:"
For = Annotated[str, typer.Option("--for", help="Who acts: person, job:NAME, skill:HASH, plugin:NAME, mcp:NAME.")]


@app.callback(invoke_without_command=True)
def rules(context: typer.Context, as_json: AsJson = False) -> Work | None:
    """See and change the rules; without a command, list them."""
    return None if context.invoked_subcommand else _listing(as_json)


@app.command("list")
def rules_list(as_json: AsJson = False) -> Work:
    """List the rules and the marks on folders."""
    return _listing(as_json)


@app.command("add")
def rules_add(
    do: Annotated[str, typer.Argument(help="allow, ask or deny.")],
    what: Verb,
    to: Annotated[
        list[str] | None,
        typer.Argument(help="Folders or files, hosts (host:port/path/*), recipients; of proc.run working folders."),
    ] = None,
    principal: For = "",
    label: Annotated[
        list[str] | None, typer.Option("--label", help='What the run has seen: "<=local" to allow, ">=external" else.')
    ] = None,
    network: Annotated[bool | None, typer.Option(help="Of proc.run: with or without the network.")] = None,
    per_day: Annotated[int | None, typer.Option("--per-day", help="How often it allows in a day.")] = None,
    size: Annotated[str, typer.Option("--bytes", help="How much it allows in a day: 500kB, 1MB.")] = "",
    until: Annotated[str, typer.Option("--until", help="The last day on which it holds: 2026-12-31.")] = "",
) -> Work:
    """Add a rule. A denial beats a question, and a question beats leave, whatever their order."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.safety.rules import in_words

        def work() -> str:
            when = {"principal": principal, "label": tuple(label or ()), "network": network}
            limit = {"per_day": per_day, "bytes": size or None}
            targets = [_target(one, what, Path(terminal.cwd)) for one in to or ()]
            rule = _file(house).add(_rule_text(do, what, targets, when, limit, until))
            return f"{rule.rule_id}: {in_words(rule)}."

        terminal.say(await asyncio.to_thread(work))
        return 0

    return Work(run, needs_runtime=False)


@app.command("remove")
def rules_remove(rule_id: Annotated[str, typer.Argument(help="As `homard rules` lists it.")]) -> Work:
    """Take a rule away."""

    async def run(terminal: Terminal, house: House) -> int:
        from agent.safety.rules import in_words

        removed = await asyncio.to_thread(_file(house).remove, rule_id)
        terminal.say(f"Removed: {in_words(removed)}.")
        return 0

    return Work(run, needs_runtime=False)


@app.command("mark")
def rules_mark(
    folder: Annotated[str, typer.Argument(help="A folder; the mark holds for all below it.")],
    mark: Annotated[str, typer.Argument(help="local-only, untrusted, or plain for none.")],
) -> Work:
    """Mark a folder: local-only content never reaches a model elsewhere; untrusted content is a stranger's words."""
    marks: dict[str, MarkName | None] = {"local-only": "local_only", "untrusted": "untrusted", "plain": None}
    if mark not in marks:
        raise UsageError(f"{mark!r} is no mark. Write local-only, untrusted or plain.")

    async def run(terminal: Terminal, house: House) -> int:
        def work() -> Path:
            path = Path(terminal.cwd, os.path.expanduser(folder))
            if not path.is_dir() and marks[mark] is not None:
                raise UsageError(f"There is no folder {path}. Nothing was marked.")
            return _file(house).mark(path, marks[mark])

        real = await asyncio.to_thread(work)
        terminal.say(f"{real} is {'not marked' if marks[mark] is None else f'marked {mark}'}.")
        return 0

    return Work(run, needs_runtime=False)


@app.command("check")
def rules_check() -> Work:
    """Read the file and say what is wrong in it, with lines; exit code 1 if everything is denied because of it."""

    async def run(terminal: Terminal, house: House) -> int:
        policy = await asyncio.to_thread(_file(house).load)
        for warning in policy.warnings:
            terminal.say(warning)
        terminal.say(f"{house.paths.config / 'policy.toml'}: {_counted(policy)}, all valid.")
        return 0

    return Work(run, needs_runtime=False)


@app.command("restore")
def rules_restore() -> Work:
    """Take back the last rules that could be read; the file as it is now is kept beside it as policy.toml.broken."""

    async def run(terminal: Terminal, house: House) -> int:
        policy = await asyncio.to_thread(_file(house).restore)
        terminal.say(f"The last good rules are in force again: {_counted(policy)}.")
        return 0

    return Work(run, needs_runtime=False)


@app.command("explain")
def rules_explain(
    what: Verb,
    target: Annotated[str, typer.Argument(help="A file, a URL, a recipient, or the command line of proc.run.")],
    principal: For = "",
    seen: Annotated[str, typer.Option("--seen", help="What the run has seen: user, app, local, skill, external.")] = "",
    secrecy: Annotated[str, typer.Option(help="How secret it is: public, private, secret.")] = "public",
    network: Annotated[bool, typer.Option("--network", help="The command reaches the network.")] = False,
    unattended: Annotated[bool, typer.Option("--unattended", help="Nobody is there to be asked.")] = False,
    as_json: AsJson = False,
) -> Work:
    """Say what would happen, and because of which rule; nothing is done."""

    async def run(terminal: Terminal, house: House) -> int:
        import msgspec

        who, job = await _job(house, principal)

        def work() -> tuple[Request, Decision]:
            plain = _request(terminal, house, (what, target, who, seen, secrecy), network, job)
            request = msgspec.structs.replace(plain, attended=not unattended)
            return request, _judged(request, house, job)

        request, decision = await asyncio.to_thread(work)
        if as_json:
            print_json(terminal, msgspec.to_builtins(decision))
            return 0
        terminal.out(f"{decision.verdict}: {request.effects[0]}\n")
        for found in decision.findings:
            terminal.out(f"  step {found.step}, {found.rule}: {found.verdict}, {found.reason}\n")
        if decision.change:
            terminal.out(f"To have it otherwise: {decision.change}\n")
        return 0

    return Work(run, needs_runtime=principal.startswith(_JOB), report=error_report if as_json else None)


async def _job(house: House, principal: str) -> tuple[str, Job | None]:
    """The principal with the job's id, and the job, where one is named that there is; else as it was said."""
    if not principal.startswith(_JOB):
        return principal, None
    try:
        row = await house.runtime.automation.find(principal.removeprefix(_JOB))
    except UsageError:
        return principal, None
    return f"{_JOB}{row.job_id}", row.job


def _listing(as_json: bool) -> Work:
    async def run(terminal: Terminal, house: House) -> int:
        policy = await asyncio.to_thread(_file(house).load)
        if as_json:
            print_json(terminal, _as_data(policy))
        elif not policy.rules and not policy.marks:
            terminal.say(
                "There are no rules. In the granted folders reading is allowed, and changing what can be undone; "
                "everything else asks. See "
                "`homard rules add --help`."
            )
        else:
            terminal.out(_as_table(policy, terminal.columns if terminal.stdout_tty else None))
            for warning in policy.warnings:
                terminal.say(warning)
        return 0

    return Work(run, needs_runtime=False, report=error_report if as_json else None)


def _as_table(policy: Policy, columns: int | None) -> str:
    from agent.interfaces.cli.table import table
    from agent.safety.rules import in_words

    rows = [(rule.rule_id, rule.do, in_words(rule).removeprefix(f"{rule.do} ")) for rule in policy.rules]
    marks = [("mark", one.mark.replace("_", "-"), one.target.text) for one in policy.marks]
    return table(("id", "do", "what"), [*rows, *marks], columns)


def _as_data(policy: Policy) -> dict[str, Any]:
    from agent.safety.rules import in_words, plain_rule

    def plain(text: RuleText) -> dict[str, Any]:
        return {key: str(value) if key == "until" else value for key, value in plain_rule(text).items()}

    rules = [{"id": rule.rule_id, "words": in_words(rule), **plain(rule.text)} for rule in policy.rules]
    marks = [{"path": one.target.text, "mark": one.mark} for one in policy.marks]
    return {"rules": rules, "folders": marks, "warnings": list(policy.warnings)}


def _file(house: House) -> PolicyFile:
    from agent.safety.policy_file import POLICY_FILE, PolicyFile

    return PolicyFile(house.paths.config / POLICY_FILE)


def _counted(policy: Policy) -> str:
    rules, marks = len(policy.rules), len(policy.marks)
    return f"{rules} {'rule' if rules == 1 else 'rules'} and {marks} {'mark' if marks == 1 else 'marks'}"


def _rule_text(do: str, what: str, to: list[str], when: dict[str, Any], limit: dict[str, Any], until: str) -> RuleText:
    import msgspec

    from agent.safety.rules import RuleText

    values: dict[str, Any] = {"do": do, "what": what, "when": when, "limit": limit}
    values |= {"to": tuple(to)} if to else {}
    values |= {"until": until} if until else {}
    try:
        return msgspec.convert(values, RuleText)
    except msgspec.ValidationError as error:
        raise UsageError(f"That is no rule: {str(error).replace('`$.', '`')}. Nothing was changed.") from None


def _target(text: str, what: str, cwd: Path) -> str:
    """A target as it is written to the file: of a path its real form, from the folder where the person is."""
    if text == "*" or not what.startswith(("fs.", "proc.")):
        return text
    from agent.safety.printable import printable

    below = text.endswith("/*")
    return printable(os.path.realpath(cwd / os.path.expanduser(text.removesuffix("/*")))) + ("/*" if below else "")


def _request(
    terminal: Terminal, house: House, said: tuple[str, str, str, str, str], network: bool, job: Job | None
) -> Request:
    from agent.labels import INTEGRITIES, SECRECIES, Label
    from agent.safety.effects import Effect
    from agent.safety.folders import Folders
    from agent.safety.request import Request
    from agent.safety.rules import PERSON, VERBS

    what, target, principal, seen, secrecy = said
    for value, known in ((what, VERBS), (seen or "user", INTEGRITIES), (secrecy, SECRECIES)):
        if value not in known:
            raise UsageError(f"{value!r} is not known here. Write one of {', '.join(known)}.")
    cwd = Path(terminal.cwd) if job is None else Path(job.folder).expanduser()
    granted = False
    if what.startswith("fs."):
        grants = house.settings().grants if job is None else (*job.folders, *filter(None, [job.output]))
        folders = Folders([cwd, *(Path(grant).expanduser() for grant in grants)])
        located = folders.locate(target, cwd)
        target, granted = located.target, located.inside
    return Request(
        principals=("user",) if principal in ("", PERSON) else ("user", principal),
        tool="(explained)",
        arguments="{}",
        effects=(Effect(what, target, granted=granted, reversible=what in ("fs.write", "fs.delete"), network=network),),  # pyright: ignore[reportArgumentType]
        label=Label(seen or "user", secrecy),  # pyright: ignore[reportArgumentType]
        attended=True,
        complete=True,
        cwd=str(cwd),
        model_is_remote=True,
    )


def _judged(request: Request, house: House, job: Job | None) -> Decision:
    from datetime import UTC, datetime

    import msgspec

    from agent.safety.decision import decide
    from agent.safety.endorsement import NOTHING
    from agent.safety.profile import capabilities_of, profile_of
    from agent.safety.protected import Protection
    from agent.safety.request import Facts
    from agent.sandbox.measure import known

    own = {house.paths.data, house.paths.config, house.paths.cache, house.paths.logs}
    protection = Protection([request.cwd], [os.path.realpath(path) for path in own])
    policy = _file(house).current()
    facts = Facts(
        now=datetime.now(UTC),
        undo_ready=True,
        masks_local_only=True,
        protection=protection.prepare(),
        endorsed=NOTHING.with_listed(policy.named()),
        capabilities={} if job is None else {request.principal: capabilities_of(profile_of(job))},
        profile_holds_commands=True,
    )
    if request.effects[0].verb == "proc.run":
        measured = known(house.paths.cache)
        needed = {"proc.run": house.settings().safety.sandbox, "proc.run:network": "isolated"}
        facts = msgspec.structs.replace(facts, sandbox=measured.level, commands_offline=measured.offline, needed=needed)
    return decide(request, policy, facts)
