"""Places that no approval of a single call opens: keys and logins, what starts by itself, Homard's own state.

A short list, held against the real path of a file; compared without regard to case, which on some systems is the same
file and on the others only refuses a little more.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import msgspec

_CHROMIUMS = ("google-chrome", "chromium", "BraveSoftware", "microsoft-edge", "vivaldi", "opera")
_BROWSERS = ("Google/Chrome", "Chromium", "BraveSoftware", "Microsoft Edge", "Microsoft/Edge", "Vivaldi", "Firefox")
_VAULTS = ("Credentials", "Protect", "Vault")

SECRET = (
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".config/gcloud", ".config/gh", ".docker/config.json", ".netrc",
    ".git-credentials", ".config/git/credentials", ".pgpass", ".pypirc", ".npmrc", ".password-store",
    ".local/share/keyrings", ".local/share/kwalletd", ".local/share/python_keyring",
    "Library/Keychains", "Library/Cookies", "Library/Safari",
    *(f"AppData/Local/Microsoft/{name}" for name in _VAULTS),
    *(f"AppData/Roaming/Microsoft/{name}" for name in _VAULTS),
    ".mozilla", ".thunderbird", "snap/firefox", "snap/chromium", ".var/app/org.mozilla.firefox",
    ".var/app/com.google.Chrome", ".var/app/org.chromium.Chromium", "AppData/Roaming/Mozilla",
    "AppData/Roaming/Opera Software",
    *(f".config/{name}" for name in _CHROMIUMS),
    *(f"Library/Application Support/{name}" for name in _BROWSERS),
    *(f"AppData/Local/{name}" for name in _BROWSERS),
)  # fmt: skip
"""Below the home folder; neither read nor written."""

SYSTEM = ("/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/proc/kcore")
"""Neither read nor written."""

_DESKTOPS = (
    "awesome", "bspwm", "herbstluftwm", "hypr", "i3", "labwc", "niri", "openbox", "plasma-workspace", "qtile", "river",
    "sway", "sxhkd", "wayfire.ini", "xmonad",
)  # fmt: skip
STARTUP = (
    ".bashrc", ".bashrc.d", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".bash_completion",
    ".profile", ".inputrc", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".cshrc", ".tcshrc", ".login",
    ".kshrc", ".mkshrc", ".config/zsh", ".config/fish", ".config/nushell", ".config/powershell", ".local/bin", "bin",
    ".cargo/bin", ".cargo/env", ".cargo/config.toml", ".pam_environment", ".config/environment.d", ".config/autostart",
    ".config/systemd", ".config/user-tmpfiles.d", ".local/share/systemd", ".local/share/dbus-1",
    ".local/share/applications", ".local/share/gnome-shell/extensions", ".local/share/nautilus/scripts", ".xprofile",
    ".xinitrc", ".xsession", ".xsessionrc", ".gnomerc", ".i3", ".xmonad", ".fluxbox",
    *(f".config/{name}" for name in _DESKTOPS), ".vimrc", ".gvimrc", ".exrc", ".vim", ".config/vim", ".config/nvim",
    ".emacs", ".emacs.d", ".config/emacs", ".gdbinit", ".gdbearlyinit", ".config/gdb", ".lldbinit", ".tmux.conf",
    ".config/tmux", ".screenrc", ".mailcap", ".irbrc", ".Rprofile", ".psqlrc", ".sqliterc",
    ".ipython/profile_default/startup", ".gitconfig", ".config/git", "Library/LaunchAgents",
    "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup", "Documents/PowerShell",
    "Documents/WindowsPowerShell",
)  # fmt: skip
"""Below the home folder; read, but not written: programs run what stands in them."""


HOMES = frozenset({"/home", "/users", "/var/home", "/usr/home", "c:/users"})
"""Where the homes of all users lie."""

SHARED = ("shared", "public", "default", "all users", "lost+found")
"""Beside the home folders, and nobody's home."""


class Closed(msgspec.Struct, frozen=True):
    """Why a place is closed."""

    rule: str
    """Stable id: `fixed.keys`, `fixed.startup`, `fixed.own-state`, `fixed.process`, `fixed.git`, `fixed.other-user`."""
    reason: str
    once: bool = False
    """A person who is there may open it for one call; no rule and no "this run" can."""


KEYS = Closed("fixed.keys", "it holds keys or logins")
STARTS = Closed("fixed.startup", "programs run what stands there", once=True)
OWN = Closed("fixed.own-state", "it is Homard's own state")
PROCESS = Closed("fixed.process", "it shows the inside of a running program")
GIT = Closed("fixed.git", "git runs what stands there", once=True)
LOCAL_ONLY = Closed("mark.local-only", "it is marked local only, and the model of this chat runs elsewhere")
OTHER_USER = Closed("fixed.other-user", "it is another user's home", once=True)


class Protection:
    """Knows why a real path must not be touched, if it must not."""

    def __init__(self, roots: Sequence[str], own: Sequence[str], local_only: Sequence[str] = ()) -> None:
        """`roots`: what was granted; `own`: Homard's folders and files; `local_only`: what a model elsewhere must not
        come to know. All real paths.
        """
        self._local_only = {fold(path) for path in local_only}
        folded = {fold(path) for path in own}
        self._own = folded
        self._roots = set(map(fold, roots))
        # A person who chose a folder inside Homard's home as the working folder (HOMARD_HOME may be any folder) has it.
        self._opened = {root for root in map(fold, roots) if root not in folded and _covers(folded, root)}

    def closed(self, real: str, *, writing: bool) -> Closed | None:
        """Say why this path is closed; None if it is not."""
        path = fold(real)
        if _covers(self._secret, path):
            return KEYS
        if _covers(self._own, path) and not _covers(self._opened, path):
            return OWN
        if _is_process(path):
            return PROCESS
        if self._local_only and _covers(self._local_only, path):
            return LOCAL_ONLY
        if writing and _covers(self._startup, path):
            return STARTS
        if writing and is_git_s_own(real):
            return GIT
        if self._is_of_another_user(path) and not _covers(self._roots, path):
            return OTHER_USER
        return None

    def reason(self, real: str, *, writing: bool) -> str | None:
        """Say why no approval opens this path; None if one may."""
        closed = self.closed(real, writing=writing)
        return None if closed is None or closed is OTHER_USER else closed.reason

    def holds_closed(self, real: str) -> Closed | None:
        """Why a folder must not be deleted or moved as a whole: what is closed lies in it. None if nothing does."""
        start = f"{fold(real).rstrip('/')}/"
        for places, closed in ((self._own, OWN), (self._secret, KEYS), (self._startup, STARTS)):
            if any(path.startswith(start) for path in places):
                return closed
        return None

    def prepare(self) -> Protection:
        """Look up now what else the first question would: from here on nothing of it touches the disk."""
        _ = self._secret, self._startup, self._homes
        return self

    def closes(self, real: str) -> bool:
        """Whether this one path, in a folder that is open, is closed by itself; as `reason` would say."""
        folded = fold(real)
        return folded in self._secret or folded in self._own or folded in self._local_only

    @cached_property
    def _secret(self) -> set[str]:
        return {fold(path) for name in SECRET for path in _at_home(name)} | {fold(path) for path in SYSTEM}

    def _is_of_another_user(self, path: str) -> bool:
        for part in _upwards(path):
            parent, _, name = part.rpartition("/")
            if part == "/root" or parent in HOMES:
                return part not in self._homes and name not in SHARED
        return False

    @cached_property
    def _homes(self) -> set[str]:
        return {fold(home) for home in _homes()}

    @cached_property
    def _startup(self) -> set[str]:
        return {fold(path) for name in STARTUP for path in _at_home(name)}


def fold(path: str) -> str:
    """Bring a path into the form in which paths are compared here."""
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    return path.casefold().replace(os.sep, "/").rstrip("/") or "/"


def _upwards(path: str) -> Iterator[str]:
    yield path
    while (cut := path.rfind("/")) > 0:
        path = path[:cut]
        yield path


def _covers(folders: set[str], path: str) -> bool:
    return any(part in folders for part in _upwards(path))


def _at_home(name: str) -> Iterator[str]:
    for home in _homes():
        path = os.path.join(home, *name.split("/"))
        yield path
        yield os.path.realpath(path)


def _homes() -> set[str]:
    homes = {os.path.expanduser("~"), str(Path.home())}
    if sys.platform != "win32":
        import pwd

        with suppress(KeyError):
            homes.add(pwd.getpwuid(os.getuid()).pw_dir)  # HOME may point elsewhere; the keys stay where they are
    return {os.path.realpath(home) for home in homes if os.path.isabs(home)}


def _is_process(path: str) -> bool:
    parts = path.split("/", 3)
    return len(parts) > 2 and parts[1] == "proc" and (parts[2].isdecimal() or parts[2] in ("self", "thread-self"))


def is_git_s_own(path: str) -> bool:
    """Whether a path is, or lies in, what git keeps of a project: from there it takes commands to run.

    A file `.git` says where that is, as `commondir` in it does, so nothing of it is harmless. `git~1` is its short name
    on Windows; what lies in a folder `*.git` may be a repository without files. A `HEAD` is what makes one of any
    folder, in which git then runs what the `config` beside it says.
    """
    *folders, name = fold(path).split("/")
    is_head = name == "head" and (_FOLDS_CASE or path.endswith("HEAD"))
    return is_head or name in _GIT_NAMES or any(part.endswith(".git") or part in _GIT_NAMES for part in folders)


_FOLDS_CASE = sys.platform in ("win32", "darwin")
_GIT_NAMES = frozenset({".git", "git~1"})
