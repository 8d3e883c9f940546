"""What a tool is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from agent.labels import Label
from agent.messages import ImagePart, ToolResult
from agent.safety.effects import Effect
from agent.safety.folders import Folders
from agent.safety.request import Capability
from agent.sandbox.confinement import Confinement
from agent.tools.egress_pass import EgressPass

if TYPE_CHECKING:
    from agent.desktop import Desktop
    from agent.safety.policy import Policy
    from agent.tools.ports import JobMaker, Skills, ToolSearch
    from agent.undo.journal import RunJournal

A = TypeVar("A", bound=msgspec.Struct, contravariant=True)

MAX_RESULT_CHARS = 10_000
"""A result longer than this goes to a file; the model sees head and tail."""


def _person_s_own(_path: str) -> Label:
    return Label("local", "private")


class ToolOutput(msgspec.Struct, frozen=True):
    """What a tool returns when it succeeded."""

    content: str
    """For the model."""
    images: tuple[ImagePart, ...] = ()
    details: dict[str, Any] = {}
    """For the screen: plain JSON data, small."""
    is_error: bool = False
    """The tool did its work and the outcome is a failure (a command's exit code)."""
    label: Label | None = None
    """Where `content` came from; None: what the effects of the call say."""
    most_chars: int = 0
    """So long it may be where results usually are not, if the window has the room: it is of no use in pieces."""


class ToolContext(msgspec.Struct, frozen=True):
    """What a tool may use while it runs. Nothing else reaches it."""

    cwd: Path
    """Absolute working folder; relative paths of arguments start here."""
    folders: Folders
    """The only door to files."""
    scratch: Path
    """A private folder for files larger than memory should hold (output of commands)."""
    label_of_file: Callable[[str], Label] = msgspec.field(default=_person_s_own)
    """The label of what stands at a real path; of a folder: of all that is in it. Reads the disk."""
    still_approved: Callable[[], None] = msgspec.field(default=lambda: None)
    """Called by a tool right before its act takes hold; raises ToolDenied if what was agreed to is no longer there."""
    sees_images: bool = False
    max_result_chars: int = MAX_RESULT_CHARS
    """A longer result is stored in a file; less than the default for a small window or many calls at once."""
    room_chars: int = MAX_RESULT_CHARS
    """What one result could take of the window; for `ToolOutput.most_chars`."""
    progress: Callable[[str], None] = msgspec.field(default=lambda _text: None)
    """Show output while the tool runs. Never blocks, must not raise."""
    recall: Callable[[str, int], Awaitable[str]] | None = None
    """Search what is stored of this session, or page through it from a character; see tools/recall.py."""
    ask: Callable[[str, Sequence[str]], Awaitable[str | None]] | None = None
    """Ask the person; None: nobody is there."""
    complete: Callable[[str, str], Awaitable[str]] | None = None
    """Ask the run's model once, without tools and history: (system, user) → reply; None: there is none. See extract."""
    confinement: Confinement | None = None
    """The bounds of commands; None: the granted folders, no network, the level `files`."""
    egress: EgressPass | None = None
    """What the run carries when a tool reaches out to the internet; None: nothing is judged beside the address."""
    own_tools: Callable[[str, Mapping[str, Any]], Awaitable[ToolResult]] | None = None
    """Calls a tool of Homard's in the name of the provider whose tool this is; None: it is one of Homard's."""
    desktop: Desktop | None = None
    """The clipboard and the screen; None: there is no window."""
    built_on: Policy | None = None
    """The rules and marks by which `folders` and `confinement` were made."""
    inside_profile: bool = False
    """Commands of a job see no more than its profile lets be read, and change only what it lets be changed."""
    leave: tuple[Capability, ...] = ()
    """What the job may do by itself, as its folders were when the run began."""
    jobs: Callable[[], JobMaker] | None = None
    """Gives what makes jobs; None: none can be made here. See tools/schedule.py."""
    search: ToolSearch | None = None
    """Finds the tools of plugins and MCP servers that the model is not told of; None: it is told of all."""
    skills: Skills | None = None
    """Opens the skills that a person enabled; None: there is none."""
    journal: RunJournal | None = None
    """Keeps what files held before they are changed, so that `homard undo` can put it back; None: nothing is kept."""


class Tool(Protocol[A]):
    """One thing a model can do.

    `arguments` is a frozen msgspec.Struct with `forbid_unknown_fields=True`; its JSON Schema is what the model sees,
    so keep it short. `effects` judges the arguments in the form in which `run` will use them; it may resolve paths
    but must not change anything. `run` raises ToolRetry (the model can correct itself), ToolFailed or ToolDenied;
    on CancelledError it stops whatever it started, within a second, and re-raises.
    """

    @property
    def name(self) -> str:
        """What the model calls it."""
        ...

    @property
    def description(self) -> str:
        """One or two sentences; every word costs tokens in every request."""
        ...

    @property
    def arguments(self) -> type[msgspec.Struct]:
        """The shape of its arguments."""
        ...

    @property
    def reading(self) -> bool:
        """Whether it changes nothing: then it may run in parallel with others of its kind."""
        ...

    @property
    def timeout_s(self) -> float:
        """The executor ends the call after this."""
        ...

    def title(self, args: A) -> str:
        """One line for a person, at most 100 characters."""
        ...

    def effects(self, args: A, context: ToolContext) -> Sequence[Effect]:
        """What it would do, in canonical form. May raise ToolRetry or ToolDenied."""
        ...

    async def run(self, args: A, context: ToolContext) -> ToolOutput:
        """Do it."""
        ...
