"""Find out what this machine's sandbox holds, by trying to break out of it. No version is looked at.

Takes about half a second: call from a thread, once. `known()` keeps the answer for the process and on the disk, where
it counts for the same boot, kernel, user and programs only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec

from agent.sandbox import landlock, probe, seccomp
from agent.sandbox.confinement import Confinement
from agent.sandbox.decoys import Decoys
from agent.sandbox.launch import Launch, Place, own_code, program
from agent.sandbox.levels import LEVELS
from agent.sandbox.measured import Backend, Measured, level_of
from agent.sandbox.wrap import wrap

PROBE_LIMIT_S = 10.0
_lock = threading.Lock()
_known: dict[str | None, Measured] = {}


def known(cache: Path | None = None) -> Measured:
    """What was measured, now or before. `cache`: Homard's cache folder, which keeps the answer and a decoy."""
    with _lock:
        program = shutil.which("bwrap")
        if program not in _known:
            _known[program] = _kept(cache) or _measure_and_keep(cache)
        return _known[program]


def forget() -> None:
    """Let the next `known` look again: at the disk, and if that does not help, for itself."""
    with _lock:
        _known.clear()


def measure(home: Path | None = None, bubblewrap: str | None = None, limit_s: float = PROBE_LIMIT_S) -> Measured:
    """Try each back end, the strongest first; the first that isolates is taken, else the best.

    `home`: a folder in the user's home for a decoy. `bubblewrap`: the program; None: the one on PATH. `limit_s`: for
    each; one that takes longer is broken.
    """
    notes: list[str] = []
    best = Measured("none", Backend())
    too_new = False
    for backend in _candidates(bubblewrap, notes):
        if not backend.sized and not too_new:
            continue
        try:
            barriers = attack(backend, home, limit_s)
        except Broken as broken:
            too_new = "nknown option" in str(broken)
            if too_new:
                continue
            notes.append(f"{backend} does not work here: {broken}")
            continue
        found = Measured(level_of(barriers), backend, barriers)
        if LEVELS.index(found.level) > LEVELS.index(best.level) or (found.level == best.level and not best.offline):
            best = found
        if found.level == "isolated":
            break
        if backend.name != "limits":
            open_ = ", ".join(name for name, held in barriers.items() if not held)
            notes.append(f"{backend} leaves open: {open_}.")
    return Measured(best.level, best.backend, best.barriers, tuple(notes))


class Broken(Exception):
    """A back end with which the probe does not even run."""


def _candidates(bubblewrap: str | None, notes: list[str]) -> Iterator[Backend]:
    has_landlock, has_seccomp = landlock.version() > 0, seccomp.supported()
    if sys.platform == "linux":
        program = bubblewrap if bubblewrap is not None else shutil.which("bwrap")
        if program:
            yield Backend("bubblewrap", program, has_landlock, has_seccomp)
            yield Backend("bubblewrap", program, has_landlock, has_seccomp, sized=False)
        else:
            notes.append("bubblewrap is not installed.")
        if has_landlock:
            yield Backend("landlock", "", True, has_seccomp)
        else:
            notes.append("This kernel has no Landlock.")
    elif sys.platform == "darwin" and (program := shutil.which("sandbox-exec")):
        yield Backend("seatbelt", program)
    elif sys.platform == "win32":
        yield Backend("job")
    yield Backend("limits")


def attack(backend: Backend, home: Path | None, limit_s: float = PROBE_LIMIT_S) -> dict[str, bool]:
    """Try to break out of this sandbox; by barrier, whether it held. Raises Broken."""
    with Decoys(home) as decoys, _private() as private:
        launch = _launch(backend, decoys, private)
        try:
            ran = subprocess.run(
                launch.argv,
                cwd=decoys.granted,
                env=launch.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=limit_s,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise Broken(f"it was not done within {limit_s:g} s.") from None
        except OSError as error:
            raise Broken(f"{error}.") from None
        lines = [line.split() for line in ran.stdout.decode(errors="replace").splitlines()]
        if ["done"] not in lines:
            words = ran.stderr.decode(errors="replace").strip().splitlines()
            raise Broken(f"{words[-1][:200] if words else f'exit code {ran.returncode}'}.")
        hurt = decoys.hurt()
        barriers = {words[0]: words[1] == "held" and words[0] not in hurt for words in lines if len(words) == 2}
    return barriers


def _launch(backend: Backend, decoys: Decoys, private: str) -> Launch:
    confinement = Confinement(
        readable=(str(probe.__file__), *own_code()),
        writable=(str(decoys.granted),),
        hidden=(str(decoys.hidden),),
        need="none",
    )
    command = [*program("probe", str(probe.__file__)), *decoys.words()]
    place = Place(str(decoys.granted), private)
    return wrap(command, confinement, Measured("isolated", backend), place, {"PATH": os.defpath})


@contextlib.contextmanager
def _private() -> Generator[str]:
    with tempfile.TemporaryDirectory(prefix="homard-", ignore_cleanup_errors=True) as folder:
        yield os.path.realpath(folder)


def _measure_and_keep(cache: Path | None) -> Measured:
    found = measure(cache)
    if cache is not None:
        with contextlib.suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
            new = cache / f"{_FILE}.{os.getpid()}"
            new.write_bytes(msgspec.json.encode({"key": _key(), "measured": found}))
            new.replace(cache / _FILE)
    return found


def _kept(cache: Path | None) -> Measured | None:
    if cache is None:
        return None
    try:
        kept = msgspec.json.decode((cache / _FILE).read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
    return kept.measured if kept.key == _key() else None


class _Kept(msgspec.Struct, frozen=True):
    key: str
    measured: Measured


def _key() -> str:
    """Of all that the outcome may hang on: the boot, the kernel and its switches, the user, our code, the programs."""
    parts: list[object] = [platform.uname(), sys.version, sys.executable, getattr(os, "getuid", int)()]
    for path in _SWITCHES:
        try:
            parts.append(Path(path).read_bytes())
        except OSError:
            parts.append(path)
    own = sorted(Path(__file__).parent.glob("*.py"))
    for path in [sys.executable, shutil.which("bwrap"), shutil.which("sandbox-exec"), *own]:
        stat = os.stat(path) if path else None
        parts.append((str(path), stat and (stat.st_ino, stat.st_mtime_ns, stat.st_size, stat.st_mode)))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


_FILE = "sandbox.json"
_SWITCHES = (
    "/proc/sys/kernel/random/boot_id",
    "/proc/sys/kernel/unprivileged_userns_clone",
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "/proc/sys/user/max_user_namespaces",
)
