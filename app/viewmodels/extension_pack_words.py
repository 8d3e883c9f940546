"""Packs in words: a row of the list, what one may do, what is to be agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText
from agent.packs.consent import rule_lines
from agent.packs.consent import warnings as warnings_of
from agent.packs.difference import Difference
from agent.packs.lock import News
from agent.packs.part import Part
from agent.packs.service import Found
from agent.packs.signing import fingerprint_of
from agent.packs.state import PartKind, Placed
from agent.packs.trust import UnknownKey
from agent.safety.printable import printable
from app.translation import translate
from app.viewmodels.extension_diff import split_diff
from app.viewmodels.extension_item import Act, Extension, Standing
from app.viewmodels.extension_may import key_of, may_sentences
from app.viewmodels.extension_source import Consent, Details, Sentence
from app.viewmodels.extension_words import change_word, facts_of, names_words
from app.viewmodels.job_words import short_path

COMPARED = "compared"
UNSIGNED = "unsigned"
TEAM = "@team"
"""Key of the row that stands for the lock of a team; no pack is called so."""
_STANDING: dict[str, Standing] = {
    "on": "on", "off": "off", "changed": "changed", "revoked": "stopped", "waiting": "unavailable",
}  # fmt: skip
_ACTS: dict[Standing, tuple[Act, ...]] = {
    "on": ("disable", "update", "rollback", "remove"),
    "off": ("enable", "update", "rollback", "remove"),
    "changed": ("disable", "update", "rollback", "remove"),
    "stopped": ("disable", "update", "rollback", "remove"),
    "unavailable": ("disable", "update", "rollback", "remove"),
}


@dataclass(frozen=True)
class Incoming:
    """A file or folder of a pack that is to come in."""

    source: Path
    trust: str = ""
    """Fingerprint that was shown."""
    unsigned: bool = False
    digest: str = ""
    """Of the other version that was shown; empty: there is none here yet."""


@dataclass(frozen=True)
class Locked:
    """The lock of a team, as it was shown."""

    path: Path
    serial: int
    trust: str
    steps: tuple[str, ...]


def item_of(found: Found) -> Extension:
    """A row of the list."""
    one = found.installed
    standing = _STANDING[found.status]
    words = translate("Extensions", "{version} by {publisher}").format(version=one.version, publisher=one.publisher)
    if not one.key:
        words = translate("Extensions", "{version}, not signed").format(version=one.version)
    beside = f"{words}, {translate('Extensions', 'of your team')}" if one.team else words
    acts: tuple[Act, ...] = tuple(act for act in _ACTS[standing] if act != "rollback" or one.kept)
    return Extension(
        "pack",
        found.name,
        found.name,
        one.description,
        standing,
        _why(found),
        beside=beside,
        acts=acts,
        brings=tuple(_item_id(placed) for placed in one.parts if placed.kind != "job"),
    )


def details_of(found: Found, pack: Pack | None, parts: Sequence[Part]) -> Details:
    """All of a pack; None: it cannot be read as it lies there."""
    one = found.installed
    return Details(
        may=(*_may(one.asked, one.granted if one.enabled else one.asked), *_rules(pack), *_parts(parts)),
        facts=facts_of(
            (
                (translate("Extensions", "Version"), one.version),
                (translate("Extensions", "Publisher"), one.publisher),
                (translate("Extensions", "Signed by the key"), fingerprint_of(one.key) if one.key else ""),
                (translate("Extensions", "Needs the packs"), ", ".join(one.requires)),
                (translate("Extensions", "Installed from"), one.came_from if one.origin else short_path(one.source)),
                (translate("Extensions", "Versions before"), names_words([kept.version for kept in one.kept])),
            )
        ),
        warnings=tuple(warnings_of(pack, parts)) if pack is not None else (),
        changes=tuple(map(change_word, found.changes)),
    )


def consent_of(found: Found, pack: Pack, parts: Sequence[Part]) -> Consent:
    """What enabling it means."""
    one = found.installed
    signed = Sentence(_signed_words(one.publisher, one.key), icon="key", weight="plain" if one.key else "danger")
    return Consent(
        item_of(found),
        (signed, *_may(one.asked, one.asked), *_rules(pack), *_parts(parts)),
        tuple(warnings_of(pack, parts)),
        seal=one.digest,
    )


def update_consent(found: Found, pack: Pack, parts: Sequence[Part], other: Difference, incoming: Incoming) -> Consent:
    """What taking another version means; it is enabled with what is ticked."""
    more = set(pack.manifest.capabilities) - set(found.installed.asked)
    notes = [*(f"+ {line}" for line in other.more), *(f"− {line}" for line in other.less), *other.parts]
    files = [change_word(line) for line in other.files]
    versions = translate("Extensions", "Version {before} becomes {now}.")
    changes = (versions.format(before=found.installed.version, now=pack.manifest.version), *notes, *files)
    return Consent(
        item_of(found),
        (*_may(pack.manifest.capabilities, pack.manifest.capabilities, more), *_rules(pack), *_parts(parts)),
        tuple(warnings_of(pack, parts)),
        changes=changes,
        diffs=split_diff(other.text),
        seal=incoming,
        update=True,
    )


def key_consent(error: UnknownKey, seal: Incoming | Locked, name: str) -> Consent:
    """What it means to let the key of a publisher, or of a team, count from now on."""
    about = translate("Extensions", "It is signed by a key that is not known here yet.")
    item = Extension("pack", name, name, about, "off")
    ask = translate(
        "Extensions",
        "Ask {publisher} for the fingerprint of their key by another way than the one it came by: on the telephone, "
        "from their web page. It must be all of this: {fingerprint}",
    )
    said = translate("Extensions", "I have compared it, and it is the same.")
    return Consent(
        item,
        (
            Sentence(ask.format(publisher=error.publisher, fingerprint=error.fingerprint), icon="key", weight="reach"),
            Sentence(said, key=COMPARED, granted=False, must=True, icon="check"),
        ),
        (printable(error.note),) if error.note else (),
        seal=seal,
        asks=translate("Extensions", "Trust the key of {publisher}?").format(publisher=error.publisher),
        agrees=translate("Extensions", "Trust this key"),
    )


def unsigned_consent(source: Path) -> Consent:
    """What it means to take a pack that nobody signed."""
    item = Extension("pack", source.name, source.name, "", "off")
    said = translate("Extensions", "I know where it comes from, and take it all the same.")
    return Consent(
        item,
        (Sentence(said, key=UNSIGNED, granted=False, must=True, icon="check"),),
        (translate("Extensions", "Nobody signed it, so nobody can tell who made it or who changed it."),),
        seal=Incoming(source, unsigned=True),
        asks=translate("Extensions", "Add {name} without a signature?").format(name=source.name),
        agrees=translate("Extensions", "Add it"),
    )


def team_item(news: News) -> Extension:
    """The row that says that the team has other packs than are here."""
    about = translate("Extensions", "Its packs are others than yours: look at the difference, then follow it.")
    beside = translate("Extensions", "lock {number} of {day}").format(number=news.lock.serial, day=news.lock.signed)
    return Extension("pack", TEAM, news.lock.team, about, "waits", about, beside=beside, acts=("review",))


def team_consent(news: News, path: Path, trust: str = "") -> Consent:
    """What following the lock of a team changes."""
    off = translate("Extensions", "What comes in is off until you turn it on.")
    return Consent(
        team_item(news),
        (Sentence(off, icon="info"),),
        changes=tuple(step.words for step in news.steps) or (translate("Extensions", "You have all of it."),),
        seal=locked_of(news, path, trust),
        asks=translate("Extensions", "Follow {team}?").format(team=news.lock.team),
        agrees=translate("Extensions", "Follow it"),
    )


def locked_of(news: News, path: Path, trust: str) -> Locked:
    """What of a lock is shown."""
    return Locked(path, news.lock.serial, trust, tuple(step.words for step in news.steps))


def _parts(parts: Sequence[Part]) -> list[Sentence]:
    icons: dict[PartKind, str] = {"skill": "file", "plugin": "plug", "server": "plug", "job": "calendar"}
    return [Sentence(_part_words(part), icon=icons[part.kind]) for part in parts]


def _part_words(part: Part) -> str:
    words = {
        "skill": translate("Extensions", "Brings the skill {name}: {about}"),
        "plugin": translate("Extensions", "Brings the plugin {name}: {about}"),
        "server": translate("Extensions", "Brings the MCP server {name}: {about}"),
        "job": translate("Extensions", "Brings a job to begin with, {name}: {about}"),
    }[part.kind]
    return words.format(name=part.name, about=" ".join(part.description.split()))


def _may(
    asked: Sequence[CapabilityText], granted: Sequence[CapabilityText], new: set[CapabilityText] | None = None
) -> list[Sentence]:
    """One for each capability as a whole: a pack is granted all that one names, or nothing of it."""
    said: list[Sentence] = []
    for at, one in enumerate(asked):
        every = list(may_sentences(one.what, one.targets, one.reason))
        words = " ".join(sentence.text for sentence in every)
        first = every[0]
        said.append(
            Sentence(
                words,
                first.reason,
                first.weight,
                first.icon,
                capability_key(at, one),
                one in granted,
                new=one in (new or ()),
            )
        )
    if not asked:
        nothing = translate("Extensions", "It asks for nothing: its parts give texts.")
        said.append(Sentence(nothing, icon="shield"))
    return said


def capability_key(at: int, one: CapabilityText) -> str:
    """Names a capability of a pack among what can be granted."""
    return key_of(one.what, f"{at}")


def _rules(pack: Pack | None) -> list[Sentence]:
    if pack is None:
        return []
    words = translate("Extensions", "It keeps itself from: {rule}")
    return [Sentence(words.format(rule=line), icon="shield") for line in rule_lines(pack)]


def _signed_words(publisher: str, key: str) -> str:
    if not key:
        return translate("Extensions", "It says it is by {publisher}, and nobody signed it.").format(
            publisher=publisher
        )
    words = translate("Extensions", "Signed by {publisher}, key {fingerprint}.")
    return words.format(publisher=publisher, fingerprint=fingerprint_of(key))


def _item_id(placed: Placed) -> str:
    """What the list calls a part of a pack."""
    return f"{placed.kind}:{placed.place if placed.kind == 'skill' else placed.name}"


def _why(found: Found) -> str:
    match found.status:
        case "changed":
            return translate("Extensions", "Its files are others than those that you saw, so nothing of it is used.")
        case "revoked":
            words = translate("Extensions", "It was taken back: {why}")
            return words.format(why=found.why)
        case "waiting":
            return found.why
        case _:
            return ""
