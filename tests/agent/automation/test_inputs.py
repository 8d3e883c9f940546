"""Whether what the work depends on is another thing than before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.automation import inputs
from agent.automation.inputs import digest
from agent.jobs import Job


def job(folder: Path, *patterns: str, prompt: str = "sum") -> Job:
    return Job(name="n", prompt=prompt, folder=str(folder), inputs=patterns)


def test_only_content_names_prompt_and_model_count(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt", "c.csv"):
        (tmp_path / name).write_text(name)
    wanted = job(tmp_path, "**/*.txt")
    first = digest(wanted, [], "p/m")
    os.utime(tmp_path / "a.txt", (1, 1))
    (tmp_path / "c.csv").write_text("other")
    assert digest(wanted, [], "p/m") == first, "times and other files are nothing to it"
    assert digest(wanted, [], "p/other") != first
    assert digest(job(tmp_path, "**/*.txt", prompt="sum {date}"), [], "p/m") != first
    assert digest(wanted, [str(tmp_path / "c.csv")], "p/m") != first
    (tmp_path / "sub" / "b.txt").write_text("other")
    second = digest(wanted, [], "p/m")
    assert second != first
    (tmp_path / "sub" / "b.txt").rename(tmp_path / "b.txt")
    assert digest(wanted, [], "p/m") != second


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_what_cannot_be_read_or_never_ends_is_no_trap(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    pipe, gone = str(tmp_path / "pipe.txt"), str(tmp_path / "gone.txt")
    assert digest(job(tmp_path, "*.txt"), [pipe, gone], "m") == digest(job(tmp_path, "*.txt"), [pipe, gone], "m")


def test_a_huge_file_counts_by_size_and_time_and_too_many_files_are_never_unchanged(tmp_path: Path) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(inputs.LARGE_FILE + 1)
    first = digest(job(tmp_path, "*.bin"), [], "m")
    os.utime(huge, (1, 1))
    assert digest(job(tmp_path, "*.bin"), [], "m") != first
    assert digest(job(tmp_path), [str(n) for n in range(inputs.MAX_FILES + 1)], "m") == ""
