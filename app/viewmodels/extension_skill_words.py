"""Skills in words: a row of the list, what may come of one, what is to be agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.errors import UsageError
from agent.skills.allowed import verbs_of
from agent.skills.review import FileChange
from agent.skills.shelf import Found
from agent.skills.skill import Skill
from agent.skills.source import Source
from agent.skills.update import Update
from app.translation import translate
from app.viewmodels.extension_item import Act, Extension, Standing
from app.viewmodels.extension_source import Consent, Details, FileDiff, Sentence, Uses
from app.viewmodels.extension_words import change_word, facts_of, files_words, names_words, tokens_words
from app.viewmodels.job_cron_words import listed
from app.viewmodels.job_words import short_path
from app.viewmodels.rule_words import what_words

_STANDING: dict[str, Standing] = {
    "on": "on", "off": "off", "changed": "changed", "unavailable": "unavailable", "unusable": "unusable",
}  # fmt: skip
_SCRIPTS = (".py", ".sh", ".bash", ".js", ".mjs", ".ts", ".rb", ".pl", ".ps1", ".bat", ".cmd", ".php", ".lua")
_ACTS: dict[Standing, tuple[Act, ...]] = {
    "on": ("disable", "update", "open", "remove"),
    "off": ("enable", "update", "open", "remove"),
    "changed": ("review", "disable", "update", "open", "remove"),
    "unavailable": ("update", "open", "remove"),
    "unusable": ("update", "open", "remove"),
}


@dataclass(frozen=True)
class Trusted:
    """What of a working folder was shown."""

    folder: Path
    digests: Mapping[Path, str]


@dataclass(frozen=True)
class Newer:
    """Which newer version was shown."""

    name: str
    source: Source
    digest: str


def details_of(found: Found) -> Details:
    """All of a skill."""
    skill = found.skill
    return Details(
        may=_sentences(found),
        facts=_facts(found),
        warnings=(*skill.warnings, *skill.comments),
        changes=tuple(map(change_word, found.changes)),
        text=skill.body,
    )


def consent_of(found: Found) -> Consent:
    """What enabling it means."""
    skill = found.skill
    return Consent(
        item_of(found, {}),
        _sentences(found),
        (*skill.warnings, *skill.comments),
        tuple(map(change_word, found.changes)),
        text=skill.body,
        seal=skill.tree.digest,
    )


def trust_consent(folder: Path, skills: Sequence[Skill]) -> Consent:
    """What it means to let a working folder bring these."""
    said = [Sentence(f"{one.name}: {one.description}") for one in skills if not one.unusable]
    about = translate("Extensions", "Its skills count in chats and jobs that work in this folder.")
    item = Extension("skill", str(folder), short_path(str(folder)), about, "off")
    warnings = [f"{one.name}: {line}" for one in skills for line in (*one.warnings, *one.comments)]
    digests = {one.folder: one.tree.digest for one in skills}
    text = "\n\n".join(f"# {one.name}\n\n{one.body}" for one in skills)
    return Consent(item, tuple(said), tuple(warnings), text=text, seal=Trusted(folder, digests))


def update_consent(update: Update) -> Consent | None:
    """What taking a newer one means; None: it is the same. Raises UsageError where it cannot be told."""
    if update.outcome == "same":
        return None
    after = update.after
    if update.outcome == "none" or after is None or update.source is None:
        raise UsageError(update.why)
    found = replace(update.found, skill=after)
    lost = translate("Extensions", "You changed the one that is there; your changes would be lost.")
    return Consent(
        item_of(found, {}),
        _sentences(found),
        ((lost,) if update.edited else ()) + (*after.warnings, *after.comments),
        update.review.notes,
        tuple(FileDiff(one.path, one.lines, _file_note(one)) for one in update.review.files),
        text=after.body,
        seal=Newer(update.name, update.source, after.tree.digest),
        update=True,
    )


def _file_note(change: FileChange) -> str:
    kinds = {
        "new": translate("Extensions", "The file is new."),
        "gone": translate("Extensions", "The file is gone."),
        "changed": "",
    }
    return " ".join(part for part in (kinds[change.kind], change.note) if part)


def folder_of(found: Found) -> Path:
    """The working folder that a skill of one belongs to; of the person's own: any."""
    return found.skill.folder.parents[2] if found.project else found.skill.folder


def item_of(found: Found, uses: Uses) -> Extension:
    """A row of the list."""
    skill = found.skill
    use = uses.get(f"skill:{skill.name}")
    standing = _STANDING[found.status]
    own = "" if not found.project else short_path(str(folder_of(found)))
    why = translate("Extensions", "It changed since you turned it on, so it is not used.") if found.changes else ""
    return Extension(
        "skill",
        str(skill.folder),
        skill.name or skill.folder.name,
        skill.description,
        standing,
        why or found.why,
        found.prompt_tokens if standing != "unusable" else None,
        last_used=use.last if use else None,
        uses=use.times if use else 0,
        beside=own,
        acts=_acts(found, standing),
    )


def _acts(found: Found, standing: Standing) -> tuple[Act, ...]:
    known = found.origin is not None and not found.project
    return tuple(act for act in _ACTS[standing] if act != "update" or known)


def _sentences(found: Found) -> tuple[Sentence, ...]:
    skill = found.skill
    said = [
        Sentence(translate("Extensions", "Its name and description stand in each request.")),
        Sentence(
            translate(
                "Extensions",
                "Where a task fits, the model reads its text and follows it. It can do no more than the chat or the "
                "job that reads it: your rules decide each step.",
            )
        ),
    ]
    others = sorted(path for path in skill.tree.files if path.rpartition("/")[2].lower() != "skill.md")
    scripts = [path for path in others if path.lower().endswith(_SCRIPTS)]
    if scripts:
        words = translate("Extensions", "Commands may start its scripts, in the sandbox: {names}")
        said.append(Sentence(words.format(names=names_words(scripts)), weight="reach", icon="terminal"))
    if rest := [path for path in others if path not in scripts]:
        words = translate("Extensions", "The model and commands may read its other files: {names}")
        said.append(Sentence(words.format(names=names_words(rest)), icon="file"))
    if skill.allowed is not None:
        words = translate("Extensions", "A run that follows it may only: {what}.")
        verbs = listed([what_words(verb) for verb in sorted(verbs_of(skill.allowed) - {"ui.notify"})])
        said.append(Sentence(words.format(what=verbs), icon="shield"))
    if skill.compatibility:
        said.append(
            Sentence(translate("Extensions", "It says what it needs:"), reason=skill.compatibility, icon="info")
        )
    return tuple(said)


def _facts(found: Found) -> tuple[tuple[str, str], ...]:
    skill = found.skill
    source = short_path(found.source)
    if source and found.changed_since_install:
        source = translate("Extensions", "{source}; changed since then").format(source=source)
    return facts_of(
        (
            (translate("Extensions", "Folder"), short_path(str(skill.folder))),
            (translate("Extensions", "Installed from"), source),
            (translate("Extensions", "When it is read"), tokens_words(skill.body_tokens) if skill.body else ""),
            (translate("Extensions", "Holds"), files_words(len(skill.tree.files), skill.tree.size)),
            (translate("Extensions", "Licence"), skill.license),
            (translate("Extensions", "On only in"), _scopes(found.only)),
            (translate("Extensions", "Off in"), _scopes(found.never)),
        )
    )


def _scopes(scopes: Sequence[str]) -> str:
    chats = sum(scope.startswith("session:") for scope in scopes)
    jobs = len(scopes) - chats
    parts = [translate("Extensions", "%n chat(s)", chats)] if chats else []
    parts += [translate("Extensions", "%n job(s)", jobs)] if jobs else []
    return ", ".join(parts)
