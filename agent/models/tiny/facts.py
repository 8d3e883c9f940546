"""What `find` found, as one fact in words and the lines that show it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.models.tiny.steps import Done, Plan
from agent.models.tiny.texts import keywords
from agent.models.tiny.vocabulary import stem, words

_MANY, _FEW = 40, 12
"""Lines of evidence."""
_NAMES = 6
_FILE_ROW = re.compile(r"^(.+?)  ([\d,]+ bytes?)  (.+)$")
_IN_ALL = re.compile(r"[\d,]+ bytes? in all")


@dataclass(frozen=True)
class Facts:
    """The outcome of a search."""

    fact: str
    must: tuple[str, ...] = ()
    """A sentence that says the fact holds all of these."""
    evidence: tuple[str, ...] = ()


def facts(plan: Plan, ask: str, done: Sequence[Done]) -> Facts:
    """What the results say about the request."""
    results = [[line for line in one.text.split("\n") if line.strip()] for one in done]
    heads = [lines[0] for lines in results]
    rows = results[0][1:]
    if all(head.startswith(("Nothing matches", "No match")) for head in heads):
        return Facts(heads[0].rstrip("."))
    match plan.intent:
        case "largest" | "smallest" | "newest" | "oldest":
            return _superlative(plan.intent, heads, rows)
        case "count":
            return _counted(heads, rows)
        case "search":
            return _hits(ask, rows)
        case "tally":
            return Facts(heads[0].partition(" in ")[0], (heads[0].partition(" ")[0],), tuple(rows[:_FEW]))
        case "details":
            return _details([line for lines in results for line in lines[1:] or lines])
        case "find":
            return _found([line for lines in results for line in lines[1:]])
        case _:
            fact = " and ".join(head.partition(";")[0] for head in heads)
            shown = [row for lines in results for row in lines[1:]]
            return Facts(fact, tuple(head.partition(" ")[0] for head in heads), tuple(shown[:_MANY]))


def _counted(heads: Sequence[str], rows: Sequence[str]) -> Facts:
    counts = [" and ".join(head.partition(";")[0].split(", ")[:2]) for head in heads]
    fact = counts[0]
    if counts[-1] != counts[0]:
        fact += f" here, {counts[-1]} with all subfolders"
    if total := _IN_ALL.search(heads[-1]):
        fact += f"; {total[0]}"
    return Facts(fact, (counts[0].partition(" ")[0],), tuple(rows[:_FEW]))


def _superlative(which: str, heads: Sequence[str], rows: Sequence[str]) -> Facts:
    found = [(match[1], match[2]) for head in heads if (match := re.search(rf"[;,] {which} (.+?) \(([^()]+)\)", head))]
    if not found:  # the head line of a single file does not compare
        files = [match for row in rows if (match := _FILE_ROW.match(row))]
        found = [(match[1], match[2] if which in ("largest", "smallest") else match[3]) for match in files[:1]]
    if not found:
        return Facts(heads[0])
    found = list(dict.fromkeys(found))
    fact = f"the {which} file is {found[0][0]} ({found[0][1]})"
    if len(found) > 1:
        fact += f"; with all subfolders it is {found[1][0]} ({found[1][1]})"
    return Facts(fact, tuple(name for name, _ in found), tuple(rows[:_FEW]))


def _hits(ask: str, rows: Sequence[str]) -> Facts:
    """The files that hold most of the words that were looked for."""
    wanted = {stem(word) for key in keywords(ask) for word in words(key)}
    held: dict[str, set[str]] = {}
    for row in rows:
        name, _, line = row.partition(":")
        held.setdefault(name, set()).update(key for key in wanted if key in line.lower())
    most = max((len(keys) for keys in held.values()), default=0)
    best = [name for name, keys in held.items() if len(keys) == most]
    shown = [row for row in rows if row.partition(":")[0] in best]
    where = "1 file" if len(best) == 1 else f"{len(best)} files"
    return Facts(f"found in {where}: {', '.join(best[:_NAMES])}", tuple(best[:1]), tuple(shown[:_FEW]))


def _details(rows: Sequence[str]) -> Facts:
    match = _FILE_ROW.match(rows[0])
    if match is None:
        return Facts(rows[0])
    return Facts(f"{match[1]} has {match[2]} and was last changed on {match[3]}", (match[1],))


def _found(rows: Sequence[str]) -> Facts:
    names = [match[1] if (match := _FILE_ROW.match(row)) else row for row in rows]
    shown = rows[:_MANY] if len(rows) > 1 else ()
    return Facts(f"found: {', '.join(names[:_NAMES])}", tuple(names[:1]), tuple(shown))
