"""An approval in words: what would be done, never what the model says of it."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from app.translation import translate
from app.viewmodels.rows import ApprovalRow
from app.widgets.cards.words import revealed

_SIZE = re.compile(r" \(\d+ bytes\)$")
_NETWORK = " with the network"


def headline(row: ApprovalRow) -> str:
    """What Homard wants, in words; the effects below it say exactly on what."""
    if len(row.effects) != 1:
        return translate("Approval", "Homard wants to do %n thing(s)", len(row.effects))
    verb, _, target = row.effects[0].partition(" ")
    path = _SIZE.sub("", target)
    name = revealed(os.path.basename(path.rstrip("/\\")) or path)
    match verb:
        case "write":
            return translate("Approval", "Homard wants to write {name}").format(name=name)
        case "read":
            return translate("Approval", "Homard wants to read {name}").format(name=name)
        case "delete":
            return translate("Approval", "Homard wants to delete {name}").format(name=name)
        case "run" if target.endswith(_NETWORK):
            return translate("Approval", "Homard wants to run a command that may use the network")
        case "run":
            return translate("Approval", "Homard wants to run a command")
        case "fetch":
            return translate("Approval", "Homard wants to fetch a page from {host}").format(host=_host(target))
        case "send":
            return _sending(path)
        case "remember":
            return translate("Approval", "Homard wants to remember something")
        case "change":
            return translate("Approval", "Homard wants to change its own rules or jobs")
        case "use":
            return translate("Approval", "Homard wants to use a key of yours")
        case _:
            return translate("Approval", "Homard wants to do this")


def verdict_words(row: ApprovalRow) -> str:
    """What became of it."""
    match row.state:
        case "allowed" if row.scope == "run":
            return translate("Approval", "Allowed in this run")
        case "allowed" if row.scope == "always":
            return translate("Approval", "Always allowed")
        case "allowed":
            return translate("Approval", "Allowed")
        case "refused" if row.note:
            return translate("Approval", "Not allowed:")
        case "refused":
            return translate("Approval", "Not allowed")
        case "nobody":
            return translate("Approval", "Nobody was there")
        case "cancelled":
            return translate("Approval", "Cancelled")
        case "open":
            return ""


def _sending(target: str) -> str:
    if target.startswith("a message to "):
        whom = revealed(target.removeprefix("a message to "))
        return translate("Approval", "Homard wants to send a message to {whom}").format(whom=whom)
    host = _host(target.removeprefix("to "))
    return translate("Approval", "Homard wants to send something to {host}").format(host=host)


def _host(url: str) -> str:
    try:
        return revealed(urlsplit(url).hostname or url)
    except ValueError:
        return revealed(url)
