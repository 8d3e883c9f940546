"""The small fixed set of tasks that a probe asks, each with an answer that can be checked."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from agent.comparison.answers import Marked, mark_json, mark_list, mark_register, mark_tools, unmarked
from agent.comparison.result import FIRST, Kind
from agent.messages import AssistantMessage, TextPart, ToolSpec, UserMessage
from agent.ports import Account, ModelRequest
from agent.settings import ModelProfile

SYSTEM: Final = "Test {nonce}. Do exactly what is asked, and nothing else."
LINES: Final = 280
"""Of the register: more tokens than the longest least prompt that sellers cache (4,096)."""
_WOODS: Final = ("walnut", "cherry", "maple", "willow", "cedar")
_REGISTER_TOKENS: Final = 6_000


class Task(NamedTuple):
    """One call of the probe."""

    name: str
    kind: Kind
    prompt: str
    mark: Callable[[AssistantMessage], Marked]
    """Judges a whole reply."""
    most: int
    """Tokens of output."""
    tools: tuple[ToolSpec, ...] = ()
    schema: dict[str, Any] | None = None
    register: bool = False
    """Whether the register stands before it."""

    def request(self, model: ModelProfile, nonce: str, account: Account) -> ModelRequest:
        """The call to a model. The same `nonce` gives the same prompt; a new one was never seen by any cache."""
        return ModelRequest(
            model,
            register(nonce) if self.register else SYSTEM.format(nonce=nonce),
            (UserMessage((TextPart(self.prompt),)),),
            self.tools,
            self.schema,
            max_output_tokens=min(self.most, model.max_output_tokens),
            account=account,
        )


def tasks_for(model: ModelProfile) -> tuple[Task, ...]:
    """The calls to a model, in order. One with a small window is not asked about the long prompt."""
    if model.window >= 2 * _REGISTER_TOKENS:
        return TASKS
    return tuple(task for task in TASKS if not task.register)


def register(nonce: str) -> str:
    """A long text whose lines can be asked for; the nonce at its head makes all of it new."""
    listed = "\n".join(map(_line, range(LINES)))
    return f"{SYSTEM.format(nonce=nonce)}\nThis is the register.\n{listed}\nAnswer from it with a number alone."


def _line(number: int) -> str:
    wood = _WOODS[_digits(number) % len(_WOODS)]
    return f"Item {number} lies in the {wood} cabinet in a drawer that holds {_pieces(number)} pieces."


def _digits(number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"register {number}".encode()).digest()[:4])


def _pieces(number: int) -> int:
    return 1_000 + _digits(number) // 5 % 9_000


REGISTER_CHARS: Final = len(register("0" * 8))


def _looked_up(name: str, number: int) -> Task:
    return Task(
        name,
        "cache",
        f"How many pieces has item {number}?",
        mark_register(str(_pieces(number))),
        800,
        register=True,
    )


def _listed(name: str, *pairs: tuple[str, str]) -> Task:
    numbered = "\n".join(f"{number}. {question}" for number, (question, _) in enumerate(pairs, 1))
    prompt = (
        "Answer each question on a line of its own, as `number: answer`, with the bare answer and no explanation.\n"
        f"{numbered}"
    )
    return Task(name, "answers", prompt, mark_list(tuple(answer for _, answer in pairs)), 1_500)


_TIMER = ToolSpec(
    "set_timer",
    "Start a timer.",
    {
        "type": "object",
        "properties": {"minutes": {"type": "integer"}, "label": {"type": "string"}},
        "required": ["minutes", "label"],
        "additionalProperties": False,
    },
)
_MEETING = ToolSpec(
    "add_meeting",
    "Put a meeting into the calendar.",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "start": {"type": "string", "description": "YYYY-MM-DDTHH:MM"},
            "guests": {"type": "array", "items": {"type": "string"}},
            "remind": {
                "type": "object",
                "properties": {"minutes_before": {"type": "integer"}, "how": {"enum": ["sound", "mail", "none"]}},
                "required": ["minutes_before", "how"],
            },
        },
        "required": ["title", "start", "guests", "remind"],
        "additionalProperties": False,
    },
)
_WEATHER = ToolSpec(
    "weather",
    "Tell the weather of a city.",
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)
_TOOLS: Final = (_MEETING, _TIMER, _WEATHER)

_ORDER: Final = {"customer": "Zoë", "paid": False, "items": [{"sku": "A-7", "count": 3}, {"sku": "B-12", "count": 40}]}
_ORDER_WORDS: Final = "Customer Zoë has ordered 3 of A-7 and 40 of B-12. She has not paid."
_ORDER_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "customer": {"type": "string"},
        "paid": {"type": "boolean"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "count": {"type": "integer"}},
                "required": ["sku", "count"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["customer", "paid", "items"],
    "additionalProperties": False,
}

_COUNT: Final = "Count from one to sixty in English words, on one line, with commas between."

TASKS: Final[tuple[Task, ...]] = (
    Task("count", "speed", _COUNT, unmarked, 900),
    _looked_up(FIRST, 37),
    _listed(
        "numbers",
        ("47 × 83", "3901"),
        ("1000003 − 58769", "941234"),
        ("17² + 19²", "650"),
        ("The remainder of 1000 divided by 37", "1"),
        ("3/8 as a decimal", "0.375"),
        ("Hexadecimal 2F as a decimal number", "47"),
    ),
    Task(
        "timer",
        "tools",
        'Set a timer of 25 minutes with the label: Tea "Earl Grey"',
        mark_tools("set_timer", {"minutes": 25, "label": 'Tea "Earl Grey"'}),
        800,
        _TOOLS,
    ),
    _looked_up("register again", 152),
    _listed(
        "letters",
        ('The word "lantern" written backwards', "nretnal"),
        ('How many letters e are in "excellence endeavour"?', "6"),
        ("In alphabetical order, with commas: pear, fig, plum, apple", "apple, fig, pear, plum"),
        ("Copy exactly: q7Zk-93xB-0Ldw-5RtU", "q7zk-93xb-0ldw-5rtu"),
        ('The third word of "Quiet rivers carry small boats"', "carry"),
        ('How many words has "To be or not to be"?', "6"),
    ),
    Task(
        "meeting",
        "tools",
        "Put a meeting into the calendar: Budget, on 14 March 2026 at half past nine in the morning, with Ana and "
        "Jörg; remind by mail, a quarter of an hour before.",
        mark_tools(
            "add_meeting",
            {
                "title": "Budget",
                "start": "2026-03-14T09:30",
                "guests": ["Ana", "Jörg"],
                "remind": {"minutes_before": 15, "how": "mail"},
            },
        ),
        800,
        _TOOLS,
    ),
    Task("order", "json", _ORDER_WORDS, mark_json(_ORDER, strict=True), 800, schema=_ORDER_SCHEMA),
    _listed(
        "reasons",
        ("Ann is older than Ben, Ben is older than Cem. Who is the youngest?", "cem"),
        ("A shop opens at 09:40 and closes 6 h 35 min later. When, as HH:MM?", "16:15"),
        ("Which day of the week is ten days after a Wednesday?", "saturday"),
        ("All bloops are razzies. No razzie is a lazzie. Can a bloop be a lazzie? yes or no", "no"),
        ("The next number after 2, 6, 12, 20, 30", "42"),
        ("A box holds 3 red and 5 blue balls; two blue ones are taken out. How many are left?", "6"),
    ),
    Task(
        "order in words",
        "json",
        f"{_ORDER_WORDS}\nReply with nothing but a JSON object with the keys customer, paid, and items, a list of "
        "objects with sku and count.",
        mark_json(_ORDER, strict=False),
        800,
    ),
    Task("no tool", "tools", "Write the word: ready", mark_tools("", {}), 800, _TOOLS),
    _listed(
        "code",
        ('Python: len("a,b,,c".split(","))', "4"),
        ("Python: sum(range(1, 11, 3))", "22"),
        ("Does the regular expression ^a.c$ match abcc? yes or no", "no"),
        ("Python: [1, 2, 3, 4][-2]", "3"),
        ("The chemical symbol of tungsten", "w"),
        ("Python: 7 // 2 * 2 + 7 % 2", "7"),
    ),
    Task("count again", "speed", _COUNT, unmarked, 900),
)
"""In this order, so that some time lies between a prompt and its repetition: caches are not written at once."""
LATE: Final = _looked_up("register late", 8)
"""Asked last where the repetition was not told to be cached: some caches take long to be written."""
