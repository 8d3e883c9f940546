"""The last words of a run: the model's sentence, checked against what the tools returned, and the evidence itself."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence

import msgspec

from agent.messages import Message
from agent.models.tiny.evidence import best_pieces, file_text, is_grounded, pieces
from agent.models.tiny.examples import intent_reply
from agent.models.tiny.facts import Facts, facts
from agent.models.tiny.fields import candidates, field_names
from agent.models.tiny.small_talk import Shot, SmallTalk
from agent.models.tiny.steps import Done, Plan
from agent.models.tiny.wishes import without_file

_CHAT = (
    "You are Homard, a friendly personal agent on the user's own computer. You can list, find, read and summarise "
    "files, answer questions about them, write notes and change lines. Answer in one or two short sentences."
)
_CHAT_SHOTS = [
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
_NEGATION = re.compile(r"\b(?:not?|cannot|nothing|none)\b|n[’']t\b")
_QUOTE_CHARS = 500
_PIECES = 3


async def answer(plan: Plan, ask: str, done: Sequence[Done], talk: SmallTalk) -> AsyncGenerator[str, None]:
    """Stream the answer of an intent whose calls are done."""
    if done and done[-1].result.is_error:
        yield f"That did not work: {done[-1].text.strip() or 'no reason was given.'}"
    elif plan.intent in ("cannot", "refuse", "secret"):
        yield intent_reply(plan.intent)
    elif plan.intent in ("write", "add", "change", "remove"):
        yield _report(plan, done)
    elif plan.intent == "summary" and done:
        async for piece in _summary(done[-1], talk):
            yield piece
    elif plan.intent == "answer":
        async for piece in _from_text(ask, done, talk):
            yield piece
    elif not done:
        async for piece in chat(ask, talk):
            yield piece
    elif plan.intent == "show":
        yield _text_of(done[-1])
    elif plan.intent == "json":
        yield await _json(ask, done[-1], talk)
    else:
        yield await _phrased(ask, facts(plan, ask, done), talk)


async def chat(ask: str, talk: SmallTalk, history: Sequence[Message] = ()) -> AsyncGenerator[str, None]:
    """Stream a reply from what the model knows."""
    async for piece in talk.stream(_CHAT, _CHAT_SHOTS, ask, max_tokens=120 if talk.is_tiny else 400, history=history):
        yield piece


async def say_fact(ask: str, fact: str, talk: SmallTalk) -> str:
    """One fact as the answer to a question."""
    return await _phrased(ask, Facts(fact), talk)


async def compose(ask: str, source: str, talk: SmallTalk) -> str:
    """A text that the request describes, perhaps about a source, but does not hold."""
    about = f"{ask}\n\nText:\n{source[: 2 * talk.text_chars]}" if source else ask
    return await talk.say(_COMPOSE, [], about, max_tokens=200 if talk.is_tiny else 600)


async def _phrased(ask: str, found: Facts, talk: SmallTalk) -> str:
    question = f"Question: {ask}\nFact: {found.fact}"
    sentence = (await talk.say(_PHRASE, _PHRASE_SHOTS, question, max_tokens=64)).partition("\n")[0].strip()
    if not sentence or not _says(sentence, ask, found):
        sentence = found.fact[:1].upper() + found.fact[1:] + "."
    return "\n".join([sentence, *(["", *found.evidence] if found.evidence else [])])


def _says(sentence: str, ask: str, found: Facts) -> bool:
    """Whether a sentence says the fact, and nothing that is not in it."""
    whole = all(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", sentence, re.IGNORECASE) for part in found.must)
    same_sense = bool(_NEGATION.search(sentence.lower())) == bool(_NEGATION.search(found.fact.lower()))
    return whole and same_sense and is_grounded(sentence, ask, found.fact)


async def _summary(read: Done, talk: SmallTalk) -> AsyncGenerator[str, None]:
    text = file_text(read.text)
    if not text:
        yield read.text
        return
    quoted = f"Text:\n{text[: 2 * talk.text_chars]}"
    async for piece in talk.stream(_SUMMARISE, [], quoted, max_tokens=90 if talk.is_tiny else 160):
        yield piece
    if talk.is_tiny:
        parts = pieces(text)
        yield _quote(read, " ".join([part for part in parts if len(part) > 40][:2] or parts[:3]))


async def _from_text(ask: str, done: Sequence[Done], talk: SmallTalk) -> AsyncGenerator[str, None]:
    texts = [(one, text) for one in done if one.tool == "read" and (text := file_text(one.text))]
    if not texts:
        for one in done:
            if one.tool == "read":
                yield one.text
                return
        yield "Nothing in this folder mentions it. "
        async for piece in chat(ask, talk):
            yield piece
        return
    found = [(best_pieces(text, without_file(ask, one.arguments["path"]), 4), one, text) for one, text in texts]
    best, read, text = max(found, key=lambda item: len(item[0]))
    shown = pieces(text)
    if len(text) > talk.text_chars and best:
        shown = [part for part in shown if part in best]
    prompt = "\n".join(shown)[: talk.text_chars]
    sentence = await talk.say(_READ, _READ_SHOTS, f"Text:\n{prompt}\n\nQuestion: {ask}", max_tokens=60)
    sentence = sentence.partition("\n")[0].strip()
    if sentence and is_grounded(sentence, text, ask):
        yield sentence
    yield _quote(read, " / ".join(_with_neighbours(best, pieces(text))))


def _with_neighbours(best: Sequence[str], parts: Sequence[str]) -> list[str]:
    """At least three pieces: where few share words with the question, what follows them belongs to it most likely."""
    if len(best) >= _PIECES:
        return list(best[:_PIECES])
    at = parts.index(best[0]) if best else 0
    following = [part for part in parts[at : at + _PIECES] if part not in best]
    return [*best, *following][: max(_PIECES, len(best))]


async def _json(ask: str, read: Done, talk: SmallTalk) -> str:
    text = file_text(read.text)
    if not text:
        return read.text
    names = field_names(ask, read.arguments["path"].rsplit("/", 1)[-1]) or ["text"]
    values = {name: candidates(text, name, 5) for name in names}
    chosen = {name: found[0] if found else "" for name, found in values.items()}
    doubtful = {name: {"type": "string", "enum": found} for name, found in values.items() if len(found) > 1}
    if doubtful and not talk.is_tiny:
        schema = {"type": "object", "properties": doubtful, "required": list(doubtful), "additionalProperties": False}
        prompt = f"Text:\n{text[: 2 * talk.text_chars]}\n\nFields: {', '.join(doubtful)}"
        reply = await talk.say(_EXTRACT, [], prompt, max_tokens=60 * len(doubtful), schema=schema)
        chosen |= {name: value for name, value in _decoded(reply).items() if value in values.get(name, [])}
    return msgspec.json.format(msgspec.json.encode(chosen), indent=2).decode()


def _decoded(reply: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(reply, type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def _report(plan: Plan, done: Sequence[Done]) -> str:
    """What was changed, with the lines themselves."""
    last = done[-1] if done else None
    if last is None or last.tool not in ("write", "edit"):
        what = {"add": "what to add", "remove": "which line to take out", "change": "what to change into what"}
        return (
            f"I could not tell {what.get(plan.intent, 'what to write')}, so nothing was changed. "
            "Please say it word for word, in quotes."
        )
    if last.tool == "write":
        return f"Done. {last.text.strip()}"
    old, new = last.arguments["old"].strip("\n"), last.arguments["new"].strip("\n")
    if new.startswith(old + "\n"):
        lines = [f"+ {new[len(old) :].strip(chr(10))}"]
    else:
        lines = [f"- {old}", *([f"+ {new}"] if new else [])]
    return "\n".join([f"Done. {last.text.strip()}", "", *lines])


def _text_of(read: Done) -> str:
    return file_text(read.text) or read.text


def _quote(read: Done, text: str) -> str:
    return f"\n\nFrom {read.arguments['path']}: “{text[:_QUOTE_CHARS]}”"
