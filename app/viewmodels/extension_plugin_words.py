"""Plugins in words: a row of the list, what one may do, what is to be agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLocale

from agent.plugin_host.effective import beyond
from agent.plugin_host.manifest import Capability, Manifest, settings_in
from agent.plugin_host.plugin import Plugin
from agent.skills.tree import Tree, differences
from agent.tools.foreign import ToolOffer
from app.translation import translate
from app.viewmodels.extension_diff import folder_diffs
from app.viewmodels.extension_item import Act, Extension, Standing
from app.viewmodels.extension_may import declaration_words, files_note, key_of, may_sentences
from app.viewmodels.extension_source import Consent, Details, Sentence, Setting, ToolLine
from app.viewmodels.extension_words import change_word, facts_of, files_words
from app.viewmodels.job_words import short_path

_STANDING: dict[str, Standing] = {"on": "on", "off": "off", "changed": "changed", "unusable": "unusable"}
_ACTS: dict[Standing, tuple[Act, ...]] = {
    "on": ("disable", "reload", "believe", "update", "open", "remove"),
    "running": ("disable", "reload", "believe", "update", "open", "remove"),
    "off": ("enable", "update", "open", "remove"),
    "changed": ("review", "disable", "update", "open", "remove"),
    "stopped": ("enable", "update", "open", "remove"),
    "unusable": ("update", "open", "remove"),
}


@dataclass(frozen=True)
class Newer:
    """Which other version was shown."""

    source: Path
    digest: str


@dataclass(frozen=True)
class Believed:
    """What its tools said when it was shown."""

    claims: tuple[tuple[str, str], ...]


def item_of(plugin: Plugin) -> Extension:
    """A row of the list."""
    found, manifest = plugin.found, plugin.manifest
    standing = _standing(plugin)
    return Extension(
        "plugin",
        plugin.id,
        plugin.name,
        " ".join(manifest.description.split()) if manifest else "",
        standing,
        _why(plugin, standing),
        plugin.prompt_tokens if plugin.tools else None,
        last_used=datetime.fromtimestamp(plugin.use.last_at, UTC) if plugin.use.last_at else None,
        uses=plugin.use.calls,
        beside=_beside(plugin),
        acts=_acts(plugin, standing) if not found.bundled else _acts_of_bundled(standing),
    )


def details_of(plugin: Plugin, settings: tuple[Setting, ...]) -> Details:
    """All of a plugin."""
    return Details(
        may=tuple(_sentences(plugin, plugin.found.wanted)),
        facts=_facts(plugin),
        changes=tuple(map(change_word, plugin.found.changes)),
        tools=tuple(map(tool_line, plugin.tools)),
        settings=settings,
        log=plugin.manifest is not None,
    )


def consent_of(plugin: Plugin) -> Consent:
    """What enabling it means."""
    return Consent(
        item_of(plugin),
        (*_sentences(plugin, plugin.found.wanted), *_nothing(plugin.found.wanted)),
        changes=tuple(map(change_word, plugin.found.changes)),
        tools=tuple(map(tool_line, plugin.tools)),
        seal=plugin.found.tree.digest,
    )


def newer_consent(before: Plugin, manifest: Manifest, folder: Path, tree: Tree, source: Path) -> Consent:
    """What taking another version in its place means. Blocks for the disk."""
    new = beyond(manifest.capability, before.granted)
    changes = [change_word(line) for line in differences(before.found.tree.files, tree.files)]
    if before.manifest is not None and before.manifest.version != manifest.version:
        words = translate("Extensions", "Version {before} becomes {now}.")
        changes.insert(0, words.format(before=before.manifest.version, now=manifest.version))
    return Consent(
        item_of(before),
        (*_may(manifest, manifest.capability, before.granted, new), *_nothing(manifest.capability)),
        changes=tuple(changes),
        diffs=folder_diffs((before.found.folder, before.found.tree.files), (folder, tree.files)),
        seal=Newer(source, tree.digest),
        update=True,
    )


def claims_consent(plugin: Plugin) -> Consent:
    """What believing what its tools say of themselves means."""
    said = translate(
        "Extensions",
        "Its tools say what they do at the hosts that it reaches. If you believe it, what they say decides when you "
        "are asked; if not, each call asks you.",
    )
    return Consent(
        item_of(plugin),
        (
            Sentence(said, icon="info"),
            *(Sentence(f"{name}: {words}", icon="tool", weight="reach") for name, words in plugin.claims),
        ),
        seal=Believed(tuple(plugin.claims)),
        asks=translate("Extensions", "Believe what the tools of {name} say?").format(name=plugin.name),
        agrees=translate("Extensions", "Believe it"),
    )


def tool_line(offer: ToolOffer) -> ToolLine:
    """A tool as it is offered."""
    notes = [files_note({**offer.files})]
    notes.append(
        declaration_words(offer.declaration)
        if offer.declaration is not None
        else translate("Extensions", "Works on this computer alone.")
    )
    return ToolLine(offer.name, offer.description, notes=tuple(note for note in notes if note))


def _sentences(plugin: Plugin, wanted: tuple[Capability, ...]) -> list[Sentence]:
    if plugin.manifest is None:
        return []
    known = plugin.found.accepted.digest != ""
    return _may(plugin.manifest, wanted, plugin.granted if known else wanted, plugin.new if known else ())


def _may(
    manifest: Manifest, wanted: tuple[Capability, ...], granted: tuple[Capability, ...], new: tuple[Capability, ...]
) -> list[Sentence]:
    held = {key_of(one.what, to) for one in granted for to in one.to or ("",)}
    fresh = {key_of(one.what, to) for one in new for to in one.to or ("",)} - held
    said: list[Sentence] = []
    for one in wanted:
        what = one.what
        said += may_sentences(
            what,
            one.to,
            one.reason,
            named=lambda to, what=what: _named(what, to, manifest),
            granted=lambda to, what=what: key_of(what, to) in held,
            new=lambda to, what=what: key_of(what, to) in fresh,
        )
    return said


def _nothing(wanted: tuple[Capability, ...]) -> tuple[Sentence, ...]:
    own = translate("Extensions", "Keep files of its own in a folder that nothing else is in.")
    offline = translate("Extensions", "It has no network.")
    said = [Sentence(own, icon="folder")]
    if not any(one.what == "net" for one in wanted):
        said.append(Sentence(offline, icon="shield"))
    return tuple(said)


def _named(what: str, to: str, manifest: Manifest) -> str:
    if names := settings_in(to):
        declared = manifest.settings.get(names[0])
        title = (declared.title if declared else "") or names[0]
        match declared.type if declared else "text":
            case "secret":
                words = translate("Extensions", "the key that you set as “{title}”")
            case "folder":
                words = translate("Extensions", "the folder that you set as “{title}”")
            case "file":
                words = translate("Extensions", "the file that you set as “{title}”")
            case _:
                words = translate("Extensions", "what you set as “{title}”")
        return words.format(title=title)
    if what == "secret.use":
        return translate("Extensions", "the key {name}").format(name=to)
    return short_path(to)


def _standing(plugin: Plugin) -> Standing:
    if plugin.status == "on":
        return "running" if plugin.pid else "on"
    return _STANDING.get(plugin.status, "stopped")


def _why(plugin: Plugin, standing: Standing) -> str:
    match standing:
        case "changed":
            if plugin.new:
                return translate("Extensions", "It changed and asks for more, so it is not used.")
            return translate("Extensions", "It changed since you turned it on, so it is not used.")
        case "stopped":
            return translate(
                "Extensions",
                "It failed three times, so it was switched off. Its log says more; turn it on to try again.",
            )
        case _:
            return plugin.found.why


def _beside(plugin: Plugin) -> str:
    manifest = plugin.manifest
    if plugin.found.bundled:
        return translate("Extensions", "comes with Homard")
    if plugin.found.accepted.dev:
        return translate("Extensions", "being written")
    if manifest is None:
        return ""
    if not manifest.publisher:
        return manifest.version
    words = translate("Extensions", "{version} by {publisher}")
    return words.format(version=manifest.version, publisher=manifest.publisher)


def _acts(plugin: Plugin, standing: Standing) -> tuple[Act, ...]:
    left_out: set[Act] = set()
    if not plugin.found.accepted.source or plugin.found.accepted.dev:
        left_out.add("update")
    if not plugin.claims or plugin.believed:
        left_out.add("believe")
    return tuple(act for act in _ACTS[standing] if act not in left_out)


def _acts_of_bundled(standing: Standing) -> tuple[Act, ...]:
    return tuple(act for act in _ACTS[standing] if act not in ("update", "remove", "open", "believe"))


def _facts(plugin: Plugin) -> tuple[tuple[str, str], ...]:
    manifest, found = plugin.manifest, plugin.found
    if manifest is None:
        return facts_of(((translate("Extensions", "Folder"), short_path(str(found.folder))),))
    memory = QLocale().formattedDataSize(plugin.memory) if plugin.memory else ""
    working = translate("Extensions", "process {pid}, {memory}").format(pid=plugin.pid, memory=memory or "?")
    return facts_of(
        (
            (translate("Extensions", "Version"), manifest.version),
            (translate("Extensions", "Says it is by"), "" if found.bundled else manifest.publisher),
            (translate("Extensions", "Web page"), manifest.homepage),
            (translate("Extensions", "Licence"), manifest.license),
            (translate("Extensions", "Folder"), short_path(str(found.folder))),
            (translate("Extensions", "Installed from"), short_path(found.accepted.source)),
            (translate("Extensions", "Holds"), files_words(len(found.tree.files), found.tree.size)),
            (translate("Extensions", "Works now"), working if plugin.pid else ""),
        )
    )
