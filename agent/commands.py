"""What a person or a trigger wants: imperative, frozen. `Runtime.submit` takes nothing else."""

from __future__ import annotations

from datetime import datetime

import msgspec

from agent.events import Origin, Scope
from agent.jobs import Job, Permission
from agent.labels import Label
from agent.messages import ImagePart, TextPart


class Limits(msgspec.Struct, frozen=True):
    """How far a run may go."""

    max_turns: int = 60
    max_tokens: int = 1_000_000
    """Input plus output tokens of all model calls of the run."""
    max_time_s: float = 3600.0
    max_usd: float | None = None
    """What all model calls of the run may cost, where their price is known; None: no bound."""
    max_calls: int | None = None
    """Tool calls of the run; None: no bound."""


class ActsAs(msgspec.Struct, frozen=True, kw_only=True):
    """The job on whose behalf a run works: it may do what stands here, and waits for a person with anything else."""

    job_id: str
    slot_id: int
    run_id: str
    """Decided beforehand, so that the slot knows its run before there is one."""
    allow: tuple[Permission, ...]
    label: Label | None = None
    """Of the files that its prompt names: who made them has chosen their names. None: they say nothing."""

    @property
    def principal(self) -> str:
        """Who acts beside the person."""
        return f"job:{self.job_id}"


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """The program that asks for a run, an agent that uses Homard: it gets what stands here, whoever says yes to more.

    What the run sees goes to that program, so nothing that is local only is shown to it, whichever model works.
    """

    principal: str
    """`program:NAME`."""
    allow: tuple[Permission, ...]
    label: Label
    """Of what it says: its words may be those of somebody whom it has read."""


class Attached(msgspec.Struct, frozen=True):
    """A text that goes with a message and is not the words of whoever sends it: a skill."""

    text: str
    label: Label


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=True):
    """Base of all commands."""


class SendMessage(Command, frozen=True):
    """Say something in a session: starts a run, or steers the one that works."""

    session_id: str
    parts: tuple[TextPart | ImagePart, ...]
    origin: Origin = "user"
    model: str = ""
    """`provider/model`, or a bare name; empty: the session's, then the default."""
    cwd: str = ""
    """Absolute working folder; empty: the session's."""
    grants: tuple[str, ...] = ()
    """Absolute folders the run may read and, if asked, write, besides the working folder."""
    approve_all: bool = False
    """The person said yes beforehand (`--yes`): to commands, fetches, and writing inside the granted folders."""
    attended: bool = True
    """Somebody is there to answer approvals and questions."""
    limits: Limits = Limits()
    follow_up: bool = False
    """Wait until the running run is over instead of steering it."""
    retry: bool = False
    """Nothing new is said: answer again what the session holds, after a run that failed. `parts` is empty then. After a
    dry run it is one again."""
    typed: bool = True
    """A person wrote the text here; False: it came through a pipe or from a file. See `UserMessage.typed`."""
    dry_run: bool = False
    """Plan and read only: what would change the world is recorded and shown, not done."""
    acts_as: ActsAs | None = None
    """None: a person's own run, or a program's."""
    program: Program | None = None
    """None: no program asks."""
    resume: bool = False
    """Nothing new is said: go on with the parked run `acts_as.run_id` where it waits. `parts` is empty then."""
    skill: str = ""
    """The skill to follow for this message; empty: the one a typed text begins with (`/skill NAME`), if it does."""
    attached: tuple[Attached, ...] = ()
    """Stands with the message, and taints the run by its label. The runtime puts the skill here."""

    @property
    def acting(self) -> ActsAs | Program | None:
        """Who acts beside the person, with all that it may do; None: nobody."""
        return self.acts_as or self.program


class CancelRun(Command, frozen=True):
    """Stop a run now; its tools' process trees are killed."""

    run_id: str


class ResolveApproval(Command, frozen=True):
    """Answer an ApprovalRequested."""

    approval_id: str
    allow: bool
    note: str = ""
    """A word to the model."""
    scope: Scope = "once"
    """How far a yes goes; more than the approval offered is taken as `once`."""


class AnswerQuestion(Command, frozen=True):
    """Answer a QuestionAsked."""

    question_id: str
    answer: str | None


class PauseRuns(Command, frozen=True):
    """Let no run start a model call from now on; what is sent meanwhile waits. Outlasts a restart."""

    until: datetime | None = None
    """Aware, and to come; None: until somebody resumes."""


class ResumeRuns(Command, frozen=True):
    """End the pause; where nothing is paused nothing happens."""


class SaveJob(Command, frozen=True):
    """Make a job, or change one: the change is another version of it. The receipt names it."""

    job: Job
    job_id: str = ""
    """Empty: it is a new one."""
    review: bool = False
    """It starts nothing until a person has looked at it: it was imported, or an agent made it."""
    version: int = 0
    """Of the job that was changed: if it is at another one by now, nothing is saved. 0: whatever it is at."""


class PauseJob(Command, frozen=True):
    """Let a job start nothing from now on; a run under way goes on."""

    job_id: str


class ResumeJob(Command, frozen=True):
    """Let a job start again, whyever it was paused. What it missed meanwhile stays missed."""

    job_id: str


class DeleteJob(Command, frozen=True):
    """Remove a job: it starts nothing any more, and what waits of it is called off. Its history stays."""

    job_id: str


class RunJob(Command, frozen=True):
    """Run a job now, paused or not, with all its limits. The receipt names session and run once it has begun.

    One that waits for its review is refused, but for a dry run.
    """

    job_id: str
    files: tuple[str, ...] = ()
    """Absolute paths, for {file} and {files}."""
    dry_run: bool = False
    """Plan and read only; the history shows it, and neither slots nor failures count it."""


class ResolveSlot(Command, frozen=True):
    """Say whether a slot that waits for a person shall run: one that was missed, or whose outcome is unknown."""

    slot_id: int
    run: bool


AnyCommand = (
    SendMessage
    | CancelRun
    | ResolveApproval
    | AnswerQuestion
    | PauseRuns
    | ResumeRuns
    | SaveJob
    | PauseJob
    | ResumeJob
    | DeleteJob
    | RunJob
    | ResolveSlot
)
