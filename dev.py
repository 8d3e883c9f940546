"""Set up, start and check Homard: all that a fresh machine needs. Standard library only.

python3 dev.py run                        set up what is missing, then open the app; without a display chat here
python3 dev.py run "PROMPT" [OPTION]...   set up what is missing, then answer (options: homard ask --help)
python3 dev.py setup                      only set up; .venv/bin/homard is there afterwards
python3 dev.py test [PYTEST OPTION]...    set up what tests need too, then run the gate
python3 dev.py lock [UV OPTION]...        write requirements.lock anew from pyproject.toml

Exit code: 0 done, 1 the setup or the gate failed, 2 no such command, 130 interrupted; with run, that of homard.
"""

import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # the same as requires-python in pyproject.toml
if not OLDEST <= sys.version_info[:2] <= NEWEST:
    # The syntax of this whole file is that of Python 3.6, else an old Python would never come to say this.
    sys.exit(
        "Homard needs Python {}.{} to {}.{} and this is {}.{}: install one of those (Debian, Ubuntu: apt install "
        "python3; macOS, Windows: from python.org) and start dev.py with it.".format(
            *(OLDEST + NEWEST + tuple(sys.version_info[:2]))
        )
    )

import contextlib
import errno
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

WINDOWS = os.name == "nt"
VERSION = "{}.{}".format(*sys.version_info[:2])
ROOT = Path(__file__).resolve().parent
PROJECT, LOCK = ROOT / "pyproject.toml", ROOT / "requirements.lock"
TESTS_LINE = "# ---- what the gate needs besides ----\n"  # below it in the lock stands what running does not need
PACKAGES = ("agent", "app", "plugins")

VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
HOMARD = PROGRAMS / ("homard.exe" if WINDOWS else "homard")
APP = PROGRAMS / ("homard-app.exe" if WINDOWS else "homard-app")
LOG = VENV / "install.log"
STAMP = VENV / "setup.done"  # what was installed; written last, so it speaks of a whole installation
UNDER_WAY = VENV / "setup.unfinished"  # there while .venv is being changed: what is found with it is not trusted
COMPILED = VENV / "setup.compiled"
SCRATCH = VENV / "tmp"

DOWNLOADED_MB = {"run": 280, "test": 360}
NEEDED_GB = {"run": 1.5, "test": 2.0}  # .venv (0.8 and 1.1) and what pip unpacks on the way
# Shared objects of the system that Qt loads to show a window, each with its Debian package.
SCREEN_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
TEST_PROGRAMS = {  # program: Debian package
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "Xvfb": "xvfb",
    "dbus-launch": "dbus-x11",
    "dbus-run-session": "dbus",
    "dunst": "dunst",
    "gnome-keyring-daemon": "gnome-keyring",
    "openbox": "openbox",
    "trayer": "trayer",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
}
NO_SPACE = "There is too little free disk space: free about 2 GB, then run the same command again."
NO_WRITE = "This folder cannot be written: copy the project to a folder of your own and run the same command there."

# What pip's output says about a failure, the first that fits.
CAUSES = {
    r"DO NOT MATCH THE HASHES": "A downloaded package is not the one that was locked, so it was not installed: try "
    "again from another network, and if it stays so take a fresh copy of the project.",
    r"No space left on device|Errno 28\b|not enough space on the disk": NO_SPACE,
    r"Read-only file system|Permission denied": NO_WRITE,
    r"CERTIFICATE_VERIFY_FAILED": "The certificate of the package index was not accepted: correct the clock of this "
    "machine or name your company's certificates in PIP_CERT, then run the same command again.",
    r"NewConnectionError|NameResolutionError|ConnectionError|ConnectTimeout|ReadTimeout|ProtocolError|ProxyError"
    r"|name resolution|not known|getaddrinfo failed|unreachable|IncompleteRead|timed out": "The package index cannot "
    "be reached: connect this machine to the network, then run the same command again.",
    r"No matching distribution found": "A package has no ready-made build for this machine and Python " + VERSION + ": "
    "use Linux, macOS on ARM or Windows on x86-64 and a Python from 3.11 to 3.14.",
}


class Trouble(Exception):
    """What stands in the way: one sentence that ends with the remedy."""


def main(arguments: list[str]) -> int:
    """Do one command and return the exit code; the words of the setup go to stderr."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = {"run": _run, "setup": _setup, "test": _test, "lock": _lock}
    if command in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if command not in commands:
        _say(f"There is no command {command!r}: use run, setup, test or lock (dev.py --help tells more).")
        return 2
    try:
        return commands[command](rest)
    except Trouble as trouble:
        _say(str(trouble))
    except OSError as error:
        _say(_explain(error))
    except KeyboardInterrupt:
        _say("Interrupted: run the same command again to go on.")
        return 130
    return 1


def _run(arguments: list[str]) -> int:
    set_up("run")
    command = [str(HOMARD), "ask", *arguments] if arguments else _conversation()
    if not WINDOWS:
        os.execv(command[0], command)  # noqa: S606 - there is no shell on purpose
    child = subprocess.Popen(command)
    while True:
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is the child's to answer
            return child.wait()


def _conversation() -> list[str]:
    """Return the command that opens the app where it can be shown, else the chat in this terminal."""
    if not _has_display():
        return [str(HOMARD), "chat"]
    advice = _prepare_screen()
    if advice:
        _say(
            f"The app cannot be shown yet, so this is the chat. For the app: {advice}, then run the same command again."
        )
        return [str(HOMARD), "chat"]
    return [str(APP)]


def _setup(arguments: list[str]) -> int:
    if arguments:
        raise Trouble("setup takes no arguments: run `python3 dev.py setup`.")
    set_up("run")
    advice = _prepare_screen() if _has_display() else ""
    if advice:
        _say(f"For the app this system lacks something: {advice}.")
    _say(f"Homard is ready: {HOMARD}")
    return 0


def _lock(arguments: list[str]) -> int:
    _need_ensurepip()
    return subprocess.call([sys.executable, str(ROOT / "packaging" / "lock.py"), *arguments])


def _test(arguments: list[str]) -> int:
    """Run the gate: every step, also after one failed, with one line at the end."""
    set_up("test")
    missing = _missing_for_tests() if sys.platform == "linux" else []
    advice = _install_with_apt(missing) if missing else ""
    steps = {
        "ruff check": ["ruff", "check"],
        "ruff format": ["ruff", "format", "--check"],
        "pyright": ["pyright"],
        "lint-imports": ["lint-imports", "--no-logo"],
        "pytest": ["pytest", *arguments],
    }
    # Without this pyright asks the network for a newer pyright.
    environment = dict(os.environ, PYRIGHT_PYTHON_IGNORE_WARNINGS="1")
    failed: list[str] = []
    for name, (program, *options) in steps.items():
        print(f"\n== {name}", flush=True)
        command = [str(PROGRAMS / program), *options]
        # No stdin, as in CI: a test that waits for a key must fail here too.
        if subprocess.call(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL):
            failed.append(name)
    if advice:
        print(f"Some tests need more of the system: {advice}")
    print("gate: FAILED: " + ", ".join(failed) if failed else "gate: passed: " + ", ".join(steps), flush=True)
    return 1 if failed else 0


def set_up(level: str) -> None:
    """Bring .venv to what the lock says, for level "run" or "test"; quick when nothing is to be done.

    Raises Trouble. May be killed at any point: the next call finds UNDER_WAY and starts from nothing.
    """
    if not _is_current(level):
        with _one_at_a_time() as turn:
            if not _is_current(level):
                _install(level, turn)
    _compile_sources()


def _is_current(level: str) -> bool:
    found, _, installed = _read_stamp().partition("\n")
    whole = PYTHON.exists() and HOMARD.exists() and not UNDER_WAY.exists()
    return whole and found in (level, "test") and installed == _wanted()


def _wanted() -> str:
    """Return all that decides what is installed, word for word; programs in .venv name their folder, so it counts."""
    return "\n".join([VERSION, str(ROOT), PROJECT.read_text(encoding="utf-8"), LOCK.read_text(encoding="utf-8")])


def _read_stamp() -> str:
    with contextlib.suppress(OSError):
        return STAMP.read_text(encoding="utf-8", errors="surrogateescape")
    return ""


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[int]:
    """Hold a lock on this very file (no other is left behind) and yield its descriptor.

    pip inherits the descriptor: should dev.py alone be killed, its pip keeps the lock until it is through.
    """
    with open(__file__, "rb") as held:
        if not _try_lock(held):
            _say("Another dev.py is setting this folder up: waiting until it is done.")
            while not _try_lock(held):
                time.sleep(0.3)
        yield held.fileno()


def _try_lock(held: IO[bytes]) -> bool:
    if sys.platform == "win32":
        import msvcrt

        held.seek(1 << 30)  # a byte nobody reads, because a locked one cannot be read
        with contextlib.suppress(OSError):
            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False
    import fcntl

    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: go on as if alone
    return True


def _install(level: str, turn: int) -> None:
    started = time.monotonic()
    if _read_stamp().startswith("test\n"):
        level = "test"  # so that test tools never fall behind what they test
    VENV.mkdir(exist_ok=True)
    ours = UNDER_WAY.exists() or (VENV / "pyvenv.cfg").exists() or not any(VENV.iterdir())
    if not ours:
        raise Trouble(f"{VENV} is not an environment of Python: move it away, then run the same command again.")
    if _is_sound():
        UNDER_WAY.touch()
    else:
        _make_venv(level)
    SCRATCH.mkdir(exist_ok=True)
    try:
        _install_packages(level, turn)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    STAMP.write_text(f"{level}\n{_wanted()}", encoding="utf-8", errors="surrogateescape")
    UNDER_WAY.unlink()
    _say(f"Set up in {time.monotonic() - started:.0f} s.")


def _is_sound() -> bool:
    """Tell whether .venv can be built upon: whole, of this Python, and not moved here from another folder."""
    if UNDER_WAY.exists() or not PYTHON.exists():
        return False
    told = "import pip, sys; print('{}.{}'.format(*sys.version_info), sys.prefix)"
    asked = subprocess.run([str(PYTHON), "-I", "-c", told], stdout=subprocess.PIPE, encoding="utf-8", check=False)
    pip = PROGRAMS / "pip"
    at_home = WINDOWS or (pip.exists() and os.fsencode(VENV) in pip.read_bytes())
    return at_home and asked.stdout.strip() == f"{VERSION} {VENV}"


def _make_venv(level: str) -> None:
    UNDER_WAY.touch()
    _need_ensurepip()
    for found in VENV.iterdir():  # what an interrupted setup or another Python left; UNDER_WAY stays to the very end
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        elif found != UNDER_WAY:
            found.unlink()
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB[level]:
        needed = NEEDED_GB[level]
        raise Trouble(f"Only {free:.1f} GB of disk are free: make it {needed} GB, then run the same command again.")
    _say(f"Making .venv with Python {VERSION}")
    # Not sys.executable, which may be the Python of the .venv that was just removed.
    base = getattr(sys, "_base_executable", sys.executable)
    _logged([base, "-I", "-m", "venv", str(VENV)], "the environment .venv could not be made")


def _install_packages(level: str, turn: int) -> None:
    running, _, testing = LOCK.read_text(encoding="utf-8").partition(TESTS_LINE)
    wanted = SCRATCH / "requirements.txt"
    text = running + testing if level == "test" else running
    wanted.write_text(text, encoding="utf-8")
    count = len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    _say(f"Installing up to {count} packages; the first time about {DOWNLOADED_MB[level]} MB are downloaded")
    _pip(["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(wanted)], turn)
    _say("Installing Homard itself")
    _pip(["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT)], turn)
    _unpack_shiboken()


def _unpack_shiboken() -> None:
    """Have Shiboken's own modules as files: out of its archive each start of the app compiles them, about 30 ms."""
    command = [str(PYTHON), "-I", "-c", "import PySide6.QtCore"]
    environment = dict(os.environ, SBK_EMBED="0")  # PySide's own switch for it
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def _pip(arguments: list[str], turn: int) -> None:
    calm = ["--disable-pip-version-check", "--no-input", "--no-warn-script-location", "--progress-bar", "off"]
    # -I and PIP_USER: what is set for other programs must not lead the packages elsewhere.
    environment = dict(os.environ, PIP_USER="0", TMPDIR=str(SCRATCH), TEMP=str(SCRATCH), TMP=str(SCRATCH))
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"):
        environment.pop(name, None)
    inherited = () if WINDOWS else (turn,)
    command = [str(PYTHON), "-I", "-m", "pip", "install", *calm, *arguments]
    _logged(command, "pip failed", env=environment, pass_fds=inherited)


def _logged(command: list[str], failure: str, **options: Any) -> None:
    """Run a command with its output in LOG, and on a terminal a count of pip's packages; raise Trouble if it fails."""
    lines: list[str] = []
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with LOG.open("a", encoding="utf-8") as log:
        with subprocess.Popen(command, encoding="utf-8", errors="replace", **streams, **options) as process:
            for line in process.stdout or ():
                lines.append(line)
                log.write(line)
                if sys.stderr.isatty() and line.startswith("Collecting "):
                    done = sum(line.startswith("Collecting ") for line in lines)
                    print(f"  {done} ", end="\r", file=sys.stderr, flush=True)
    if process.returncode != 0:
        _give_up("".join(lines), failure)


def _give_up(output: str, failure: str) -> NoReturn:
    """Raise Trouble with the sentence that fits; trust a .venv still that pip had not begun to change."""
    if STAMP.exists() and "Installing collected packages" not in output:
        UNDER_WAY.unlink()
    for pattern, sentence in CAUSES.items():
        if re.search(pattern, output):
            raise Trouble(f"{sentence} (Details: {LOG})")
    last = next((line.strip() for line in reversed(output.splitlines()) if line.strip()), "it did not say why")
    raise Trouble(f"Setting up stopped because {failure} ({last}): read {LOG}, then run the same command again.")


def _compile_sources() -> None:
    """Compile our modules when one changed: under PYTHONDONTWRITEBYTECODE nobody else does, and starts get slow."""
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    state = "".join(f"{path} {path.stat().st_mtime_ns}\n" for path in files)
    with contextlib.suppress(OSError):  # a folder that is read-only by now only starts a little slower
        if COMPILED.exists() and COMPILED.read_text(encoding="utf-8") == state:
            return
        import compileall

        for package in PACKAGES:
            compileall.compile_dir(ROOT / package, quiet=2)
        COMPILED.write_text(state, encoding="utf-8")


def _has_display() -> bool:
    """Tell whether a window can be opened. A DISPLAY that a closed connection left behind does not count."""
    if sys.platform != "linux":
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY")
    if wayland and os.path.exists(os.path.join(os.environ.get("XDG_RUNTIME_DIR", ""), wayland)):
        return True
    host, _, number = os.environ.get("DISPLAY", "").rpartition(":")
    if host not in ("", "unix"):
        return True
    path = "/tmp/.X11-unix/X" + number.partition(".")[0]  # noqa: S108 - that is where X servers listen
    return bool(number) and any(_listens(place) for place in (path, "\0" + path))


def _listens(path: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


def _prepare_screen() -> str:
    """Install what Qt needs of this system to show a window; return what else to do, "" when done."""
    missing = _missing_for_screen() if sys.platform == "linux" else []
    advice = _install_with_apt(missing) if missing else ""
    still = [] if advice or not missing else _missing_for_screen()
    return "see why these cannot be loaded: " + " ".join(still) if still else advice


def _missing_for_screen() -> list[str]:
    """Return the Debian packages that are missing; found by loading, which works on every Linux."""
    import ctypes

    missing = set()
    for library, package in SCREEN_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.add(package)
    fonts = (files for folder in FONT_FOLDERS for _, _, files in os.walk(os.path.expanduser(folder)))
    if not any(name.endswith((".ttf", ".otf", ".ttc")) for files in fonts for name in files):
        missing.add("fonts-dejavu-core")
    return sorted(missing)


def _missing_for_tests() -> list[str]:
    missing = [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    return missing + _missing_for_screen()


def _need_ensurepip() -> None:
    """Install the part of Python that Debian splits off; raise Trouble with the command where that is not allowed."""
    import importlib.util

    if not importlib.util.find_spec("ensurepip"):
        advice = _install_with_apt([f"python{VERSION}-venv"])
        if advice:
            raise Trouble(f"This Python comes without venv and ensurepip: {advice}, then run the same command again.")


def _install_with_apt(packages: list[str]) -> str:
    """Install Debian packages where this user may; return what else to do, "" when done."""
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if not shutil.which("apt-get"):
        return "install " + " ".join(packages) + " with the package manager of this system"
    root = os.geteuid() == 0
    if root or (shutil.which("sudo") and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0):
        _say("Installing with apt: " + " ".join(packages))
        prefix = ["env"] if root else ["sudo", "-n", "env"]
        for command in (install, ["apt-get", "update"], install):  # a fresh machine has no lists of packages yet
            full = [*prefix, "DEBIAN_FRONTEND=noninteractive", *command]
            done = subprocess.run(full, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            if command is install and done.returncode == 0:
                return ""
    return "run `{0}apt-get update && {0}{1}`".format("" if root else "sudo ", " ".join(install))


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return NO_SPACE
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NO_WRITE
    return f"Setting up stopped ({error}): mend that, then run the same command again."


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
