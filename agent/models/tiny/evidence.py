"""What in a text answers a question: the lines that share its words. And whether a sentence is true to its sources."""

from __future__ import annotations

import math
import re
from collections import Counter

from agent.models.tiny.fields import DATE
from agent.models.tiny.vocabulary import alike, resembles, word_list, words

LONG_LINE = 90
"""Characters; a longer line is judged sentence by sentence."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
_HEAD = re.compile(r"^.{1,300}?, (?:[\d,]+ lines?|lines? .+ of .+), [\d,]+ bytes.*:$")
_WAY_ON = re.compile(r"^\[.*\]$")
_QUANTITY = re.compile(r"\bhow (?:many|much|old|long|big|high|far|hot|often)\b|\b(?:number|price|cost|amount)\b")
_MOMENT = re.compile(r"\b(?:when|date|what time|which day)\b")
_PERSON = re.compile(r"\b(?:who|whose|whom|where)\b")
_NUMBERS = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half)\b")
_DATES = re.compile(rf"\d|{DATE}")
_NAMES = re.compile(r"(?<=\S )[A-Z][a-z]")


def file_text(result: str) -> str | None:
    """The text of a file in the result of `read`; None: the result is no text but says what the file is."""
    lines = result.split("\n")
    if not _HEAD.match(lines[0]):
        return None
    if len(lines) > 1 and _WAY_ON.match(lines[-1]):
        lines = lines[:-1]
    return "\n".join(lines[1:])


def pieces(text: str) -> list[str]:
    """The lines of a text; wrapped ones are joined, and long ones cut into sentences."""
    found: list[str] = []
    for line in map(str.strip, _unwrap(text)):
        found += [part for part in _SENTENCE.split(line) if part] if len(line) > LONG_LINE else [line] if line else []
    return found


def best_pieces(text: str, question: str, limit: int) -> list[str]:
    """The pieces that share the most telling words with a question, the best first."""
    parts = pieces(text)
    asked = {word for word in words(question) if word not in word_list("function")}
    held = [set(words(part)) for part in parts]
    counted = Counter(word for near in held for word in near)
    wanted = _wanted(question)
    scored: list[tuple[float, int]] = []
    for index, (part, near) in enumerate(zip(parts, held, strict=True)):
        score = sum(_share(word, near, counted, len(parts)) for word in asked)
        if score and wanted and wanted.search(part):
            score += 1.0
        scored.append((score / 2 if _is_heading(part) else score, -index))
    scored.sort(reverse=True)
    return [parts[-index] for score, index in scored[:limit] if score > 0]


def is_grounded(sentence: str, *sources: str) -> bool:
    """Whether every number and every name in a sentence occurs in the sources."""
    there = {word for source in sources for word in re.findall(r"[^\W_]+", _joined_numbers(source).lower())}
    numbers = re.findall(r"\d+", _joined_numbers(sentence))
    names = re.findall(r"(?<=[a-z,;] )[A-Z][\w'’-]+", sentence)
    said = {*numbers, *(re.sub(r"['’]s$", "", name).lower() for name in names)}
    return said <= there


def _share(word: str, near: set[str], counted: Counter[str], total: int) -> float:
    """What a word of the question adds to the score of a piece."""
    if word in near:
        return 1 + math.log((total + 1) / counted[word])
    if any(resembles(word, other) for other in near):
        return 0.8
    return 0.6 if alike(word) & near else 0.0


def _wanted(question: str) -> re.Pattern[str] | None:
    """What the answer must hold, if the question word says so."""
    lowered = question.lower()
    for asked, held in ((_QUANTITY, _NUMBERS), (_MOMENT, _DATES), (_PERSON, _NAMES)):
        if asked.search(lowered):
            return held
    return None


def _is_heading(piece: str) -> bool:
    return piece.startswith(("#", "[")) or (len(piece) < 40 and not re.search(r"[.:;,!?=\d]|^[-*]", piece))


def _unwrap(text: str) -> list[str]:
    """Lines, with those that were wrapped at a width put together again."""
    out: list[str] = []
    wrapped = False
    for line in text.split("\n"):
        goes_on = wrapped and line[:1].isalnum() and (line[:1].islower() or not out[-1].rstrip().endswith((*".:!?",)))
        if goes_on:
            out[-1] = f"{out[-1].rstrip()} {line}"
        else:
            out.append(line)
        wrapped = len(line) > 70
    return out


def _joined_numbers(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
