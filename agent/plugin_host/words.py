"""What a plugin may do, as sentences for the person who is to agree. Nothing in them is the author's but reasons."""

from __future__ import annotations

import os
from collections.abc import Iterable

from agent.plugin_host.manifest import Capability, Manifest, What, settings_in
from agent.safety.declared import Declaration
from agent.safety.printable import printable

_WORDS: dict[What, str] = {
    "files.read": "Read files that a request names; it gets a copy of each.",
    "files.write": "Make and change files that a request names, where it can be undone.",
    "fs.read": "Read all of {to} at any time.",
    "fs.write": "Make, change and delete files in {to}, where it can be undone.",
    "net": "Reach {to} over the internet.",
    "proc.run": "Start programs, for {to}, inside its own bounds.",
    "secret.use": "Use {to}.",
    "ui.notify": "Tell you something by a notification.",
    "job.start": "Start automations that you set to wait for it.",
    "events": "Be told of what happens in Homard, your requests and their answers among it: {to}.",
}
_SCREEN: dict[tuple[What, str], str] = {
    ("ui.read", "clipboard"): "Read the clipboard when one of its tools is used.",
    ("ui.read", "screen"): "Take a picture of the screen when one of its tools is used.",
    ("ui.write", "clipboard"): "Put text into the clipboard.",
}
_KINDS = {"secret": "key", "folder": "folder", "file": "file"}
_VERBS = {
    "read": "looks things up at its service and changes nothing there",
    "net.fetch": "looks things up; what is asked reaches others",
    "net.send": "changes things at its service",
    "msg.send": "sends messages to others",
    "mem.write": "changes what Homard remembers",
    "job.change": "changes automations",
    "policy.change": "changes rules",
}


def capability_words(capability: Capability, manifest: Manifest) -> list[str]:
    """Say what a capability lets a plugin do, a sentence each."""
    what = capability.what
    if what in ("ui.read", "ui.write"):
        return [_SCREEN[what, to] for to in capability.to if (what, to) in _SCREEN]
    if what == "net" and "*" in capability.to:
        return ["Reach any host of the internet."]
    return [_WORDS[what].replace("{to}", _listed(what, capability.to, manifest))]


def consent(manifest: Manifest, asked: Iterable[Capability]) -> list[tuple[str, str]]:
    """What a person is to agree to: (sentence, the author's reason) each."""
    return [(words, one.reason.strip()) for one in asked for words in capability_words(one, manifest)]


def declaration_words(declaration: Declaration) -> str:
    """Say what a tool does outside this machine: “sends messages to others”."""
    words = _VERBS[declaration.verb]
    if declaration.output.source == "own":
        words += "; says that all it gives was written by you"
    return words


def _listed(what: What, targets: Iterable[str], manifest: Manifest) -> str:
    return " and ".join(_named(what, to, manifest) for to in targets) or "nothing"


def _named(what: What, to: str, manifest: Manifest) -> str:
    if names := settings_in(to):
        setting = manifest.settings.get(names[0])
        title = printable((setting.title if setting else "") or names[0])
        kind = setting.type if setting else "text"
        return f"the {_KINDS.get(kind, 'value')} that you set as “{title}”"
    if what == "secret.use":
        return f"the key {printable(to)}"
    home = os.path.expanduser("~")
    short = f"~{to[len(home) :]}" if to == home or to.startswith(f"{home}{os.sep}") else to
    return printable(short)
