"""A skill, plugin, MCP server or pack as the list shows it: how it stands, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from PySide6.QtCore import QLocale

from app.translation import translate
from app.viewmodels.moment import when

Kind = Literal["skill", "plugin", "server", "pack"]
KINDS: tuple[Kind, ...] = ("skill", "plugin", "server", "pack")
Standing = Literal["changed", "waits", "stopped", "sign_in", "running", "on", "off", "unavailable", "unusable"]
"""`changed`: it is another one than a person agreed to, and is off; `waits`: it is on, and some of it waits for
consent; `stopped`: it was on and was switched off because it failed; `running`: it is on and its process works now;
`unavailable`: something that it needs is missing; `unusable`: it can never be used as it is.
"""
NEEDS: frozenset[Standing] = frozenset({"changed", "waits", "stopped", "sign_in"})
"""Somebody should look."""
LIVE: frozenset[Standing] = frozenset({"on", "running", "waits"})
"""It is used."""
Act = Literal[
    "enable", "review", "disable", "update", "remove", "reload", "test", "sign_in", "open", "rollback", "believe"
]


@dataclass(frozen=True)
class Extension:
    """One row, and the head of the details."""

    kind: Kind
    key: str
    """What its source calls it; unique in its kind."""
    name: str
    about: str
    """One line of its author's."""
    standing: Standing
    why: str = ""
    """Of a standing that needs a word: a sentence with what to do."""
    tokens: int | None = None
    """About what it takes of each request while it is on; None: nothing, or not known."""
    searched: bool = False
    """It takes nothing of a request: it is found by a search when it is needed."""
    last_used: datetime | None = None
    uses: int = 0
    beside: str = ""
    """Where it comes from, in a few words: a version, a publisher, a pack, a folder."""
    acts: tuple[Act, ...] = ()
    """What can be done about it, in the order of the buttons."""
    brings: tuple[str, ...] = ()
    """Item ids of what is here because of it."""

    @property
    def item_id(self) -> str:
        """Unique in the list."""
        return f"{self.kind}:{self.key}"

    @property
    def title(self) -> str:
        """Its name on one line; never empty."""
        return " ".join(self.name.split()) or self.key

    @property
    def needs_person(self) -> bool:
        """Whether somebody should look."""
        return self.standing in NEEDS

    @property
    def cost_words(self) -> str:
        """What it takes of each request; empty: nothing is known."""
        if self.searched:
            return translate("Extensions", "found when it is needed")
        if self.tokens is None:
            return ""
        count = QLocale().toString(self.tokens)
        if self.standing in LIVE:
            return translate("Extensions", "{count} tokens in each request").format(count=count)
        return translate("Extensions", "{count} tokens in each request if it is on").format(count=count)

    def used_words(self, now: datetime) -> str:
        """When the agent used it last."""
        if self.last_used is None:
            return translate("Extensions", "not used yet") if self.standing in LIVE else ""
        return translate("Extensions", "used {moment}").format(moment=when(self.last_used, now))

    @property
    def second_line(self) -> str:
        """Why it stands as it does where that needs a word, else what it is for."""
        return self.why if self.why and self.standing not in ("on", "running", "off") else self.about

    def third_line(self, now: datetime) -> str:
        """What it is, what it costs, when it was used."""
        parts = (kind_word(self.kind), self.cost_words, self.used_words(now), self.beside)
        return " · ".join(part for part in parts if part)

    def spoken(self, now: datetime) -> str:
        """All of it for a screen reader."""
        parts = (self.title, standing_word(self.standing), self.why, self.about, self.third_line(now))
        return ", ".join(part for part in parts if part)


def kind_word(kind: Kind) -> str:
    """What a kind is called."""
    return {
        "skill": translate("Extensions", "Skill"),
        "plugin": translate("Extensions", "Plugin"),
        "server": translate("Extensions", "MCP server"),
        "pack": translate("Extensions", "Pack"),
    }[kind]


def kinds_word(kind: Kind) -> str:
    """What several of a kind are called."""
    return {
        "skill": translate("Extensions", "Skills"),
        "plugin": translate("Extensions", "Plugins"),
        "server": translate("Extensions", "MCP servers"),
        "pack": translate("Extensions", "Packs"),
    }[kind]


def standing_word(standing: Standing) -> str:
    """How something stands, in a word or two."""
    return {
        "changed": translate("Extensions", "Changed: look at it"),
        "waits": translate("Extensions", "On, some of it waits"),
        "stopped": translate("Extensions", "Stopped"),
        "sign_in": translate("Extensions", "Sign in"),
        "running": translate("Extensions", "On, running"),
        "on": translate("Extensions", "On"),
        "off": translate("Extensions", "Off"),
        "unavailable": translate("Extensions", "Something is missing"),
        "unusable": translate("Extensions", "Cannot be used"),
    }[standing]


def act_word(act: Act) -> str:
    """What is written on a button."""
    return {
        "enable": translate("Extensions", "Turn on…"),
        "review": translate("Extensions", "Review…"),
        "disable": translate("Extensions", "Turn off"),
        "update": translate("Extensions", "Look for an update"),
        "remove": translate("Extensions", "Remove…"),
        "reload": translate("Extensions", "Start again"),
        "test": translate("Extensions", "Test"),
        "sign_in": translate("Extensions", "Sign in…"),
        "open": translate("Extensions", "Open folder"),
        "believe": translate("Extensions", "What its tools say…"),
        "rollback": translate("Extensions", "Go back to the version before"),
    }[act]
