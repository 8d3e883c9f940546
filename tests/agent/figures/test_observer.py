"""What is noted of calls, whatever becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from agent.clock import SystemClock
from agent.errors import Overloaded, SecretUnavailable
from agent.figures.observer import Observer
from agent.figures.seen import Seen
from agent.messages import AssistantMessage, TextPart, Usage
from agent.ports import Account, ModelEvent, ModelRequest, ReplyFinished, TextDelta
from agent.settings import ModelProfile
from agent.storage.database import Database

USAGE = Usage(100, 40, 10, 0.5)


class Played:
    """Answers under a name, or fails."""

    def __init__(self, answered_by: str = "", error: Exception | None = None) -> None:
        self._answered_by, self._error = answered_by, error

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if self._error is not None:
            raise self._error
        yield TextDelta("It is")
        yield ReplyFinished(
            AssistantMessage((TextPart("It is."),), request.model.label, usage=USAGE), self._answered_by
        )


def noted(folder: Path, gateway: Played, *, most: int = 9, **profile: Any) -> dict[str, Any]:
    async def main() -> dict[str, Any]:
        database = await Database.open(folder / "homard.db")
        seen = Seen(database)
        observer = Observer(gateway, seen, SystemClock())
        model = ModelProfile("local", "otter", window=4096, **profile)
        request = ModelRequest(model, "", (), session_id="s1", account=Account(run_id="r1", purpose="turn"))
        try:
            stream = observer.stream(request)
            for _ in range(most):
                await anext(stream)
        except (StopAsyncIteration, Overloaded, SecretUnavailable):
            pass
        else:
            await stream.aclose()
        (call,) = await seen.of_run("r1")
        await database.close()
        return {name: getattr(call, name) for name in ("model", "session_id", "error", "input_tokens", "answered_by")}

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("said", "kept"),
    [("", ""), ("otter", ""), ("/home/me/otter.gguf", ""), ("badger", "badger")],
)
def test_who_has_answered_is_noted_where_it_is_another_and_no_path_is(tmp_path: Path, said: str, kept: str) -> None:
    told = noted(tmp_path, Played(said), file="/home/me/otter.gguf")
    assert told == {
        "model": "local/otter", "session_id": "s1", "error": "", "input_tokens": 100, "answered_by": kept,
    }  # fmt: skip


def test_a_call_that_failed_or_was_left_is_noted_as_such(tmp_path: Path) -> None:
    for at, (played, most, error) in enumerate(
        (
            (Played(error=Overloaded("busy")), 9, "overloaded"),
            (Played(error=SecretUnavailable("locked")), 9, "no_key"),
            (Played(), 1, "cancelled"),
        )
    ):
        (tmp_path / str(at)).mkdir()
        told = noted(tmp_path / str(at), played, most=most)
        assert (told["error"], told["input_tokens"], told["answered_by"]) == (error, 0, "")
