from __future__ import annotations

import asyncio
import os
import socket
import time
from pathlib import Path

import pytest

from agent.errors import ToolDenied, ToolRetry
from agent.safety.effects import Effect
from agent.tools.find import FindArguments, FindTool
from agent.tools.tool import MAX_RESULT_CHARS
from tests.helpers.tool_context import call, tool_context
from tests.helpers.unprivileged import ordinary_user

FIND = FindTool()
NOON = 1_795_000_000
WHEN = time.strftime("%Y-%m-%d %H:%M", time.localtime(NOON))


def find(folder: Path, **arguments: object) -> list[str]:
    output = call(FIND, tool_context(folder), **arguments)
    assert len(output.content) <= MAX_RESULT_CHARS
    assert not output.is_error
    return output.content.split("\n")


def make(folder: Path, **files: str) -> None:
    """Make files; `__` in a name stands for `/`, `_` for `.`."""
    for number, (name, text) in enumerate(files.items()):
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (NOON + 60 * number, NOON + 60 * number))


def names(lines: list[str]) -> list[str]:
    return [line.split("  ")[0] for line in lines[1:]]


def later(minutes: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(NOON + 60 * minutes))


def test_nothing_given_lists_the_folder(tmp_path: Path) -> None:
    make(tmp_path, report_pdf="x" * 9_876, B_txt="12", docs__a_txt="1", _hidden="abc", _git__config="x")
    (tmp_path / "link").symlink_to("docs/a.txt")
    listing = [
        "3 files, 1 folder, 1 link or special file, 9,881 bytes in all; largest report.pdf (9,876 bytes), "
        f"smallest B.txt (2 bytes); newest .hidden ({later(3)}), oldest report.pdf ({WHEN})",
        f".hidden  3 bytes  {later(3)}",
        f"B.txt  2 bytes  {later(1)}",
        "docs/",
        "link -> docs/a.txt",
        f"report.pdf  9,876 bytes  {WHEN}",
    ]
    for arguments in ({}, {"path": ""}, {"glob": "*"}, {"path": str(tmp_path)}):
        assert find(tmp_path, **arguments) == listing
    assert find(tmp_path, path="docs") == ["1 file, 0 folders, 1 byte in all", f"docs/a.txt  1 byte  {later(2)}"]
    assert find(tmp_path, path="B.txt") == [f"B.txt  2 bytes  {later(1)}"]
    (tmp_path / "empty").mkdir()
    assert find(tmp_path, path="empty") == ["0 files, 0 folders"]


def test_sorting_and_limits(tmp_path: Path) -> None:
    make(tmp_path, a_txt="1", b_txt="333", c_txt="22", d__e_txt="4444")
    assert names(find(tmp_path, sort="size")) == ["b.txt", "c.txt", "a.txt", "d/"]
    assert names(find(tmp_path, sort="newest")) == ["c.txt", "b.txt", "a.txt", "d/"]
    assert names(find(tmp_path, glob="**", sort="size", limit=2)) == [
        "d/e.txt",
        "b.txt",
        "[3 more not shown: narrow path or glob, or sort]",
    ]
    assert names(find(tmp_path, limit=-1)) == ["a.txt", "[3 more not shown: narrow path or glob, or sort]"]


@pytest.mark.parametrize(
    ("glob", "found"),
    [
        ("*.py", ["a.py", "src/b.py", "src/deep/C.py"]),
        ("src/*.py", ["src/b.py"]),
        ("./src/*.py", ["src/b.py"]),
        ("src/**/*.py", ["src/b.py", "src/deep/C.py"]),
        ("**/deep/**", ["src/deep/", "src/deep/C.py"]),
        ("*.{py,md}", ["a.py", "README.md", "src/b.py", "src/deep/C.py"]),
        ("readme*", ["README.md"]),
        ("Readme*", []),
        ("[ab].py", ["a.py", "src/b.py"]),
        ("s*/", ["src/"]),
        ("deep", ["src/deep/"]),
        ("**", ["a.py", "README.md", "src/", "src/b.py", "src/deep/", "src/deep/C.py"]),
        ("**/*", ["a.py", "README.md", "src/", "src/b.py", "src/deep/", "src/deep/C.py"]),
        ("{", []),
        ("[", []),
    ],
)
def test_names(tmp_path: Path, glob: str, found: list[str]) -> None:
    make(tmp_path, a_py="", README_md="", src__b_py="", src__deep__C_py="")
    lines = find(tmp_path, glob=glob)
    assert names(lines) == found
    if not found:
        assert lines == [f"Nothing matches {glob} (6 entries looked at)."]


def test_a_glob_given_as_path_and_a_path_given_as_glob(tmp_path: Path) -> None:
    make(tmp_path, src__a_py="", b_py="")
    assert names(find(tmp_path, path="src/*.py")) == ["src/a.py"]
    assert names(find(tmp_path, glob=f"{tmp_path}/src/*.py")) == ["src/a.py"]
    assert names(find(tmp_path / "src", glob="../*.py")) == [f"{tmp_path}/b.py", f"{tmp_path}/src/a.py"]


def test_globs_made_to_hang_do_not(tmp_path: Path) -> None:
    (tmp_path / ("a" * 250)).touch()
    assert len(find(tmp_path, glob="*a" * 100 + "b")) == 1
    assert len(find(tmp_path, glob="**/" * 100 + "b")) == 1
    for glob in ("{a,b}" * 20, "x" * 501):
        with pytest.raises(ToolRetry, match="too"):
            find(tmp_path, glob=glob)


def test_content(tmp_path: Path) -> None:
    make(
        tmp_path,
        a_txt="first\nthe Needle\r\nlast needle",
        b_py="needle = 1\n",
        docs__c_txt="\tneedle here\n",
        d_bin="needle\0",
        e_txt="no",
    )
    assert find(tmp_path, text="needle") == [
        "4 matches in 3 files; 1 binary file skipped",
        "a.txt:2: the Needle",
        "a.txt:3: last needle",
        "b.py:1: needle = 1",
        "docs/c.txt:1: needle here",
    ]
    assert find(tmp_path, text="Needle", glob="*.txt") == ["1 match in 1 file", "a.txt:2: the Needle"]
    assert find(tmp_path, text="needle", path="docs") == ["1 match in 1 file", "docs/c.txt:1: needle here"]
    assert find(tmp_path, text="needle", path="b.py") == ["1 match in 1 file", "b.py:1: needle = 1"]
    assert find(tmp_path, text="needle", sort="newest", limit=2)[1:] == [
        "docs/c.txt:1: needle here",
        "b.py:1: needle = 1",
        "[2 more not shown: narrow path or glob, or sort]",
    ]
    assert find(tmp_path, text="Nothing") == ["No match for 'Nothing' in 4 files; 1 binary file skipped."]
    assert find(tmp_path, text="NEEDLE H") == [
        "None with these capitals, but otherwise 1 match in 1 file; 1 binary file skipped",
        "docs/c.txt:1: needle here",
    ]
    assert find(tmp_path, text=r"NEE\S+ =")[1:] == ["b.py:1: needle = 1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"^def \w+\(", [1, 5]),
        (r"price \d+", [2]),
        ("price ($)", [3]),
        ("(unclosed", [4]),
        ("a.c", [6, 7]),
        ("größe", [8, 9]),
        ("Größe", [8]),
        (r"gr(?!x)\wße$", [8, 9]),
        (r"\Sröße", [8, 9]),
        ("röße(", []),
        (r"^$", [10]),
        (r"[^x]+end\Z", [11]),
    ],
)
def test_patterns_and_plain_text(tmp_path: Path, text: str, found: list[int]) -> None:
    lines = ["def f(x):", "price 12", "price ($)", "(unclosed", "def g(", "a.c", "abc", "Größe", "GRÖßE", "", "the end"]
    for number, encoding in enumerate(("utf-8", "cp1252", "utf-16")):
        (tmp_path / f"{number}.txt").write_bytes("\n".join(lines).encode(encoding))
    hits = find(tmp_path, text=text)
    assert [line.split(": ")[0] for line in hits[1:]] == [f"{n}.txt:{line}" for n in range(3) for line in found]
    if text == "(unclosed":
        assert "looked for as plain text" in hits[0]


def test_gitignore(tmp_path: Path) -> None:
    make(
        tmp_path,
        _gitignore="*.log\n!keep.log\n/build/\n# comment\n*.tmp/\nsub/only\n[\n",
        a_log="x",
        keep_log="x",
        build__x_txt="x",
        src__build__y_txt="x",
        src__z_tmp="x",
        src___gitignore="!a.log\n*.txt\n",
        src__a_log="x",
        src__b_txt="x",
        sub__only="x",
        deep__sub__only="x",
    )
    head, *found = find(tmp_path, glob="**")
    assert head.endswith("; 5 more left out by .gitignore")
    assert [line.split("  ")[0] for line in found] == [
        ".gitignore", "deep/", "keep.log", "src/", "sub/", "deep/sub/", "deep/sub/only", "src/.gitignore", "src/a.log",
        "src/build/", "src/z.tmp",
    ]  # fmt: skip
    assert find(tmp_path)[0].split(";")[-1] == " 2 more left out by .gitignore"
    assert find(tmp_path, text="x")[0] == "5 matches in 5 files; 5 more left out by .gitignore"
    assert names(find(tmp_path, path="build")) == ["build/x.txt"]
    assert names(find(tmp_path, path="sub")) == []


def test_a_gitignore_made_to_hang_rules_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*a" * 60 + "b\n" + "x\n" * 5_000)
    (tmp_path / ("a" * 250)).touch()
    assert len(names(find(tmp_path))) == 2


def test_patterns_made_to_hang_are_given_up(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(("x" * 5_000 + "\n") * 20)
    before = time.monotonic()
    with pytest.raises(ToolRetry, match="takes too long"):
        find(tmp_path, text=r"(x+x+)+y")
    assert time.monotonic() - before < 60
    for text in ("(a", "a{1,99999}{1,99999}", "(" * 600, "x" * 1_001, r"(?R)"):
        try:
            find(tmp_path, text=text)
        except ToolRetry:
            continue


def test_lines_of_megabytes_are_searched_and_cut(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("head\n" + "x" * 1_040_000 + "needle" + "y" * 2_000_000 + "needle\nneedle\n")
    assert find(tmp_path, text="needle") == [
        "2 matches in 1 file",
        f"long.txt:2: …{'x' * 60}needle{'y' * 134}…",
        "long.txt:3: needle",
    ]
    assert find(tmp_path, text="ne+dle")[0] == "2 matches in 1 file"


def test_fifty_thousand_matches_end_well(tmp_path: Path) -> None:
    (tmp_path / "many.txt").write_text("match me\n" * 50_000)
    for folder in range(20):
        (tmp_path / f"d{folder}").mkdir()
        for number in range(100):
            (tmp_path / f"d{folder}/file-with-a-rather-long-name-{number}.dat").touch()
    lines = find(tmp_path, text="match", limit=1_000)
    assert lines[0] == "50,000 matches in 1 file"
    assert lines[-1] == f"[{50_000 - len(lines) + 2:,} more not shown: narrow path or glob, or sort]"
    lines = find(tmp_path, glob="*.dat", limit=5_000)
    assert lines[0].startswith("2,000 files, 0 folders, 0 bytes in all")
    assert lines[-1] == f"[{2_000 - len(lines) + 2:,} more not shown: narrow path or glob, or sort]"


def test_a_search_stops_when_nobody_waits(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.write(b"text\n" * 20_000)
        file.truncate(60 << 30)

    async def run() -> None:
        async with asyncio.timeout(0.2):
            await FIND.run(FindArguments(text="needle"), tool_context(tmp_path))

    before = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(run())  # waits for its threads: the work has stopped
    assert time.monotonic() - before < 30


def test_odd_things_are_listed_and_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "escape").symlink_to("/etc/passwd")
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9\x1b[31m"), "wb") as file:
        file.write(b"text")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.open(tmp_path, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{here}/sock")
        os.close(here)
        assert names(find(tmp_path)) == [
            "caf\\xe9\\x1b[31m",
            "escape -> /etc/passwd",
            "fifo",
            "loop -> .",
            "nowhere -> gone",
            "sock",
        ]
        assert find(tmp_path, text="text|root")[1:] == ["caf\\xe9\\x1b[31m:1: text"]


def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    with ordinary_user() as folder:
        (folder / "closed").mkdir(mode=0)
        (folder / "a.txt").write_text("needle")
        (folder / "b.txt").touch(mode=0)
        assert find(folder, glob="*.txt")[0].endswith("; 1 could not be read (closed)")
        assert find(folder, text="needle") == [
            "1 match in 1 file; 2 could not be read (b.txt, closed)",
            "a.txt:1: needle",
        ]
        with pytest.raises(Exception, match="permission denied"):
            find(folder, path="closed")


def test_secrets_in_a_granted_folder_stay_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    make(tmp_path, _ssh__id="needle", _netrc="needle", a_txt="needle")
    assert find(tmp_path, text="needle") == ["1 match in 1 file; 2 could not be read (.netrc, .ssh)", "a.txt:1: needle"]
    with pytest.raises(ToolDenied):
        find(tmp_path, path=".ssh")


def test_outside_a_person_is_asked(tmp_path: Path) -> None:
    make(tmp_path, x_txt="", inside__y_txt="")
    context, args = tool_context(tmp_path / "inside"), FindArguments(glob="../*.txt")
    assert FIND.effects(args, context) == (Effect("fs.read", str(tmp_path), granted=False),)
    output = asyncio.run(FIND.run(args, context))
    assert output.content.startswith(f"2 files, 0 folders, 0 bytes in all; largest {tmp_path}/x.txt (0 bytes)")
    with pytest.raises(ToolDenied):
        asyncio.run(FIND.run(FindArguments(glob="../*.txt"), context))
    assert FIND.effects(FindArguments(), context) == (Effect("fs.read", str(tmp_path / "inside"), granted=True),)
    with pytest.raises(ToolRetry, match=r"Did you mean y\.txt\?"):
        find(tmp_path / "inside", path="z.txt")
