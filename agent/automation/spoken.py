"""Words for times, numbers, days and months, English and German, and what they are."""

from __future__ import annotations

import re
from datetime import time
from typing import NamedTuple

from agent.errors import UsageError

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45,
    "sixty": 60, "ninety": 90, "half a": 0.5, "half an": 0.5, "one and a half": 1.5, "a few": 0, "few": 0,
    "a couple of": 0, "couple of": 0, "some": 0, "several": 0,
    "ein": 1, "eine": 1, "einer": 1, "einem": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "fünfzehn": 15, "zwanzig": 20,
    "dreißig": 30, "vierzig": 40, "fünfundvierzig": 45, "sechzig": 60, "neunzig": 90, "halbe": 0.5, "halben": 0.5,
    "einer halben": 0.5, "anderthalb": 1.5, "eineinhalb": 1.5, "paar": 0, "ein paar": 0, "einigen": 0,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "5th": 5, "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "fünfte": 5, "letzte": -1, "1.": 1, "2.": 2, "3.": 3,
    "4.": 4, "5.": 5, "other": 2,
}  # fmt: skip
UNITS = {
    "s": 1, "sec": 1, "second": 1, "sekunde": 1, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600,
    "std": 3600, "stunde": 3600, "day": 86_400, "tag": 86_400, "week": 604_800, "woche": 604_800,
}  # fmt: skip
MONTH_UNITS = {"month": 1, "monat": 1, "quarter": 3, "quartal": 3, "year": 12, "jahr": 12}
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
TAGE = ("sonntag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag")
_DAY_STEMS = {
    "sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6,
    "son": 0, "so": 0, "mo": 1, "die": 2, "di": 2, "mit": 3, "mi": 3, "don": 4, "do": 4, "fre": 5, "fr": 5, "sam": 6,
    "sa": 6,
}  # fmt: skip
_MONTH_STEMS = {
    "jan": 1, "jän": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8,
    "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
PARTS = {
    "morning": time(8), "forenoon": time(10), "noon": time(12), "midday": time(12), "lunchtime": time(12),
    "afternoon": time(15), "evening": time(18), "night": time(22), "midnight": time(0), "tonight": time(20),
    "morgen": time(8), "früh": time(8), "vormittag": time(10), "mittag": time(12), "nachmittag": time(15),
    "abend": time(18), "nacht": time(22), "mitternacht": time(0),
}  # fmt: skip
_LATE = {"afternoon", "evening", "tonight", "nachmittag", "abend"}
_NIGHT = {"night", "nacht"}
_EARLY = {"morning", "forenoon", "morgen", "früh", "vormittag"}

_HOUR_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf"
)
TIME = (
    r"(?:\d{1,2}\s*Uhr\s*\d{1,2}\b(?!\s*(?:Uhr|[.:]))|\d{1,2}(?:[:.]\d{2}(?::\d{2})?)?(?!\d)"
    r"(?:\s*(?:[ap]\.?\s?m\b\.?|o['’]?clock\b|Uhr\b|h\b))?|noon\b|midday\b|midnight\b|Mittag\b|Mitternacht\b"
    rf"|(?:half\s+past|quarter\s+past|quarter\s+to|halb|viertel\s+nach|viertel\s+vor|dreiviertel)\s+(?:\d{{1,2}}|{_HOUR_WORDS})\b"
    rf"|(?:{_HOUR_WORDS})(?:\s+(?:thirty|fifteen|forty-five))?\b(?:\s*(?:[ap]\.?m\b\.?|o['’]?clock\b|Uhr\b))?)"
)
"""A time of the day; as a part of a larger expression."""
CLEAR_TIME = (
    r"(?:\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\b\.?|Uhr\b|h\b)?|\d{1,2}\s*(?:[ap]\.?m\b\.?|o['’]?clock\b|Uhr(?:\s*\d{2})?\b))"
)
"""One that is seen to be a time without a word before it."""
_CLOCK = re.compile(r"(\d{1,2})(?:\s*uhr\s*(\d{1,2})$|[:.](\d{2})(?::(\d{2}))?)?\s*(a|p)?", re.I)
_SPLIT = re.compile(r"\s*(?:,|;|\band\b|\bund\b|\bor\b|\boder\b|&)\s*(?:at\b|um\b)?\s*", re.I)


class Clock(NamedTuple):
    """A time of the day as it was said."""

    at: time
    doubt: str
    """How it was read, if it could have meant something else."""


def clocks(said: str, part: str = "") -> list[Clock]:
    """Read times, joined by commas and “and”. `part` is the part of the day that was said with them.

    Raises UsageError for a time that no clock shows.
    """
    texts = [text for text in _SPLIT.split(said.strip()) if text]
    if texts and re.search(r"uhr$", texts[-1], re.I):  # “um 9 und 17 Uhr”: the word stands once and means all
        texts = [text if re.search(r"uhr|:", text, re.I) or not text.isdigit() else f"{text} Uhr" for text in texts]
    return [clock(text, part) for text in texts]


def clock(said: str, part: str = "") -> Clock:
    """Read one time. Raises UsageError for a time that no clock shows."""
    text = " ".join(said.casefold().split())
    if text in PARTS:
        return Clock(PARTS[text], "")
    hour, minute, half = _digits(text)
    shown = said.strip()
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        hint = " For midnight write 00:00." if hour == 24 else ""
        raise UsageError(f"“{shown}” is no time of the day. Write it as 08:30 or 15:00.{hint}")
    if half:
        read = time(hour % 12 + (12 if half == "p" else 0), minute)
        return Clock(read, f"“{shown}” was read as {read:%H:%M}." if hour == 12 else "")
    if part in _LATE | _NIGHT | _EARLY:
        return Clock(time(_by_part(hour, part), minute), "")
    padded = text.startswith("0")
    doubt = ""
    if 1 <= hour <= 6 and not padded:
        doubt = (
            f"“{shown}” was read as {hour:02}:{minute:02}; if you mean the afternoon, write {hour + 12}:{minute:02}."
        )
    return Clock(time(hour, minute), doubt)


def _by_part(hour: int, part: str) -> int:
    if part in _LATE and hour < 12:
        return hour + 12
    if part in _NIGHT:
        return 0 if hour == 12 else hour + 12 if 6 <= hour < 12 else hour
    return 0 if part in _EARLY and hour == 12 else hour


def _digits(text: str) -> tuple[int, int, str]:
    """Hour, minute, and a or p."""
    around = re.match(r"(half past|quarter past|quarter to|halb|viertel nach|viertel vor|dreiviertel) (\S+)", text)
    if around:
        hour = int(number(around[2]))
        shift = {"half past": 30, "quarter past": 15, "viertel nach": 15, "halb": -30}.get(around[1], -15)
        return (hour * 60 + shift) // 60 % 24, shift % 60, ""
    spelt = re.match(rf"({_HOUR_WORDS})(?: (thirty|fifteen|forty-five))?\s*([ap])?", text)
    if spelt:
        return int(number(spelt[1])), int(number(spelt[2])) if spelt[2] else 0, spelt[3] or ""
    found = _CLOCK.match(text)
    if found is None:
        raise UsageError(f"“{text}” is no time of the day. Write it as 08:30 or 15:00.")
    if found[4] and found[4] != "00":
        raise UsageError(f"“{text}”: a schedule goes by minutes. Write it as 08:30.")
    return int(found[1]), int(found[2] or found[3] or 0), (found[5] or "").lower()


def number(said: str) -> float:
    """Read a number in digits or words. Raises UsageError for “a few”."""
    text = " ".join(said.casefold().split())
    if text == "eins":
        return 1
    value = NUMBERS.get(text)
    if value is None:
        value = float(text.replace(",", "."))
    if not 0 < value < 1e9:
        raise UsageError(f"“{said.strip()}” says no number. Write one, as in “every 20 minutes”.")
    return value


def unit_seconds(said: str) -> int:
    """Seconds of a unit of time; 0 for months and years."""
    text = said.casefold().rstrip(".")
    for stem in (text, text.removesuffix("s"), text.removesuffix("n"), text.removesuffix("en"), text.removesuffix("e")):
        if stem in UNITS:
            return UNITS[stem]
    return 0


def unit_months(said: str) -> int:
    """Months of a unit of time; 0 for all others."""
    text = said.casefold()
    for stem in (text, text.removesuffix("s"), text.removesuffix("en"), text.removesuffix("e")):
        if stem in MONTH_UNITS:
            return MONTH_UNITS[stem]
    return 0


def weekday(said: str) -> int:
    """Number of a weekday, 0 is Sunday."""
    text = said.casefold().strip().rstrip(".")
    stem = text[:3] if text[:3] in _DAY_STEMS else text[:2]
    return _DAY_STEMS[stem]


def month(said: str) -> int:
    """Number of a month."""
    return _MONTH_STEMS[said.casefold()[:3]]


def ordinal(said: str) -> int:
    """Read “first”, “2nd”, “letzten”; -1 is the last."""
    text = said.casefold()
    for stem in (text, text[:-1]):
        if stem in ORDINALS:
            return ORDINALS[stem]
    digits = re.match(r"\d+", text)
    if digits is None:
        raise UsageError(f"“{said}” is no place in a row. Write it as “first” or “1st”.")
    return int(digits[0])


def part_of_day(said: str) -> str:
    """The part of the day in a word such as “mornings” or “abends”; empty if it is none."""
    text = said.casefold().split()[-1] if said.split() else ""
    for stem in (text, text.removesuffix("s")):
        if stem in PARTS:
            return stem
    return ""
