"""What the tools of a run may use, and the gate that judges them: built from settings, policy and machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, Self

import msgspec
from msgspec.structs import replace

from agent.commands import ActsAs, Program
from agent.context.intake import PERSONAL
from agent.desktop import Desktop
from agent.events import Origin
from agent.gate import RunGate
from agent.paths import Paths
from agent.roots import unled
from agent.safeguards import Safeguards
from agent.safety.approvals import RunApprover
from agent.safety.effects import Verb
from agent.safety.folders import Folders
from agent.safety.policy import Policy
from agent.safety.printable import from_printable, printable
from agent.safety.profile import bounds_of, capabilities_of
from agent.sandbox.confinement import granted
from agent.settings import ModelProfile, Settings
from agent.tools.tool import ToolContext


class Workplace(msgspec.Struct, frozen=True):
    """Makes contexts and gates."""

    paths: Paths
    settings: Callable[[], Settings]
    safeguards: Safeguards
    desktop: Callable[[], Desktop | None] = lambda: None

    def context(
        self,
        cwd: Path,
        grants: tuple[str, ...],
        model: ModelProfile | None,
        origin: Origin = "user",
        acts_as: ActsAs | Program | None = None,
    ) -> ToolContext:
        """Build what tools may use. `model`: who will know of it; None: a person at a terminal.

        `cwd` is a real path. A job or a program gets its own folders and none of the settings', and its commands change
        nothing but what it may write; what it may do is looked up on the disk, which takes a moment: use a thread.
        Raises UsageError where a link leads to a granted folder; see `roots.unled`.
        """
        settings = self.settings()
        roots = [cwd, *map(unled, (*grants, *(settings.grants if acts_as is None else ())))]
        bounds = bounds_of(acts_as.allow) if acts_as is not None else None
        remote = model is not None and (model.remote or isinstance(acts_as, Program))
        own = (self.paths.data, self.paths.config, self.paths.cache, self.paths.logs)
        policy = self.safeguards.policy.current()
        labels = self.safeguards.taint.labels
        marked = policy.folders("local_only") if remote else ()
        local_only = [Path(from_printable(folder)) for folder in marked]
        guards = Guards.of(policy, principals_of(origin, acts_as), self.safeguards.clock.now())
        hidden = [*local_only, *guards.unread]
        confinement = granted(
            roots, hidden=hidden, own=own, need=settings.safety.sandbox, changed=bounds and bounds.writable
        )
        # Later runs take them for the person's words: no command of a job writes them.
        instructions = [os.path.join(folder, "AGENTS.md") for folder in bounds.writable] if bounds is not None else []
        return ToolContext(
            cwd,
            Folders(roots, forbidden=own, local_only=local_only, guarded=guards.unread),
            scratch(self.paths),
            label_of_file=partial(labels.label_of, masked=remote),
            confinement=replace(confinement, kept=(*confinement.kept, *map(str, guards.unchanged), *instructions)),
            desktop=self.desktop(),
            built_on=policy,
            leave=capabilities_of(acts_as.allow) if acts_as is not None else (),
            inside_profile=bounds is not None and all(_lies_in(str(root), bounds.readable) for root in roots),
        )

    def gate(
        self,
        context: ToolContext,
        approver: RunApprover,
        origin: Origin,
        model: ModelProfile | None,
        *,
        acts_as: ActsAs | Program | None = None,
        approve_all: bool = False,
        dry_run: bool = False,
    ) -> RunGate:
        """Build what judges the calls of a run."""
        return RunGate(
            self.safeguards,
            approver,
            principals_of(origin, acts_as),
            capabilities={} if acts_as is None else {acts_as.principal: context.leave},
            profile_holds_commands=context.inside_profile,
            approve_all=approve_all,
            dry_run=dry_run,
            model=model.label if model is not None else "",
            model_is_remote=model is not None and (model.remote or isinstance(acts_as, Program)),
            cwd=printable(str(context.cwd)),
            undo_ready=True,
            sandbox_needed=self.settings().safety.sandbox,
            protection=context.folders.protection,
            built_on=context.built_on,
        )

    def with_journal(self, context: ToolContext, session_id: str, run_id: str) -> ToolContext:
        """Let a run's changes be kept for undo."""
        return replace(context, journal=self.safeguards.undo.of_run(session_id, run_id))


class Guards(msgspec.Struct, frozen=True):
    """Places that rules of the person deny or ask about: no search and no command comes upon them."""

    unread: tuple[Path, ...]
    unchanged: tuple[Path, ...]

    @classmethod
    def of(cls, policy: Policy, principals: Sequence[str], now: datetime) -> Self:
        """Take them from the rules for whoever acts."""
        paths = {verb: policy.guarded_paths(verb, principals, now) for verb in _GUARDED}
        unchanged = (*paths["fs.write"], *paths["fs.delete"])
        return cls(*(tuple(Path(from_printable(path)) for path in found) for found in (paths["fs.read"], unchanged)))


_GUARDED: Final[tuple[Verb, ...]] = ("fs.read", "fs.write", "fs.delete")


def principals_of(origin: Origin, acts_as: ActsAs | Program | None = None) -> tuple[str, ...]:
    """Who acts in a run of this origin."""
    if acts_as is not None:
        return ("user", acts_as.principal)
    return (origin,) if origin in PERSONAL else ("user", f"job:{origin}")


def _lies_in(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)


def scratch(paths: Paths) -> Path:
    """Where outputs are written that are larger than memory should hold."""
    return paths.cache / "scratch"
