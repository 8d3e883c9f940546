from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import ToolFailed
from agent.plugin_host.effective import beyond, cut, effective
from agent.plugin_host.manifest import Capability, Manifest, Setting, What
from agent.safety.effects import Verb


def asks(*capabilities: Capability, **settings: Setting) -> Manifest:
    return Manifest(1, "hello", "Hello", "1", "d", capability=capabilities, settings=settings)


def one(what: What, *to: str) -> Capability:
    return Capability(what, to, "r")


def test_what_it_may_do_is_what_it_asks_for_and_was_granted() -> None:
    asked = (one("net", "a.org", "b.org"), one("ui.notify"), one("ui.read", "clipboard", "screen"))
    granted = (one("net", "b.org", "c.org"), one("ui.read", "screen"), one("job.start"))
    assert cut(asked, granted) == (one("net", "b.org"), one("ui.read", "screen"))
    assert beyond(asked, granted) == (one("net", "a.org"), one("ui.notify"), one("ui.read", "clipboard"))
    assert beyond(asked, asked) == () and cut(asked, asked) == asked


def test_folders_are_real_and_none_that_no_permission_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    for name in ("notes", ".ssh", "other"):
        (home / name).mkdir(parents=True)
    (home / "link").symlink_to(home / "other")
    monkeypatch.setenv("HOME", str(home))
    folders = ("~/notes", "~/.ssh", "/", "~", "{picked}", "{unset}")
    manifest = asks(
        one("fs.read", *folders), one("fs.write", *folders), picked=Setting("folder"), unset=Setting("folder")
    )
    may = effective(manifest, manifest.capability, {"picked": str(home / "link"), "unset": ""})
    assert may.readable == (str(home / "notes"), str(home), str(home / "other"))
    assert may.writable == (str(home / "notes"), str(home / "other"))
    assert effective(manifest, (), {}).readable == ()


def test_homard_s_own_folders_are_no_plugin_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "homard"
    (own / "blobs").mkdir(parents=True)
    monkeypatch.setenv("HOMARD_HOME", str(own))
    manifest = asks(one("fs.read", str(own), str(own / "blobs"), str(tmp_path)), one("fs.write", str(own / "blobs")))
    may = effective(manifest, manifest.capability, {})
    assert (may.readable, may.writable) == ((str(tmp_path),), ())  # and in it the sandbox hides what is Homard's


def test_decisions_get_no_more_than_that(tmp_path: Path) -> None:
    manifest = asks(one("files.read"), one("fs.write", str(tmp_path)), one("net", "a.org"), one("ui.notify"))
    found = effective(manifest, manifest.capability, {}).for_decisions()
    verbs: set[Verb] = {verb for one in found for verb in one.verbs}
    assert verbs == {"fs.read", "fs.write", "fs.delete", "net.fetch", "net.send", "msg.send"}
    assert all(one.undoable for one in found if one.verbs & {"fs.write", "fs.delete"})
    assert effective(manifest, (), {}).for_decisions() == ()


def test_own_tools_only_in_granted_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "inside-not").mkdir()
    manifest = asks(one("fs.read", str(tmp_path / "in")))
    may = effective(manifest, manifest.capability, {})
    may.require_own_tool("read", {"path": str(tmp_path / "in" / "a.txt")})
    may.require_own_tool("find", {"path": str(tmp_path / "in")})
    refused = [
        ("read", {"path": str(tmp_path / "inside-not" / "a")}),
        ("read", {"path": f"{tmp_path}/in/../x"}),
        ("find", {}),
        ("write", {"path": str(tmp_path / "in" / "a.txt"), "text": ""}),
        ("move", {"path": str(tmp_path / "in" / "a"), "to": "/x"}),
        ("shell", {"command": "ls"}),
        ("use_tool", {"name": "read"}),
    ]
    for name, arguments in refused:
        with pytest.raises(ToolFailed, match=r"not granted|absolute path|Plugins cannot call"):
            may.require_own_tool(name, arguments)
