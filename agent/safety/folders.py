"""The only door to files: granted folders that no path, link or race leaves.

A path becomes a `Located` once, when a call is judged: its real path, with every link resolved. From then on only that
real path is used, and it is opened so that no link is followed any more (see door.py). So what was judged is what is
used: whoever puts a link into the path meanwhile makes the call fail, nothing else.
"""

from __future__ import annotations

import os
import stat
import sys
import weakref
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path

import msgspec

from agent.errors import ToolDenied, ToolRetry
from agent.safety.by_handle import HandleDoor
from agent.safety.door import Changed, Door, OpenFolder, Place
from agent.safety.file_errors import explain
from agent.safety.openat import PosixDoor, has_openat2
from agent.safety.printable import from_printable, printable
from agent.safety.protected import Protection, fold

_SEPARATORS = (os.sep, os.altsep or os.sep)


class Located(msgspec.Struct, frozen=True):
    """A path, resolved."""

    real: str
    """Absolute, without links at the time of judging; as Python's `os` functions take it."""
    root: str | None
    """The granted folder it lies in; None: in none of them."""
    shown: str
    """For models and people: from the working folder on where it lies in it, in printable form."""

    @property
    def inside(self) -> bool:
        """Whether it lies in a granted folder."""
        return self.root is not None

    @property
    def target(self) -> str:
        """The real path in printable form, for an `Effect`."""
        return printable(self.real)

    @property
    def name(self) -> str:
        """The last component."""
        return os.path.basename(self.real)

    def child(self, name: str) -> Located:
        """What stands under that name in this folder, if it is no link."""
        shown = printable(name) if self.shown == "." else f"{self.shown.rstrip('/')}/{printable(name)}"
        return Located(os.path.join(self.real, name), self.root, shown)


class Folders:
    """The folders a run may use, and how files in and outside of them are opened.

    All methods that open something block for the disk, and raise only ToolRetry, ToolFailed and ToolDenied.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        forbidden: Sequence[Path] = (),
        *,
        local_only: Sequence[Path] = (),
        guarded: Sequence[Path] = (),
        door: Door | None = None,
    ) -> None:
        """`roots`: granted folders, the first is the working folder. `forbidden`: Homard's own folders and files;
        `local_only`: folders that the model of the run must not come to know; `guarded`: what a rule of the person
        is about, so that a search leaves it out and only a call that names it can be judged by that rule.
        """
        self.roots = tuple(Path(os.path.realpath(root)) for root in roots)
        self._roots = [str(root) for root in self.roots]
        self.protection = Protection(
            self._roots,
            [os.path.realpath(path) for path in forbidden],
            [os.path.realpath(path) for path in local_only],
        )
        """What no approval opens, whatever was granted."""
        self._guarded = {fold(os.path.realpath(path)) for path in guarded}
        self._door: Door = door or system_door()
        self._judged: dict[tuple[int, str], tuple[weakref.ref[object], Located]] = {}

    def locate(self, path: str, cwd: Path, *, follow: bool = True) -> Located:
        """Resolve a path as a model or person wrote it, from `cwd` on; printed escapes are understood.

        What does not exist is resolved as far as it does. Unless `follow`, a link in the last component stands for
        itself: what is to be deleted or moved is the link. Raises ToolRetry for what can be no path at all.
        """
        if "\0" in path:
            raise ToolRetry("A path cannot hold a NUL character.")
        real = _resolve(path, str(cwd), follow=follow)
        if sys.platform == "win32":
            _refuse_windows_names(real)
        root = next((root for root in self._roots if is_within(real, root)), None)
        here = os.path.realpath(cwd)
        if not is_within(real, here):
            return Located(real, root, printable(real))
        return Located(real, root, printable(os.path.relpath(real, here)).replace(os.sep, "/"))

    def judge(
        self, call: object, path: str, cwd: Path, *, writing: bool = False, follow: bool = True, part: str = ""
    ) -> Located:
        """Locate a path for a tool's `effects`, and keep the answer for the `run` of the same `call`.

        `call` is the arguments object (a Struct with `weakref=True`); `part` tells several paths of it apart; `follow`:
        see `locate`. Raises ToolDenied for what no approval opens.
        """
        located = self.locate(path, cwd, follow=follow)
        self.refuse_protected(located, writing=writing)
        key = id(call), part

        def forget(gone: weakref.ref[object]) -> None:
            if (kept := self._judged.get(key)) is not None and kept[0] is gone:
                del self._judged[key]

        self._judged[key] = (weakref.ref(call, forget), located)
        return located

    def judged(
        self, call: object, path: str, cwd: Path, *, writing: bool = False, follow: bool = True, part: str = ""
    ) -> Located:
        """Give what `judge` gave for this call. A call that nobody judged stays inside the granted folders."""
        kept = self._judged.get((id(call), part))
        if kept is not None and kept[0]() is call:
            return kept[1]
        located = self.locate(path, cwd, follow=follow)
        self.refuse_protected(located, writing=writing)
        if not located.inside:
            raise ToolDenied(f"{located.shown} lies outside the granted folders.")
        return located

    def refuse_protected(self, located: Located, *, writing: bool = False) -> None:
        """Raise ToolDenied for a place that no approval of a call opens."""
        if (reason := self.protection.reason(located.real, writing=writing)) is not None:
            what = "changed" if writing else "read"
            raise ToolDenied(f"{located.shown} cannot be {what} by a tool: {reason}. Nothing was done.")

    def hides(self, real: str) -> bool:
        """Whether something in an open folder must not be read. Cheap: for each of many."""
        return self.protection.closes(real) or (bool(self._guarded) and fold(real) in self._guarded)

    def stat(self, located: Located) -> os.stat_result:
        """Look at what stands there."""
        self.refuse_protected(located)
        try:
            found = self._door.stat(located.real)
        except OSError as error:
            raise explain(error, located.shown) from None
        if stat.S_ISLNK(found.st_mode):
            raise explain(Changed(), located.shown)
        return found

    def open_read(self, located: Located) -> FileIO:
        """Open a regular file, unbuffered. Never waits; `read` gives None where a device-like file would."""
        self.refuse_protected(located)
        try:
            return FileIO(self._door.open_file(located.real))
        except OSError as error:
            raise explain(error, located.shown) from None

    @contextmanager
    def open_folder(self, located: Located) -> Generator[OpenFolder]:
        """Open a folder to go through what is in it. Inside the block, OSErrors of its methods come as they are."""
        self.refuse_protected(located)
        with ExitStack() as stack:
            try:
                opened = stack.enter_context(self._door.open_folder(located.real))
            except OSError as error:
                raise explain(error, located.shown) from None
            yield opened

    def write_atomic(
        self,
        located: Located,
        data: bytes,
        *,
        expected: str | None = None,
        commit: Callable[[], None] = lambda: None,
        temp: str = "",
    ) -> bool:
        """Put `data` there at once or not at all, durably; True if the file is new. See Door.replace for the rest."""
        self.refuse_protected(located, writing=True)
        try:
            return self._door.replace(located.real, data, expected, commit, temp)
        except OSError as error:
            raise explain(error, located.shown, writing=True) from None

    @property
    def door(self) -> Door:
        """Opens real paths that were judged, whether or not they are granted."""
        return self._door

    @contextmanager
    def open_place(self, located: Located, *, part_of_tree: bool = False) -> Generator[Place]:
        """Open the folder of a path, to delete or move what has that name in it. OSErrors come as they are.

        `part_of_tree`: it goes together with a folder above it, so that only what may not be read is refused.
        """
        self.refuse_protected(located, writing=not part_of_tree)
        with self._door.open_place(located.real) as place:
            yield place

    def holds_grant(self, located: Located) -> bool:
        """Whether it is a granted folder, or one lies in it."""
        return any(is_within(root, located.real) for root in self._roots)


def get_ready() -> None:
    """Load what opens files here, while there is time: else the first one that is opened waits for it, for 5 ms."""
    if sys.platform != "win32":
        has_openat2()


def system_door() -> Door:
    """Make the door of this system."""
    return HandleDoor() if sys.platform == "win32" else PosixDoor()


def is_within(path: str, folder: str) -> bool:
    """Whether a real path is this folder or lies in it; by components, not by letters."""
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def _resolve(path: str, cwd: str, *, follow: bool) -> str:
    try:
        picked = _pick(path, cwd)
        name = os.path.basename(picked)
        if follow or name in ("", ".", ".."):
            return os.path.realpath(picked)
        return os.path.join(os.path.realpath(os.path.dirname(picked)), name)
    except ValueError:  # a surrogate that stands for no byte
        raise ToolRetry("The path holds characters that no file name can hold.") from None
    except OSError:  # a link that was there when it was looked at, and gone when it was read
        raise ToolRetry(f"{printable(path)} changed just now; nothing was done. Try again.") from None


def _pick(path: str, cwd: str) -> str:
    """Choose what was meant: the name as it stands, else the one that prints like this, else one in the home folder."""
    plain = os.path.join(cwd, path)
    if os.path.lexists(plain):
        return plain
    if "\\" in path and os.path.lexists(other := os.path.join(cwd, from_printable(path))):
        return other
    if path == "~" or path.startswith(tuple(f"~{separator}" for separator in _SEPARATORS)):
        return os.path.expanduser(path)
    return plain


def _refuse_windows_names(real: str) -> None:
    """Refuse what Windows takes for something else than a file: devices, streams, names it would shorten."""
    _, rest = os.path.splitdrive(real)
    devices = {"con", "prn", "aux", "nul", "conin$", "conout$"}
    for part in rest.split(os.sep):
        stem = part.split(".")[0].rstrip().lower()
        numbered = len(stem) == 4 and stem[:3] in ("com", "lpt") and stem[3].isdigit()
        if ":" in part or stem in devices or numbered or (part != part.rstrip(". ")):
            raise ToolRetry(f"{printable(part)} is no plain file name on Windows.")
