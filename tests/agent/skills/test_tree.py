"""All files of a skill, by content."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.skills.tree import MAX_FILE_BYTES, MAX_FILES, MAX_PROBLEMS, differences, look, read_same


def test_the_digest_says_names_and_contents(tmp_path: Path) -> None:
    for folder, names in (("one", ("a", "b/c")), ("two", ("a", "b/c")), ("three", ("a", "b-c"))):
        for name in names:
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text("x")
    one, two, three = (look(tmp_path / folder) for folder in ("one", "two", "three"))
    assert one.digest == two.digest != three.digest and list(one.files) == ["a", "b/c"] and one.size == 2
    (tmp_path / "two" / "a").write_text("y")
    assert differences(two.files, look(tmp_path / "two").files) == ["changed: a"]
    assert differences(one.files, three.files) == ["new: b-c", "gone: b/c"]


def test_a_change_is_seen_though_size_and_times_are_put_back(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    long_ago = 1_000_000_000
    os.utime(file, ns=(long_ago, long_ago))
    before = look(tmp_path)
    file.write_text("new")
    os.utime(file, ns=(long_ago, long_ago))
    assert look(tmp_path, before.files).digest != before.digest


def test_known_files_that_stand_as_they_are_are_not_read_again(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    status = os.stat(tmp_path / "a")
    stamp = type(look(tmp_path).files["a"])("kept", 1, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    assert look(tmp_path, {"a": stamp}).files["a"].sha256 == "kept"


def test_links_devices_and_evil_names_are_problems(tmp_path: Path) -> None:
    (tmp_path / "skill" / ".git").mkdir(parents=True)
    (tmp_path / "skill" / "-rf").write_text("x")
    (tmp_path / "skill" / "link").symlink_to("/etc/passwd")
    (tmp_path / "skill" / "folder-link").symlink_to("/")
    os.mkfifo(tmp_path / "skill" / "pipe")
    (tmp_path / "skill" / "SKILL.md").write_text("x")
    (tmp_path / "skill" / "skill.MD").write_text("x")
    found = look(tmp_path / "skill")
    told = " ".join(found.problems)
    for words in ("link is a link", "folder-link is a link", "pipe is neither", "-rf:", ".git:", "same file on some"):
        assert words in told
    assert set(found.files) == {"SKILL.md", "skill.MD"}


def test_bounds(tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(MAX_FILES + 5):
        (many / f"f{number}").touch()
    assert "more than" in look(many).problems[-1]
    large = tmp_path / "large"
    large.mkdir()
    with (large / "big").open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    assert "larger than" in look(large).problems[0] and look(large).files == {}
    evil = tmp_path / "evil"
    evil.mkdir()
    for number in range(MAX_PROBLEMS * 3):
        (evil / f"-{number}").touch()
    assert len(look(evil).problems) <= MAX_PROBLEMS + 2


def test_a_folder_that_is_not_there_raises(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such"):
        look(tmp_path / "gone")


def test_reading_gives_what_was_stamped_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    stamp = look(tmp_path).files["a"]
    assert read_same(tmp_path, "a", stamp) == b"x"
    (tmp_path / "a").write_text("y")
    assert read_same(tmp_path, "a", stamp) is None
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("x")
    (tmp_path / "a").symlink_to(tmp_path / "b")
    assert read_same(tmp_path, "a", stamp) is None
