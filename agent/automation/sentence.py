"""A job in one sentence, English or German, read by fixed phrases: the same sentence always means the same.

    Each weekday at 8:30 summarise new mail exports in ~/Mail
    when a PDF settles in ~/Invoices, rename it by date and vendor
    every 20 minutes, but only while on mains power, check the build log
    jeden Werktag um 8:30 die neuen Mails in ~/Mail zusammenfassen

The time stands at the beginning or the end, else somewhere between. What could have meant something else is read in one
way, which is said; what is not understood is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.automation.phrases import Handler, Language
from agent.automation.reading import Reading
from agent.automation.schedule import check_triggers
from agent.automation.watched import folder_in
from agent.errors import UsageError
from agent.jobs import Policies, Trigger

LONGEST = 10_000
_NEAR = 400
"""So many characters from the beginning and the end are looked at for a time; the rest is the task."""
_END = " ,;\t\r\n"
EXAMPLES = (
    "each weekday at 8:30 summarise new mail in ~/Mail",
    "every 20 minutes check the build log",
    "once tomorrow at 15:00 …",
    "when a PDF settles in ~/Invoices, rename it by date",
    "jeden Montag um 9 Uhr …",
)
_SHOWN = " · ".join(f"“{example}”" for example in EXAMPLES)


@dataclass(frozen=True)
class Sentence:
    """What a sentence says of a job."""

    triggers: tuple[Trigger, ...]
    prompt: str
    """The rest of it, in the person's own words."""
    policies: Policies = field(default_factory=Policies)
    folder: str = ""
    """Absolute: the watched one, else that of the first path in the sentence; empty: none was named."""
    doubts: tuple[str, ...] = ()
    """How it was read where it could have meant something else, a sentence each. To be shown before it is saved."""


def read_sentence(text: str, now: datetime, zone: ZoneInfo) -> Sentence:
    """Read a job out of a sentence. `now` is aware; `zone` is the person's, in which times are meant.

    Reading takes some milliseconds, and the first time in a process some tenths of a second: not for an event loop.
    Raises UsageError for what is not understood, is in the past, or says only when, or only what; with examples.
    """
    text = text.strip()
    if not text:
        raise UsageError(f"Say when and what: {_SHOWN}.")
    if len(text) > LONGEST:
        raise UsageError(
            f"That is longer than {LONGEST:,} characters. Put the task in a file, or make the job in a form."
        )
    # The language that has more to say about it; what it finds wrong is not left to the other one to misread.
    for language in sorted(_languages(), key=lambda language: -_covered(text, language)):
        try:
            return _read(text, language, now.astimezone(zone), zone)
        except _NoTime:
            continue
    if re.match(r"\W*(?:when(?:ever)?|if|as soon as|wenn|immer wenn|sobald|falls)\b", text, re.I):
        raise UsageError(
            "“When …” is understood of files that come, change or go in a folder that is named. Write it as "
            "“when a PDF settles in ~/Invoices, …” or “wenn eine PDF in ~/Rechnungen landet, …”."
        )
    raise UsageError(f"That does not say when. Write it as {_SHOWN}.")


def _covered(text: str, language: Language) -> int:
    """How many characters of a text are phrases of a language."""
    covered, place = 0, 0
    for start in _word_starts(text, 0):
        if start < place or _NEAR < start < len(text) - _NEAR:
            continue
        ends = [match.end() for pattern, _ in language.phrases if (match := pattern.match(text, start))]
        place = max(ends, default=start)
        covered += place - start
    return covered


class _NoTime(UsageError):
    """Nothing of the sentence is a time in this language."""


def _languages() -> tuple[Language, ...]:
    from agent.automation.english import ENGLISH
    from agent.automation.german import GERMAN

    return ENGLISH, GERMAN


def _read(text: str, language: Language, now: datetime, zone: ZoneInfo) -> Sentence:
    start = language.openers.match(text)
    begin = start.end() if start else 0
    reading = Reading(now, zone)
    head = _phrases_from(text, begin, language, reading)
    tail = len(text)
    if head < len(text):
        tail, reading = _ending(text, head, language, reading)
    middle = (head, head)
    if not reading.has_trigger:
        middle, reading = _between(text, head, tail, language, reading)
    if not reading.has_trigger:
        raise _NoTime("")
    for place in (head, middle[1]) if middle[1] > middle[0] else (head,) if head > begin else ():
        _check_bounds(text[place:], language)
    prompt = _task(text, (head, tail), middle, language, begin)
    triggers = reading.triggers()
    check_triggers(triggers, now, zone)
    doubts = _doubts(reading, prompt, language)
    folder = reading.folder or folder_in(prompt)
    return Sentence(triggers, prompt, reading.policies, folder, doubts)


def _phrases_from(text: str, place: int, language: Language, reading: Reading) -> int:
    """Take in phrases from a place on; the place after the last."""
    while True:
        joint = language.joints.match(text, place)
        start = joint.end() if joint else place
        best: tuple[re.Match[str], Handler] | None = None
        for pattern, act in language.phrases:
            match = pattern.match(text, start)
            if match and match.end() > (best[0].end() if best else start):
                best = match, act
        if best is None:
            return place
        best[1](reading, best[0])
        place = best[0].end()


def _ending(text: str, head: int, language: Language, reading: Reading) -> tuple[int, Reading]:
    """The phrases with which the sentence ends: where they begin, and what is known then."""
    stop = len(text.rstrip(_END + ".!"))
    for place in _word_starts(text, max(head, 1, len(text) - _NEAR)):
        attempt = _copy(reading)
        try:
            end = _phrases_from(text, place, language, attempt)
            if reading.has_trigger:
                _copy(attempt).triggers()
        except UsageError:
            continue
        if (
            end < stop
            or end == place
            or _bare(text, place, attempt)
            or (reading.has_trigger and _adds(reading, attempt))
        ):
            continue
        if reading.has_trigger and attempt.whens != reading.whens:
            attempt.doubt(f"“{text[place:stop]}” at the end was read as the time of the job, not as part of the task.")
        return place, attempt
    return len(text), reading


def _bare(text: str, place: int, reading: Reading, *, in_the_midst: bool = False) -> bool:
    """Tell whether a phrase within the task is only a time of the day: “by 5pm”, “the 9:30 train”, “at 9 sharp”."""
    when = reading.whens[-1]
    days = when.has_days or when.dated or when.pace_s or when.pace_months or reading.watches or reading.lines
    return (in_the_midst or text[place].isdigit()) and not days


def _adds(reading: Reading, attempt: Reading) -> bool:
    """Tell whether the end of a sentence would make a further trigger: then it belongs to the task."""
    return len(attempt.whens) > len(reading.whens) or len(attempt.watches) > len(reading.watches)


def _between(text: str, head: int, tail: int, language: Language, reading: Reading) -> tuple[tuple[int, int], Reading]:
    """The phrases in the midst of a sentence that has none at its ends."""
    failed: UsageError | None = None
    for place in _word_starts(text, max(head, 1)):
        if place >= min(tail, head + _NEAR):
            break
        attempt = _copy(reading)
        try:
            end = _phrases_from(text, place, language, attempt)
        except UsageError as error:
            failed = failed or error
            continue
        if attempt.has_trigger and not _bare(text, place, attempt, in_the_midst=True):
            attempt.doubt(f"“{text[place:end]}” was read as the time of the job.")
            return (place, end), attempt
    if failed is not None:
        raise failed
    return (head, head), reading


def _word_starts(text: str, first: int) -> list[int]:
    """Where a phrase may begin, from a place on."""
    return [
        index
        for index in range(first, len(text))
        if not _ends_word(text[index]) and (index == 0 or _ends_word(text[index - 1]))
    ]


def _ends_word(char: str) -> bool:
    return char.isspace() or char in ",;(:"


def _copy(reading: Reading) -> Reading:
    return replace(
        reading,
        whens=[replace(when, times=list(when.times)) for when in reading.whens],
        watches=list(reading.watches),
        lines=list(reading.lines),
        doubts=list(reading.doubts),
    )


def _check_bounds(rest: str, language: Language) -> None:
    """Raise UsageError for a bound of the time that no job has."""
    found = language.bounds.match(rest)
    if found:
        raise UsageError(
            f"“{found['said'].strip()}” was not understood as part of the time. Leave it out, or put a colon between "
            f"the time and the task. For example {_SHOWN}."
        )


def _task(text: str, ends: tuple[int, int], middle: tuple[int, int], language: Language, begin: int) -> str:
    """What is left: the task. Raises UsageError if nothing is."""
    head, tail = ends
    if middle[1] > middle[0]:
        before, after = text[begin : middle[0]].rstrip(_END), text[middle[1] : tail].lstrip(_END)
        left = f"{before} {after}" if after[:1] not in ".!?" else before + after
    else:
        left = text[head:tail]
    lead = language.leading.match(left)
    prompt = left[lead.end() :].rstrip(_END) if lead else left.rstrip(_END)
    if not any(char.isalnum() for char in prompt):
        raise UsageError(f"That says when, but not what is to be done. Write it as {_SHOWN}.")
    return prompt


def _doubts(reading: Reading, prompt: str, language: Language) -> tuple[str, ...]:
    for found in language.timelike.finditer(prompt):
        reading.doubt(f"“{found[0]}” was left in the task; it does not change when the job is due.")
    return tuple(reading.doubts)
