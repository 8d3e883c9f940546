"""Tells thinking from text where a model writes it into the text: `<think>…</think>` at the very start."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkSplitter:
    """Fed with pieces of text; gives back pieces with a mark. Holds back no more than an unfinished tag."""

    def __init__(self) -> None:
        self._held = ""
        self._state = "start"

    def feed(self, piece: str) -> list[tuple[str, bool]]:
        """Give back what can be told by now, as (text, is_thinking)."""
        self._held += piece
        found: list[tuple[str, bool]] = []
        while (one := self._step()) is not None:
            if one[0]:
                found.append(one)
        return found

    def close(self) -> list[tuple[str, bool]]:
        """Give back what is still held: no tag followed."""
        held, self._held = self._held, ""
        return [(held, self._state == "thinking")] if held else []

    def _step(self) -> tuple[str, bool] | None:
        """One piece off what is held; None when more is needed."""
        if not self._held:
            return None
        if self._state == "start":
            return self._start()
        if self._state in ("opened", "closed"):
            self._held = self._held.lstrip()
            if not self._held:
                return None
            self._state = "thinking" if self._state == "opened" else "text"
        if self._state == "thinking":
            return self._think()
        text, self._held = self._held, ""
        return text, False

    def _start(self) -> tuple[str, bool] | None:
        text = self._held.lstrip()
        if text.startswith(_OPEN):
            self._state, self._held = "opened", text[len(_OPEN) :]
        elif _OPEN.startswith(text):
            return None
        else:
            self._state = "text"
        return "", False

    def _think(self) -> tuple[str, bool] | None:
        thinking, tag, rest = self._held.partition(_CLOSE)
        if tag:
            self._state, self._held = "closed", rest
            return thinking, True
        keep = next((size for size in range(len(_CLOSE) - 1, 0, -1) if self._held.endswith(_CLOSE[:size])), 0)
        ready = len(self._held) - keep
        thinking, self._held = self._held[:ready], self._held[ready:]
        return (thinking, True) if thinking else None


def split_unopened(text: str) -> tuple[str, str]:
    """Split off thinking with an end but no start, as (thinking, text): some chat templates open the tag themselves."""
    before, tag, after = text.partition(f"\n{_CLOSE}\n")
    return (before.strip(), after.lstrip()) if tag and _OPEN not in before else ("", text)
