"""From an intent to tool calls: what to look up or do first, and what to do with what was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from agent.messages import ToolResult
from agent.models.tiny.edits import Edit, addition, possible_edits, removal
from agent.models.tiny.evidence import file_text
from agent.models.tiny.mentions import Mentions
from agent.models.tiny.place import Place
from agent.models.tiny.texts import item_to_add, item_to_remove, keywords, text_to_write
from agent.models.tiny.vocabulary import stem, words
from agent.models.tiny.wishes import wishes

EVERYWHERE = "**/*"
_ROWS = 50
_KEYWORDS = 5
_DEFAULT_NOTE = "note"
_HIT = re.compile(r"^(.+?):(\d+): (.*)$")


class Plan(msgspec.Struct, frozen=True):
    """What was decided about a request; kept in the reply's thinking part, so that the next turn knows."""

    intent: str
    files: tuple[str, ...] = ()
    """Existing ones."""
    new_file: str = ""
    folders: tuple[str, ...] = ()
    kind: str = ""
    """A glob."""

    @property
    def folder(self) -> str:
        """The first of the folders; empty: the working folder."""
        return self.folders[0] if self.folders else ""


class Step(NamedTuple):
    """One tool call to make."""

    tool: str
    arguments: dict[str, Any]


class Done(NamedTuple):
    """A call that was made, and its result."""

    tool: str
    arguments: dict[str, Any]
    result: ToolResult

    @property
    def text(self) -> str:
        """What the model was told."""
        return self.result.text


def make_plan(intent: str, mentions: Mentions) -> Plan:
    """Put together what the steps of an intent need."""
    if intent == "write" and mentions.files and not mentions.new_files:
        intent = "add"  # nobody who says "write milk to shopping.txt" wants to lose the rest of it
    elif intent == "summary" and mentions.files and mentions.new_files:
        intent = "write"
    return Plan(
        intent=intent,
        files=mentions.files[:4],
        new_file=mentions.new_files[0] if mentions.new_files else "",
        folders=mentions.folders[:3],
        kind=mentions.kinds[0] if mentions.kinds else "",
    )


def first_steps(plan: Plan, ask: str, place: Place) -> list[Step]:
    """What to look up or do first; empty: nothing can be."""
    where = {"path": plan.folder} if plan.folder else {}
    folders = [{"path": folder} for folder in plan.folders] or [{}]
    names = plan.files[:2] or ((plan.new_file,) if plan.new_file else ())
    match plan.intent:
        case "list":
            return [Step("find", folder) for folder in folders]
        case "count" | "largest" | "smallest" | "newest" | "oldest":
            return _survey(plan, where, place)
        case "details":
            return [_look_up(name, place) for name in names]
        case "find" if names:
            return [Step("find", {"glob": name.rsplit("/", 1)[-1]}) for name in names]
        case "find":
            return [Step("find", {**where, "glob": plan.kind or EVERYWHERE})]
        case "search":
            return _search(ask, where) or [Step("find", where)]
        case "tally":
            return _search(_without(ask, plan.files[0]), {"path": plan.files[0]})
        case "answer" if not plan.files:
            return _search(ask, where)
        case "show" | "summary" | "json" | "add" | "change" | "remove" | "answer":
            return [Step("read", {"path": path}) for path in (plan.files[:2] if plan.intent == "answer" else names[:1])]
        case "write":
            return _start_writing(plan, ask, place)
        case _:
            return []


def next_steps(plan: Plan, ask: str, done: Sequence[Done]) -> list[Step]:
    """What to do after these calls; empty: answer. For a change see `choices`."""
    last = done[-1]
    if last.result.is_error:
        return []
    if plan.intent == "answer" and last.tool == "find":
        best = best_file(last.text, keywords(ask))
        return [Step("read", {"path": best})] if best else []
    text = file_text(last.text) if last.tool == "read" else None
    if plan.intent == "remove" and text:
        return _edit(last, removal(text, item_to_remove(ask)))
    if plan.intent == "add" and last.tool == "read":
        path = last.arguments["path"]
        item = item_to_add(ask, path.rsplit("/", 1)[-1])
        if item and not (text or "").strip() and last.text.endswith("is empty."):
            return [Step("write", {"path": path, "text": item + "\n"})]
        return _edit(last, addition(text, item)) if item and text else []
    return []


def choices(plan: Plan, ask: str, done: Sequence[Done]) -> list[Step]:
    """The edits that would all fulfil a wish to change something, the surest first."""
    last = done[-1]
    text = file_text(last.text) if last.tool == "read" and not last.result.is_error else None
    if plan.intent != "change" or not text:
        return []
    return [step for edit in possible_edits(text, wishes(ask, last.arguments["path"])) for step in _edit(last, edit)]


def writing(plan: Plan, text: str, place: Place) -> list[Step]:
    """Write a text to the file of the plan, or to a new note; empty if there is no text."""
    path = plan.new_file
    if not path:
        numbered = (f"{_DEFAULT_NOTE}{'' if n == 1 else f'-{n}'}.txt" for n in range(1, 1000))
        path = next(name for name in numbered if name not in place.files)
    if plan.folder and "/" not in path:
        path = f"{plan.folder}/{path}"
    return [Step("write", {"path": path, "text": text if text.endswith("\n") else text + "\n"})] if text else []


def pattern_of(keys: Sequence[str]) -> str:
    """A pattern for `find` that matches any of some words, whatever their ending."""
    found = [re.escape(key.lower() if " " in key else stem(key)) for key in keys]
    return "|".join(list(dict.fromkeys(found))[:_KEYWORDS])


def best_file(hits: str, keys: Sequence[str]) -> str:
    """The file in a search result that holds most of the words; empty: none."""
    wanted = {stem(word) for key in keys for word in words(key)}
    held: dict[str, set[str]] = {}
    for line in hits.split("\n")[1:]:
        if match := _HIT.match(line):
            text = f"{match[1]} {match[3]}".lower()
            held.setdefault(match[1], set()).update(key for key in wanted if key in text)
    return max(held, key=lambda path: len(held[path]), default="")


def _search(ask: str, where: dict[str, Any]) -> list[Step]:
    keys = keywords(ask)
    return [Step("find", {**where, "text": pattern_of(keys)})] if keys else []


def _survey(plan: Plan, where: dict[str, Any], place: Place) -> list[Step]:
    """Look at the folder, and at all below it where there is anything."""
    order = {"largest": {"sort": "size"}, "newest": {"sort": "newest"}}.get(plan.intent, {})
    if plan.kind:
        return [Step("find", {**where, "glob": plan.kind, **order, "limit": _ROWS})]
    steps = [Step("find", {**where, **order})]
    inside = plan.folder + "/" if plan.folder else ""
    if any(folder.startswith(inside) for folder in place.folders):
        steps.append(Step("find", {**where, "glob": EVERYWHERE, **order, "limit": _ROWS}))
    return steps


def _look_up(name: str, place: Place) -> Step:
    return Step("find", {"path": name} if name in place.files else {"glob": name.rsplit("/", 1)[-1]})


def _start_writing(plan: Plan, ask: str, place: Place) -> list[Step]:
    text = text_to_write(ask, plan.new_file)
    if not text and plan.files:
        return [Step("read", {"path": plan.files[0]})]
    return writing(plan, text, place)


def _edit(read: Done, edit: Edit | None) -> list[Step]:
    return [Step("edit", {"path": read.arguments["path"], "old": edit.old, "new": edit.new})] if edit else []


def _without(ask: str, path: str) -> str:
    return re.sub(rf"\S*{re.escape(path.rsplit('/', 1)[-1])}", "", ask)
