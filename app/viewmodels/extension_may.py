"""What plugins and packs may do, as sentences: ours, in the person's language. Of the author's are reasons alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agent.safety.declared import Declaration
from app.translation import translate
from app.viewmodels.extension_source import Sentence, Weight
from app.viewmodels.job_cron_words import listed
from app.viewmodels.job_words import short_path

_LOOKS: dict[str, tuple[str, Weight]] = {
    "files.read": ("file", "plain"),
    "files.write": ("pencil", "plain"),
    "fs.read": ("folder", "reach"),
    "fs.write": ("folder", "reach"),
    "net": ("globe", "reach"),
    "msg.send": ("send", "reach"),
    "proc.run": ("terminal", "danger"),
    "secret.use": ("key", "reach"),
    "mem.write": ("pencil", "reach"),
    "ui.read": ("eye", "reach"),
    "ui.write": ("copy", "plain"),
    "ui.notify": ("info", "plain"),
    "job.start": ("calendar", "plain"),
    "events": ("eye", "danger"),
}


def key_of(what: str, to: str) -> str:
    """Names one target of a capability among what can be granted."""
    return f"{what}\n{to}"


def may_sentences(
    what: str,
    targets: Sequence[str],
    reason: str,
    *,
    named: Callable[[str], str] = short_path,
    granted: Callable[[str], bool] = lambda _to: True,
    new: Callable[[str], bool] = lambda _to: False,
) -> Iterator[Sentence]:
    """One for each target, so that each can be left out; `named`: a target in words for a person."""
    icon, weight = _LOOKS.get(what, ("alert", "danger"))
    places = targets or ("",)
    for at, to in enumerate(places):
        loud: Weight = "danger" if what == "net" and to == "*" else weight
        words = _words(what, to, named(to))
        said = reason.strip() if at == len(places) - 1 else ""  # once, below the last that it is for
        yield Sentence(words, said, loud, icon, key_of(what, to), granted(to), new=new(to))


def declaration_words(declaration: Declaration) -> str:
    """What a tool does outside this machine."""
    words = {
        "read": translate("Extensions", "Looks things up at its service, and changes nothing there."),
        "net.fetch": translate("Extensions", "Looks things up; what is asked reaches others."),
        "net.send": translate("Extensions", "Changes things at its service."),
        "msg.send": translate("Extensions", "Sends messages to others."),
        "mem.write": translate("Extensions", "Changes what Homard remembers."),
        "job.change": translate("Extensions", "Changes automations."),
        "policy.change": translate("Extensions", "Changes rules."),
    }
    return words.get(declaration.verb, declaration.verb)


def files_note(files: dict[str, str]) -> str:
    """Which arguments of a tool name files of the person; empty: none."""
    read = [name for name, use in files.items() if use == "read"]
    write = [name for name, use in files.items() if use == "write"]
    parts: list[str] = []
    if read:
        parts.append(translate("Extensions", "Gets copies of the files in: {names}.").format(names=listed(read)))
    if write:
        words = translate("Extensions", "Writes the files in: {names}, where you can undo it.")
        parts.append(words.format(names=listed(write)))
    return " ".join(parts)


def _words(what: str, to: str, named: str) -> str:
    match what:
        case "files.read":
            words = translate("Extensions", "Read files that a request names; it gets a copy of each.")
        case "files.write":
            words = translate("Extensions", "Make and change files that a request names, where you can undo it.")
        case "fs.read":
            words = translate("Extensions", "Read all of {to}, at any time.")
        case "fs.write":
            words = translate("Extensions", "Make, change and delete files in {to}, where you can undo it.")
        case "net" if to == "*":
            words = translate("Extensions", "Reach any host of the internet.")
        case "net":
            words = translate("Extensions", "Reach {to} over the internet.")
        case "msg.send":
            words = translate("Extensions", "Send messages to {to}.")
        case "proc.run":
            words = translate("Extensions", "Start programs, for {to}, inside its own bounds.")
        case "secret.use":
            words = translate("Extensions", "Use {to}.")
        case "mem.write":
            words = translate("Extensions", "Keep things in Homard’s memory.")
        case "ui.read" if to == "screen":
            words = translate("Extensions", "Take a picture of the screen when one of its tools is used.")
        case "ui.read":
            words = translate("Extensions", "Read the clipboard when one of its tools is used.")
        case "ui.write":
            words = translate("Extensions", "Put text into the clipboard.")
        case "ui.notify":
            words = translate("Extensions", "Tell you something by a notification.")
        case "job.start":
            words = translate("Extensions", "Start automations that you set to wait for it.")
        case "events":
            words = translate(
                "Extensions", "Be told of what happens in Homard, your requests and their answers among it: {to}."
            )
        case _:
            return f"{what}: {named}" if named else what
    return words.replace("{to}", named or translate("Extensions", "any program"))
