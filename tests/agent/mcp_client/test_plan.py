import os
import sys
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.mcp_client.plan import check_settings, program_of, ungranted_folders
from agent.settings import ServerSettings


def program(settings: ServerSettings, own: Path) -> object:
    return program_of("s", settings, (own,))


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (ServerSettings(), "either a command or a url"),
        (ServerSettings(command="x", url="https://example.org/"), "either a command or a url"),
        (ServerSettings(url="ftp://example.org/"), "cannot be used"),
        (ServerSettings(url="https://me:pw@example.org/"), "cannot be used"),
        (ServerSettings(url="https://example.org/", folders=("/home/me",)), "cannot be given folders"),
        (ServerSettings(command="x", env={"A": "b\nc"}), "line break"),
        (ServerSettings(url="https://example.org/", headers={"A": "b\r\nX: y"}), "line break"),
        (ServerSettings(url="https://example.org/", headers={"A\nB": "c"}), "no name of a header"),
        (ServerSettings(command="x", env={"": "c"}), "no name of a variable"),
        (ServerSettings(command="x", env={"LD_PRELOAD=a": "c"}), "no name of a variable"),
        (ServerSettings(command="x", folders=("/home/me/a\0b",)), "NUL"),
        (ServerSettings(command="x", args=("/a\0b",)), "NUL"),
        (ServerSettings(command="x", args=("\ud800",)), "Half of a character"),
        (ServerSettings(url="https://example.org/\udfff"), "Half of a character"),
    ],
)
def test_what_cannot_be_meant_is_refused(settings: ServerSettings, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        check_settings("s", settings)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no program 'no-such-thing'.*Install it"):
        program(ServerSettings(command="no-such-thing"), tmp_path)


@pytest.mark.parametrize("mark", ["package.json", "pyproject.toml", "pyvenv.cfg"])
def test_a_program_can_read_the_whole_of_itself_and_no_more(tmp_path: Path, mark: str) -> None:
    project = tmp_path / "project"
    script = project / "dist" / "deep" / "index.js"
    script.parent.mkdir(parents=True)
    script.touch()
    (project / mark).touch()
    found = program_of("s", ServerSettings(command=sys.executable, args=(str(script),)), (tmp_path / "own",))
    assert str(project) in found.code and str(tmp_path) not in found.code


def test_a_project_that_holds_our_own_folders_is_not_read_as_a_whole(tmp_path: Path) -> None:
    script = tmp_path / "dist" / "index.js"
    script.parent.mkdir()
    script.touch()
    (tmp_path / "package.json").touch()
    settings = ServerSettings(command=sys.executable, args=(str(script),))
    found = program_of("s", settings, (tmp_path / ".homard",))
    assert str(script) in found.code and str(tmp_path) not in found.code


def test_a_package_of_node_can_read_those_beside_it(tmp_path: Path) -> None:
    script = tmp_path / "node_modules" / "@a" / "b" / "dist" / "index.js"
    script.parent.mkdir(parents=True)
    script.touch()
    (tmp_path / "node_modules" / "@a" / "b" / "package.json").touch()
    found = program_of("s", ServerSettings(command=sys.executable, args=(str(script),)), (tmp_path / "own",))
    assert str(tmp_path / "node_modules") in found.code


def test_a_lone_script_can_read_itself_and_not_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    script = tmp_path / "server.py"
    script.touch()
    (tmp_path / "package.json").touch()  # even where the home itself looks like a project
    found = program_of("s", ServerSettings(command=sys.executable, args=(str(script),)), (tmp_path / "own",))
    assert str(script) in found.code and str(tmp_path) not in found.code


@pytest.mark.parametrize("place", ["", "own", "own/servers", "own/servers/s"])
def test_our_own_folders_are_granted_to_nobody(tmp_path: Path, place: str) -> None:
    folder = tmp_path / place
    (tmp_path / "own" / "servers" / "s").mkdir(parents=True)
    settings = ServerSettings(command=sys.executable, folders=(str(folder),))
    with pytest.raises(UsageError, match="Homard's own data"):
        program(settings, tmp_path / "own" / "servers")


def test_a_link_to_our_own_folders_is_no_way_in(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    os.symlink(tmp_path / "own", tmp_path / "link")
    with pytest.raises(UsageError, match="Homard's own data"):
        program(ServerSettings(command=sys.executable, writable=(str(tmp_path / "link"),)), tmp_path / "own")


def test_nobody_may_change_the_whole_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    (tmp_path / "me").mkdir()
    for folder in (tmp_path / "me", tmp_path):
        with pytest.raises(UsageError, match="all that is yours"):
            program(ServerSettings(command=sys.executable, writable=(str(folder),)), Path("/nowhere"))


def test_folders_that_its_arguments_name_are_said_where_it_may_not_use_them(tmp_path: Path) -> None:
    inside = tmp_path / "docs" / "deep"
    inside.mkdir(parents=True)
    settings = ServerSettings(command="x", args=(str(inside), str(tmp_path), "-y"), folders=(str(tmp_path / "docs"),))
    assert ungranted_folders(settings) == [str(tmp_path)]
