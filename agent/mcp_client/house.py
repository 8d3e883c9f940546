"""What servers need of the house: places, keys, the way out. Handed in, so that nothing here knows the runtime."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agent.events import AnyEvent, ExtensionChanged
from agent.mcp_client.state import StateFile
from agent.paths import find_paths
from agent.sandbox.closed import is_inside
from agent.sandbox.levels import Level
from agent.settings import ServerSettings
from agent.tools.egress import Egress
from agent.tools.egress_pass import EgressPass

if TYPE_CHECKING:
    from agent.safety.known_keys import KnownKeys
    from agent.sandbox.measured import Measured


class Keys(Protocol):
    """`agent.safety.secrets.KeyringSecrets`, as far as it is used here."""

    @property
    def known(self) -> KnownKeys:
        """Every key that was handed out."""
        ...

    async def get(self, reference: str) -> str:
        """Read a key. Raises SecretUnavailable."""
        ...

    async def set(self, name: str, value: str) -> str:
        """Store one; says where."""
        ...

    async def delete(self, name: str) -> None:
        """Forget one."""
        ...


def _nobody(_event: AnyEvent) -> None:
    """Tell nobody."""


def _nothing() -> Sequence[str]:
    return ()


def _files() -> Level:
    return "files"


def _open(_principal: str) -> str:
    return ""


@dataclass(frozen=True)
class House:
    """All of it."""

    folder: Path
    """Of servers: bundles, private folders, `.state.json`."""
    logs: Path
    """Of what their programs write to standard error, a file each."""
    settings: Callable[[], Mapping[str, ServerSettings]]
    """`[mcp]` as it stands now; may read the disk."""
    secrets: Keys
    publish: Callable[[AnyEvent], None] = _nobody
    measured: Callable[[], Measured] | None = None
    need: Callable[[], Level] = _files
    """How well a program must be held."""
    hidden: Callable[[], Sequence[str]] = _nothing
    """Real paths that no program may see: Homard's own folders, those that are local only or that a rule is about."""
    egress: Egress = field(default_factory=Egress)
    egress_pass: Callable[[str], EgressPass] = EgressPass
    """By principal: who judges and is told of what a server reaches for while no call is under way."""
    closed: Callable[[str], str] = _open
    """Says why the server with a principal must not be used, whatever was agreed to; empty: it may. Blocks."""
    connect_s: float = 30.0
    """How long a server has to say hello and to list its tools."""
    idle_s: float = 600.0
    """A server that nobody needs is ended after so long."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    state: StateFile = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "state", StateFile(self.folder))

    def own(self) -> tuple[Path, ...]:
        """Homard's own folders: no server sees them, whatever it is granted."""
        paths = find_paths()
        return (self.folder, paths.data, paths.config, paths.cache, paths.logs)

    def place(self, name: str) -> Path:
        """The folder of one server."""
        return self.folder / name

    def private(self, name: str) -> Path:
        """What its program takes for its home."""
        return self.folder / name / "home"

    def exchange(self, name: str) -> Path:
        """Where copies of files are handed over."""
        return self.private(name) / "exchange"

    def log(self, name: str) -> Path:
        """What its program writes to standard error."""
        return self.logs / f"{name}.log"

    def tell(self, name: str, status: str, note: str = "", *, tell: bool = False) -> None:
        """Let everybody know of another state."""
        self.publish(ExtensionChanged("", "", "server", name, status, note, tell))

    def hidden_from(self, name: str) -> tuple[str, ...]:
        """What the program of a server may not see, whatever else it is given."""
        own = os.path.realpath(self.place(name))
        return tuple(path for path in self.hidden() if not is_inside(own, path))
