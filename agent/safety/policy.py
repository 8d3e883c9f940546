"""The policy: all rules and marks a person wrote, found by what they name, not gone through one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, cast

import msgspec

from agent.errors import StorageError
from agent.safety.effects import Effect, Value, Verb
from agent.safety.matching import (
    PatternError,
    Subject,
    Target,
    key_inside,
    keys,
    keys_above,
    matches,
    path_subject,
    path_targets,
)
from agent.safety.protected import fold
from agent.safety.request import Request
from agent.safety.rules import Do, Rule, RuleError, RuleText, read_rule

MarkName = Literal["local_only", "untrusted"]
"""`local_only`: what is in the folder never reaches a model on another machine; `untrusted`: strangers may have written
it, so it is labelled `external`."""

MAX_SHOWN_ERRORS: Final = 5
GUARDS: Final[tuple[Do, ...]] = ("deny", "ask")


class PolicyInvalid(StorageError):
    """`policy.toml` cannot be read; says each line and its remedy."""


class FolderText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A `[[folder]]` of policy.toml."""

    path: str
    mark: MarkName


class Mark(msgspec.Struct, frozen=True):
    """A mark on a folder and all below it."""

    target: Target
    mark: MarkName


@dataclass(frozen=True)
class Policy:
    """Rules and marks. Never changed; a change of the file makes another one."""

    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()
    broken: str = ""
    """Why the file cannot be read, as a sentence: then everything is denied. Empty: it can."""
    _index: Mapping[tuple[Do, Verb], Mapping[str, Sequence[tuple[Rule, Target]]]] = field(
        init=False, repr=False, compare=False
    )
    _by_verb: Mapping[tuple[Do, Verb], Sequence[Rule]] = field(init=False, repr=False, compare=False)
    _marked: Mapping[str, Set[MarkName]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_verb: dict[tuple[Do, Verb], list[Rule]] = {}
        for rule in self.rules:
            for verb in rule.verbs:
                by_verb.setdefault((rule.do, verb), []).append(rule)
        object.__setattr__(self, "_by_verb", by_verb)
        object.__setattr__(self, "_index", {which: _by_key(rules) for which, rules in by_verb.items()})
        marked: dict[str, set[MarkName]] = {}
        for mark in self.marks:
            marked.setdefault(mark.target.key, set()).add(mark.mark)
        object.__setattr__(self, "_marked", marked)

    def matching(self, do: Do, effect: Effect, subject: Subject, request: Request, now: datetime) -> list[Rule]:
        """The rules of this kind that match an effect, whatever their order in the file. Pure."""
        found: dict[str, Rule] = {}
        by_key = self._index.get((do, effect.verb))
        for key in keys(subject) if by_key else ():
            for rule, target in by_key.get(key, ()) if by_key else ():
                if matches(target, subject, cautious=do != "allow") and rule.holds(request, effect, now):
                    found[rule.rule_id] = rule
        return [found[rule_id] for rule_id in sorted(found)]

    def inside(self, do: Do, effect: Effect, subject: Subject, request: Request, now: datetime) -> list[Rule]:
        """The rules of this kind about something inside the folder that an effect acts on as a whole. Pure."""
        if subject.kind != "path":
            return []
        by_key = self._index.get((do, effect.verb), {})
        found = {rule.rule_id: rule for rule, _ in by_key.get(key_inside(subject), ())}
        return [rule for _, rule in sorted(found.items()) if rule.holds(request, effect, now)]

    def guards(self, verbs: Sequence[Verb], request: Request, now: datetime) -> list[Rule]:
        """The denials and questions in force about these verbs, whatever they name. Pure."""
        found: dict[str, Rule] = {}
        for do in GUARDS:
            for verb in verbs:
                for rule in self._by_verb.get((do, verb), ()):
                    if rule.is_for(request.principals, now) and all(one.holds(request.label) for one in rule.bounds):
                        found[rule.rule_id] = rule
        return [found[rule_id] for rule_id in sorted(found)]

    def guarded_paths(self, verb: Verb, principals: Sequence[str], now: datetime) -> tuple[str, ...]:
        """The real printable paths that denials and questions name for a verb, whatever the run has seen by then.

        What goes through folders leaves them out (`fs.read`); a command does not see them, or cannot change them.
        """
        rules = (rule for do in GUARDS for rule in self._by_verb.get((do, verb), ()) if rule.is_for(principals, now))
        return tuple(dict.fromkeys(one.text for rule in rules for one in rule.targets if one.kind == "path"))

    def marks_of(self, path: str) -> frozenset[MarkName]:
        """The marks on a real printable path, its folders' among them. Pure and cheap."""
        if not self._marked:
            return frozenset()
        found = (self._marked.get(key, ()) for key in keys(path_subject(path)))
        return frozenset[MarkName]().union(*found)

    def marks_below(self, path: str) -> frozenset[MarkName]:
        """The marks on folders inside a real printable path. Pure."""
        start = f"p:{fold(path).rstrip('/')}/"
        return frozenset(mark.mark for mark in self.marks if mark.target.key.startswith(start))

    def guards_alike(self, some: Sequence[str], others: Sequence[str], now: datetime) -> bool:
        """Whether the rules guard the same paths from these two chains of principals."""
        verbs: tuple[Verb, ...] = ("fs.read", "fs.write", "fs.delete")
        return all(self.guarded_paths(verb, some, now) == self.guarded_paths(verb, others, now) for verb in verbs)

    def guards_no_more_than(self, other: Policy, principals: Sequence[str], now: datetime) -> bool:
        """Whether what is kept away by another policy is kept away by it: no place is marked or guarded anew."""
        if self is other:
            return True
        verbs: tuple[Verb, ...] = ("fs.read", "fs.write", "fs.delete")
        return set(self.folders("local_only")) <= set(other.folders("local_only")) and all(
            set(self.guarded_paths(verb, principals, now)) <= set(other.guarded_paths(verb, principals, now))
            for verb in verbs
        )

    def folders(self, mark: MarkName) -> tuple[str, ...]:
        """The real printable paths of the folders with this mark."""
        return tuple(dict.fromkeys(one.target.text for one in self.marks if one.mark == mark))

    def named(self) -> frozenset[Value]:
        """The whole hosts, recipients and paths that allowing rules name: a list of values the person owns."""
        allowed = [target for rule in self.rules if rule.do == "allow" for target in rule.targets if not target.inert]
        roles: Mapping[str, Literal["host", "path", "recipient"]] = {
            "host": "host", "path": "path", "text": "recipient",
        }  # fmt: skip
        return frozenset(
            Value(roles[target.kind], target.key[2:] if target.kind == "host" else target.text)
            for target in allowed
            if target.kind in roles and not target.key.startswith("s:")
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know about rules that are valid: one sentence each, with the id."""
        return tuple(
            f"{rule.rule_id}: {target.inert}" for rule in self.rules for target in rule.targets if target.inert
        )


def read_policy(text: str) -> Policy:
    """Read the text of a policy file; reads the disk where it names paths. Raises PolicyInvalid with all mistakes."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyInvalid(f"It is no TOML: {error}. Mend that place.") from None
    mistakes = list(_strange_keys(document, text))
    rules = _read(document, text, "rule", RuleText, read_rule, mistakes)
    marks = _read(document, text, "folder", FolderText, _read_mark, mistakes)
    if mistakes:
        more = f" … and {len(mistakes) - MAX_SHOWN_ERRORS} more" if len(mistakes) > MAX_SHOWN_ERRORS else ""
        raise PolicyInvalid(" ".join(mistakes[:MAX_SHOWN_ERRORS]) + more)
    return Policy(tuple(rules), tuple(mark for group in marks for mark in group))


def _by_key(rules: Sequence[Rule]) -> dict[str, list[tuple[Rule, Target]]]:
    index: dict[str, list[tuple[Rule, Target]]] = {}
    for rule in rules:
        for target in rule.targets:
            index.setdefault(target.key, []).append((rule, target))
            for key in keys_above(target) if rule.do in GUARDS else ():
                index.setdefault(key, []).append((rule, target))
    return index


def _strange_keys(document: Mapping[str, Any], text: str) -> Iterator[str]:
    for key in document:
        if key not in ("rule", "folder"):
            line = _line(text, re.compile(rf"\s*(\[\[?\s*)?{re.escape(key)}\b"))
            yield f"Line {line}: {key!r} is not known here. Rules begin with [[rule]], marks with [[folder]]."


def _read(document: Any, text: str, name: str, shape: Any, read: Any, mistakes: list[str]) -> list[Any]:
    """Read all tables of a name; what is wrong goes to `mistakes`, with its line."""
    found: list[Any] = []
    tables = document.get(name, [])
    if not isinstance(tables, list):
        mistakes.append(f"Line {_line(text, re.compile(rf'.*{name}'))}: write [[{name}]] with two brackets.")
        return found
    for number, table in enumerate(cast("list[Any]", tables)):
        try:
            found.append(read(msgspec.convert(table, shape)))
        except msgspec.ValidationError as error:
            key = next(iter(re.findall(r"`\$\.(\w+)", str(error)) or re.findall(r"field `(\w+)`", str(error))), "")
            mistakes.append(f"Line {_line_of(text, name, number, key)}: {_plain(error)}.")
        except RuleError as error:
            mistakes.append(f"Line {_line_of(text, name, number, error.key)}: {error}")
    return found


def _read_mark(text: FolderText) -> tuple[Mark, ...]:
    try:
        return tuple(Mark(target, text.mark) for target in path_targets(text.path, allowing=False))
    except PatternError as error:
        raise RuleError(str(error), "path") from None


def _plain(error: msgspec.ValidationError) -> str:
    words = str(error).replace("Object contains unknown", "there is no").replace("Object missing", "it lacks the")
    return words.replace("`$.", "`").removesuffix(".")


def _line_of(text: str, name: str, number: int, key: str) -> int:
    """The line of a key in the n-th table of a name, or of its head."""
    lines = text.splitlines()
    head = re.compile(rf"\s*\[\[\s*{name}\s*\]\]")
    heads = [at for at, line in enumerate(lines) if head.match(line)]
    if number >= len(heads):
        return _line(text, re.compile(rf"\s*{name}\b"))
    for at in range(heads[number] + 1, len(lines)):
        if re.match(r"\s*\[\[", lines[at]):
            break
        if key and re.match(rf"\s*(\[.*\.)?{re.escape(key)}\b", lines[at]):
            return at + 1
    return heads[number] + 1


def _line(text: str, pattern: re.Pattern[str]) -> int:
    return next((at for at, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)
