"""Write requirements.lock from pyproject.toml; started by `python3 dev.py lock [UV OPTION]...`.

Pins that are there stay; `--upgrade` or `--upgrade-package NAME` moves them. The one file has two parts, so that people
who only run the program do not install its test tools. Standard library only; uv lives in a scratch environment.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"

HEADER = """\
# Written by `python3 dev.py lock` from pyproject.toml; do not edit.
# For Python 3.11 to 3.14 on Linux, macOS (ARM) and Windows (x86-64). Wheels only; the list is complete:
#   pip install --no-deps --require-hashes --only-binary :all: -r requirements.lock
# ---- what running needs ----
"""
TESTS = "# ---- what the gate needs besides ----\n"  # dev.py cuts the file here


def main(options: list[str]) -> int:
    """Solve twice, for everything and for running alone, and write both parts; return the exit code."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        uv = _install_uv(scratch / "uv")
        build = scratch / "build.in"
        build.write_text("\n".join(project["build-system"]["requires"]), encoding="utf-8")
        inputs = [str(PROJECT), str(build)]
        for extra in project["project"]["optional-dependencies"]:
            inputs += ["--extra", extra]
        everything, running = scratch / "everything.txt", scratch / "running.txt"
        if LOCK.exists():
            shutil.copy(LOCK, everything)
        _solve(uv, everything, [*inputs, "--group", "dev", *options])
        _solve(uv, running, [*inputs, "--constraint", str(everything)])
        _write(_entries(running), _entries(everything))
    return 0


def _install_uv(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([programs / "python", "-I", "-m", "pip", "install", "--quiet", "uv"], check=True)
    return programs / "uv"


def _solve(uv: Path, output: Path, inputs: list[str]) -> None:
    how = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--only-binary", ":all:"]
    bare = ["--no-emit-index-url", "--no-header", "--no-annotate"]
    # In the project's folder, because uv takes [tool.uv] of pyproject.toml from where it stands.
    subprocess.run([uv, "pip", "compile", *how, *bare, *inputs, "--output-file", output], cwd=ROOT, check=True)


def _entries(path: Path) -> dict[str, str]:
    """Return each requirement's first line (name, version, marker) with its whole text."""
    entries: dict[str, str] = {}
    first = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.startswith(" "):
            first = line
        entries[first] = entries.get(first, "") + line
    return entries


def _write(running: dict[str, str], everything: dict[str, str]) -> None:
    besides = [text for first, text in everything.items() if first not in running]
    new = LOCK.with_suffix(".lock.new")
    new.write_text(HEADER + "".join(running.values()) + TESTS + "".join(besides), encoding="utf-8", newline="\n")
    new.replace(LOCK)
    print(f"requirements.lock: {len(running)} packages for running, {len(besides)} more for the gate")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
