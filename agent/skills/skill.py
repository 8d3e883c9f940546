"""A skill as its folder says it: read leniently, with a warning for all that is against the standard or hidden."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from agent.context.tokens import text_tokens
from agent.skills.allowed import allowed_tools
from agent.skills.front_matter import FrontMatter, Value, take_apart, text_of
from agent.skills.hidden import comments, invisible_text, visible
from agent.skills.name import fits, slug
from agent.skills.requirements import NOTHING, Requirements, requirements_of
from agent.skills.tree import Stamp, Tree, look, read_same

FILE: Final = "SKILL.md"
MAX_DESCRIPTION: Final = 1_024
MAX_COMPATIBILITY: Final = 500
MAX_TEXT: Final = 400_000
"""Bytes of SKILL.md: of a longer one the rest is not read."""
MAX_WARNINGS: Final = 30
FIELDS: Final = frozenset({"name", "description", "license", "compatibility", "metadata", "allowed-tools"})


@dataclass(frozen=True)
class Skill:
    """What a folder with a SKILL.md says."""

    name: str
    """As it is called here: the name in the file if it fits, else one made of the folder's; empty if there is none."""
    folder: Path
    description: str
    """One line, at most `MAX_DESCRIPTION` characters, nothing hidden in it."""
    body: str
    tree: Tree
    license: str = ""
    compatibility: str = ""
    requirements: Requirements = NOTHING
    allowed: tuple[str, ...] | None = None
    """The tools that it says it needs; None: it says nothing."""
    by_name: bool = False
    """Models are not told of it (`disable-model-invocation`): a person chooses it by its name."""
    warnings: tuple[str, ...] = ()
    """What is against the standard or invisible, a sentence each."""
    comments: tuple[str, ...] = ()
    """What is not seen where SKILL.md is drawn as a page, and a model reads."""
    unusable: str = ""
    """Why it cannot be used at all; empty: it can."""
    fields: Mapping[str, Value] = field(default_factory=dict[str, Value])
    """Of the front matter, as they stand there."""

    @property
    def body_tokens(self) -> int:
        """About how many tokens the body is."""
        return text_tokens(self.body)


def read_skill(folder: Path, known: Mapping[str, Stamp] | None = None) -> Skill:
    """Read a folder, whatever is wrong in it. `known`: see `tree.look`. Blocks; never raises for what it finds."""
    try:
        tree = look(folder, known)
    except OSError as error:
        return Skill(slug(folder.name), folder, "", "", Tree({}), unusable=f"It cannot be read ({error.strerror}).")
    named, warnings = _skill_file(tree)
    if not named:
        return Skill(slug(folder.name), folder, "", "", tree, unusable=f"There is no file {FILE} in it.")
    data = read_same(folder, named, tree.files[named])
    if data is None:
        return Skill(slug(folder.name), folder, "", "", tree, unusable=f"{FILE} changed while it was read.")
    text = data[:MAX_TEXT].decode("utf-8", "replace")
    if len(data) > MAX_TEXT:
        warnings.append(f"{named} is longer than {MAX_TEXT:,} bytes; the rest is not read.")
    if "\ufffd" in text or "\0" in text:
        warnings.append(f"{named} is not plain UTF-8 text.")
    skill = _made_of(folder, tree, take_apart(text), [*warnings, *invisible_text(text, named)])
    return replace(skill, comments=tuple(comments(text, named)[:MAX_WARNINGS]))


def _made_of(folder: Path, tree: Tree, front: FrontMatter, warnings: list[str]) -> Skill:
    said = text_of(front.fields.get("name"))
    name = said if fits(said) else slug(folder.name) or slug(said)
    whole = " ".join(visible(text_of(front.fields.get("description"))).split())
    unusable = "" if whole else "It has no description, so nobody can tell when to use it."
    if tree.problems:
        unusable = f"It holds what no skill may hold: {' '.join(tree.problems[:5])}"
    found = [*front.problems, *against_standard(front.fields, folder.name), *warnings]
    if said and said != name:
        found.append(f"It is called {name} here.")
    return Skill(
        name,
        folder,
        whole if len(whole) <= MAX_DESCRIPTION else f"{whole[: MAX_DESCRIPTION - 1]}…",
        visible(front.body),
        tree,
        visible(text_of(front.fields.get("license"))),
        visible(text_of(front.fields.get("compatibility")))[:MAX_COMPATIBILITY],
        requirements_of(front.fields.get("metadata")),
        allowed_tools(front.fields.get("allowed-tools")),
        text_of(front.fields.get("disable-model-invocation")).lower() == "true",
        tuple(dict.fromkeys(found))[:MAX_WARNINGS],
        unusable=unusable if name else "It has no name that fits, and neither has its folder.",
        fields=front.fields,
    )


def against_standard(fields: Mapping[str, Value], folder_name: str) -> list[str]:
    """What in the front matter is against the standard, a sentence each; empty: nothing."""
    found: list[str] = []
    name, description = text_of(fields.get("name")), text_of(fields.get("description"))
    if not fits(name):
        shown = f"“{visible(name)[:80]}”" if name else "There is no name: it"
        found.append(f"{shown} must be 1 to 64 lower-case letters, digits and single hyphens between them.")
    elif name != folder_name:
        found.append(f"The name is {name}, but the folder is called {visible(folder_name)[:80]}.")
    if not description:
        found.append("There is no description.")
    elif len(description) > MAX_DESCRIPTION:
        found.append(f"The description has {len(description):,} characters; at most {MAX_DESCRIPTION:,} are allowed.")
    if len(text_of(fields.get("compatibility"))) > MAX_COMPATIBILITY:
        found.append(f"The field compatibility has more than {MAX_COMPATIBILITY} characters.")
    for field_name in ("name", "description", "license", "compatibility", "allowed-tools"):
        if not isinstance(fields.get(field_name, ""), str):
            found.append(f"The field {field_name} must be text.")
    metadata = fields.get("metadata", {})
    if not isinstance(metadata, dict):
        found.append("The field metadata must hold names with a text each.")
    elif nested := [key for key, value in metadata.items() if not isinstance(value, str)]:
        found.append(f"In metadata each value must be text, and {', '.join(nested[:5])} is not.")
    if unknown := sorted(fields.keys() - FIELDS):
        found.append(f"The standard has no field {', '.join(visible(one)[:40] for one in unknown[:5])}.")
    return found


def _skill_file(tree: Tree) -> tuple[str, list[str]]:
    """The file that is read, and warnings about others that somebody might take for it."""
    top = [path for path in tree.files if "/" not in path and path.lower() == FILE.lower()]
    named = FILE if FILE in top else next(iter(sorted(top)), "")
    warnings = [f"{other} stands beside {named} and is not read." for other in top if other != named]
    if named and named != FILE:
        warnings.append(f"The file must be called {FILE}, not {named}.")
    deeper = [path for path in tree.files if "/" in path and os.path.basename(path).lower() == FILE.lower()]
    warnings += [f"{path} is another skill's file; it is not read as one." for path in sorted(deeper)[:5]]
    return named, warnings
