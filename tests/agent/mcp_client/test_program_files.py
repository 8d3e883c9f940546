import os
import time
import zipfile
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.mcp_client.program_files import files_in, unpack


def test_a_program_of_some_thousand_files(tmp_path: Path) -> None:
    file, target = tmp_path / "p.mcpb", tmp_path / "p"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"node_modules/p{number % 90}/f{number}.js", f"// {number}")
    unpack(file, target)
    tree = files_in(target)
    assert (len(tree.files), tree.problems) == (5_000, ())
    began = time.process_time()
    assert files_in(target, tree.files).digest == tree.digest
    assert time.process_time() - began < 2.0


@pytest.mark.parametrize("change", ["content", "new", "gone", "renamed", "link"])
def test_any_change_of_the_files_is_another_digest(tmp_path: Path, change: str) -> None:
    target = tmp_path / "p"
    target.mkdir()
    (target / "a.js").write_text("a")
    (target / "b.js").write_text("b")
    tree = files_in(target)
    match change:
        case "content":
            stat = (target / "a.js").stat()
            (target / "a.js").write_text("c")
            os.utime(target / "a.js", ns=(stat.st_atime_ns, stat.st_mtime_ns))
        case "new":
            (target / "c.js").write_text("c")
        case "gone":
            (target / "b.js").unlink()
        case "renamed":
            (target / "b.js").rename(target / "c.js")
        case _:
            (target / "b.js").unlink()
            (target / "b.js").symlink_to("a.js")
    now = files_in(target, tree.files)
    assert now.digest != tree.digest or now.problems


def test_a_list_of_files_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "p.mcpb"
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(21_000):
            archive.writestr(f"f{number}", b"")
    with pytest.raises(UsageError, match="more than 20,000 files"):
        unpack(file, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_file_that_is_larger_than_the_zip_says_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.mcpb"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big", b"\0" * 100_000)
    data = bytearray(file.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(UsageError, match=r"larger than the zip says|can be read"):
        unpack(file, tmp_path / "p")
