from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolError, ToolFailed, ToolRetry
from agent.messages import ImagePart
from agent.safety.effects import Effect
from agent.tools.read import ReadArguments, ReadTool
from agent.tools.tool import MAX_RESULT_CHARS
from tests.helpers.tool_context import call, tool_context
from tests.helpers.unprivileged import ordinary_user

READ = ReadTool()
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000")


def read(folder: Path, path: str, **more: object) -> str:
    output = call(READ, tool_context(folder), path=path, **more)
    assert len(output.content) <= MAX_RESULT_CHARS
    assert not output.is_error
    return output.content


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes("Größe: 3\r\nend".encode())
    output = call(READ, tool_context(tmp_path), path="note.txt")
    assert output.content == "note.txt, 2 lines, 15 bytes:\nGröße: 3\nend"
    path = str(tmp_path / "note.txt")
    assert output.details == {"path": path, "size": 15, "from_line": 1, "to_line": 2, "lines": 2}
    (tmp_path / "one.txt").write_text("one\n")
    assert read(tmp_path, "one.txt") == "one.txt, 1 line, 4 bytes:\none"
    (tmp_path / "empty.txt").touch()
    assert read(tmp_path, "empty.txt") == "empty.txt is empty."
    (tmp_path / "blank.txt").write_text("\n\n")
    assert read(tmp_path, "blank.txt") == "blank.txt, 2 lines, 2 bytes:\n\n"


def test_a_range_of_lines(tmp_path: Path) -> None:
    (tmp_path / "n.txt").write_text("".join(f"line {n}\n" for n in range(1, 31)))
    head = "n.txt, lines {} of 30, 231 bytes:\n"
    assert read(tmp_path, "n.txt", from_line=29) == head.format("29-30") + "line 29\nline 30"
    assert read(tmp_path, "n.txt", from_line=3, lines=2) == head.format("3-4") + "line 3\nline 4\n[more: from_line=5]"
    assert read(tmp_path, "n.txt", from_line=-2) == head.format("29-30") + "line 29\nline 30"
    assert read(tmp_path, "n.txt", from_line=-99, lines=1) == head.format("1-1") + "line 1\n[more: from_line=2]"
    assert read(tmp_path, "n.txt", from_line=0, lines=0) == head.format("1-1") + "line 1\n[more: from_line=2]"
    with pytest.raises(ToolRetry, match="only 30 lines"):
        read(tmp_path, "n.txt", from_line=31)
    with pytest.raises(ToolRetry, match="Line 2 has only 6 characters"):
        read(tmp_path, "n.txt", from_line=2, from_char=9)


def test_pages_put_together_are_the_file(tmp_path: Path) -> None:
    text = "".join(f"{n} {'ä' * (n * 37 % 400)}\n" for n in range(2_000)) + "x" * 25_000 + "\nend"
    (tmp_path / "f.txt").write_text(text)
    place: dict[str, int] = {"from_line": 1}
    whole = ""
    while place:
        lines = read(tmp_path, "f.txt", **place).split("\n")
        way_on = lines.pop() if lines[-1].startswith("[") else ""
        cut = "goes on" in way_on
        whole += "\n".join(lines[1:]) + ("" if cut or not way_on else "\n")
        words = way_on.strip("[]").split(";")[0].replace(",", "").split()
        place = {key: int(value) for key, _, value in (word.partition("=") for word in words) if value}
    assert whole == text


def test_a_line_of_two_megabytes_comes_in_parts(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("é" * 1_000_000 + "\nshort\n")
    first = read(tmp_path, "long.txt")
    assert first.endswith("é\n[line 1 goes on: from_line=1, from_char=9601; more: from_line=2]")
    later = read(tmp_path, "long.txt", from_char=995_001)
    assert later == f"long.txt, lines 1-2 of 2, 2,000,007 bytes:\n{'é' * 5_000}\nshort"
    assert read(tmp_path, "long.txt", from_line=2) == "long.txt, lines 2-2 of 2, 2,000,007 bytes:\nshort"


def test_a_huge_file_is_neither_loaded_nor_waited_for(tmp_path: Path) -> None:
    with (tmp_path / "huge.log").open("wb") as file:
        file.write(b"first\n" * 20_000)
        file.truncate(40 << 30)
    before = time.monotonic()
    content = read(tmp_path, "huge.log", lines=1)
    assert content == "huge.log, lines 1-1 of more than 1, 42,949,672,960 bytes:\nfirst\n[more: from_line=2]"

    async def tail() -> None:
        context, args = tool_context(tmp_path), ReadArguments("huge.log", from_line=-1)
        async with asyncio.timeout(0.1):
            await READ.run(args, context)

    with pytest.raises(TimeoutError):
        asyncio.run(tail())  # waits for its threads: the work has stopped
    assert time.monotonic() - before < 5


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"\xef\xbb\xbfbom\n", "f.txt, 1 line, 7 bytes:\nbom"),
        ("\ufeffzwei\nZeilen€".encode("utf-16-le"), "f.txt, 2 lines, 26 bytes, utf-16-le:\nzwei\nZeilen€"),
        ("\ufeffbig".encode("utf-16-be"), "f.txt, 1 line, 8 bytes, utf-16-be:\nbig"),
        ("caf\xe9 \u20ac".encode("cp1252"), "f.txt, 1 line, 6 bytes, windows-1252:\ncafé €"),
        (b"a" * 70_000 + b"\xff\n", None),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, shown: str | None) -> None:
    (tmp_path / "f.txt").write_bytes(data)
    if shown is None:
        assert read(tmp_path, "f.txt", from_char=69_999).endswith("aa\ufffd")
    else:
        assert read(tmp_path, "f.txt") == shown


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.7\n\0\1", "a PDF document, 11 bytes"),
        ("a.docx", b"PK\x03\x04\0\0\0\0", "a Word document, 8 bytes"),
        ("a.zip", b"PK\x03\x04\0\0\0\0", "a ZIP archive, 8 bytes"),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "an MP4 video or a related file, 12 bytes"),
        ("a.bin", bytes(range(256)) * 300, "a binary file, 76,800 bytes"),
        ("b.bin", b"\x01\x02\x03text", "a binary file, 7 bytes"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert read(tmp_path, name) == f"{name} is {words}: no text, so nothing of it is shown."


def test_images_go_to_models_that_see(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    seen = call(READ, tool_context(tmp_path, sees_images=True), path="a.png")
    assert (seen.content, seen.images) == ("a.png is an image (image/png), 29 bytes:", (ImagePart("image/png", PNG),))
    blind = call(READ, tool_context(tmp_path), path="a.png")
    assert blind.content == "a.png is an image (image/png), 29 bytes; this model does not see images."
    assert blind.images == ()
    with (tmp_path / "b.png").open("wb") as file:
        file.write(PNG)
        file.truncate(5_000_001)
    large = call(READ, tool_context(tmp_path, sees_images=True), path="b.png")
    assert (large.images, "too large" in large.content) == ((), True)


def test_a_folder_is_listed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_text("12345")
    os.utime(tmp_path / "docs/a.txt", (1_800_000_000, 1_800_000_000))
    assert read(tmp_path, "docs").startswith(
        "docs is a folder. 1 file, 0 folders, 5 bytes in all\ndocs/a.txt  5 bytes  2027-"
    )


def test_a_wrong_path_brings_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/Report.txt").touch()
    (tmp_path / "sub").mkdir()
    with pytest.raises(ToolRetry, match=r"no docs/reprot\.txt\. Did you mean docs/Report\.txt\?"):
        read(tmp_path, "docs/reprot.txt")
    with pytest.raises(ToolRetry, match=r"no report\.txt\. Did you mean docs/Report\.txt\?"):
        read(tmp_path, "report.txt")
    with pytest.raises(ToolRetry, match=r"no x/y\. Use find"):
        read(tmp_path, "x/y")
    with pytest.raises(ToolRetry, match="not a folder"):
        read(tmp_path, "docs/Report.txt/x")


def test_outside_a_person_may_allow_the_real_path(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    context, args = tool_context(inside), ReadArguments("link.txt")
    assert READ.effects(args, context) == (Effect("fs.read", str(tmp_path / "secret.txt"), granted=False),)
    output = asyncio.run(READ.run(args, context))
    assert output.content == f"{tmp_path}/secret.txt, 1 line, 6 bytes:\nsecret"
    with pytest.raises(ToolDenied):
        asyncio.run(READ.run(ReadArguments("link.txt"), context))
    (inside / "here.txt").touch()
    granted = READ.effects(ReadArguments("here.txt"), context)
    assert granted == (Effect("fs.read", str(inside / "here.txt"), granted=True),)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(ToolFailed, match=r"fifo is a pipe \(FIFO\), not a file"):
        read(tmp_path, "fifo")
    with pytest.raises(ToolFailed, match="/dev/zero is a device"):
        read(tmp_path, "/dev/zero")
    with ordinary_user() as folder:
        (folder / "closed.txt").touch(mode=0)
        with pytest.raises(ToolFailed, match="permission denied"):
            read(folder, "closed.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux files")
def test_files_of_the_system_that_have_no_size_are_read(tmp_path: Path) -> None:
    assert "MemTotal:" in read(tmp_path, "/proc/meminfo", lines=3)


def test_a_file_that_grows_and_vanishes_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "moving.txt"
    done = threading.Event()

    def move() -> None:
        while not done.is_set():
            with path.open("ab") as file:
                file.write(b"more\n" * 1_000)
            path.unlink()

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for _ in range(60):
            try:
                assert set(read(tmp_path, "moving.txt").split("\n")[1:-1]) <= {"more"}
            except ToolError:
                continue
    finally:
        done.set()
        mover.join()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX names")
def test_a_name_of_any_bytes_is_shown_and_taken_back(tmp_path: Path) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9\n.txt"), "wb") as file:
        file.write(b"found")
    assert read(tmp_path, "caf\\xe9\\x0a.txt") == "caf\\xe9\\x0a.txt, 1 line, 5 bytes:\nfound"
    with pytest.raises(ToolRetry, match=r"Did you mean caf\\xe9\\x0a\.txt\?"):
        read(tmp_path, "caf_.txt")
