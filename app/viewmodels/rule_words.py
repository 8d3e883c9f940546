"""Rules in a person's words."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from app.translation import translate

if TYPE_CHECKING:  # the cards of a chat use a part of this at the start
    from agent.safety.rules import Bound, Do, Rule

WHATS = ("fs.read", "fs.write", "fs.delete", "proc.run", "net.fetch", "net.send", "msg.send")
"""What the form offers; the file knows more."""
DOS: tuple[Do, ...] = ("allow", "ask", "deny")
_SENTENCE = re.compile(r"allow (\S+) (?:in|to) (.+)", re.DOTALL)
_PERSON, _WITH, _WITHOUT = " for a person", " with the network", " without the network"


def do_words(do: Do) -> str:
    """What a rule does."""
    return {
        "allow": translate("Rules", "Allow"),
        "ask": translate("Rules", "Always ask"),
        "deny": translate("Rules", "Never"),
    }[do]


def what_words(what: str) -> str:
    """What a rule is about; a verb that is not known here stands for itself."""
    known = {
        "fs.read": translate("Rules", "read files"),
        "fs.write": translate("Rules", "write files"),
        "fs.delete": translate("Rules", "delete files"),
        "fs.*": translate("Rules", "read, write or delete files"),
        "proc.run": translate("Rules", "run commands"),
        "net.fetch": translate("Rules", "fetch from the web"),
        "net.send": translate("Rules", "send to the web"),
        "net.*": translate("Rules", "fetch from or send to the web"),
        "msg.send": translate("Rules", "send messages"),
        "secret.use": translate("Rules", "use a key"),
        "mem.write": translate("Rules", "remember something"),
        "job.change": translate("Rules", "change jobs"),
        "*": translate("Rules", "do anything"),
    }
    return known.get(what, what)


def where_hint(what: str) -> str:
    """What the place of a rule looks like, for an empty field."""
    if what == "proc.run":
        return translate("Rules", "Working folder, for instance ~/Projects/site")
    if what.startswith("fs."):
        return translate("Rules", "File or folder, for instance ~/Reports")
    if what.startswith("net."):
        return translate("Rules", "Host, for instance api.github.com or api.github.com:443/repos/*")
    return translate("Rules", "Recipient, for instance anna@example.org")


def rule_words(rule: Rule) -> str:
    """A rule as a sentence without its full stop: `Allow: write files in ~/Reports, until 31/12/26`."""
    targets = [target.text for target in rule.targets if target.kind != "any"]
    what = what_words(rule.text.what)
    if not targets:
        act = translate("Rules", "{what} anywhere").format(what=what)
    elif rule.text.what.startswith(("fs.", "proc.")):
        act = translate("Rules", "{what} in {where}").format(what=what, where=_listed(targets))
    else:
        act = translate("Rules", "{what}: {where}").format(what=what, where=_listed(targets))
    return ", ".join((translate("Rules", "{do}: {act}").format(do=do_words(rule.do), act=act), *_conditions(rule)))


def sentence_words(sentence: str) -> str:
    """The rules that an approval offers, a line each: the runtime's sentences in the words used here.

    Each says for whom it is, so that nothing of a target is mistaken for a condition. What does not have
    the form is shown as it is, whole: nobody must agree to more than is shown.
    """
    return "\n".join(_line_words(line) for line in sentence.splitlines())


def _line_words(line: str) -> str:
    found = _SENTENCE.fullmatch(line)
    if found is None or what_words(found[1]) == found[1]:
        return line
    what, where, conditions = found[1], found[2], list[str]()
    if where.endswith(_PERSON):
        where = where.removesuffix(_PERSON)
        conditions = [translate("Rules", "for {who}").format(who=_who("person"))]
    if what == "proc.run" and where.endswith((_WITH, _WITHOUT)):
        network = where.endswith(_WITH)
        where = where.removesuffix(_WITH if network else _WITHOUT)
        with_it, without = translate("Rules", "with the network"), translate("Rules", "without the network")
        conditions.insert(0, with_it if network else without)
    template = (
        translate("Rules", "{what} in {where}")
        if what.startswith(("fs.", "proc."))
        else translate("Rules", "{what}: {where}")
    )
    act = template.format(what=what_words(what), where=where)
    return ", ".join((translate("Rules", "{do}: {act}").format(do=do_words("allow"), act=act), *conditions))


def _listed(targets: list[str]) -> str:
    return ", ".join(dict.fromkeys(targets))


def _conditions(rule: Rule) -> list[str]:
    found: list[str] = []
    if rule.network is not None:
        found.append(
            translate("Rules", "with the network") if rule.network else translate("Rules", "without the network")
        )
    if rule.principal:
        found.append(translate("Rules", "for {who}").format(who=_who(rule.principal)))
    found += [_bound(bound) for bound in rule.bounds]
    if rule.per_day is not None:
        found.append(translate("Rules", "%n time(s) a day", rule.per_day))
    if rule.bytes_per_day is not None:
        size = QLocale().formattedDataSize(rule.bytes_per_day)
        found.append(translate("Rules", "{size} a day").format(size=size))
    if rule.text.until is not None:
        found.append(translate("Rules", "until {day}").format(day=day_words(rule.text.until)))
    return found


def day_words(day: date) -> str:
    """A day as people here write it."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def _who(principal: str) -> str:
    return translate("Rules", "a person only") if principal == "person" else principal


def _bound(bound: Bound) -> str:
    words = (
        translate("Rules", "if the chat has seen at most: {level}")
        if bound.at_most
        else translate("Rules", "if the chat has seen at least: {level}")
    )
    levels = {
        "user": translate("Rules", "your own words"),
        "app": translate("Rules", "Homard’s words"),
        "local": translate("Rules", "your files"),
        "skill": translate("Rules", "skills"),
        "external": translate("Rules", "text of others"),
        "public": translate("Rules", "public things"),
        "private": translate("Rules", "private things"),
        "secret": translate("Rules", "local-only things"),
    }
    return words.format(level=levels.get(bound.level, bound.level))
