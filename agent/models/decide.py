"""Which intent a request has: judged by the worked examples, and by the model where they leave a doubt."""

from __future__ import annotations

import re
from collections.abc import Collection

from agent.models.examples import ExampleIndex, intent_words
from agent.models.mentions import Mentions
from agent.models.small_talk import Shot, SmallTalk
from agent.models.steps import NEEDS

DOUBT = 0.6
"""Intents judged this close to the best one are put before the model."""
MAX_CHOICES = 4
MAX_SHOTS = 8
_NEEDS_FILE = {"tally", "show", "summary", "json", "add", "change", "remove"}
_ABOUT_FOLDER = {"list", "count", "largest", "smallest", "newest", "oldest", "chat"}


def possible(mentions: Mentions, tools: Collection[str]) -> list[str]:
    """The intents that a request can have at all, given what it mentions and which tools there are."""
    masked = mentions.masked
    found = [intent for intent in intent_words() if NEEDS.get(intent, "find") in ("", *tools)]
    if "OUTSIDE" in masked:
        return [intent for intent in found if intent == "refuse"]
    if not mentions.files:
        found = [intent for intent in found if intent not in _NEEDS_FILE]
    if not (mentions.files or mentions.new_files):
        found = [intent for intent in found if intent != "details"]
    if not (mentions.files or mentions.new_files or mentions.kinds):
        found = [intent for intent in found if intent != "find"]
    if mentions.new_files or mentions.explicit:
        found = [intent for intent in found if intent not in _ABOUT_FOLDER]
    if not re.search(r"\bjson\b", masked, re.IGNORECASE):
        found = [intent for intent in found if intent != "json"]
    return found


async def decide(ask: str, mentions: Mentions, tools: Collection[str], talk: SmallTalk, index: ExampleIndex) -> str:
    """The intent to serve. Asks the model when several are nearly as likely."""
    judged = index.judge(mentions.masked, possible(mentions, tools))
    if not judged:
        return "chat"
    doubt = DOUBT if talk.is_tiny else 4 * DOUBT
    open_ = [intent for intent, fit in judged if fit > judged[0][1] - doubt][:MAX_CHOICES]
    if len(open_) == 1:
        return open_[0]
    say = intent_words()
    near = index.nearest(mentions.masked, open_, MAX_SHOTS)
    shots = [Shot(item.example.ask, f'"{say[item.example.intent]}"') for item in reversed(near)]
    chosen = await talk.choose(
        "Say what has to be done for the request.", shots, mentions.masked, [say[intent] for intent in open_]
    )
    return next(intent for intent in open_ if say[intent] == chosen)
