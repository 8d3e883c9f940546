from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from agent.errors import StorageError, UsageError
from agent.plugin_host.collection import Collection, Found, bundled_plugins
from agent.plugin_host.state import NAME, change
from tests.helpers.plugins import capability, write_plugin


def accept(shelf: Collection, found: Found, **more: Any) -> None:
    assert found.manifest
    said = {"manifest": found.manifest, "digest": found.tree.digest, "files": dict(found.tree.files)}
    change(shelf.plugins, found.id, enabled=True, granted=found.wanted, program=shelf.program, **said, **more)


def test_those_of_homard_are_found_without_importing_them() -> None:
    found = {one.id: one for one in Collection(Path("/nowhere"), bundled_plugins()).look()}
    assert {"calendar", "documents", "notes", "websearch"} <= found.keys()
    assert {one.status for one in found.values()} == {"off"} and all(one.bundled for one in found.values())


def test_an_update_of_homard_keeps_its_own_plugins_on_unless_they_want_more(tmp_path: Path) -> None:
    bundled = tmp_path / "bundled"
    folder = write_plugin(bundled, "one = 1\n", more=capability("files.read"))
    old = Collection(tmp_path / "plugins", bundled, "1.0")
    accept(old, old.find("hello"))
    (folder / "main.py").write_text("two = 2\n")
    assert old.find("hello").status == "changed"  # by nobody's update
    new = Collection(tmp_path / "plugins", bundled, "1.1")
    assert [one.status for one in (new.find("hello"), *new.enabled())] == ["on", "on"]
    (folder / "plugin.toml").write_text((folder / "plugin.toml").read_text() + capability("net", "example.org"))
    assert new.find("hello").status == "changed" and new.enabled() == []
    assert [one.what for one in new.find("hello").new] == ["net"]


def test_an_installed_one_is_never_taken_for_one_of_homard_s(tmp_path: Path) -> None:
    bundled = tmp_path / "bundled"
    folder = write_plugin(bundled, "one = 1\n")
    shelf = Collection(tmp_path / "plugins", bundled, "1.0")
    accept(shelf, shelf.find("hello"))
    shutil.copytree(folder, shelf.plugins / "hello")
    (shelf.plugins / "hello" / "main.py").write_text("evil = True\n")
    found = {one.folder: (one.status, one.bundled) for one in Collection(shelf.plugins, bundled, "2.0").look()}
    assert found == {shelf.plugins / "hello": ("changed", False), folder: ("unusable", True)}


def test_what_python_compiled_counts_where_a_stranger_could_have_put_it(tmp_path: Path) -> None:
    shelf = Collection(tmp_path / "plugins", None)
    folder = write_plugin(shelf.plugins, "one = 1\n")
    accept(shelf, shelf.find("hello"))
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"evil")
    assert shelf.find("hello").status == "changed"


def test_a_folder_of_another_name_and_a_state_that_is_torn(tmp_path: Path) -> None:
    shelf = Collection(tmp_path / "plugins", None)
    write_plugin(shelf.plugins, "one = 1\n").rename(shelf.plugins / "other")
    (found,) = shelf.look()
    assert (found.id, found.status) == ("other", "unusable") and "holds the plugin hello" in found.why
    with pytest.raises(UsageError, match=r"There is no plugin 'none'\. There are: other."):
        shelf.find("none")
    (shelf.plugins / NAME).write_text("{")
    with pytest.raises(StorageError, match=r"no plugin is used\. Delete it and enable your plugins again"):
        shelf.look()
