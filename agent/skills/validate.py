"""Whether a folder may be given to others as a skill: all of the standard, strictly, and what a reader would want."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent.skills.skill import FILE, Skill, read_skill

LONG_TOKENS: Final = 5_000
"""Of a body: the standard recommends less, for all of it is read each time."""
SHORT_DESCRIPTION: Final = 20


@dataclass(frozen=True)
class Verdict:
    """What came of it."""

    skill: Skill
    errors: tuple[str, ...]
    """Against the standard; a sentence each. Empty: it is valid."""
    advice: tuple[str, ...]


def validate(folder: Path) -> Verdict:
    """Look at a folder with strict eyes. Blocks."""
    skill = read_skill(folder.resolve())
    errors = list(skill.warnings)
    if skill.unusable and not (skill.unusable.startswith("It has no description") and errors):
        errors.append(skill.unusable)
    return Verdict(skill, tuple(dict.fromkeys(errors)), tuple(_advice(skill)) if skill.fields else ())


def _advice(skill: Skill) -> list[str]:
    found = list(skill.comments)
    if not skill.body.strip():
        found.append(f"{FILE} says nothing after its head: write what is to be done.")
    if skill.body_tokens > LONG_TOKENS:
        found.append(
            f"The text is about {skill.body_tokens:,} tokens; under {LONG_TOKENS:,} is better. Move parts of it into "
            "files of their own that it names."
        )
    if 0 < len(skill.description) < SHORT_DESCRIPTION:
        found.append("The description is very short. Say what the skill does and when to use it.")
    return found
