import os
from dataclasses import replace
from pathlib import Path

import pytest

from agent.commands import Limits
from agent.errors import UsageError
from agent.interfaces.mcp_server.grant import Grant, checked, usable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    return folder


def test_the_grant_is_said_in_sentences_and_is_reading_unless_more_was_said(folder: Path) -> None:
    least = Grant(folders=(str(folder),))
    assert least.words() == [f"read in {folder}"]
    most = replace(least, write=True, commands=True, hosts=("example.org",), jobs=("Nightly",))
    assert most.words() == [
        f"read in {folder}",
        f"write in {folder}, where it can be undone",
        f"delete and move in {folder}, where it can be undone",
        f"run commands in {folder}, without the network",
        "fetch pages from example.org",
        "start Nightly",
    ]
    assert Grant().words() == ["ask questions, without any file"]
    program = most.program
    assert (program.principal, program.label.integrity, program.label.sources) == (
        "program:client",
        "external",
        ("external:program:client",),
    )


def test_each_grant_has_sessions_of_its_own(folder: Path) -> None:
    grant = Grant(folders=(str(folder),))
    others = [
        replace(grant, name="two"),
        replace(grant, folders=()),
        replace(grant, write=True),
        replace(grant, jobs=("*",)),
    ]
    assert len({grant.client, *(other.client for other in others)}) == 5
    assert replace(grant, max_usd=1.0).client == grant.client


def test_a_request_works_inside_the_folders(folder: Path, tmp_path: Path) -> None:
    grant = Grant(folders=(str(folder),))
    (folder / "out").symlink_to(tmp_path)
    assert grant.folder("") == str(folder)
    assert grant.folder("sub") == grant.folder(str(folder / "sub" / "..") + "/sub") == str(folder / "sub")
    for outside in ("..", "/etc", str(tmp_path), f"{folder}x", "out", "~", "sub/../.."):
        with pytest.raises(UsageError, match="lies outside"):
            grant.folder(outside)
    with pytest.raises(UsageError, match="no folder that is there"):
        grant.folder("missing")
    assert Grant().folder("") == ""
    with pytest.raises(UsageError, match="no folder"):
        Grant().folder(str(folder))


def test_what_is_worth_nothing_is_no_grant(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    good = Grant(folders=(str(folder),))
    assert checked(good) is good
    wrong = [
        replace(good, folders=("/",)),
        replace(good, folders=(str(folder), os.path.expanduser("~/.ssh"))),
        replace(good, folders=(os.path.expanduser("~"),), write=True),
        replace(good, folders=(str(tmp_path / "link"),)),
        replace(good, hosts=("*",)),
        replace(good, hosts=("*.org",)),
        replace(good, name=""),
        replace(good, name="a b"),
    ]
    for grant in wrong:
        with pytest.raises(UsageError):
            checked(grant)
    assert usable(["/", str(folder)]) == (str(folder),)


def test_limits_are_the_lesser_of_settings_and_grant() -> None:
    usual = Limits(max_time_s=100.0)
    assert Grant(max_time_s=5.0, max_usd=0.1).limits(usual) == Limits(max_time_s=5.0, max_usd=0.1)
    assert Grant(max_time_s=500.0).limits(usual) == usual
