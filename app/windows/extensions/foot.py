"""Below the list: what all that is on takes of each request."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QLocale

from app.translation import translate
from app.viewmodels.extension_item import Kind, kinds_word
from app.viewmodels.extension_source import Cost


def cost_words(costs: Mapping[Kind, Cost]) -> str:
    """Say it in a sentence; empty: nothing is on."""
    known: dict[Kind, Cost] = {kind: cost for kind, cost in costs.items() if cost.tokens or cost.searched}
    if not known:
        return ""
    total = QLocale().toString(sum(cost.tokens for cost in known.values()))
    words = translate("Extensions", "What is on takes about {total} tokens of each request.").format(total=total)
    searched = [kinds_word(kind) for kind, cost in known.items() if cost.searched]
    if searched:
        more = translate("Extensions", "Tools are more than their budget, so they are found when they are needed.")
        return f"{words} {more}"
    return words
