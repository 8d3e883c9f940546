"""A key that a tool comes across is kept out of what is stored and sent."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from agent.messages import ToolMessage
from agent.models.scripted import Reply
from agent.safety.known_keys import KnownKeys
from agent.tools.shell import ShellTool
from tests.helpers.house import home, open_house

KEY = "planted-key-0123456789"


def test_occurrences_across_pieces_are_found(tmp_path: Path) -> None:
    keys = KnownKeys()
    keys.note(KEY)
    keys.note("short")
    file = tmp_path / "spool"
    file.write_bytes(b"x" * ((1 << 20) - 5) + KEY.encode() + b"x" * 100)
    assert keys.occur_in(file)
    file.write_bytes(b"short" * 300_000)
    assert not keys.occur_in(file)
    assert keys.hide(f"a {KEY} short") == "a [key] short"
    assert KEY not in repr(keys)


def test_a_key_is_found_among_bytes_of_any_kind(tmp_path: Path) -> None:
    """Also one with other characters, which are looked for in another way; and in time that a command can wait."""
    noise = os.urandom(20_000_000)
    file = tmp_path / "spool"
    file.write_bytes(noise + KEY.encode() + b"\xff")
    keys = KnownKeys()
    keys.note("sk-another-one-0123456789")
    began = time.process_time()
    assert not keys.occur_in(file)
    assert time.process_time() - began < 3
    keys.note(KEY)
    assert keys.occur_in(file)
    keys.note("schlüssel-äöü-123456")
    file.write_bytes(noise[:5_000_000] + "schlüssel-äöü-123456".encode())
    assert keys.occur_in(file)


@pytest.mark.parametrize("times", [1, 3_000, 120_000])
def test_a_command_that_finds_a_key_shows_a_mask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setenv("PLANTED", KEY)
    paths = home(tmp_path)
    paths.config.mkdir(parents=True)
    paths.settings.write_text('[providers.x]\nbase_url = "http://127.0.0.1:9/v1"\nkey = "env:PLANTED"\n')
    command = f"yes {KEY[:8]}'{KEY[8:]}' | head -{times}"

    async def main() -> None:
        script = [Reply(calls=[("shell", {"cmd": command})]), Reply("done")]
        async with open_house(tmp_path, script, [ShellTool()]) as house:
            await house.finish("go", approve_all=True)
            (result,) = [m.result for m in await house.history() if isinstance(m, ToolMessage)]
            assert KEY not in result.text
            assert "[key]" in result.text

    asyncio.run(main())
    kept = [file for file in tmp_path.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()]
    assert kept == []
