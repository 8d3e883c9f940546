"""What a person reads before a pack may be used: who made it, what is in it, what it may do and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.packs.archive import Pack
from agent.packs.capability import capability_words, cut
from agent.packs.part import Part
from agent.packs.signing import fingerprint_of
from agent.safety.rules import RuleText, in_words, read_rule
from agent.skills.hidden import comments, invisible_text, one_line, visible
from agent.skills.tree import read_same

_KINDS = {"skill": "skill", "plugin": "plugin", "server": "MCP server", "job": "job template"}
MAX_WARNINGS = 50
MAX_TEXT = 400_000
"""Bytes of a file that are looked through for what is hidden."""
TEXTS = (".md", ".txt", ".toml", ".py", ".sh", ".js", ".json", ".yaml", ".yml")


def consent_lines(pack: Pack, parts: Sequence[Part]) -> list[str]:
    """All of it, a sentence or less on each line; nothing hidden in it."""
    return [*_head(pack), *part_lines(parts), *permission_lines(pack), *rule_lines(pack), *_cuts(pack, parts)]


def _head(pack: Pack) -> Iterator[str]:
    manifest = pack.manifest
    yield f"{manifest.name} {manifest.version}: {manifest.description}"
    by = (
        f"by {manifest.publisher}, key {fingerprint_of(pack.key)}"
        if pack.key
        else f"says it is by {manifest.publisher}"
    )
    yield f"{by}{'' if pack.key else ', and nobody signed it'}; {len(pack.files):,} files, hash {pack.digest[:16]}"


def part_lines(parts: Sequence[Part]) -> list[str]:
    """What is in it."""
    return [f"{_KINDS[part.kind]} {part.name}: {one_line(part.description)}" for part in parts]


def permission_lines(pack: Pack) -> list[str]:
    """What its parts may do, each with the author's reason."""
    found = [f"may {capability_words(one)}. They say: {visible(one.reason)}" for one in pack.manifest.capabilities]
    return found or ["may do nothing but give texts: it asks for no capability"]


def rule_lines(pack: Pack) -> list[str]:
    """What it keeps itself from."""
    return [rule_words(one) for one in pack.manifest.rules]


def rule_words(text: RuleText) -> str:
    """A rule of a pack, for a person. Reads the disk where it names paths."""
    said = in_words(read_rule(text)).partition(" ")[2]
    return f"{'never' if text.do == 'deny' else 'asks each time before'}: {said}"


def _cuts(pack: Pack, parts: Sequence[Part]) -> Iterator[str]:
    """What parts ask for by themselves and do not get, because the pack does not say it."""
    for part in parts:
        left = dict(cut(part.asks, pack.manifest.capabilities))
        for what, to in part.asks:
            lost = [one for one in to if one not in left.get(what, ())]
            if what not in left or lost:
                names = f" {' and '.join(visible(one) for one in lost)}" if lost else ""
                yield f"The {_KINDS[part.kind]} {part.name} asks for {what}{names}, which the pack does not: not given."


def warnings(pack: Pack, parts: Sequence[Part]) -> list[str]:
    """What a reader of the pack would not see, and what is against a standard; a sentence each."""
    found = [f"{part.name}: {warning}" for part in parts for warning in part.warnings]
    named = {part.path for part in parts if part.kind == "skill"}
    for path, stamp in pack.files.items():
        if not path.endswith(TEXTS) or any(path == f"{one}/SKILL.md" for one in named):
            continue
        text = (read_same(pack.folder, path, stamp) or b"")[:MAX_TEXT].decode("utf-8", "replace")
        found += invisible_text(text, path)
        found += comments(text, path) if path.endswith(".md") else []
    return found[:MAX_WARNINGS]
