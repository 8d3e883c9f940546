"""MCP servers that others wrote, installed once beside the tests from locked lists (tests/servers)."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LISTS = ROOT / "tests" / "servers"
PLACE = ROOT / "build" / "test-servers"
"""Not part of the project: git ignores it."""
PATIENCE_S = 90


def node_server(name: str) -> list[str]:
    """The command of a server made for Node: `filesystem`, `everything`, `memory`. Skips the test without it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node is not installed")
    place = installed(
        "node", (npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"), "package.json", "package-lock.json"
    )
    return [node, str(place / "node_modules" / "@modelcontextprotocol" / f"server-{name}" / "dist" / "index.js")]


def python_server(name: str) -> tuple[list[str], Path]:
    """The command of a server made for Python, `time` or `git`, and a folder that it must be able to read."""
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-warn-script-location", "--require-hashes")
    place = installed("python", (*pip, "--target", "packages", "-r", "requirements.txt"), "requirements.txt")
    packages = place / "packages"
    program = f"import sys; sys.path.append({str(packages)!r}); from mcp_server_{name} import main; main()"
    return [sys.executable, "-c", program], packages


@cache
def installed(kind: str, command: tuple[str, ...], *lists: str) -> Path:
    """Install what a list says, unless it is there; skips the test where it cannot be had."""
    digest = hashlib.sha256(b"".join((LISTS / one).read_bytes() for one in lists)).hexdigest()[:16]
    place = PLACE / f"{kind}-{digest}"
    if (place / "whole").exists():
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for one in lists:
        shutil.copy(LISTS / one, place)
    try:
        subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=PATIENCE_S)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"the servers cannot be installed here ({error})")
    (place / "whole").touch()
    return place
