from __future__ import annotations

from pathlib import Path

from agent.safety.folders import Folders
from agent.tools.content import ContentSearch
from agent.tools.listing import list_folder
from agent.tools.stoppable import Stop
from agent.tools.walk import Walk


def test_what_was_found_when_the_time_is_up_still_counts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("needle\n" * 100_000)
    folders = Folders([tmp_path])
    file, folder = folders.locate("a.txt", tmp_path), folders.locate(".", tmp_path)
    late = Stop(-1)
    one = ContentSearch("needle", folders, late, sort="name", limit=10).in_file(file)
    assert one == "No match for 'needle' in 1 file; stopped before its end, for it takes too long."
    walk = Walk(folders, folder, late)
    below = ContentSearch("needle", folders, late, sort="name", limit=10).below(walk, walk.items(deep=True))
    ending = "; stopped before all was seen, for it takes too long: narrow path or glob"
    assert below == f"No match for 'needle' in 0 files{ending}."
    assert list_folder(folders, folder, late, limit=10) == f"0 files, 0 folders{ending}"
