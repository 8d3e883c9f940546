"""Whatever is done to the rows, the file or all the files: verification tells it, and tells nothing else."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from tests.helpers.audit import edit, fill, open_audit, verify

FORGED = (
    "INSERT INTO audit SELECT {seq}, at, kind, run_id, session_id, call_id, body, {prev}, {mac} FROM audit WHERE seq=5"
)
TAMPERING = {
    "a body": (["UPDATE audit SET body = replace(body, 'shell', 'write') WHERE seq = 5"], [("changed", 5, 5)]),
    "a time": (["UPDATE audit SET at = at + 1 WHERE seq = 5"], [("changed", 5, 5)]),
    "a run": (["UPDATE audit SET run_id = 'r2' WHERE seq = 5"], [("changed", 5, 5)]),
    "a mac": (["UPDATE audit SET mac = zeroblob(32) WHERE seq = 5"], [("changed", 5, 5), ("unlinked", 6, 6)]),
    "a link": (["UPDATE audit SET prev_mac = zeroblob(32) WHERE seq = 5"], [("unlinked", 5, 5), ("changed", 5, 5)]),
    "one deleted": (["DELETE FROM audit WHERE seq = 5"], [("missing", 5, 5)]),
    "several deleted": (["DELETE FROM audit WHERE seq BETWEEN 5 AND 7"], [("missing", 5, 7)]),
    "the first deleted": (["DELETE FROM audit WHERE seq = 1"], [("missing", 1, 1)]),
    "deleted and renumbered": (
        ["DELETE FROM audit WHERE seq = 5", *(f"UPDATE audit SET seq = {n - 1} WHERE seq = {n}" for n in range(6, 12))],
        [("unlinked", 5, 5), *(("changed", seq, seq) for seq in range(5, 11)), ("truncated", 11, 11)],
    ),
    "two swapped": (
        [
            "UPDATE audit SET seq = 99 WHERE seq = 5",
            "UPDATE audit SET seq = 5 WHERE seq = 6",
            "UPDATE audit SET seq = 6 WHERE seq = 99",
        ],
        [("unlinked", 5, 5), ("changed", 5, 5), ("unlinked", 6, 6), ("changed", 6, 6), ("unlinked", 7, 7)],
    ),
    "one put in at the end": (
        [FORGED.format(seq=12, prev="(SELECT mac FROM audit WHERE seq = 11)", mac="mac")],
        [("changed", 12, 12)],
    ),
    "the last deleted": (["DELETE FROM audit WHERE seq = 11"], [("truncated", 11, 11)]),
    "the end deleted": (["DELETE FROM audit WHERE seq > 4"], [("truncated", 5, 11)]),
    "all deleted": (["DELETE FROM audit"], [("truncated", 1, 11)]),
}


@pytest.mark.parametrize("what", list(TAMPERING))
def test_tampering_with_the_table_is_found(tmp_path: Path, what: str) -> None:
    statements, expected = TAMPERING[what]

    async def story() -> None:
        await fill(tmp_path)
        assert (await verify(tmp_path)).findings == ()
        edit(tmp_path, *statements)
        for _ in range(2):  # and it stays found when Homard goes on writing
            found = await verify(tmp_path)
            assert not found.ok
            assert [(one.what, one.seq, one.last_seq) for one in found.findings] == expected
            await fill(tmp_path, 2)

    asyncio.run(story())


def test_what_is_found_is_said_in_words(tmp_path: Path) -> None:
    async def story() -> list[str]:
        await fill(tmp_path)
        edit(
            tmp_path,
            "UPDATE audit SET body = '{}' WHERE seq = 3",
            "DELETE FROM audit WHERE seq = 5",
            "DELETE FROM audit WHERE seq > 9",
        )
        return [one.meaning for one in (await verify(tmp_path)).findings]

    assert asyncio.run(story()) == [
        "Row 3 was changed after being written, or written by somebody who does not have the key.",
        "Row 5 is missing: deleted.",
        "Rows 10 to 11 are missing at the end: deleted, or an older database was put in place of this one.",
    ]


def test_an_older_database_is_found_by_the_anchor(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        shutil.copy(tmp_path / "home" / "homard.db", tmp_path / "old.db")
        await fill(tmp_path, 3)
        shutil.copy(tmp_path / "old.db", tmp_path / "home" / "homard.db")
        found = await verify(tmp_path)
        assert [(one.what, one.seq, one.last_seq) for one in found.findings] == [("truncated", 12, 14)]

    asyncio.run(story())


def test_an_older_database_that_grew_again_is_found_by_the_anchor(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        old, anchor = tmp_path / "old.db", tmp_path / "home" / "audit.anchor"
        shutil.copy(tmp_path / "home" / "homard.db", old)
        shutil.copy(anchor, tmp_path / "anchor.old")
        await fill(tmp_path, 3)
        shutil.copy(anchor, tmp_path / "anchor.new")
        shutil.copy(old, tmp_path / "home" / "homard.db")
        shutil.copy(tmp_path / "anchor.old", anchor)
        await fill(tmp_path, 5)
        shutil.copy(tmp_path / "anchor.new", anchor)
        found = await verify(tmp_path)
        assert [(one.what, one.seq) for one in found.findings] == [("replaced", 14)]

    asyncio.run(story())


@pytest.mark.parametrize("gone", [True, False])
def test_the_anchor_itself_is_watched(tmp_path: Path, gone: bool) -> None:
    async def story() -> None:
        await fill(tmp_path)
        anchor = tmp_path / "home" / "audit.anchor"
        if gone:
            anchor.unlink()
        else:
            anchor.write_bytes(anchor.read_bytes()[:8] + b"\xff" * 1000)
        edit(tmp_path, "DELETE FROM audit WHERE seq > 8")
        found = await verify(tmp_path)
        assert [one.what for one in found.findings] == ["anchor_missing" if gone else "anchor_forged"]

    asyncio.run(story())


def test_another_key_is_told_from_a_change(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        (tmp_path / "home" / "audit.key").unlink()
        await fill(tmp_path, 3)
        found = await verify(tmp_path)
        assert [(one.what, one.seq, one.last_seq) for one in found.findings] == [("other_key", 1, 11)]

    asyncio.run(story())


def test_rows_changed_while_it_runs_are_found(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        async with open_audit(tmp_path) as audit:
            await audit.intent("call.intent", "r2", "s1", {"call_id": "x"})
            edit(tmp_path, "DELETE FROM audit WHERE seq > 8")
            await audit.intent("call.intent", "r2", "s1", {"call_id": "y"})
            found = await audit.verify()
            assert [one.what for one in found.findings] == ["changed_while_running"]
            assert (found.findings[0].seq, found.findings[0].last_seq) == (9, 12)
            assert [row.draft.call_id for row in await audit.rows("r2")] == ["y"]

    asyncio.run(story())
