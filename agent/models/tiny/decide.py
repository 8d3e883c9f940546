"""Which intent a request has: judged by the worked examples, and by the model where they leave a doubt."""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.models.tiny.examples import ExampleIndex, intent_words
from agent.models.tiny.mentions import Mentions
from agent.models.tiny.small_talk import Shot, SmallTalk
from agent.models.tiny.texts import text_to_write

DOUBT = 0.6
"""Intents judged this close to the best one are put before a tiny model."""
DOUBT_OF_LARGER = 2.4
"""A larger model knows more words than the examples."""
MAX_CHOICES = 4
MAX_SHOTS = 8
_NEEDS = {
    **dict.fromkeys(("show", "summary", "json", "answer"), "read"),
    **dict.fromkeys(("add", "change", "remove"), "edit"),
    **dict.fromkeys(("chat", "clock", "cannot", "refuse", "secret"), ""),
    "write": "write",
}
"""The tool an intent cannot do without; `find` for those not named."""
_OF_A_FILE = {"tally", "show", "summary", "json", "add", "change", "remove"}
_OF_NO_FILE = {"list", "count", "largest", "smallest", "newest", "oldest", "chat", "clock", "secret"}
_ASK = "Say what has to be done for the request."


def possible(ask: str, mentions: Mentions, tools: Collection[str]) -> list[str]:
    """The intents that a request can have at all, given what it mentions and which tools there are."""
    if "OUTSIDE" in mentions.masked:
        return ["refuse"]
    named = bool(mentions.files or mentions.new_files)
    without: set[str] = set()
    if not mentions.files:
        without |= _OF_A_FILE
    if not named:
        without |= {"details"} | (set() if text_to_write(ask, "") else {"write"})
        without |= set() if mentions.kinds else {"find"}
    if mentions.new_files or mentions.explicit:
        without |= _OF_NO_FILE
    as_json = re.search(r"\bjson\b", mentions.masked, re.IGNORECASE)
    without |= {"answer", "summary"} if as_json and mentions.files else {"json"}
    return [intent for intent in intent_words() if _NEEDS.get(intent, "find") in ("", *tools) and intent not in without]


async def decide(ask: str, mentions: Mentions, tools: Collection[str], talk: SmallTalk, index: ExampleIndex) -> str:
    """The intent to serve. Asks the model when several are nearly as likely."""
    judged = index.judge(mentions.masked, possible(ask, mentions, tools))
    doubt = DOUBT if talk.is_tiny else DOUBT_OF_LARGER
    likely = [intent for intent, fit in judged if fit > judged[0][1] - doubt][:MAX_CHOICES]
    if len(likely) == 1:
        return likely[0]
    say = intent_words()
    near = index.nearest(mentions.masked, likely, MAX_SHOTS)
    shots = [Shot(item.example.ask, f'"{say[item.example.intent]}"') for item in reversed(near)]
    chosen = await talk.choose(_ASK, shots, mentions.masked, [say[intent] for intent in likely])
    return next(intent for intent in likely if say[intent] == chosen)
