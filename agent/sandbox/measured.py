"""What was found out about this machine's sandbox, and how it is said to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from agent.sandbox.levels import Level

BackendName = Literal["bubblewrap", "landlock", "seatbelt", "job", "limits", "none"]

FILES: Final[tuple[str, ...]] = ("read", "home", "hidden", "write", "attributes")
NETWORK: Final[tuple[str, ...]] = ("tcp", "udp", "unix", "abstract", "vsock")
PROCESSES: Final[tuple[str, ...]] = ("signal", "ptrace", "environ", "see")
KERNEL: Final[tuple[str, ...]] = ("namespaces", "mount", "keys", "typing", "io_uring", "bpf", "owner")
LIMITS: Final[tuple[str, ...]] = ("limits",)
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "files": FILES,
    "network reach": NETWORK,
    "processes": PROCESSES,
    "kernel": KERNEL,
    "limits": LIMITS,
}
"""Barriers by what they keep."""

_WORDS = {
    "read": "reading files outside the granted folders",
    "home": "reading the home folder",
    "hidden": "reading closed places inside a granted folder",
    "write": "changing files outside the granted folders",
    "attributes": "changing modes and times of files outside",
    "tcp": "connecting to the network (TCP)",
    "udp": "sending over the network (UDP)",
    "unix": "reaching programs by their sockets",
    "abstract": "reaching programs by sockets without a file",
    "vsock": "reaching the machine around a virtual one",
    "signal": "ending other programs",
    "ptrace": "taking over other programs",
    "environ": "reading the environment of other programs",
    "see": "seeing other programs",
    "namespaces": "making namespaces of its own",
    "mount": "mounting",
    "keys": "reaching the kernel's key store",
    "typing": "typing into a terminal",
    "io_uring": "using io_uring",
    "bpf": "loading code into the kernel",
    "owner": "gaining rights by set-user-id programs",
    "limits": "using up memory for crash dumps and disk by one file",
}


class Backend(msgspec.Struct, frozen=True):
    """A way to confine, with what it is made of."""

    name: BackendName = "none"
    program: str = ""
    """Of bubblewrap and Seatbelt: the path."""
    landlock: bool = False
    seccomp: bool = False
    sized: bool = True
    """Of bubblewrap: it can bound what a folder in memory holds (since 0.7)."""

    def __str__(self) -> str:
        parts = [part for part, used in (("Landlock", self.landlock), ("seccomp", self.seccomp)) if used]
        if self.name == "landlock":
            return " + ".join(parts)
        names = {"seatbelt": "Seatbelt (sandbox-exec)", "job": "job object + restricted token", "limits": "limits only"}
        return " + ".join([names.get(self.name, self.name), *parts])


class Measured(msgspec.Struct, frozen=True):
    """What held when it was really tried."""

    level: Level
    backend: Backend
    barriers: Mapping[str, bool] = {}
    """By name (see the tuples above): True if the attempt failed as it should."""
    notes: tuple[str, ...] = ()
    """Sentences: what was tried before and why it is not used."""

    @property
    def offline(self) -> bool:
        """A command without the network really has none."""
        return all(self.barriers.get(name, False) for name in NETWORK)

    @property
    def can_proxy(self) -> bool:
        """A command can be given the network by the egress proxy and nothing else; this needs a network namespace."""
        return self.backend.name == "bubblewrap" and self.offline


def level_of(barriers: Mapping[str, bool]) -> Level:
    """The level that these barriers make."""

    def held(*groups: Sequence[str]) -> bool:
        return all(barriers.get(name, False) for group in groups for name in group)

    if not held(LIMITS):
        return "none"
    if not held(FILES):
        return "limits"
    return "isolated" if held(NETWORK, PROCESSES, KERNEL) else "files"


def describe(measured: Measured) -> list[str]:
    """Plain sentences for a person: the level, what holds, what does not, what was found on the way."""
    sentences = [f"{_LEVEL_WORDS[measured.level]} (level {measured.level}, by {measured.backend})."]
    held = [_WORDS[name] for name in _WORDS if measured.barriers.get(name)]
    open_ = [_WORDS[name] for name in _WORDS if not measured.barriers.get(name, True)]
    if held:
        sentences.append(f"Tried and prevented: {', '.join(held)}.")
    if open_:
        sentences.append(f"NOT prevented: {', '.join(open_)}.")
    if not measured.can_proxy:
        sentences.append("Commands that ask for the network are refused: this needs bubblewrap.")
    return [*sentences, *measured.notes]


_LEVEL_WORDS = {
    "none": "Nothing holds a command on this machine",
    "limits": "Commands are bounded and ended as a whole, but they have all of your rights",
    "files": "Commands see and change the granted folders only",
    "isolated": "Commands see and change the granted folders only, and reach no network and no other program",
}


def remedy() -> str:
    """What a person can do for a stronger sandbox on this system."""
    import sys

    if sys.platform == "linux":
        return (
            "Install bubblewrap (Debian, Ubuntu, Fedora, Arch: the package `bubblewrap`), then run `homard doctor`; "
            "if it is installed and does not work, the system forbids user namespaces: see docs/sandbox.md."
        )
    return "See docs/sandbox.md for what this system offers."
