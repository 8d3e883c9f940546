"""The last words of a run with a tiny model: its sentence, checked against what the tools returned, and the evidence itself."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import msgspec

from agent.models.asked import fields, keywords
from agent.models.evidence import best_pieces, file_text, is_grounded, pieces, value_candidates
from agent.models.examples import intent_reply
from agent.models.mentions import stem, words
from agent.models.small_talk import Shot, SmallTalk
from agent.models.steps import Done, Plan

MAX_ROWS = 40
_FEW_ROWS = 12
_TALK = (
    "You are Homard, a friendly personal agent on the user's own computer. You can list, find, read and summarise files, "
    "answer questions about them, write notes and change lines. Answer in one or two short sentences."
)
_TALK_SHOTS = [
    Shot("Hello!", "Hello! How can I help you today?"),
    Shot("Who are you?", "I am Homard, your personal agent. I help you with the files in this folder."),
    Shot("What is the capital of Italy?", "The capital of Italy is Rome."),
    Shot("Thank you!", "You are welcome! I am glad that I could help."),
    Shot(
        "What can you do?",
        "I can list, find, read and summarise files, answer questions about them, write notes and change lines.",
    ),
]
_PHRASE = "Answer the question with the fact, in one sentence. Copy names and numbers exactly."
_PHRASE_SHOTS = [
    Shot(
        "Question: Which file is the biggest?\nFact: the largest file is b.pdf (2,000 bytes)",
        "The biggest file is b.pdf with 2,000 bytes.",
    ),
    Shot("Question: How many files do I have?\nFact: 4 files and 1 folder", "You have 4 files and 1 folder."),
    Shot("Question: Where is my letter?\nFact: found: post/letter.txt", "Your letter is in post/letter.txt."),
]
_READ = "Answer the question from the text, in one short sentence."
_READ_SHOTS = [
    Shot(
        "Text:\nThe shop opens at nine and closes at six.\nTea costs 3 euros.\n\nQuestion: When does the shop close?",
        "The shop closes at six.",
    ),
    Shot("Text:\nOwner: Mary Hill\nBuilt in 1931\n\nQuestion: Who owns the house?", "The owner is Mary Hill."),
]
_SUMMARISE = "Summarise the text in two short sentences. Say only what the text says."
_EXTRACT = "Give the values from the text as JSON."
_COMPOSE = "Write only the text that the user asks for. No explanation."
_ROW = re.compile(r"^(.+?)  (?:([\d,]+ bytes?)  (.+)|\S.*)$")
_SUPERLATIVES = {"largest": "largest", "smallest": "smallest", "newest": "newest", "oldest": "oldest"}


@dataclass(frozen=True)
class Facts:
    """What the tools found, as a fact in words and the lines that show it."""

    fact: str
    must: tuple[str, ...] = ()
    """A sentence that says the fact holds all of these."""
    evidence: tuple[str, ...] = ()


async def answer(plan: Plan, ask: str, done: list[Done], talk: SmallTalk) -> AsyncGenerator[str, None]:
    """Stream the answer."""
    failed = next((one for one in done if one.result.is_error), None)
    if failed is not None and (len(done) == 1 or failed is done[-1]):
        yield f"That did not work: {failed.result.text.strip() or 'no reason was given.'}"
        return
    match plan.intent:
        case "cannot" | "refuse" | "secret":
            yield intent_reply(plan.intent)
        case "show":
            yield file_text(done[-1].result.text)
        case "summary":
            async for piece in _summary(done[-1], talk):
                yield piece
        case "json":
            yield await _json(ask, done[-1], talk)
        case "answer":
            async for piece in _from_text(ask, done, talk):
                yield piece
        case "write" | "add" | "change" | "remove":
            yield _changed(plan, done)
        case "chat":
            async for piece in chat(ask, talk):
                yield piece
        case _:
            yield await _phrased(ask, facts(plan, ask, done), talk)


async def chat(ask: str, talk: SmallTalk) -> AsyncGenerator[str, None]:
    """Stream a reply from what the model knows."""
    async for piece in talk.stream(_TALK, _TALK_SHOTS, ask, max_tokens=120 if talk.is_tiny else 400):
        yield piece


async def compose(ask: str, talk: SmallTalk) -> str:
    """A text that the request describes but does not hold."""
    return await talk.say(_COMPOSE, [], ask, max_tokens=200 if talk.is_tiny else 600)


def facts(plan: Plan, ask: str, done: list[Done]) -> Facts:
    """What `find` found, by what was asked."""
    results = [one.result.text.split("\n") for one in done]
    heads = [lines[0] for lines in results]
    rows = [line for line in results[0][1:] if line.strip()]
    if heads[0].startswith(("Nothing matches", "No match")):
        return Facts(heads[0].rstrip("."))
    match plan.intent:
        case "largest" | "smallest" | "newest" | "oldest":
            return _superlative(plan.intent, heads, rows)
        case "count":
            return _counted(heads, rows if plan.kind else [])
        case "search":
            return _hits(ask, rows)
        case "tally":
            return Facts(
                heads[0].replace("match", "matching line", 1).replace("lines", "lines").split(" in 1 file")[0],
                evidence=tuple(rows[:_FEW_ROWS]),
            )
        case "details":
            return _details(rows or heads)
        case "find":
            rows = [line for lines in results for line in lines[1:] if line.strip()]
            names = [(_ROW.match(row) or [row, row])[1] for row in rows]
            return Facts(
                f"found: {', '.join(names[:6])}", tuple(names[:1]), tuple(rows[:MAX_ROWS]) if len(rows) > 1 else ()
            )
        case _:
            return Facts(heads[0].split(";")[0], evidence=tuple(rows[:MAX_ROWS]))


async def _phrased(ask: str, found: Facts, talk: SmallTalk) -> str:
    sentence = await talk.say(_PHRASE, _PHRASE_SHOTS, f"Question: {ask}\nFact: {found.fact}", max_tokens=64)
    sentence = sentence.split("\n")[0].strip()
    said = all(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", sentence, re.IGNORECASE) for part in found.must)
    if not (said and sentence and is_grounded(sentence, ask, found.fact)) or _negates(sentence, found.fact):
        sentence = found.fact[:1].upper() + found.fact[1:] + "."
    return "\n".join([sentence, *(["", *found.evidence] if found.evidence else [])])


def _negates(sentence: str, fact: str) -> bool:
    pattern = r"\b(?:not|no|n't|cannot|nothing|none)\b|n't"
    return bool(re.search(pattern, sentence.lower())) != bool(re.search(pattern, fact.lower()))


def _counted(heads: list[str], rows: list[str]) -> Facts:
    counts = [" and ".join(head.split(";")[0].split(", ")[:2]) for head in heads]
    sizes = [match[0] for head in heads if (match := re.search(r"[\d,]+ bytes? in all", head))]
    fact = counts[0]
    if len(counts) > 1 and counts[1] != counts[0]:
        fact += f" here, {counts[1]} with all subfolders"
    if sizes:
        fact += f"; {sizes[-1]}"
    return Facts(fact, (counts[0].split(" ")[0],), tuple(rows[:_FEW_ROWS]))


def _superlative(intent: str, heads: list[str], rows: list[str]) -> Facts:
    found: list[tuple[str, str]] = []
    for head in heads:
        match = re.search(rf"[;,] {intent} (.+?) \(([^()]+)\)", head)
        if match and (match[1], match[2]) not in found:
            found.append((match[1], match[2]))
    if not found:
        files = [match for row in rows if (match := _ROW.match(row)) and match[2]]
        if not files:
            return Facts(heads[0])
        detail = files[0][2] if intent in ("largest", "smallest") else files[0][3]
        found.append((files[0][1], detail))
    fact = f"the {intent} file is {found[0][0]} ({found[0][1]})"
    if len(found) > 1:
        fact += f"; with all subfolders it is {found[1][0]} ({found[1][1]})"
    return Facts(fact, tuple(name for name, _ in found), tuple(rows[:_FEW_ROWS]))


def _hits(ask: str, rows: list[str]) -> Facts:
    """The files that hold most of the words that were looked for."""
    wanted = {stem(word) for key in keywords(ask) for word in words(key)}
    held: dict[str, set[str]] = {}
    for row in rows:
        name, _, rest = row.partition(":")
        held.setdefault(name, set()).update(key for key in wanted if key in rest.lower())
    most = max((len(keys) for keys in held.values()), default=0)
    best = [name for name, keys in held.items() if len(keys) == most]
    shown = [row for row in rows if row.partition(":")[0] in best]
    what = "1 file" if len(best) == 1 else f"{len(best)} files"
    return Facts(f"found in {what}: {', '.join(best[:6])}", tuple(best[:1]), tuple(shown[:_FEW_ROWS]))


def _details(rows: list[str]) -> Facts:
    match = _ROW.match(rows[-1])
    if match and match[2]:
        return Facts(f"{match[1]} has {match[2]} and was last changed on {match[3]}", (match[1],))
    return Facts(rows[-1])


async def _summary(read: Done, talk: SmallTalk) -> AsyncGenerator[str, None]:
    text = file_text(read.result.text)
    parts = pieces(text)
    async for piece in talk.stream(
        _SUMMARISE, [], f"Text:\n{text[: 2 * talk.text_chars]}", max_tokens=90 if talk.is_tiny else 160
    ):
        yield piece
    if talk.is_tiny and parts:
        lead = [part for part in parts if len(part) > 40][:2] or parts[:3]
        yield f"\n\nFrom {read.arguments['path']}: “{' '.join(lead)[:400]}”"


async def _from_text(ask: str, done: list[Done], talk: SmallTalk) -> AsyncGenerator[str, None]:
    reads = [one for one in done if one.tool == "read" and not one.result.is_error]
    if not reads:
        yield "Nothing in this folder mentions it. "
        async for piece in chat(ask, talk):
            yield piece
        return
    scored = [(best_pieces(file_text(one.result.text), ask, 4), one) for one in reads]
    best, read = max(scored, key=lambda item: len(item[0]))
    text = file_text(read.result.text)
    shown = [part for part in pieces(text) if part in best] or pieces(text)
    if len(text) <= talk.text_chars:
        shown = pieces(text)
    prompt = "\n".join(shown)[: talk.text_chars]
    sentence = await talk.say(_READ, _READ_SHOTS, f"Text:\n{prompt}\n\nQuestion: {ask}", max_tokens=60)
    sentence = sentence.split("\n")[0].strip()
    if sentence and is_grounded(sentence, text, ask):
        yield sentence
    quoted = best[:3] or shown[:3]
    yield f"\n\nFrom {read.arguments['path']}: “{' / '.join(quoted)[:500]}”"


async def _json(ask: str, read: Done, talk: SmallTalk) -> str:
    text = file_text(read.result.text)
    names = fields(ask, read.arguments["path"].rsplit("/", 1)[-1]) or ["text"]
    candidates = {name: value_candidates(text, name, 5) for name in names}
    properties = {
        name: {"type": "string", "enum": [*values, ""]} for name, values in candidates.items() if len(values) > 1
    }
    chosen: dict[str, str] = {name: values[0] if values else "" for name, values in candidates.items()}
    if properties and not talk.is_tiny:
        schema = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        reply = await talk.say(
            _EXTRACT,
            [],
            f"Text:\n{text[: 2 * talk.text_chars]}\n\nFields: {', '.join(properties)}",
            max_tokens=60 * len(properties),
            schema=schema,
        )
        try:
            picked = msgspec.json.decode(reply, type=dict[str, str])
        except msgspec.DecodeError:
            picked = {}
        chosen |= {name: value for name, value in picked.items() if name in chosen and value}
    return msgspec.json.format(msgspec.json.encode(chosen), indent=2).decode()


def _changed(plan: Plan, done: list[Done]) -> str:
    last = done[-1] if done else None
    if last is None or last.tool not in ("write", "edit"):
        what = {"add": "what to add", "remove": "the line to take out", "change": "the place to change"}.get(
            plan.intent, "what to write"
        )
        return f"I could not tell {what}, so nothing was changed. Please say it word for word, in quotes."
    text = last.result.text.strip()
    if last.tool == "edit":
        old, new = last.arguments["old"].strip("\n"), last.arguments["new"].strip("\n")
        added = new.removeprefix(old).strip("\n")
        shown = (
            f"+ {added}" if new.startswith(old) and added else "\n".join([f"- {old}"] + ([f"+ {new}"] if new else []))
        )
        return f"Done. {text}\n\n{shown}"
    return f"Done. {text}"
