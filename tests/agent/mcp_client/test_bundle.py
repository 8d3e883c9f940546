"""MCPB files: from a dropped file to a call, and those that are better not installed."""

from __future__ import annotations

import asyncio
import json
import stat
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from agent.errors import UsageError
from agent.mcp_client.bundle import PLATFORM, PROGRAM, with_times
from agent.mcp_client.state import Bundle
from agent.skills.tree import Stamp, look
from tests.helpers.mcp import CHILD, tried

WANTS: dict[str, Any] = {
    "api_key": {"type": "string", "title": "API key", "sensitive": True, "required": True},
    "folder": {"type": "directory", "title": "Folder", "multiple": True, "default": ["${HOME}/nothing"]},
    "level": {"type": "number", "min": 1, "max": 3, "default": 2},
}


def server_with(**config: Any) -> dict[str, Any]:
    """The key `server` of a manifest, with this in its `mcp_config`."""
    return {"server": {"type": "python", "mcp_config": {"command": sys.executable, **config}}}


def bundle(path: Path, files: dict[str, str] | None = None, **more: Any) -> Path:
    """Make one around the server of mcp_server_child.py."""
    config = {
        "command": sys.executable,
        "args": ["-I", "${__dirname}/server/main.py", "good", "${user_config.folder}"],
        "env": {"KEY": "Bearer ${user_config.api_key}", "LEVEL": "${user_config.level}", "GONE": "${user_config.none}"},
    }
    manifest = {
        "manifest_version": "0.3",
        "name": "Test Server",
        "version": "1.2.0",
        "description": "Says it back.",
        "author": {"name": "Ada"},
        "server": {"type": "python", "entry_point": "server/main.py", "mcp_config": config},
        "user_config": WANTS,
        **more,
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("server/main.py", CHILD.read_text())
        for name, text in (files or {}).items():
            archive.writestr(name, text)
    return path


def test_from_a_dropped_file_to_a_call(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("a note")

    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            server = await one.servers.install_bundle(
                bundle(tmp_path / "t.mcpb"), api_key="t0psecret", folder=[str(docs)]
            )
            assert (server.name, server.status, one.offered()) == ("test-server", "new", [])
            place = one.house.place("test-server") / "bundle"
            assert server.settings.args == ("-I", str(place / "server" / "main.py"), "good", str(docs))
            assert (server.settings.folders, dict(server.settings.env)) == (
                (str(docs),),
                {"KEY": "keyring:mcp.test-server.KEY", "LEVEL": "2"},
            )
            assert await one.house.secrets.get("keyring:mcp.test-server.KEY") == "Bearer t0psecret"
            assert "t0psecret" not in one.settings_file.read_text()
            await one.servers.test("test-server")
            assert one.servers.trust("test-server").status == "on"
            assert (await one.call("test-server_look", text=str(docs / "a.txt"))).text == "a note"

    asyncio.run(work())


def test_a_changed_byte_suspends_it(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            file = bundle(tmp_path / "t.mcpb")
            await one.servers.install_bundle(file, api_key="k", folder=[])
            await one.servers.test("test-server")
            one.servers.trust("test-server")
            main = one.house.place("test-server") / "bundle" / "server" / "main.py"
            main.write_text(main.read_text() + "#")
            server = one.servers.server("test-server")
            assert (server.status, one.offered()) == ("changed", [])
            with pytest.raises(UsageError, match="other"):
                one.servers.trust("test-server")
            with pytest.raises(UsageError, match="There is a server 'test-server' already"):
                await one.servers.install_bundle(file, api_key="k", folder=[])
            again = await one.servers.install_bundle(file, replacing=True, api_key="k", folder=[])
            assert (again.status, one.offered()) == ("new", [])

    asyncio.run(work())


def test_files_that_were_just_unpacked_are_not_read_for_ever_to_see_that_they_stand_there() -> None:
    folder = Path(json.__file__).parent  # its files are not new
    tree = look(folder, limits=PROGRAM)
    fresh = {path: Stamp(one.sha256, one.size, one.mtime_ns, 0, one.inode) for path, one in tree.files.items()}
    bundle = Bundle("1", tree.digest, fresh)
    assert with_times(folder, bundle).files == tree.files
    other = Bundle("1", "another", fresh)
    assert with_times(folder, other) == other


def test_what_was_replaced_while_a_person_looked_is_not_what_they_agreed_to(tmp_path: Path) -> None:
    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            await one.servers.install_bundle(bundle(tmp_path / "t.mcpb"), api_key="k", folder=[])
            await one.servers.test("test-server")
            assert one.servers.trust("test-server").status == "on"
            state = one.house.state.load().of("test-server")
            assert state.bundle is not None and state.bundle.version == "1.2.0"
            other = bundle(tmp_path / "u.mcpb", {"more.py": "evil"}, version="2.0.0")
            await one.servers.install_bundle(other, replacing=True, api_key="k", folder=[])
            assert (one.servers.server("test-server").status, one.offered()) == ("new", [])

    asyncio.run(work())


@pytest.mark.parametrize(
    ("more", "values", "why"),
    [
        ({"manifest_version": "9.0"}, {}, "version 9.0"),
        ({"compatibility": {"platforms": ["amiga"]}}, {}, "is for amiga"),
        ({}, {}, r"needs api_key \(API key\)"),
        ({}, {"api_key": "k", "level": "9"}, "level must be from 1"),
        ({}, {"api_key": "k", "level": "many"}, "level must be a number"),
        ({}, {"api_key": "k", "other": "1"}, "no value 'other'"),
        ({"server": {"type": "node", "mcp_config": {"command": "x", "args": ["${user_config.api_key}"]}}},
         {"api_key": "k"}, "secret on its command line"),
        ({"server": "none"}, {}, "manifest is not valid"),
        (server_with(env={"A": "keyring:openai"}), {"api_key": "k"}, "names a key of yours"),
        (server_with(env={"A": "env:TOKEN"}), {"api_key": "k"}, "names a key of yours"),
        (server_with(env={"A": "${user_config.way}"})
         | {"user_config": {"way": {"type": "string", "default": "keyring:openai"}}}, {}, "names a key of yours"),
        *((server_with(platform_overrides={PLATFORM: override}), {"api_key": "k"}, "manifest is not valid")
          for override in ({"env": ["A"]}, {"env": {"A": 1}}, {"args": "-c"}, {"command": ["sh"]})),
        (server_with(command="${user_config.api_key}"), {"api_key": "k"}, "either a command or a url"),
        (server_with(args=["a\0b"]), {"api_key": "k"}, "NUL"),
    ],
)  # fmt: skip
def test_a_bundle_that_cannot_be_used_says_why(
    tmp_path: Path, more: dict[str, Any], values: dict[str, Any], why: str
) -> None:
    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            with pytest.raises(UsageError, match=why):
                await one.servers.install_bundle(bundle(tmp_path / "t.mcpb", **more), **values)
            assert (one.servers.servers(), list(one.house.folder.glob("*"))) == ([], [])

    asyncio.run(work())


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "/etc/out.txt", "a/../../out.txt", "SERVER/MAIN.PY", ".git/hooks/post-commit", "C:\\x", "a\\..\\b"],
)
def test_a_path_that_leads_out_or_hides_another_is_refused(tmp_path: Path, name: str) -> None:
    async def work() -> None:
        async with tried(tmp_path / "home") as one:
            file = bundle(tmp_path / "t.mcpb", {name: "x"})
            with pytest.raises(UsageError):
                await one.servers.install_bundle(file, api_key="k")
            assert (one.servers.servers(), (tmp_path / "out.txt").exists()) == ([], False)

    asyncio.run(work())


def test_links_and_bombs_are_refused(tmp_path: Path) -> None:
    async def work() -> None:
        link, bomb, many = (bundle(tmp_path / name) for name in ("link.mcpb", "bomb.mcpb", "many.mcpb"))
        with zipfile.ZipFile(link, "a") as archive:
            entry = zipfile.ZipInfo("server/link")
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, "/etc/passwd")
        with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("big", b"\0" * (1 << 20))
        data = bytearray(bomb.read_bytes())
        at = data.rfind(b"PK\x01\x02") + 24
        data[at : at + 4] = (700_000_000).to_bytes(4, "little")  # what its list says that it unpacks to
        bomb.write_bytes(data)
        with zipfile.ZipFile(many, "a") as archive:
            for number in range(21_000):
                archive.writestr(f"f{number}", b"")
        async with tried(tmp_path / "home") as one:
            for file in (link, bomb, many):
                with pytest.raises(UsageError):
                    await one.servers.install_bundle(file, api_key="k")
            assert one.servers.servers() == []

    asyncio.run(work())


def test_what_is_no_bundle_says_so(tmp_path: Path) -> None:
    async def work() -> None:
        text, empty = tmp_path / "text.mcpb", tmp_path / "empty.mcpb"
        text.write_text("no zip")
        with zipfile.ZipFile(empty, "w") as archive:
            archive.writestr("other", "x")
        async with tried(tmp_path / "home") as one:
            for file, why in (
                (text, "no zip that can be read"),
                (empty, "no MCP bundle"),
                (tmp_path / "gone", "cannot be read"),
            ):
                with pytest.raises(UsageError, match=why):
                    await one.servers.install_bundle(file)

    asyncio.run(work())
