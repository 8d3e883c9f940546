"""Folders that a command line names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, cast

import pytest

from agent.errors import UsageError
from agent.interfaces.cli.target import granted_folders, working_folder
from agent.interfaces.cli.terminal import Terminal


@pytest.mark.skipif(sys.platform == "win32", reason="links of Windows have no owner")
def test_a_folder_behind_a_link_is_not_granted_unsaid(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    terminal = Terminal(cast(Any, None), {"cwd": str(tmp_path)})
    assert granted_folders(terminal, ["folder"]) == (str(tmp_path / "folder"),)
    assert working_folder(terminal) == str(tmp_path)
    with pytest.raises(UsageError, match=r"link on the way there is a link.*/folder"):
        granted_folders(terminal, ["link"])
    with pytest.raises(UsageError, match="is a link"):
        working_folder(terminal, "link")
