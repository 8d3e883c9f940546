"""Fields as JSON: which ones a request names, and which values of a text may belong to each."""

from __future__ import annotations

import re

from agent.models.tiny.mentions import quotes
from agent.models.tiny.vocabulary import WORD, alike, resembles, stem, word_list, words
from agent.models.tiny.wishes import without_file

MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
DATE = (
    rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}\.? {MONTH}(?: \d{{4}})?|"
    rf"{MONTH} \d{{1,2}}(?:, \d{{4}})?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_UNIT = r"(?: ?(?:EUR|USD|SEK|CHF|GBP|euros?|dollars?|francs?|kr)\b)?"
_MONEY = rf"(?:[$€£] ?)?\d[\d,.]*\d{_UNIT}(?!\w)|(?:[$€£] ?)?\d{_UNIT}(?!\w)"
_TYPES = [
    ({"email", "mail"}, r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    ({"url", "website", "link", "homepage"}, r"https?://\S+|www\.\S+"),
    ({"phone", "telephone", "tel", "mobile"}, r"\+?\d[\d ()/-]{4,}\d"),
    ({"date", "day", "deadline", "due", "birthday", "start", "end"}, DATE),
    ({"time", "hour", "departure"}, r"\d{1,2}[:.]\d{2}(?: ?[ap]m)?"),
    ({"total", "amount", "price", "cost", "deposit", "rent", "sum", "fee", "salary", "budget"}, _MONEY),
    ({"number", "no", "nr", "id"}, r"\b[A-Z]{0,4} ?\d[\w-]*"),
    ({"version"}, r"\d+(?:\.\d+)+"),
    ({"iban"}, r"[A-Z]{2}\d{2}[A-Z0-9 ]{10,30}"),
    ({"age"}, r"\d{1,3}"),
]
"""Words that say what a value looks like, and how it does."""
_CAPITAL = r"[^\W\d_a-z][\w'’.-]*\w"
_VALUE = (
    rf"{DATE}|[\w.+-]+@[\w-]+\.[\w.-]*\w|https?://\S+|\b[A-Z]{{1,3}} ?\d{{2,}}\b|"
    r"\d[\d.,:/]*\d(?: ?[%\w]{1,7}\b)?|\d+|"
    rf"{_CAPITAL}(?: (?:(?:of|de|van|von|der|la|the) )?(?:{_CAPITAL}|\d+))*|\"[^\"]+\"|`[^`]+`"
)
_LABEL = re.compile(r"^[ \t*#-]*[\"']?([\w .'-]{1,40}?)[\"']?[ \t]*[:=][ \t]*(\S.*)$", re.MULTILINE)
_LEAD = re.compile(
    r"\b(?:extract|give me|return|pull out|get|need|want|output|produce|find|fetch|read|take|what is|what are|what's|"
    r"which|who is|list|show|tell me|keys?|fields?|with|for|format)\b|:",
    re.IGNORECASE,
)
_AS_JSON = re.compile(r"\b(?:as|in|into|to) (?:an? )?(?:valid )?json\b.*?(?=[,.:]|\bwith\b|$)|\bjson\b", re.IGNORECASE)
_DANGLING = re.compile(
    r"\b(?:in|from|of|out of|by) (?:the |my |this )?(?:file|document|text)?(?=\s*(?:[.,:?!]|$|\bwith\b|\bas\b|\band\b))"
)


def field_names(ask: str, file: str) -> list[str]:
    """The fields that a request for JSON names, in its words; several words are joined by `_`."""
    if braces := re.findall(r"[\"'“](\w[\w ]*)[\"'”]\s*:", ask):
        return braces
    keyed = re.search(r"\bkeys?\s+((?:[“\"'`]?\w+[”\"'`]?(?:\s*,\s*|\s+and\s+)?)+)", ask, re.IGNORECASE)
    if keyed and (named := quotes(keyed[1])):
        return named
    text = _DANGLING.sub(" ", _AS_JSON.sub(" ", without_file(ask, file)))
    text = re.sub(rf"\S*{re.escape(file)}", " ", text)
    found = [_name(part) for part in re.split(r",|\band\b|[.:;?!]|\bfrom\b|\bin\b|\bof the\b|\bwith\b|\binto\b", text)]
    return list(dict.fromkeys(name for name in found if name))


def candidates(text: str, name: str, limit: int) -> list[str]:
    """Values of a text that may belong to a field, the likeliest first. All occur in it word for word."""
    asked = set(words(name.replace("_", " ")))
    pattern = next((pattern for heads, pattern in _TYPES if asked & heads), None)
    scored: dict[str, float] = {}

    def note(value: str, score: float) -> None:
        value = value.strip().strip("\"'`,").rstrip(".;").strip()
        if value:
            scored[value] = max(scored.get(value, -9.0), score)

    for label, value in _LABEL.findall(text):
        if likeness := _likeness(asked, set(words(label))):
            fitting = re.search(pattern, value) if pattern else None
            note(_part(value, fitting), 3 + 2 * likeness)
    for match in re.finditer(pattern or _VALUE, text):
        with_unit = pattern == _MONEY and not re.fullmatch(r"[\d.,]+", match[0])
        note(match[0], (1.0 if pattern else 0.0) + (0.6 if with_unit else 0.0) + _nearness(text, match, asked))
    return sorted(scored, key=lambda value: -scored[value])[:limit]


def _name(part: str) -> str:
    leads = list(_LEAD.finditer(part))
    said = re.findall(r"[\w-]+", part[leads[-1].end() :] if leads else part)
    names = {"name", "day", "time", "note", "place", "value", "text"}
    none = word_list("stop") | word_list("not_field")
    kept = [word.lower() for word in said if word.lower() in names or word.lower() not in none]
    return "_".join(kept) if len(kept) <= 3 else ""


def _part(value: str, fitting: re.Match[str] | None) -> str:
    """The part of a labelled value that looks as the field says, if the rest is not of it."""
    if fitting and (2 * len(fitting[0]) > len(value) or "," in value):
        return fitting[0]
    return value


def _likeness(asked: set[str], label: set[str]) -> float:
    """How much of a field's name a label holds, 0 to 1; `date` says less than `due` does."""

    def weight(word: str) -> float:
        return 0.4 if word in word_list("general") else 1.0

    exact = sum(weight(word) for word in asked & label)
    near = sum(0.5 * weight(word) for word in asked - label if alike(word) & label)
    return (exact + near) / sum(weight(word) for word in asked) if asked else 0.0


def _nearness(text: str, match: re.Match[str], asked: set[str]) -> float:
    """How close before a value, or after it, the words of the field stand."""
    start = max(text.rfind("\n\n", 0, match.start()), match.start() - 80)
    before = [stem(word) for word in WORD.findall(text[start + 1 : match.start()])][::-1]
    after = words(text[match.end() : match.end() + 30])
    best = 2.0 if asked & set(words(match[0])[:1]) else 0.0
    for word in asked:
        for distance, other in enumerate(before):
            if other == word:
                best = max(best, 2.0 - 0.15 * distance)
            elif other in alike(word) or resembles(word, other):
                best = max(best, 1.4 - 0.15 * distance)
        for distance, other in enumerate(after):
            if other == word or other in alike(word):
                best = max(best, 1.0 - 0.2 * distance)
    return best
