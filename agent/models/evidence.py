"""What in a text answers a question: the lines that share its words, and the values that belong to a named field."""

from __future__ import annotations

import math
import re
from collections import Counter

from agent.models.mentions import stem, words

_FUNCTION_WORDS = set(
    "a about according all am an and any are as at be been but by can check could did do doe document does file for from get give had "
    "has ha have he her his how i if in into is it its like list look many me much must my need of on one or our out "
    "please read reading say see she should show so some tell text than that the their them there they thi this time to u us use wa was "
    "we were what when where which while who whom whose why will with would you your md txt csv ini".split()
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^a-z])")
_HEAD = re.compile(r"^.{1,300}?, (?:[\d,]+|lines .*?) (?:lines?|of .*?), [\d,]+ bytes.*:$")
_WAY_ON = re.compile(r"^\[.*\]$")

_SAME = [
    "total sum amount price cost sek eur usd",
    "due deadline pay by until payable",
    "customer client buyer to billed recipient",
    "sender from seller author by writer written wrote write",
    "email mail e-mail contact",
    "phone telephone tel mobile number",
    "date day on when dated",
    "number no nr id",
    "city town place",
    "company firm",
    "licence license licensed",
    "version release",
    "start begin leave depart",
    "end finish until",
    "owner holder",
    "address street road",
    "time clock hour",
]
_ALIKE: dict[str, set[str]] = {}
for _group in _SAME:
    for _word in _group.split():
        _ALIKE.setdefault(stem(_word), set()).update(stem(word) for word in _group.split())

_GENERAL = {"date", "number", "name", "address", "time", "day", "value", "no", "code", "id"}

_DATE = (
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? (?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December)(?: \d{4})?|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}"
    r"(?:, \d{4})?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_MONEY = r"(?:[$€£] ?)?\d[\d,. ]*\d(?: ?(?:EUR|USD|SEK|CHF|GBP|euros?|dollars?|francs?|kr))?(?!\w)|(?:[$€£] ?)?\d+(?: ?(?:EUR|USD|SEK|CHF|GBP|euros?|dollars?|francs?|kr))?(?!\w)"
_TYPES = [
    ({"email", "mail", "e-mail"}, r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    ({"url", "website", "link", "homepage"}, r"https?://\S+|www\.\S+"),
    ({"phone", "telephone", "tel", "mobile"}, r"\+?\d[\d ()/-]{4,}\d"),
    ({"date", "day", "deadline", "due", "birthday", "start", "end"}, _DATE),
    ({"time", "hour", "departure"}, r"\d{1,2}[:.]\d{2}(?: ?[ap]m)?"),
    ({"total", "amount", "price", "cost", "deposit", "rent", "sum", "fee", "salary"}, _MONEY),
    ({"number", "no", "nr", "id"}, r"\b[A-Z]{0,4} ?\d[\w-]*"),
    ({"version"}, r"\d+(?:\.\d+)+"),
    ({"iban"}, r"[A-Z]{2}\d{2}[A-Z0-9 ]{10,30}"),
]
_VALUE = re.compile(
    rf"(?P<date>{_DATE})|[\w.+-]+@[\w-]+\.[\w.-]*\w|https?://\S+|\b[A-Z]{{1,3}} ?\d{{2,}}\b|\d[\d.,:/]*\d(?: ?(?:EUR|USD|SEK|CHF|GBP|kWh|kg|euros?|dollars?|%))?|\d+|"
    r"[A-ZÄÖÜÉ][\w'’.-]*\w(?: (?:(?:of|de|van|von|der|la|the) )?[A-ZÄÖÜÉ0-9][\w'’.-]*\w)*|\"[^\"]+\"|`[^`]+`"
)


def file_text(result: str) -> str:
    """The text of a file in the result of `read`, without its head line and the hint how to go on."""
    lines = result.split("\n")
    if lines and _HEAD.match(lines[0]):
        lines = lines[1:]
    if lines and _WAY_ON.match(lines[-1]):
        lines = lines[:-1]
    return "\n".join(lines)


def pieces(text: str) -> list[str]:
    """The lines of a text, long ones cut into sentences; a wrapped paragraph is put together first."""
    found: list[str] = []
    for line in _join(text).split("\n"):
        line = line.strip()
        if line:
            found += [part for part in _SENTENCE.split(line) if part] if len(line) > 90 else [line]
    return found


def best_pieces(text: str, question: str, limit: int) -> list[str]:
    """The pieces that share the most telling words with a question, the best first."""
    parts = pieces(text)
    asked = {word for word in words(question) if word not in _FUNCTION_WORDS}
    counted: Counter[str] = Counter()
    vocabulary = [set(words(part)) for part in parts]
    for seen in vocabulary:
        counted.update(seen)
    wanted = _wants(question)

    def score(index: int) -> float:
        near = vocabulary[index]
        total = 0.0
        for word in asked:
            if word in near:
                total += 1 + math.log((len(parts) + 1) / counted[word])
            elif _ALIKE.get(word, set()) & near:
                total += 0.6
            elif any(len(word) > 4 and other[:5] == word[:5] for other in near):
                total += 0.8
        if total and wanted and re.search(wanted, parts[index]):
            total += 1.0
        return total / 2 if _is_heading(parts[index]) else total

    scored = sorted(((score(index), -index) for index in range(len(parts))), reverse=True)
    return [parts[-index] for value, index in scored[:limit] if value > 0]


def is_grounded(sentence: str, *sources: str) -> bool:
    """Whether every number and every name in a sentence occurs in the sources."""
    plain = {word for source in sources for word in re.findall(r"[^\W_]+", _plain(source).lower())}
    for number in re.findall(r"\d+", _plain(sentence)):
        if number not in plain:
            return False
    names = re.findall(r"(?<=[a-z,;] )[A-Z][\w'’-]+", sentence)
    return all(re.sub(r"['’]s$", "", name).lower() in plain for name in names)


def value_candidates(text: str, field: str, limit: int) -> list[str]:
    """Values in a text that may belong to a field, the likeliest first. All occur in the text word for word."""
    asked = set(words(field.replace("_", " ")))
    pattern = next((pattern for heads, pattern in _TYPES if asked & heads), None)
    scored: dict[str, float] = {}

    def note(value: str, score: float) -> None:
        value = value.strip().strip('"`').rstrip(".,;").strip()
        if value:
            scored[value] = max(scored.get(value, -9.0), score)

    for label, value in re.findall(r"^[\s*\-#]*([\w .'-]{1,40}?)\s*[:=]\s*(.+)$", text, re.MULTILINE):
        likeness = _likeness(asked, set(words(label)))
        if likeness > 0:
            fitting = re.search(pattern, value) if pattern else None
            note(
                fitting[0] if fitting and len(fitting[0]) * 2 > len(value) or fitting and "," in value else value,
                3 + 2 * likeness,
            )
            if fitting:
                note(fitting[0], 2 + 2 * likeness)
    for match in re.finditer(pattern or _VALUE, text):
        note(match[0], (1.0 if pattern else 0.0) + _nearness(text, match, asked))
    return sorted(scored, key=lambda value: -scored[value])[:limit]


def _is_heading(piece: str) -> bool:
    return piece.startswith(("#", "[")) or len(piece) < 40 and not re.search(r"[.:;,!?=\d]|^[-*]", piece)


def _nearness(text: str, match: re.Match[str], asked: set[str]) -> float:
    """How close before (or after) a value the words of the field stand."""
    start = max(text.rfind("\n\n", 0, match.start()), match.start() - 80)
    before = [stem(word) for word in re.findall(r"[^\W_]+", text[start + 1 : match.start()])][::-1]
    after = words(text[match.end() : match.end() + 30])
    inside = words(match[0])
    best = 0.0
    for word in asked:
        family = {word} | _ALIKE.get(word, set())
        exact = word in inside[:1]
        for distance, other in enumerate(before):
            if other in family or len(word) > 4 and other[:5] == word[:5]:
                best = max(best, (2.0 if other == word else 1.4) - 0.15 * distance)
        for distance, other in enumerate(after):
            if other in family:
                best = max(best, 1.0 - 0.2 * distance)
        if exact:
            best = max(best, 2.0)
    return best


def _likeness(asked: set[str], label: set[str]) -> float:
    """How much of a field's name a label holds; `date` says less than `due` does."""

    def weight(word: str) -> float:
        return 0.4 if word in _GENERAL else 1.0

    exact = sum(weight(word) for word in asked & label)
    alike = sum(0.5 * weight(word) for word in asked - label if _ALIKE.get(word, set()) & label)
    return (exact + alike) / sum(weight(word) for word in asked) if asked else 0.0


def _wants(question: str) -> str:
    """A pattern of what the answer to a question must hold, if the question word says so."""
    lowered = question.lower()
    if re.search(r"\bhow (?:many|much|old|long|big|high|far)\b|\bnumber\b|\bprice\b|\bcost\b|\bamount\b", lowered):
        return r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half)\b"
    if re.search(r"\bwhen\b|\bdate\b|\bwhat time\b|\bwhich day\b", lowered):
        return rf"\d|{_DATE}"
    if re.search(r"\bwho\b|\bwhose\b|\bwhere\b", lowered):
        return r"(?<=\S )[A-Z][a-z]"
    return ""


def _join(text: str) -> str:
    """Join lines that were wrapped at a width."""
    out: list[str] = []
    open_line = False
    for line in text.split("\n"):
        if (
            open_line
            and line
            and (line[0].islower() or not out[-1].rstrip().endswith((".", ":", "!", "?")))
            and line[0].isalnum()
        ):
            out[-1] = out[-1].rstrip() + " " + line
        else:
            out.append(line)
        open_line = len(line) > 70
    return "\n".join(out)


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
