"""The skills of one run: what its prompt says of them, and their texts, byte by byte as a person agreed to them.

Reads no YAML: what is in the prompt was kept when the skill was enabled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Final, Self

from agent.context.tokens import text_tokens
from agent.errors import StorageError, ToolFailed, ToolRetry
from agent.labels import Label
from agent.messages import Entry, ToolMessage, ToolSpec, UserMessage
from agent.safety.request import Capability
from agent.skills.allowed import bounds_of
from agent.skills.hidden import visible
from agent.skills.name import folded
from agent.skills.place import places
from agent.skills.state import Accepted, load_state
from agent.skills.tree import Stamp, look, read_same
from agent.tools.ports import SkillText
from agent.tools.registry import spec_of
from agent.tools.skill import SkillTool, chosen_in

HEAD: Final = "# Skills\n\nBefore a task that one of these fits, call `skill` with its name and follow it."
MORE: Final = "{count} more: call `skill` with a few words to find one."
DESCRIPTION_CHARS: Final = (1_024, 300, 150, 80, 50)
"""The longest that all fit in with; a description is cut there."""
FOLDER_NAMES: Final = ("{{baseDir}}", "{baseDir}", "${CLAUDE_SKILL_DIR}", "$CLAUDE_SKILL_DIR")
"""How instructions written for OpenClaw and Claude Code call the skill's folder."""
MAX_FOUND: Final = 8
MAX_FILES_TOLD: Final = 60


@dataclass(frozen=True)
class RunSkill:
    """A skill that may be used, with what a person agreed to."""

    name: str
    description: str
    folder: Path
    project: bool
    digest: str
    files: Mapping[str, Stamp]
    allowed: tuple[str, ...] | None = None
    """The tools that it says it needs; None: it says nothing."""
    by_name: bool = False
    """Models are not told of it: a person chooses it by its name."""

    @property
    def source(self) -> str:
        """How a label names it."""
        return f"skill:{self.digest[:16]}"

    @property
    def label(self) -> Label:
        """Of all that it says."""
        return Label("skill", "public", (self.source,))


@dataclass(frozen=True)
class RunSkills:
    """What a run knows of skills; made at its start and the same to its end."""

    skills: tuple[RunSkill, ...]
    """Enabled, unchanged and usable here; by name."""
    withheld: Mapping[str, str]
    """Of enabled ones that are not among them: why, by name."""
    budget: int
    """Tokens of the prompt."""

    @classmethod
    def look(cls, skills: Path, cwd: Path, budget: int, scopes: AbstractSet[str] = frozenset()) -> Self:
        """Take them from the disk. Blocks; what cannot be read is left out.

        `scopes`: where the run is: `session:<id>`, `job:<id>`.
        """
        skills = Path(os.path.realpath(skills))
        try:
            state = load_state(skills)
        except StorageError as error:
            return cls((), {"": str(error)}, budget)
        found: dict[str, RunSkill] = {}
        withheld: dict[str, str] = {}
        for folder, project in places(skills, state, cwd):
            accepted = state.skills.get(str(folder))
            if accepted is None or not accepted.reaches(scopes) or folded(accepted.name) in found:
                continue
            if why := _why_not(folder, accepted):
                withheld[accepted.name] = why
                continue
            found[folded(accepted.name)] = RunSkill(
                accepted.name,
                accepted.description,
                folder,
                project,
                accepted.digest,
                accepted.files,
                accepted.allowed,
                accepted.by_name,
            )
        return cls(tuple(sorted(found.values(), key=lambda one: one.name)), withheld, budget)

    def where(self, may_use: Callable[[RunSkill], bool]) -> RunSkills:
        """The same without those that this run must not read."""
        return replace(self, skills=tuple(one for one in self.skills if may_use(one)))

    def without(self, why_not: Callable[[Path], str]) -> RunSkills:
        """The same without those of which something is said against their folder; it is told who asks for one."""
        against = {one.name: why for one in self.skills if (why := why_not(one.folder))}
        kept = tuple(one for one in self.skills if one.name not in against)
        return replace(self, skills=kept, withheld={**self.withheld, **against})

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What a model is told of the tool; empty if there is no skill."""
        return (spec_of(SkillTool()),) if self.skills else ()

    def prompt(self) -> str:
        """The part of the system prompt, within the budget; empty if there is no skill."""
        if not self._told:
            return ""
        for most in DESCRIPTION_CHARS:
            if text_tokens(text := _listed(self._told, most)) <= self.budget:
                return text
        return self._as_many_as_fit()

    @property
    def _told(self) -> list[RunSkill]:
        return [one for one in self.skills if not one.by_name]

    def _as_many_as_fit(self) -> str:
        names = [one.name for one in self._told]
        room = self.budget - text_tokens(HEAD) - text_tokens(MORE.format(count=len(names))) - 2
        told: list[str] = []
        for name in names:
            room -= text_tokens(f"{name}, ")
            if room < 0:
                break
            told.append(name)
        lines = [HEAD, ""]
        lines += [f"- {', '.join(told)}"] if told else []
        lines += [f"- {MORE.format(count=len(names) - len(told))}"] if len(told) < len(names) else []
        return "\n".join(lines)

    def text(self, name: str, file: str = "") -> SkillText:
        """The body of a skill, one of its files, or, for other words than a name, the skills that they fit. Blocks.

        Raises ToolRetry where there is no such thing, ToolFailed where it must not be used.
        """
        skill = self.named(name)
        if skill is None:
            return self._search(name)
        return _file_of(skill, file) if file.strip() else _body_of(skill)

    def named(self, name: str) -> RunSkill | None:
        """The skill of that name. Raises ToolFailed if it is on and must not be used now."""
        name = name.strip()
        found = next((one for one in self.skills if one.name == name), None)
        if found is None and (why := self.withheld.get(name)):
            raise ToolFailed(f"The skill {name} is not used: {why}")
        return found

    def _search(self, words: str) -> SkillText:
        wanted = [word for word in folded(words).split() if len(word) > 1]
        scored = [(sum(_score(one, word) for word in wanted), one) for one in self._told]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].name))[:MAX_FOUND]
        if not best:
            names = ", ".join(one.name for one in self._told[:MAX_FILES_TOLD])
            raise ToolRetry(f"No skill fits {words[:80]!r}. There are: {names}.")
        lines = [f"- {one.name}: {one.description}" for _points, one in best]
        label = reduce(Label.join, (one.label for _points, one in best))
        return SkillText("\n".join(["Skills that fit; call `skill` with one of the names:", *lines]), label)

    def opened(self, entries: Iterable[Entry]) -> list[Path]:
        """The folders of those whose text stands in a conversation: commands may read them."""
        seen = _sources(entries)
        return [one.folder for one in self.skills if one.source in seen]

    def bounds(self, entries: Iterable[Entry], run_id: str) -> dict[str, tuple[Capability, ...]]:
        """What the skills that a run follows say they need: by principal, to be joined to the chain of the run.

        Those that say nothing are not among them. A skill bounds the run in which it was chosen or opened, not later
        ones in the same conversation: what a person wants next is another task.
        """
        bounding = [one for one in self.skills if one.allowed]
        followed = _followed(entry for entry in entries if entry.run_id == run_id) if bounding else set[str]()
        return {one.source: bounds_of(one.allowed or ()) for one in bounding if one.name in followed}


def _followed(entries: Iterable[Entry]) -> set[str]:
    """Names of skills that were chosen or opened; not those that only came up in a search, or stand behind a label."""
    names: set[str] = set()
    for entry in entries:
        message = entry.message
        if isinstance(message, UserMessage):
            names.update(chosen_in(message.context))
        elif isinstance(message, ToolMessage) and not message.result.is_error:
            names.add(str(message.result.details.get("skill", "")).strip())
    return names


def _sources(entries: Iterable[Entry]) -> set[str]:
    seen: set[str] = set()
    for entry in entries:
        message = entry.message
        if isinstance(message, UserMessage) and message.label is not None:
            seen.update(message.label.sources)
        elif isinstance(message, ToolMessage) and message.result.label is not None:
            seen.update(message.result.label.sources)
    return seen


def _why_not(folder: Path, accepted: Accepted) -> str:
    try:
        tree = look(folder, accepted.files)
    except OSError as error:
        return f"its folder cannot be read ({error.strerror})."
    if tree.problems or tree.digest != accepted.digest:
        return (
            "it changed since a person enabled it. They can look at it with "
            f"`homard skills show {accepted.name}` and enable it again."
        )
    unmet = accepted.requirements.unmet()
    return f"{'; '.join(unmet)}." if unmet else ""


def _listed(skills: Iterable[RunSkill], most: int) -> str:
    lines = [HEAD, ""]
    for one in skills:
        words = one.description if len(one.description) <= most else f"{one.description[: most - 1].rstrip()}…"
        lines.append(f"- {one.name}: {words}")
    return "\n".join(lines)


def _score(skill: RunSkill, word: str) -> int:
    return 3 * (word in skill.name) + (word in folded(skill.description))


def _body_of(skill: RunSkill) -> SkillText:
    from agent.skills.front_matter import take_apart  # it imports the reader of YAML
    from agent.skills.skill import FILE

    named = FILE if FILE in skill.files else next(path for path in skill.files if path.lower() == FILE.lower())
    body = _placed(skill, visible(take_apart(_text(skill, named)).body))
    others = sorted(path for path in skill.files if path != named)
    lines = [f"# Skill {skill.name}", ""]
    if others:
        told = ", ".join(others[:MAX_FILES_TOLD])
        more = f", and {len(others) - MAX_FILES_TOLD:,} more" if len(others) > MAX_FILES_TOLD else ""
        lines += [f"Its files, to be read with `skill` and `file`: {told}{more}"]
        lines += [f"Commands can read and start them in {skill.folder}, and change nothing there.", ""]
    return SkillText("\n".join([*lines, body]), skill.label, str(skill.folder / named))


def _file_of(skill: RunSkill, file: str) -> SkillText:
    path = _meant(skill, file)
    if not path:
        names = ", ".join(sorted(skill.files)[:MAX_FILES_TOLD])
        raise ToolRetry(f"The skill {skill.name} has no file {file[:200]!r}. It has: {names}.")
    text = visible(_text(skill, path))
    return SkillText(_placed(skill, text) if path.endswith(".md") else text, skill.label, str(skill.folder / path))


def _placed(skill: RunSkill, text: str) -> str:
    """Instructions with the folder in the place of the names by which others call it."""
    for name in FOLDER_NAMES:
        text = text.replace(name, str(skill.folder))
    return text


def _meant(skill: RunSkill, file: str) -> str:
    """The path of a file as the tree has it; instructions are not always exact in capitals. Empty: there is none."""
    path = file.strip().replace("\\", "/").removeprefix(f"{skill.folder}/")
    path = path.removeprefix("./").removeprefix(f"{skill.name}/")
    if path in skill.files:
        return path
    return next((one for one in skill.files if folded(one) == folded(path)), "")


def _text(skill: RunSkill, path: str) -> str:
    data = read_same(skill.folder, path, skill.files[path])
    if data is None:
        raise ToolFailed(f"{path} of the skill {skill.name} changed just now, so it is not read. Go on without it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ToolRetry(f"{path} is no text ({len(data):,} bytes). A command can use it: {skill.folder / path}")
    return text
