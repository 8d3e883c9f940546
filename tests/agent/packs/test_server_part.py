"""MCP servers of a pack, really started: in the settings as the pack has them, cut to what it may."""

from __future__ import annotations

import asyncio
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.packs.keys import made_key
from agent.packs.kinds import open_packs
from agent.packs.run import RunPacks
from agent.packs.server_part import ServerParts
from agent.packs.service import Packs
from agent.settings import load_settings
from agent.settings_file import change_settings, put
from tests.helpers.mcp import CHILD, Tried, tried
from tests.helpers.packs import TODAY, built, may, write_pack


def packs_with(home: Path) -> Packs:
    """The packs of a home, with its servers."""
    file = home / "settings.toml"
    stage = home / "packs" / ".new-parts"
    servers = ServerParts(home / "servers", stage, lambda: load_settings(file).mcp, partial(change_settings, file))
    return open_packs(home / "packs", home / "skills", servers, today=lambda: TODAY)


def served(tmp_path: Path, version: str = "1.0.0", **more: Any) -> Path:
    """The folder of a pack with the server `tickets`; `server`: further keys of it."""
    server = {"path": "srv", "command": sys.executable, "args": ["-I", "${__dirname}/server.py", "good"]}
    said = {"tickets": {**server, **more.pop("server", {})}}
    folder = write_pack(tmp_path / "source", "office", version, servers=said, **more)
    (folder / "srv").mkdir(exist_ok=True)
    shutil.copy(CHILD, folder / "srv" / "server.py")
    return folder


async def agreed(one: Tried, name: str = "tickets") -> str:
    await one.servers.test(name)
    return one.servers.trust(name).status


def test_a_server_of_a_pack_works_in_its_bounds(tmp_path: Path) -> None:
    """It wants two folders, two hosts and two secrets; the pack has one each."""
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
    wants = {
        "folders": [str(mine), str(other)], "hosts": ["api.acme.com", "evil.example"],
        "env": {"A": "keyring:mcp.tickets.A", "B": "keyring:mcp.tickets.B", "MODE": "plain"},
    }  # fmt: skip
    holds = [may("fs.read", str(mine)), may("net", "api.acme.com"), may("secret.use", "mcp.tickets.A")]

    async def main() -> None:
        async with tried(tmp_path) as home:
            packs, key = packs_with(tmp_path), made_key()
            file = built(served(tmp_path, server=wants, capability=holds), key)
            assert packs.install(file, trust=key.fingerprint).status == "off"
            settings = load_settings(tmp_path / "settings.toml").mcp["tickets"]
            assert not settings.enabled and (settings.folders, settings.hosts) == ((), ())
            assert packs.enable("office").status == "on"
            settings = load_settings(tmp_path / "settings.toml").mcp["tickets"]
            assert settings.enabled and (settings.folders, settings.hosts) == ((str(mine),), ("api.acme.com",))
            assert settings.env == {"A": "keyring:mcp.tickets.A", "MODE": "plain"}
            now = RunPacks.look(packs)
            assert now.chain(("user", "mcp:tickets")) == ("user", "pack:office", "mcp:tickets")
            assert home.offered() == []  # its tools wait for a person
            change_settings(tmp_path / "settings.toml", lambda all_: put(all_, ["mcp", "tickets", "hosts"], ["*"]))
            assert packs.find("office").changes == (
                "changed: mcp.tickets.hosts in the settings (of the server tickets)",
            )
            assert RunPacks.look(packs).why_not("mcp:tickets")
            assert packs.disable("office").status == "off"
            assert not load_settings(tmp_path / "settings.toml").mcp["tickets"].enabled
            packs.remove("office")
            assert (
                load_settings(tmp_path / "settings.toml").mcp == {} and not (tmp_path / "servers" / "tickets").exists()
            )

    asyncio.run(main())


def test_a_server_of_a_pack_answers_and_a_changed_byte_ends_that(tmp_path: Path) -> None:
    async def main() -> None:
        async with tried(tmp_path) as home:
            packs, key = packs_with(tmp_path), made_key()
            packs.install(built(served(tmp_path), key), trust=key.fingerprint)
            packs.enable("office")
            assert await agreed(home) == "on"
            assert packs.find("office").status == "on"
            assert "hello" in (await home.call("tickets_echo", text="hello")).text
            with (tmp_path / "servers" / "tickets" / "bundle" / "server.py").open("a") as file:
                file.write("# evil\n")
            assert packs.find("office").changes == ("changed: server.py (of the server tickets)",)
            assert home.offered() == []
            newer = built(served(tmp_path, "1.1.0", body="New."), key)
            packs.install(newer, replace=True)
            packs.enable("office")
            assert await agreed(home) == "on" and home.offered()
            packs.rollback("office")
            assert home.offered() == [] and packs.find("office").status == "off"

    asyncio.run(main())


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"path": "nowhere"}, "no such folder"),
    ({"command": "", "path": ""}, "either a command or a url"),
    ({"url": "https://api.acme.com/mcp"}, "either a command or a url"),
    ({"command": "", "args": [], "path": "", "url": "https://evil.example/mcp"}, "Write a .* for `net`"),
    ({"env": {"KEY": "keyring:openai"}}, r"only keyring:mcp\.tickets\.NAME is its own"),
    ({"env": {"KEY": "env:OPENAI_API_KEY"}}, r"only keyring:mcp\.tickets\.NAME is its own"),
    ({"env": {"KEY": "a\nb"}}, "line break"),
]


@pytest.mark.parametrize(("server", "why"), MISTAKES)
def test_a_server_that_cannot_be_is_not_installed(tmp_path: Path, server: dict[str, Any], why: str) -> None:
    packs = packs_with(tmp_path)
    with pytest.raises(UsageError, match=why):
        packs.install(served(tmp_path, server=server, capability=[may("net", "api.acme.com")]), unsigned=True)
    assert packs.look() == [] and load_settings(tmp_path / "settings.toml").mcp == {}


def test_a_server_elsewhere_is_reached_only_where_the_pack_may(tmp_path: Path) -> None:
    packs = packs_with(tmp_path)
    server = {"command": "", "args": [], "path": "", "url": "https://api.acme.com/mcp"}
    packs.install(served(tmp_path, server=server, capability=[may("net", "api.acme.com")]), unsigned=True)
    packs.enable("office", [])
    assert not load_settings(tmp_path / "settings.toml").mcp["tickets"].enabled
    change_settings(tmp_path / "settings.toml", lambda all_: put(all_, ["mcp", "tickets", "enabled"], True))
    assert packs.find("office").changes == ("enabled by hand: mcp.tickets (of the server tickets)",)
    packs.disable("office")
    assert packs.enable("office").status == "on" and load_settings(tmp_path / "settings.toml").mcp["tickets"].enabled


def test_a_server_of_which_nothing_can_be_read_any_more_is_another_one_and_goes_with_its_pack(tmp_path: Path) -> None:
    """What an older Homard wrote down, say: runs go on without it, and a person can remove it."""
    packs = packs_with(tmp_path)
    packs.install(served(tmp_path), unsigned=True)
    packs.enable("office")
    state = tmp_path / "packs" / ".state.json"
    state.write_text(state.read_text().replace('"path":"srv"', '"timeout_s":null'))
    assert packs.find("office").status == "changed" and RunPacks.look(packs).why_not("mcp:tickets")
    packs.remove("office")
    assert (packs.look(), load_settings(tmp_path / "settings.toml").mcp) == ([], {})


def test_settings_that_cannot_be_read_close_what_packs_brought(tmp_path: Path) -> None:
    packs = packs_with(tmp_path)
    packs.install(served(tmp_path), unsigned=True)
    packs.enable("office")
    (tmp_path / "settings.toml").write_text("[mcp.tickets]\ncommand = 1\n")
    assert "settings" in RunPacks.look(packs).why_not("plugin:crm")


def test_servers_that_are_there_stay_whose_they_are(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# mine\n[mcp.tickets]\ncommand = "true"\n')
    packs = packs_with(tmp_path)
    with pytest.raises(UsageError, match="There is an MCP server tickets already"):
        packs.install(served(tmp_path), unsigned=True)
    assert file.read_text() == '# mine\n[mcp.tickets]\ncommand = "true"\n'
