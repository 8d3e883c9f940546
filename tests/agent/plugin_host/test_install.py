from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.plugin_host.collection import Collection, bundled_plugins
from agent.plugin_host.install import install, remove
from agent.plugin_host.state import change
from tests.helpers.plugins import write_plugin

CODE = 'from agent.api import tool\n\n\n@tool\ndef a() -> str:\n    """Do."""\n    return ""\n'


def zipped(folder: Path, target: Path, more: Mapping[str, bytes] = {}, *, inside: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, f"{inside}{file.relative_to(folder)}")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return target


@pytest.fixture
def shelf(tmp_path: Path) -> Collection:
    return Collection(tmp_path / "home" / "plugins", None)


def test_from_a_folder_and_from_a_zip_and_away_again(tmp_path: Path, shelf: Collection) -> None:
    source = write_plugin(tmp_path / "work", CODE)
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "main.pyc").write_bytes(b"evil")
    found = install(shelf, source)
    assert (found.id, found.status, found.accepted.source) == ("hello", "off", str(source))
    assert sorted(found.tree.files) == ["main.py", "plugin.toml"]
    with pytest.raises(UsageError, match="There is a plugin hello already, and nothing was changed"):
        install(shelf, source)
    (source / "main.py").write_text(CODE + "# newer\n")
    for archive in (
        zipped(source, tmp_path / "flat.zip"),
        zipped(source, tmp_path / "deep.zip", inside="hello-1.0/"),
    ):
        found = install(shelf, archive, replace=True)
        assert (found.folder / "main.py").read_text().endswith("# newer\n")
    change(shelf.plugins, "hello", enabled=True)
    private = tmp_path / "home" / "private"
    (private / "hello").mkdir(parents=True)
    remove(shelf, shelf.find("hello"), private)
    assert shelf.look() == [] and not (private / "hello").exists()
    assert [one.name for one in shelf.plugins.iterdir()] == [".state.json"]


def test_a_replaced_plugin_that_was_on_waits_for_a_look(tmp_path: Path, shelf: Collection) -> None:
    source = write_plugin(tmp_path / "work", CODE)
    found = install(shelf, source)
    change(shelf.plugins, "hello", enabled=True, manifest=found.manifest, digest=found.tree.digest,
           files=dict(found.tree.files))  # fmt: skip
    assert shelf.find("hello").status == "on"
    (source / "main.py").write_text("evil = True\n")
    assert install(shelf, source, replace=True).status == "changed"
    assert shelf.find("hello").changes == ("changed: main.py",) and shelf.enabled() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"..__evil.py": b""}, r"\.\."),
        ({"hello__.git__hooks__post-checkout": b"#!/bin/sh\n"}, "git runs what stands there"),
        ({"x" * 300: b""}, "longer than 150 bytes"),
        ({"main.py": b"twice"}, "two files of one name"),
        ({"MAIN.PY": b"same"}, "same"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_evil_zip_is_refused_whole(tmp_path: Path, shelf: Collection, more: dict[str, bytes], words: str) -> None:
    archive = zipped(write_plugin(tmp_path / "work", CODE), tmp_path / "evil.zip", more)
    with pytest.raises(UsageError, match=words):
        install(shelf, archive)
    assert sorted(os.listdir(shelf.plugins)) == [] and not (tmp_path / "home" / "evil.py").exists()


def test_what_changed_since_it_was_looked_at_is_not_taken(tmp_path: Path, shelf: Collection) -> None:
    source = write_plugin(tmp_path / "work", CODE)
    found = install(shelf, source)
    (source / "main.py").write_text("evil = True\n")
    with pytest.raises(UsageError, match="changed while you looked at it"):
        install(shelf, source, replace=True, digest=found.tree.digest)
    assert shelf.find("hello").tree.digest == found.tree.digest


def test_links_several_plugins_and_none_are_refused(tmp_path: Path, shelf: Collection) -> None:
    source = write_plugin(tmp_path / "work", CODE)
    (source / "keys").symlink_to("/etc")
    with pytest.raises(UsageError, match="keys is a link"):
        install(shelf, source)
    write_plugin(tmp_path / "work", CODE, name="other")
    with pytest.raises(UsageError, match="holds 2 plugins: hello, other"):
        install(shelf, tmp_path / "work")
    with pytest.raises(UsageError, match=r"holds no plugin\.toml"):
        install(shelf, tmp_path)
    assert shelf.look() == []


def test_none_takes_the_place_of_one_of_homard_s_own(tmp_path: Path) -> None:
    shelf = Collection(tmp_path / "plugins", bundled_plugins())
    with pytest.raises(UsageError, match="Homard has a plugin notes of its own"):
        install(shelf, write_plugin(tmp_path / "work", CODE, name="notes"))
    with pytest.raises(UsageError, match="comes with Homard and cannot be removed"):
        remove(shelf, shelf.find("notes"), tmp_path)
