"""How well this machine holds a command, as it was measured, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from agent.runtime import Runtime
from agent.sandbox.levels import Level, at_least
from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Measured, remedy
from app.translation import translate
from app.viewmodels.teller import Teller


@dataclass(frozen=True)
class Barrier:
    """One thing that was tried, and whether it was prevented."""

    words: str
    held: bool


@dataclass(frozen=True)
class BarrierGroup:
    """What a command must not reach."""

    title: str
    barriers: tuple[Barrier, ...]

    @property
    def held(self) -> bool:
        """Whether all of it was prevented."""
        return all(barrier.held for barrier in self.barriers)


class SandboxModel(Teller):
    """What the card of the sandbox shows."""

    changed = Signal()

    def __init__(self, runtime: Runtime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runtime = runtime
        self._asked = False
        self.level: Level | None = None
        """None: not measured yet."""
        self.by = ""
        """What it is made of: names of programs and parts of the system."""
        self.groups: tuple[BarrierGroup, ...] = ()
        self.notes: tuple[str, ...] = ()
        """What was found on the way, and what would make it better: sentences of the runtime."""
        self.can_network = True
        """Whether a command that asks for the network can have it, watched."""

    @property
    def enough(self) -> bool:
        """Whether commands run at all with the level that the settings need."""
        return self.level is not None and at_least(self.level, self._runtime.settings.safety.sandbox)

    async def load(self) -> None:
        """Measure, or take what was measured before; once, for a machine does not change while it runs."""
        if self._asked:
            return
        self._asked = True
        self.show_measured(await self._runtime.sandbox.measured())

    def show_measured(self, measured: Measured) -> None:
        """Show this."""
        self.level, self.by = measured.level, str(measured.backend)
        self.groups = groups_of(measured.barriers)
        self.notes = measured.notes if measured.level == "isolated" else (*measured.notes, remedy())
        self.can_network = measured.can_proxy
        self.tell(self.changed)


def level_words(level: Level | None) -> str:
    """What a level means for a command."""
    if level is None:
        return translate("Sandbox", "Trying out what holds a command on this machine…")
    return {
        "none": translate("Sandbox", "Nothing holds a command on this machine"),
        "limits": translate("Sandbox", "Commands are bounded and can be stopped, but they have all of your rights"),
        "files": translate("Sandbox", "Commands see and change the granted folders only"),
        "isolated": translate(
            "Sandbox", "Commands see and change the granted folders only, and reach no network and no other program"
        ),
    }[level]


def groups_of(barriers: Mapping[str, bool]) -> tuple[BarrierGroup, ...]:
    """All that was tried, by what it is about. What was not tried counts as open."""
    titles: Sequence[tuple[str, Sequence[str]]] = (
        (translate("Sandbox", "Files outside the granted folders"), FILES),
        (translate("Sandbox", "The network"), NETWORK),
        (translate("Sandbox", "Other programs"), PROCESSES),
        (translate("Sandbox", "Rare doors of the system"), KERNEL),
        (translate("Sandbox", "Memory and disk"), LIMITS),
    )
    words = _barrier_words()
    return tuple(
        BarrierGroup(title, tuple(Barrier(words[name], barriers.get(name, False)) for name in names))
        for title, names in titles
    )


def _barrier_words() -> dict[str, str]:
    return {
        "read": translate("Sandbox", "reading files outside the granted folders"),
        "home": translate("Sandbox", "reading the home folder"),
        "hidden": translate("Sandbox", "reading closed places inside a granted folder"),
        "write": translate("Sandbox", "changing files outside the granted folders"),
        "attributes": translate("Sandbox", "changing modes and times of files outside"),
        "tcp": translate("Sandbox", "connecting to the network (TCP)"),
        "udp": translate("Sandbox", "sending over the network (UDP)"),
        "unix": translate("Sandbox", "reaching programs by their sockets"),
        "abstract": translate("Sandbox", "reaching programs by sockets without a file"),
        "vsock": translate("Sandbox", "reaching the machine around a virtual one"),
        "signal": translate("Sandbox", "ending other programs"),
        "ptrace": translate("Sandbox", "taking over other programs"),
        "environ": translate("Sandbox", "reading the environment of other programs"),
        "see": translate("Sandbox", "seeing other programs"),
        "namespaces": translate("Sandbox", "making namespaces of its own"),
        "mount": translate("Sandbox", "mounting"),
        "keys": translate("Sandbox", "reaching the system’s key store"),
        "typing": translate("Sandbox", "typing into a terminal"),
        "io_uring": translate("Sandbox", "using io_uring"),
        "bpf": translate("Sandbox", "loading code into the system"),
        "owner": translate("Sandbox", "gaining rights by other programs"),
        "limits": translate("Sandbox", "using up memory and disk"),
    }
