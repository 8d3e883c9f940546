import os
from pathlib import Path

import pytest

from agent.models.tiny.place import MAX_DEPTH, MAX_ENTRIES, Place, look_around


def test_names_of_the_folder_that_the_context_names(tmp_path: Path) -> None:
    (tmp_path / "sub" / ".git").mkdir(parents=True)
    (tmp_path / "b.txt").touch()
    (tmp_path / "sub" / "a.txt").touch()
    (tmp_path / ".hidden").touch()
    found = look_around(f"time: now\nfolder: {tmp_path}\nalso granted: /x")
    assert found == Place(("b.txt", "sub/a.txt"), ("sub",))


@pytest.mark.parametrize("context", ["", "folder: relative", "folder: /not/there/at/all"])
def test_no_folder_gives_nothing(context: str) -> None:
    assert look_around(context) == Place()


def test_it_is_bounded(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(MAX_DEPTH + 2):
        deep = deep / "d"
        deep.mkdir()
        (deep / "f").touch()
    for number in range(MAX_ENTRIES + 50):
        (tmp_path / f"{number}.txt").touch()
    found = look_around(f"folder: {tmp_path}")
    assert len(found.files) <= MAX_ENTRIES
    assert max(path.count("/") for path in (*found.files, *found.folders)) < MAX_DEPTH


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "secret.txt").touch()
    (tmp_path / "here" / "link").symlink_to(tmp_path / "there")
    assert look_around(f"folder: {tmp_path / 'here'}").files == ()
