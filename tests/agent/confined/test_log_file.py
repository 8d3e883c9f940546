"""The log of a program."""

from __future__ import annotations

from pathlib import Path

from agent.confined.log_file import MOST_BYTES, LogFile, old, tail
from agent.safety.known_keys import KnownKeys


def test_it_does_not_grow_for_ever_and_its_end_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.log"
    log = LogFile(path)
    for number in range(300):
        log.write(b"%d \x1b[31mred\x1b[0m\n" % number + b"." * 8_000 + b"\n")
    log.close()
    sizes = [path.stat().st_size, old(path).stat().st_size]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) > MOST_BYTES
    assert tail(path, 2) == ["299 red", "." * 2_000]
    assert path.stat().st_mode & 0o777 == 0o600


def test_who_says_too_much_is_to_wait(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "x.log")
    assert log.write(b"x" * 100) < 0.001
    assert sum(log.write(b"x" * 65_536) for _ in range(32)) > 10
    log.close()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("kept")
    (tmp_path / "x.log").symlink_to(tmp_path / "target")
    log = LogFile(tmp_path / "x.log")
    log.write(b"words\n")
    log.close()
    assert (tmp_path / "target").read_text() == "kept"
    assert tail(tmp_path / "no.log") == []


def test_what_must_not_reach_the_disk_does_not(tmp_path: Path) -> None:
    keys = KnownKeys()
    keys.note("sk-canary-123")
    log = LogFile(tmp_path / "x.log", keys.hide)
    for piece in (b"a sk-can", b"ary-123 b\nhalf a l", b"ine sk-canary-123"):
        log.write(piece)
    log.close()
    assert (tmp_path / "x.log").read_text() == "a [key] b\nhalf a line [key]"
