"""What undoing does to a path, in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.translation import translate

if TYPE_CHECKING:  # the cards of a chat use a part of this at the start
    from agent.undo.plan import Choice, Item
    from agent.undo.restore import Outcome

_NOT = "Cannot be undone: "


def promise_words(sentence: str) -> str:
    """What the runtime says beforehand of undoing an act, in the language of the app where it is known here."""
    if sentence.startswith(_NOT):
        return translate("Undo", "Cannot be undone: {why}").format(why=sentence.removeprefix(_NOT))
    known = {
        "Can be undone.": translate("Undo", "Can be undone."),
        "Cannot be undone.": translate("Undo", "Cannot be undone."),
        "Only a part can be undone.": translate("Undo", "Only a part can be undone."),
    }
    return known.get(sentence, sentence)


def action_words(item: Item) -> str:
    """What would happen to a path."""
    if item.conflict and item.action in ("put back", "remove", "set attributes"):
        return translate("Undo", "Choose what becomes of it")
    match item.action:
        case "put back" if item.current.kind == "absent":
            return translate("Undo", "Comes back")
        case "put back":
            return translate("Undo", "Gets its old contents back")
        case "remove":
            return translate("Undo", "Was not there before: is removed")
        case "set attributes":
            return translate("Undo", "Gets its old mode and time back")
        case "nothing":
            return translate("Undo", "Is as it was")
        case "stay":
            return translate("Undo", "Stays")
        case "impossible":
            return translate("Undo", "Cannot be undone")


def choice_words(choice: Choice, item: Item) -> str:
    """What one of the three ways does to a path that was changed since."""
    if choice == "theirs":
        return translate("Undo", "Leave it as it is now")
    if choice == "both":
        return translate("Undo", "Keep both, side by side")
    if item.original.kind == "absent":
        return translate("Undo", "Remove it all the same")
    return translate("Undo", "Put back what was there before")


def outcome_words(outcome: Outcome) -> str:
    """What became of a path."""
    match outcome.result:
        case "put back":
            return translate("Undo", "Put back")
        case "removed":
            return translate("Undo", "Removed")
        case "as before":
            return translate("Undo", "Was as before already")
        case "kept":
            return translate("Undo", "Left as it is now")
        case "put beside":
            return translate("Undo", "Put beside it: {path}").format(path=outcome.note)
        case "stays":
            return translate("Undo", "Stays")
        case "impossible":
            return translate("Undo", "Could not be undone")
        case "failed":
            return translate("Undo", "Failed")
