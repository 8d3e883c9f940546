"""Which pack of a place is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.packs.source import chosen


def test_the_newest_of_the_only_one_or_of_the_one_that_was_named(tmp_path: Path) -> None:
    for name in ("letters-1.0.0.pack", "letters-1.10.0.pack", "letters-1.9.0.pack", "letters.pack"):
        (tmp_path / name).write_bytes(b"")
    assert chosen(tmp_path) == chosen(tmp_path, "letters") == tmp_path / "letters-1.10.0.pack"
    (tmp_path / "long-letters-9.0.0.pack").write_bytes(b"")
    with pytest.raises(UsageError, match="several packs: letters, long-letters"):
        chosen(tmp_path)
    assert chosen(tmp_path, "letters") == tmp_path / "letters-1.10.0.pack"
    with pytest.raises(UsageError, match=r"There is no pack plans in it\. There are: letters, long-letters\."):
        chosen(tmp_path, "plans")
    (tmp_path / "pack.toml").write_text("")
    assert chosen(tmp_path) == tmp_path  # the folder of an author
    assert chosen(tmp_path / "letters.pack") == tmp_path / "letters.pack"
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match=r"There is no pack in it\. A pack there is called NAME-1\.2\.3\.pack"):
        chosen(tmp_path / "empty")
