"""Why a model file was not fetched."""

from __future__ import annotations

from agent.errors import ModelError


class DownloadFailed(ModelError):
    """A model file did not come, or is not what it should be. Says what was kept and what to do next."""

    code = "download_failed"


class Interrupted(Exception):
    """One attempt ended early; another may go on. `str()` is half a sentence that says why."""


def plain(words: str) -> str:
    """Words in which a stranger's file has its say: on one line, of a bounded length, without control characters."""
    return "".join(char if char.isprintable() else " " for char in words[:1_000])
