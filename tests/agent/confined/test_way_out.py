"""Which hosts a grant names."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.confined.way_out import WayOut
from agent.errors import ToolError
from agent.tools.egress import Egress
from agent.tools.egress_pass import ANYWHERE

REACHED = {
    "a.example": ["a.example:443"],
    "a.example:8080": ["a.example:8080"],
    "*.a.example": ["b.a.example:443", "c.b.a.example:443"],
    "MÜNCHEN.example": ["xn--mnchen-3ya.example:443"],
    "*": ["a.example:443", "a.example:8080", "b.a.example:443", "xn--mnchen-3ya.example:443", "xa.example:443"],
}
TRIED = ["a.example:443", "a.example:8080", "b.a.example:443", "c.b.a.example:443", "xn--mnchen-3ya.example:443"]
TRIED += ["xa.example:443", "a.example.evil:443"]


@pytest.mark.parametrize("granted", REACHED)
def test_a_host_of_the_grant_is_reached_and_no_other(granted: str, tmp_path: Path) -> None:
    asked: list[str] = []

    async def names(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return []

    async def work() -> None:
        way = WayOut("plugin:x", [granted])
        way.egress = ANYWHERE
        path = str(tmp_path / "s")
        async with way.serve(path, Egress(names)):
            for target in TRIED:
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
                assert (await reader.read()).startswith((b"HTTP/1.1 403", b"HTTP/1.1 502"))
                writer.close()

    asyncio.run(work())
    assert set(REACHED[granted]) <= set(asked)
    assert granted == "*" or asked == REACHED[granted]


@pytest.mark.parametrize(
    "wrong", ["a b", "https://a.example", "a.example/path\n", "user@a.example", "a.example:22", ""]
)
def test_a_host_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ToolError):
        WayOut("plugin:x", [wrong])
