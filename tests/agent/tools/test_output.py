"""The output of commands: what is kept, what goes to disk, what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.tools.output import KEEP_BYTES, OutputSpool, plain_text


def fill(spool: OutputSpool, data: bytes, step: int = 65_536) -> None:
    for at in range(0, len(data), step):
        spool.feed(data[at : at + step])
    spool.close()


def test_a_small_output_is_whole_and_leaves_no_file(tmp_path: Path) -> None:
    spool = OutputSpool(tmp_path / "spool")
    fill(spool, b"x" * 2 * KEEP_BYTES)
    assert (spool.text(), spool.file, list(tmp_path.iterdir())) == ("x" * 2 * KEEP_BYTES, None, [])


@pytest.mark.parametrize("step", [1_000, 65_536, 300_000])
def test_a_large_output_keeps_head_and_tail_and_the_file_holds_all(tmp_path: Path, step: int) -> None:
    data = b"".join(b"%07d\n" % number for number in range(100_000))
    spool = OutputSpool(tmp_path / "new" / "spool")
    fill(spool, data, step)
    text = spool.text()
    assert spool.file is not None
    assert spool.file.read_bytes() == data
    assert (spool.total, spool.stored) == (len(data), len(data))
    assert "[… 600,000 bytes left out …]" in text
    assert len(text) < 2 * KEEP_BYTES + 100
    assert text.startswith("0000000\n")
    assert text.endswith("0099999\n")


def test_beyond_the_limit_it_is_counted_and_dropped(tmp_path: Path) -> None:
    spool = OutputSpool(tmp_path / "spool", limit=250_000)
    fill(spool, b"a" * 400_000 + b"end")
    assert spool.file is not None
    assert spool.file.read_bytes() == b"a" * 250_000
    assert (spool.total, spool.stored, spool.text()[-4:]) == (400_003, 250_000, "aend")


def test_a_spool_that_cannot_be_written_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    spool = OutputSpool(tmp_path / "file" / "spool")
    fill(spool, b"a" * 400_000)
    assert (spool.file, spool.total, len(spool.text()) > 2 * KEEP_BYTES) == (None, 400_000, True)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07plain \x1b(Bx\x1b[?25l", "red plain x"),
        (b"\x1b]8;;https://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b" 10%\r 50%\r100%\ndone\r\n", "100%\ndone\n"),
        (b"n\x08na\x08am\x08me", "name"),
        (b"a\0b\0", "a\u2400b\u2400"),
        (b"caf\xe9 \xff ok", "caf\ufffd \ufffd ok"),
        ("é→\x07\x9b".encode(), "é→"),
        (b"\x1b]unfinished\nnext", "unfinished\nnext"),
        (b"tab\tkept\n\n", "tab\tkept\n\n"),
    ],
)
def test_plain_text(raw: bytes, shown: str) -> None:
    assert plain_text(raw) == shown


@pytest.mark.parametrize("piece", [b"\r", b"\x1b]", b"\x1b[", b"x\x08", b"\x1b", b"a\r", b"\x1b]" + b"a" * 4_000])
def test_no_output_makes_it_slow(piece: bytes) -> None:
    data = piece * (2 * KEEP_BYTES // len(piece))
    assert len(plain_text(data)) <= len(data)
