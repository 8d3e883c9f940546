"""Each case is a process that jails itself and tells what it still can do."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from agent.sandbox.landlock import confine, version

needs_landlock = pytest.mark.skipif(version() == 0, reason="this kernel does not enforce Landlock")

ATTEMPTS = """
    import glob, os, subprocess, sys
    from agent.sandbox.landlock import confine

    base = sys.argv[1]
    loaders = [*glob.glob("/lib*/ld-*.so*"), *glob.glob("/lib*/*/ld-*.so*")]
    system = [sys.prefix, sys.base_prefix, "/usr", "/lib", "/lib64", "/bin"]
    confine([*system, base + "/mine", base + "/nowhere"], [base + "/out"], execute=["/bin/true", *loaders])

    def attempt(name, act):
        try:
            act()
            print(name, "allowed")
        except OSError:
            print(name, "blocked")

    attempt("read granted", lambda: open(base + "/mine/a").read())
    attempt("list granted", lambda: os.listdir(base + "/mine"))
    attempt("write granted to read", lambda: open(base + "/mine/a", "w"))
    attempt("write granted to write", lambda: open(base + "/out/new", "w").write("x"))
    attempt("read other", lambda: open(base + "/other/secret").read())
    attempt("list other", lambda: os.listdir(base + "/other"))
    attempt("read by link", lambda: open(base + "/mine/link").read())
    attempt("remove other", lambda: os.remove(base + "/other/secret"))
    attempt("start granted", lambda: subprocess.run(["/bin/true"]))
    attempt("start other", lambda: subprocess.run(["/bin/cat", "/dev/null"]))
    attempt("signal outsider", lambda: os.kill(os.getppid(), 0))
"""


def run_jailed(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    root = Path(__file__).parents[3]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=30, check=False)


@needs_landlock
def test_only_what_was_granted(tmp_path: Path) -> None:
    for folder in ("mine", "out", "other"):
        (tmp_path / folder).mkdir()
    (tmp_path / "mine" / "a").write_text("a")
    (tmp_path / "other" / "secret").write_text("s")
    (tmp_path / "mine" / "link").symlink_to(tmp_path / "other" / "secret")
    ran = run_jailed(ATTEMPTS, str(tmp_path))
    assert ran.stdout.splitlines() == [
        "read granted allowed",
        "list granted allowed",
        "write granted to read blocked",
        "write granted to write allowed",
        "read other blocked",
        "list other blocked",
        "read by link blocked",
        "remove other blocked",
        "start granted allowed",
        "start other blocked",
        f"signal outsider {'blocked' if version() >= 6 else 'allowed'}",
    ], ran.stderr
    assert (tmp_path / "other" / "secret").read_text() == "s"


@pytest.mark.skipif(version() > 0, reason="this kernel enforces Landlock")
def test_says_when_it_cannot() -> None:
    with pytest.raises(OSError, match="no Landlock"):
        confine()
