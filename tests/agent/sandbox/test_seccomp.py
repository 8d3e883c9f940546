"""The process that gives up its local sockets is a child of the test."""

from __future__ import annotations

import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SUPPORTED = sys.platform.startswith("linux") and platform.machine() in ("x86_64", "aarch64")

ATTEMPTS = """
    import asyncio, os, socket, subprocess, sys
    from agent.sandbox.seccomp import restrict

    server = socket.socket(socket.AF_UNIX)
    server.bind(sys.argv[1])
    server.listen()
    restrict(("inet", "inet6", "netlink"), alone=False)

    def attempt(name, act):
        try:
            act()
            print(name, "allowed")
        except OSError as error:
            print(name, error.strerror)

    attempt("unix socket", lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[1]))
    attempt("pair", lambda: socket.socketpair())
    attempt("tcp", lambda: socket.socket().close())
    attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close())
    attempt("loop", lambda: asyncio.run(asyncio.sleep(0)))
    child = "import socket, sys; socket.socket(socket.AF_UNIX)"
    print("child", subprocess.run([sys.executable, "-c", child], stderr=subprocess.DEVNULL).returncode)
"""


@pytest.mark.skipif(not SUPPORTED, reason="the filter is for Linux on x86-64 and arm64")
def test_local_sockets_are_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(ATTEMPTS), str(tmp_path / "s")]
    root = Path(__file__).parents[3]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=30, check=False)
    assert ran.stdout.splitlines() == [
        "unix socket Address family not supported by protocol",
        "pair allowed",
        "tcp allowed",
        "udp allowed",
        "loop allowed",
        "child 1",
    ], ran.stderr
