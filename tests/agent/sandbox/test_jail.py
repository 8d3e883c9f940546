"""Worker programs give up what they do not need: each case is a process that jails itself and tells what is left."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from agent.sandbox import landlock, seccomp

pytestmark = pytest.mark.skipif(
    landlock.version() < 6 or not seccomp.supported(), reason="this system does not enforce all of it"
)
ROOT = Path(__file__).parents[3]
ATTEMPTS = """
    import os, socket, sys
    from agent.sandbox.jail import enter

    base, *families = sys.argv[1:]
    print(enter([base + "/read"], [base + "/write"], sockets=families, clear_away=[base + "/clear"]))
    import json.tool, sqlite3  # what Python needs can be read

    def attempt(name, act):
        try:
            act()
            print(name)
        except OSError:
            pass

    attempt("read", lambda: open(base + "/read/file").read())
    attempt("write", lambda: open(base + "/write/file", "w"))
    attempt("clear away", lambda: os.rmdir(base + "/clear/folder"))
    attempt("ESCAPE read", lambda: open(base + "/other/file").read())
    attempt("ESCAPE write", lambda: open(base + "/read/file", "w"))
    attempt("ESCAPE new", lambda: open(base + "/clear/file", "w"))
    attempt("ESCAPE home", lambda: os.listdir(os.path.expanduser("~")))
    attempt("ESCAPE checkout", lambda: open("pyproject.toml").read())
    attempt("ESCAPE mode", lambda: os.chmod(base + "/other/file", 0o777))
    attempt("ESCAPE process", lambda: open("/proc/1/environ").read())
    attempt("ESCAPE signal", lambda: os.kill(os.getppid(), 0))
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"):
        attempt(family, lambda: socket.socket(getattr(socket, family), socket.SOCK_DGRAM).close())
"""


@pytest.mark.parametrize(
    ("families", "left"),
    [((), []), (("unix",), ["AF_UNIX"]), (("inet", "inet6", "netlink"), ["AF_INET", "AF_INET6", "AF_NETLINK"])],
    ids=["page", "engine", "litellm"],
)
def test_only_what_is_needed_is_left(tmp_path: Path, families: tuple[str, ...], left: list[str]) -> None:
    for name in ("read", "write", "other", "clear/folder"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "clear/folder/file").unlink()
    command = [sys.executable, "-c", textwrap.dedent(ATTEMPTS), str(tmp_path), *families]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    how = f"landlock {landlock.version()}, seccomp"
    assert ran.stdout.splitlines() == [how, "read", "write", "clear away", *left], ran.stderr
