"""The prefix of a request is stable; what changes stands in the user's message."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.context.prompt import MAX_INSTRUCTION_CHARS, folder_instructions, system_prompt, volatile_tail


def test_the_prefix_is_the_same_everywhere_but_for_the_folders_instructions(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert system_prompt(one) == system_prompt(two)
    (two / "AGENTS.md").write_text("Be brief.\n")
    assert system_prompt(two).startswith(system_prompt(one)) and system_prompt(two).endswith("Be brief.")


def test_instructions_are_bounded_and_need_not_be_readable_text(tmp_path: Path) -> None:
    (tmp_path / "AGENTS.md").write_bytes(b"\xff" + b"x" * 100_000)
    assert len(folder_instructions(tmp_path)) == MAX_INSTRUCTION_CHARS
    (tmp_path / "AGENTS.md").unlink()
    (tmp_path / "AGENTS.md").mkdir()
    assert folder_instructions(tmp_path) == ""


def test_instructions_that_must_not_be_read_are_named_and_not_given(tmp_path: Path) -> None:
    plain = system_prompt(tmp_path, "a rule denies it")
    assert plain == system_prompt(tmp_path)
    (tmp_path / "AGENTS.md").write_text("the secret plan")
    told = system_prompt(tmp_path, "a rule denies it")
    assert told.startswith(plain) and "not read as instructions: a rule denies it." in told and "plan" not in told


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_instructions_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "AGENTS.md").symlink_to(tmp_path / "secret")
    assert folder_instructions(folder) == ""


def test_the_tail_tells_time_folder_and_grants(tmp_path: Path) -> None:
    tail = volatile_tail(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), Path("/home/x/\udcff"), ("/data",))
    assert "2026-11-22" in tail and "folder: /home/x/\\udcff" in tail.replace("\\\\", "\\") and "/data" in tail
    tail.encode()
