"""From an intent to tool calls: what to look up first, and what to do with what was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from agent.messages import ToolResult
from agent.models.asked import Change, changes, item_to_add, item_to_remove, keywords, text_to_write
from agent.models.evidence import file_text
from agent.models.mentions import Mentions, Place, stem, words

EVERYWHERE = "**/*"
_ROWS = 50
_OPPOSITE = {
    "true": "false",
    "on": "off",
    "yes": "no",
    "1": "0",
    "enabled": "disabled",
    "enable": "disable",
    "active": "inactive",
}
_POSITIVE = {
    "on": ("true", "on", "yes", "1", "enabled", "active"),
    "off": ("false", "off", "no", "0", "disabled", "inactive"),
}
_HIT = re.compile(r"^(.+?):(\d+): (.*)$")


class Plan(msgspec.Struct, frozen=True):
    """What was decided about a request; kept in the reply's thinking part, so that the next turn knows."""

    intent: str
    files: tuple[str, ...] = ()
    folder: str = ""
    kind: str = ""
    """A glob."""


@dataclass(frozen=True)
class Step:
    """One tool call to make."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Done:
    """A call that was made and its result."""

    tool: str
    arguments: dict[str, Any]
    result: ToolResult


@dataclass
class Choice:
    """Edits that would all fit the request; the model picks."""

    path: str
    options: list[tuple[str, str]] = field(default_factory=lambda: [])
    """Old and new text."""


NEEDS = {
    "show": "read",
    "summary": "read",
    "json": "read",
    "answer": "read",
    "write": "write",
    "add": "edit",
    "change": "edit",
    "remove": "edit",
    "chat": "",
    "cannot": "",
    "refuse": "",
    "secret": "",
}
"""The tool an intent cannot do without; `find` for those not named."""


def make_plan(intent: str, mentions: Mentions) -> Plan:
    """Put together what the steps of an intent need."""
    return Plan(
        intent=intent,
        files=(mentions.files + mentions.new_files)[:4],
        folder=mentions.folders[0] if mentions.folders else "",
        kind=mentions.kinds[0] if mentions.kinds else "",
    )


def first_steps(plan: Plan, ask: str, place: Place) -> list[Step]:
    """What to look up or do first; empty: answer right away."""
    where = {"path": plan.folder} if plan.folder else {}
    match plan.intent:
        case "list":
            return [Step("find", where)]
        case "count" | "largest" | "smallest" | "newest" | "oldest":
            return _survey(plan, where, place)
        case "details":
            return [_look_up(name, place) for name in plan.files[:2]]
        case "find":
            if plan.files:
                return [Step("find", {"glob": name.rsplit("/", 1)[-1]}) for name in plan.files[:2]]
            return [Step("find", {**where, "glob": plan.kind or EVERYWHERE})]
        case "search":
            return (
                [Step("find", {**where, "text": pattern_of(keywords(ask))})] if keywords(ask) else [Step("find", where)]
            )
        case "tally":
            return [Step("find", {"path": plan.files[0], "text": pattern_of(keywords(_without(ask, plan.files[0])))})]
        case "show" | "summary" | "json" | "add" | "change" | "remove":
            return [Step("read", {"path": plan.files[0]})]
        case "answer":
            if plan.files:
                return [Step("read", {"path": path}) for path in plan.files[:2]]
            return [Step("find", {**where, "text": pattern_of(keywords(ask))})] if keywords(ask) else []
        case "write":
            return _writing(plan, text_to_write(ask, plan.files[0] if plan.files else ""), place)
        case _:
            return []


def writing(plan: Plan, text: str, place: Place) -> list[Step]:
    """Write a text that the model composed."""
    return _writing(plan, text, place)


def next_steps(plan: Plan, ask: str, done: list[Done]) -> list[Step] | Choice:
    """What to do after these calls; empty: answer."""
    last = done[-1]
    if last.result.is_error:
        return []
    if plan.intent == "answer" and last.tool == "find":
        best = best_file(last.result.text, keywords(ask))
        return [Step("read", {"path": best})] if best else []
    if plan.intent in ("add", "change", "remove") and last.tool == "read":
        path, text = last.arguments["path"], file_text(last.result.text)
        match plan.intent:
            case "add":
                return _adding(path, text, item_to_add(ask, path.rsplit("/", 1)[-1]))
            case "remove":
                return _removing(path, text, item_to_remove(ask))
            case _:
                return Choice(path, edits(text, changes(ask, path)))
    return []


def pattern_of(keys: list[str]) -> str:
    """A pattern for `find` that matches any of some words, whatever their ending."""
    found = list(dict.fromkeys(re.escape(stem(key)) if " " not in key else re.escape(key.lower()) for key in keys))[:5]
    return found[0] if len(found) == 1 else "|".join(found)


def best_file(hits: str, keys: list[str]) -> str:
    """The file in a search result that holds most of the words."""
    seen: dict[str, set[str]] = {}
    wanted = {stem(word) for key in keys for word in words(key)}
    for line in hits.split("\n")[1:]:
        if match := _HIT.match(line):
            near = seen.setdefault(match[1], set())
            near |= {key for key in wanted if key in match[3].lower() or key in match[1].lower()}
    return max(seen, key=lambda path: len(seen[path]), default="")


def edits(text: str, wishes: list[Change]) -> list[tuple[str, str]]:
    """Every way to fulfil a wish in a text, as whole old and new passages that occur once, the surest first."""
    lines = text.split("\n")
    found: list[tuple[str, str]] = []
    for wish in wishes:
        options = _by_old(lines, wish) if wish.old else _by_key(lines, wish)
        for old, new in options:
            if text.count(old) == 1 and old != new and (old, new) not in found:
                found.append((old, new))
        if found:
            break
    return found[:6]


def _by_old(lines: list[str], wish: Change) -> list[tuple[str, str]]:
    pattern = re.compile(rf"(?<!\w){re.escape(wish.old)}(?!\w)")
    fitting = [line for line in lines if pattern.search(line)]
    if not fitting:
        pattern = re.compile(rf"(?<!\w){re.escape(wish.old)}(?!\w)", re.IGNORECASE)
        fitting = [line for line in lines if pattern.search(line)]
    return [(line, pattern.sub(lambda _: wish.new, line)) for line in fitting]


def _by_key(lines: list[str], wish: Change) -> list[tuple[str, str]]:
    """Lines like `key = value`, `key: value`, or sentences that name the key before a value."""
    asked = {word for word in words(wish.key) if word not in ("the", "my", "value", "of", "option", "setting", "it")}
    if not asked:
        return []
    scored: list[tuple[float, str, str]] = []
    for line in lines:
        match = re.match(r"^(\s*[-*]?\s*[\"']?([\w .-]+?)[\"']?\s*[:=]\s*)([\"']?)(.*?)([\"']?,?)\s*$", line)
        if match and (shared := asked & set(words(match[2].replace("_", " ")))):
            new = _in_style(match[4], wish.new)
            score = len(shared) / max(len(set(words(match[2].replace("_", " "))) | asked), 1)
            scored.append((1 + score, line, match[1] + match[3] + new + match[5]))
        elif asked <= set(words(line)) and (value := _value_after(line, asked)):
            scored.append((0.5, line, line[: value[0]] + wish.new + line[value[1] :]))
    scored.sort(key=lambda item: -item[0])
    return [(old, new) for score, old, new in scored if score >= scored[0][0] - 0.2]


def _in_style(old: str, new: str) -> str:
    """`on` is `true` where the old value was `false`."""
    if new in _POSITIVE:
        for yes, no in zip(_POSITIVE["on"], _POSITIVE["off"], strict=False):
            if old.lower() in (yes, no):
                return yes if new == "on" else no
        return "true" if new == "on" else "false"
    return new


def _value_after(line: str, asked: set[str]) -> tuple[int, int] | None:
    """Where the number, or else the last word, after the key stands."""
    at = max((match.end() for match in re.finditer(r"[^\W_]+", line) if stem(match[0]) in asked), default=0)
    number = re.search(r"\d[\d.,:]*\d|\d", line[at:])
    if number:
        return at + number.start(), at + number.end()
    return None


def _adding(path: str, text: str, item: str) -> list[Step]:
    lines = [line for line in text.split("\n") if line.strip()]
    if not item:
        return []
    if not lines:
        return [Step("write", {"path": path, "text": item + "\n"})]
    last = lines[-1]
    bullet = re.match(r"^\s*(?:[-*+•] (?:\[[ x]\] )?|(\d+)([.)] ))", last)
    if bullet and bullet[1]:
        item = f"{int(bullet[1]) + 1}{bullet[2]}{item}"
    elif bullet:
        item = bullet[0].replace("[x]", "[ ]") + item
    # The last line may occur twice: as much of what stands before it as makes it unique goes with it.
    old = last
    at = text.rstrip("\n").rfind(last)
    while text.count(old) > 1 and at > 0:
        at = text.rfind("\n", 0, at - 1) + 1 if "\n" in text[: at - 1] else 0
        old = text[at:].rstrip("\n")
    return [Step("edit", {"path": path, "old": old, "new": f"{old}\n{item}"})]


def _removing(path: str, text: str, item: str) -> list[Step]:
    wanted = set(words(item))
    lines = text.split("\n")
    fitting = [line for line in lines if item and item.lower() in line.lower()]
    fitting = fitting or [line for line in lines if wanted and wanted <= set(words(line))]
    if not fitting:
        return []
    line = fitting[0]
    if text.count(line + "\n") == 1:
        return [Step("edit", {"path": path, "old": line + "\n", "new": ""})]
    if text.count("\n" + line) == 1:
        return [Step("edit", {"path": path, "old": "\n" + line, "new": ""})]
    return []


def _survey(plan: Plan, where: dict[str, Any], place: Place) -> list[Step]:
    sort = {"largest": "size", "newest": "newest"}.get(plan.intent)
    order: dict[str, Any] = {"sort": sort} if sort else {}
    if plan.kind:
        return [Step("find", {**where, "glob": plan.kind, **order, "limit": _ROWS})]
    steps = [Step("find", {**where, **order})]
    inside = plan.folder + "/" if plan.folder else ""
    if any(folder.startswith(inside) for folder in place.folders):
        steps.append(Step("find", {**where, "glob": EVERYWHERE, **order, "limit": _ROWS}))
    return steps


def _look_up(name: str, place: Place) -> Step:
    return Step("find", {"path": name}) if name in place.files else Step("find", {"glob": name.rsplit("/", 1)[-1]})


def _writing(plan: Plan, text: str, place: Place) -> list[Step]:
    if not text:
        return []
    path = plan.files[0] if plan.files else "note.txt"
    if path in place.files and not plan.files:
        number = next(n for n in range(2, 1000) if f"note-{n}.txt" not in place.files)
        path = f"note-{number}.txt"
    if plan.folder and "/" not in path:
        path = f"{plan.folder}/{path}"
    return [Step("write", {"path": path, "text": text if text.endswith("\n") else text + "\n"})]


def _without(ask: str, path: str) -> str:
    return re.sub(rf"\S*{re.escape(path.rsplit('/', 1)[-1])}", "", ask)
