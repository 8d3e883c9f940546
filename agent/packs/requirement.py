"""Packs that need others. Nothing is ever installed because of it: a person is told what is missing."""

from __future__ import annotations

from agent.packs.state import State


def why_unmet(state: State, name: str) -> str:
    """Say why a pack cannot be on for want of others, as a sentence; empty: all that it needs is on."""
    if circle := _circle(state, name):
        return f"{' needs '.join(circle)}: they need each other, so none of them can be on."
    for one in state.packs[name].requires:
        other = state.packs.get(one)
        if other is None:
            return f"It needs the pack {one}, which is not here. Install it yourself if you want it."
        if not other.enabled or state.why_revoked(other.key, other.digest):
            return f"It needs the pack {one}, which is off. Enable that first."
    return ""


def _circle(state: State, name: str) -> list[str]:
    """The way from a pack back to itself, or round a circle further on; empty: there is none."""
    path: list[str] = []
    seen: set[str] = set()

    def walk(one: str) -> list[str]:
        if one in path:
            return [*path[path.index(one) :], one]
        if one in seen:
            return []
        seen.add(one)
        path.append(one)
        for other in state.packs[one].requires if one in state.packs else ():
            if found := walk(other):
                return found
        path.pop()
        return []

    return walk(name)
