"""Where skills stand."""

from __future__ import annotations

from pathlib import Path

from agent.skills.place import places
from agent.skills.state import State
from tests.helpers.skills import write_skill


def test_a_working_folder_counts_when_it_is_trusted_and_no_link_leads_elsewhere(tmp_path: Path) -> None:
    own, folder = tmp_path / "skills", tmp_path / "work"
    write_skill(own, "mine")
    (own / ".new-1").mkdir()
    write_skill(folder / ".agents" / "skills", "theirs")
    write_skill(tmp_path / "elsewhere", "evil")
    (own / "link").symlink_to(tmp_path / "elsewhere" / "evil")
    (folder / ".claude").mkdir()
    (folder / ".claude" / "skills").symlink_to(tmp_path / "elsewhere")

    def named(trusted: tuple[str, ...], cwd: Path | None) -> list[tuple[str, bool]]:
        return [(path.name, project) for path, project in places(own, State(trusted), cwd)]

    assert named((), folder) == named((str(folder),), None) == named((str(folder),), tmp_path) == [("mine", False)]
    assert named((str(folder),), folder) == [("mine", False), ("theirs", True)]
