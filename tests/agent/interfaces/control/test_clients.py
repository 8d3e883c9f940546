import asyncio
import json
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.interfaces.control import clients
from agent.interfaces.control.clients import ClientSessions


def test_sessions_of_a_program_are_remembered_the_latest_first(tmp_path: Path) -> None:
    async def story() -> None:
        known = ClientSessions(tmp_path)
        assert await known.of("one") == []
        await asyncio.gather(*(known.add(name, f"{name}{number}") for number in range(5) for name in ("one", "two")))
        again = ClientSessions(tmp_path)
        assert await again.of("one") == [f"one{number}" for number in reversed(range(5))]
        many = {"one": [f"s{number}" for number in range(clients.MOST)]}
        (tmp_path / "clients.json").write_text(json.dumps(many))
        await again.add("one", "last")
        assert await again.of("one") == ["last", *many["one"][:0:-1]]

    asyncio.run(story())


def test_a_damaged_file_gives_nobody_anything(tmp_path: Path) -> None:
    for damage in (b"{", b"[]", b'{"one": 5}', b"\xff"):
        (tmp_path / "clients.json").write_bytes(damage)
        assert asyncio.run(ClientSessions(tmp_path).of("one")) == []


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StorageError, match="was not begun"):
        asyncio.run(ClientSessions(tmp_path / "data").add("one", "s"))
