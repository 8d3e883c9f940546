"""Build Homard as one folder that needs no Python: `python3 packaging/build.py [--deb]`. See docs/packaging.md.

A wheel is made and installed with its locked dependencies into an environment of its own, PyInstaller (homard.spec)
makes dist/homard from that, and the result must pass its own self-test. Standard library only, Python 3.11 to 3.14.
"""

import argparse
import filecmp
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging"
BUILD = ROOT / "build" / "packaging"
DIST = ROOT / "dist"
TESTS_LINE = "# ---- what the gate needs besides ----\n"
BUILDERS = ("altgraph", "macholib", "packaging", "pefile", "pyinstaller", "pyinstaller-hooks-contrib",
            "pywin32-ctypes", "setuptools")  # fmt: skip
"""Of the second part of the lock, what PyInstaller is made of."""
WINDOWS = os.name == "nt"
SELFTEST_LIMIT_S = 300


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--deb", action="store_true", help="also make a Debian package of the folder")
    options = parser.parse_args(arguments)
    step("Environment with the locked dependencies")
    python = environment()
    step("Wheel of Homard, installed")
    install_wheel(python)
    step("Icons")
    icons = BUILD / "icons"
    run(python, "-I", HERE / "icons.py", ROOT / "resources" / "icons" / "homard-app.svg", icons)
    step("PyInstaller")
    # Its exit code says little: what counts is the self-test.
    run(
        *(python, "-I", "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
        *("--distpath", DIST, "--workpath", BUILD / "pyinstaller", HERE / "homard.spec"),
        # Collecting litellm imports it, and that would fetch its price map.
        env={"HOMARD_ICONS": str(icons), "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
    )
    folder = DIST / "homard"
    be_one_file(program(folder, "homard-app"), program(folder, "homard"))
    step("Self-test of the result")
    selftest(program(folder, "homard-app"))
    print(f"{folder}: {size_mb(folder):.0f} MB")
    if options.deb:
        step("Debian package")
        import debian

        package = debian.build(folder, icons, DIST, project_version())
        print(f"{package}: {package.stat().st_size / 1e6:.0f} MB")
    return 0


def environment() -> Path:
    """Make the environment, or take the one that was made from the same lock; returns its Python."""
    folder = BUILD / "environment"
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    wanted = requirements()
    stamp = folder / "requirements.txt"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    unfinished = folder / "requirements.unfinished"
    unfinished.write_text(wanted, encoding="utf-8")
    pip(python, "--require-hashes", "--only-binary", ":all:", "-r", unfinished)
    unfinished.replace(stamp)
    return python


def requirements() -> str:
    """The lock for running, with what building needs of its second part."""
    running, _, testing = (ROOT / "requirements.lock").read_text(encoding="utf-8").partition(TESTS_LINE)
    entries = re.split(r"^(?=\S)", testing, flags=re.MULTILINE)
    return running + "".join(entry for entry in entries if entry.partition("==")[0] in BUILDERS)


def install_wheel(python: Path) -> None:
    """Make the wheel and install it: the build takes nothing from the source tree itself."""
    wheels = BUILD / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    run(
        *(python, "-I", "-m", "pip", "wheel", "-qq", "--disable-pip-version-check"),
        *("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels, ROOT),
    )
    (wheel,) = wheels.glob("homard-*.whl")
    pip(python, "--force-reinstall", "--no-index", wheel)


def pip(python: Path, *arguments: str | Path) -> None:
    run(python, "-I", "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", *arguments)


def selftest(app: Path) -> None:
    """Run the program's own test in an environment that knows nothing of Python. Exits when it fails."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_"))}
    done = subprocess.run([app, "--selftest"], env=env, cwd=app.parent, timeout=SELFTEST_LIMIT_S, check=False)
    if done.returncode != 0:
        sys.exit(f"The build failed its self-test with exit code {done.returncode}.")


def be_one_file(one: Path, other: Path) -> None:
    """Keep one of two programs that are alike, under both names: each holds all our modules. It asks for its name."""
    if not WINDOWS and filecmp.cmp(one, other, shallow=False):
        other.unlink()
        os.link(one, other)


def program(folder: Path, name: str) -> Path:
    return folder / (f"{name}.exe" if WINDOWS else name)


def size_mb(folder: Path) -> float:
    files = {
        path.stat().st_ino: path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    return sum(files.values()) / 1e6


def project_version() -> str:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=HERE, env={**os.environ, **(env or {})}, check=False)
    if done.returncode != 0:
        sys.exit(f"{Path(command[0]).name} failed with exit code {done.returncode}: read what it said above.")


_started = time.monotonic()


def step(name: str) -> None:
    print(f"[{time.monotonic() - _started:5.0f} s] {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
