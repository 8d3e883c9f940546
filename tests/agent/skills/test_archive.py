"""Zips that a stranger made: the good one is unpacked, of the others nothing gets out of the folder."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import tempfile
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import UsageError
from agent.mcp_client.bundle import PROGRAM
from agent.skills.archive import unpack
from agent.skills.tree import look
from tests.agent.skills.test_name import EVIL


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two entries of one name
        for name, content in entries:
            archive.writestr(name, content)
    return data.getvalue()


def of_mode(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def unpacked(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "x.zip").write_bytes(data)
    unpack(tmp_path / "x.zip", tmp_path / "in")
    return {
        str(path.relative_to(tmp_path / "in")): path.read_bytes()
        for path in tmp_path.rglob("in/**/*")
        if path.is_file()
    }


def test_a_good_one(tmp_path: Path) -> None:
    data = zipped(
        ("skill/", ""),
        ("skill/SKILL.md", "x"),
        (of_mode("skill/run.sh", stat.S_IFREG | 0o4777), "y"),
        ("__MACOSX/skill/._SKILL.md", "z"),
        ("skill/.DS_Store", "z"),
    )
    assert unpacked(tmp_path, data) == {"skill/SKILL.md": b"x", "skill/run.sh": b"y"}
    modes = [stat.S_IMODE((tmp_path / "in" / "skill" / name).stat().st_mode) for name in ("SKILL.md", "run.sh")]
    assert modes == [0o600, 0o700]


def patched(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    changed = bytearray(data)
    change(changed)
    return bytes(changed)


def lie_about_size(data: bytearray) -> None:
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1)  # the uncompressed size, in the list of files


def in_the_form_for_large_ones(data: bytes) -> bytes:
    """Its list of files is a long one, and the usual place says that it is short."""
    at = data.rfind(b"PK\x05\x06")
    entries, size, offset = struct.unpack_from("<HII", data, at + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 50, 0, 0)
    return data[:at] + record + locator + end


PATHS = [name for name in EVIL if name and "\0" not in name]
BAD: dict[str, Callable[[], bytes]] = {
    **{f"path {name!r:.30}": partial(zipped, (f"s/{name}", "x")) for name in PATHS},
    **{f"whole path {name!r:.30}": partial(zipped, (name, "x")) for name in PATHS},
    "link": lambda: zipped((of_mode("link", stat.S_IFLNK | 0o777), "/etc/passwd")),
    "link, then below it": lambda: zipped((of_mode("d", stat.S_IFLNK | 0o777), ".."), ("d/evil", "x")),
    "device": lambda: zipped((of_mode("dev", stat.S_IFCHR | 0o666), "")),
    "pipe": lambda: zipped((of_mode("pipe", stat.S_IFIFO | 0o666), "")),
    "two of one name": lambda: zipped(("SKILL.md", "a"), ("SKILL.md", "b")),
    "case": lambda: zipped(("SKILL.md", "a"), ("skill.MD", "b")),
    "Unicode": lambda: zipped(("caf\u00e9", "a"), ("cafe\u0301", "b")),
    "a file that is a folder": lambda: zipped(("a", "x"), ("a/b", "x")),
    "bomb": lambda: zipped(("bomb", b"\0" * (200 << 20))),
    "bomb in parts": lambda: zipped(*((f"bomb{n}", b"\0" * (15 << 20)) for n in range(4))),
    "60,000 entries": lambda: zipped(*((f"f{n}", "") for n in range(60_000))),
    "a size that lies": lambda: patched(zipped(("a", b"\0" * 100_000)), lie_about_size),
    "a list of files that stands elsewhere": lambda: in_the_form_for_large_ones(zipped(("a", "x"))),
    "no zip": lambda: b"hello",
    "empty": lambda: b"",
    "cut": lambda: zipped(("a", b"x" * 1000))[:-30],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_ones_are_refused_and_nothing_gets_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"x\.zip was not installed.*Nothing was changed"):
        unpacked(tmp_path, BAD[name]())
    assert {path.name for path in tmp_path.iterdir()} == {"in", "x.zip"}
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]


def test_a_list_of_files_is_not_read_to_see_that_it_is_too_long(tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(in_the_form_for_large_ones(zipped(*((f"f{n}", "") for n in range(10_000)))))
    tracemalloc.start()
    with pytest.raises(UsageError, match="very large zips"):
        unpack(source, tmp_path / "in")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000  # each entry that is read takes half a thousand bytes


def test_other_things_may_be_larger(tmp_path: Path) -> None:
    source = tmp_path / "x.zip"
    source.write_bytes(zipped(*((f"node_modules/p{n % 90}/f{n}.js", f"// {n}") for n in range(2_100))))
    unpack(source, tmp_path / "in", PROGRAM)
    tree = look(tmp_path / "in", limits=PROGRAM)
    assert (len(tree.files), tree.problems) == (2_100, ())
    assert look(tmp_path / "in", tree.files, PROGRAM).digest == tree.digest


def test_a_nul_in_a_name_is_seen(tmp_path: Path) -> None:
    data = zipped(("aZ../evil", "x")).replace(b"aZ../evil", b"a\x00../evil")
    with pytest.raises(UsageError, match="no plain path"):
        unpacked(tmp_path, data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_broken_zip_is_refused_or_unpacked(data: st.DataObject) -> None:
    whole = bytearray(zipped(("SKILL.md", "x" * 200), ("a/b", "y")))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as place:
        with contextlib.suppress(UsageError):
            unpacked(Path(place), bytes(whole))
        assert {path.name for path in Path(place).iterdir()} == {"in", "x.zip"}
