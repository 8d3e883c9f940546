"""`homard skills list|show|validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.commands.skills.group import AsJson, Cwd, Name, app, as_data, place, work
from agent.interfaces.cli.commands.skills.said import reach_of
from agent.interfaces.cli.failure import FAILURE_EXIT
from agent.interfaces.cli.table import table
from agent.interfaces.cli.terminal import Terminal
from agent.interfaces.cli.text import one_line, revealed
from agent.interfaces.cli.work import House, Work, print_json

if TYPE_CHECKING:
    from agent.skills.run import RunSkills
    from agent.skills.shelf import Found, Shelf
    from agent.skills.validate import Verdict

_STATUS = {
    "on": "on",
    "off": "off",
    "changed": "off: changed",
    "unavailable": "unavailable",
    "unusable": "unusable",
}


@app.callback(invoke_without_command=True)
def skills(context: typer.Context, as_json: AsJson = False, cwd: Cwd = "") -> Work | None:
    """Skills: folders with a SKILL.md that say how something is done. Without a command: list them."""
    return None if context.invoked_subcommand else _listing(as_json, cwd)


@app.command("list")
def list_skills(as_json: AsJson = False, cwd: Cwd = "") -> Work:
    """List the skills: which are on, what each costs, what is wrong with the others."""
    return _listing(as_json, cwd)


def _listing(as_json: bool, cwd: str) -> Work:
    def do(shelf: Shelf, here: Path) -> tuple[list[Found], RunSkills]:
        from agent.skills.run import RunSkills

        return shelf.look(here), RunSkills.look(shelf.skills, here, 0)

    def say(terminal: Terminal, house: House, found: tuple[list[Found], RunSkills]) -> int:
        every, ready = found
        budget = house.settings().skills.prompt_tokens
        cost = _cost(ready, budget)
        if as_json:
            data = {"skills": [as_data(one) for one in every], "prompt_tokens": cost, "budget": budget}
            print_json(terminal, data)
            return 0
        if not every:
            terminal.say(
                "There is no skill yet. `homard skills new NAME` makes one, `homard skills install` brings one."
            )
            return 0
        rows = [_row(one) for one in every]
        width = terminal.columns if terminal.stdout_tty else None
        terminal.out(table(("skill", "status", "prompt", "text", "what for"), rows, width))
        for one in every:
            if one.why:
                terminal.say(one_line(f"{one.skill.name}: {one.why}", 1_000))
        terminal.say(
            f"Skills add {cost:,} tokens to each request: names, descriptions (at most {budget:,}) and a tool."
        )
        return 0

    return work(do, say, cwd=cwd, as_json=as_json)


def _row(found: Found) -> tuple[str, ...]:
    skill = found.skill
    name = skill.name or skill.folder.name
    costs = (f"{found.prompt_tokens:,}", f"{skill.body_tokens:,}")
    status = _STATUS[found.status] + (" (in places)" if found.status == "on" and reach_of(found) else "")
    return (name, status, *costs, skill.description)


def _cost(ready: RunSkills, budget: int) -> int:
    from dataclasses import replace

    from agent.context.tokens import prompt_tokens

    return prompt_tokens(replace(ready, budget=budget).prompt(), ready.specs, [])


@app.command("show")
def show(
    name: Name,
    text: Annotated[bool, typer.Option("--text", help="Print what a model reads, too.")] = False,
    as_json: AsJson = False,
    cwd: Cwd = "",
) -> Work:
    """Show a skill: where it is, what it costs and needs, what changed, what is hidden in it."""

    def say(terminal: Terminal, _house: House, found: Found) -> int:
        if as_json:
            print_json(terminal, {**as_data(found), **({"text": found.skill.body} if text else {})})
            return 0
        terminal.out("".join(f"{revealed(line)}\n" for line in _described(found)))
        if text:
            terminal.out(f"\n{revealed(found.skill.body)}\n")
        return 0

    return work(lambda shelf, here: shelf.find(name, here), say, cwd=cwd, as_json=as_json)


def _described(found: Found) -> list[str]:
    from agent.skills.allowed import allowed_words

    skill = found.skill
    files = sorted(skill.tree.files)
    lines = [
        f"{skill.name}: {skill.description}",
        f"status: {_STATUS[found.status]}{f' ({found.why})' if found.why else ''}",
        f"folder: {skill.folder}",
        f"costs: {found.prompt_tokens:,} tokens in each request, {skill.body_tokens:,} when it is read",
        f"files: {len(files):,} ({skill.tree.size:,} bytes): {', '.join(files[:20])}{', …' if len(files) > 20 else ''}",
        f"tree: {skill.tree.digest}",
    ]
    told = (
        ("license", skill.license),
        ("compatibility", skill.compatibility),
        ("from", found.source),
        ("on", reach_of(found)),
        ("what may come of it", allowed_words(skill.allowed)),
        ("models", "are not told of it; choose it with --skill or /skill" if skill.by_name else ""),
    )
    for name, value in told:
        lines += [f"{name}: {' '.join(value.split())}"] if value else []
    lines += ["It changed since it was installed."] if found.changed_since_install else []
    lines += [f"{change} (since it was enabled; it is not used until you enable it again)" for change in found.changes]
    lines += [f"warning: {one}" for one in (*skill.warnings, *skill.comments)]
    return lines


@app.command("validate")
def validate_folder(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder of the skill.")] = ".",
    as_json: AsJson = False,
) -> Work:
    """Check a folder against the whole standard; exit code 1 if anything is wrong."""

    async def run(terminal: Terminal, _house: House) -> int:
        import asyncio

        from agent.skills.validate import validate

        verdict = await asyncio.to_thread(validate, place(terminal, folder))
        return _say_verdict(terminal, verdict, as_json)

    return Work(run, needs_runtime=False)


def _say_verdict(terminal: Terminal, verdict: Verdict, as_json: bool) -> int:
    name = verdict.skill.name or verdict.skill.folder.name
    if as_json:
        words = {"errors": list(verdict.errors), "advice": list(verdict.advice)}
        print_json(terminal, {"name": name, "valid": not verdict.errors, **words})
    else:
        terminal.out("".join(f"error: {revealed(one)}\n" for one in verdict.errors))
        terminal.out("".join(f"advice: {revealed(one)}\n" for one in verdict.advice))
        terminal.say(f"{name} is {'not ' if verdict.errors else ''}a valid skill.")
    return FAILURE_EXIT if verdict.errors else 0
