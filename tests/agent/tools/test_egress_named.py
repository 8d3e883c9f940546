"""What a person named may be on their own network; where it leads may not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ToolDenied, ToolFailed
from agent.tools.egress import WebResponse
from agent.tools.egress_named import fetch_named
from tests.helpers.git_web import certificate, server_context
from tests.helpers.web_server import WebServer, web_server


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def web(trusted: Path) -> Iterator[WebServer]:
    with web_server(server_context(trusted)) as served:
        yield served


def get(trusted: Path, url: str, **more: Any) -> WebResponse:
    tls = ssl.create_default_context(cafile=str(trusted))
    more = {"max_bytes": 1_000, "timeout_s": 10.0, **more}
    return asyncio.run(fetch_named(url, tls=tls, **more))


def test_what_was_named_may_be_here_and_lead_on_within_its_own_place(trusted: Path, web: WebServer) -> None:
    web.add("/a", status=302, Location="/b")
    web.add("/b", b"here")
    for host in ("127.0.0.1", "localhost"):
        answer = get(trusted, f"https://{host}:{web.port}/a")
        assert (answer.body, str(answer.address)) == (b"here", f"https://{host}:{web.port}/b")
    assert get(trusted, f"https://127.0.0.1:{web.port}/b", max_bytes=2).truncated


@pytest.mark.parametrize(
    "there", ["https://127.0.0.1:{port}/b", "https://localhost:{port}/b", "https://inside.example/"]
)
def test_it_leads_to_no_other_place_here(there: str, trusted: Path, web: WebServer) -> None:
    async def names(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    with web_server(server_context(trusted)) as other:
        web.add("/a", status=302, Location=there.format(port=other.port))
        with pytest.raises(ToolDenied, match="not on the public internet"):
            get(trusted, f"https://127.0.0.1:{web.port}/a", resolve=names)
        assert other.requests == [] and len(web.requests) == 1


def test_a_public_name_that_turns_to_this_network_is_not_followed(trusted: Path, web: WebServer) -> None:
    async def both(host: str, port: int) -> Sequence[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(ToolDenied, match=r"localhost\.example \(127.0.0.1\) is not on the public internet"):
        get(trusted, f"https://localhost.example:{web.port}/", resolve=both)
    assert web.requests == []


def test_what_is_not_encrypted_or_not_trusted_is_not_read(trusted: Path, web: WebServer) -> None:
    web.add("/down", status=302, Location=f"http://127.0.0.1:{web.port}/")
    with pytest.raises(ToolDenied, match="unencrypted"):
        get(trusted, f"https://127.0.0.1:{web.port}/down")
    with pytest.raises(ToolDenied, match="plain http"):
        get(trusted, f"http://127.0.0.1:{web.port}/")
    with pytest.raises(ToolFailed, match="could not be read"):
        asyncio.run(fetch_named(f"https://127.0.0.1:{web.port}/", max_bytes=9, timeout_s=5.0))
