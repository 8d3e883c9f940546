"""What a program that uses Homard over MCP may have: said by the person who starts `homard mcp`, and never more."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from agent.commands import Limits, Program
from agent.errors import UsageError
from agent.jobs import JobRow, Permission
from agent.labels import Label
from agent.safety.printable import printable
from agent.safety.profile import capabilities_of, permission_words

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
ANY_JOB: Final = "*"


@dataclass(frozen=True)
class Grant:
    """The grant of one program."""

    name: str = "client"
    folders: tuple[str, ...] = ()
    """Absolute and real: what may be read; the first is where its requests work if they name none."""
    write: bool = False
    """Also change what is in the folders, where it can be undone."""
    commands: bool = False
    """Also run commands in the folders, without the network; each is asked."""
    hosts: tuple[str, ...] = ()
    """Pages of these hosts may be fetched; each is asked."""
    jobs: tuple[str, ...] = ()
    """Names of jobs that it may start and read; `*`: all."""
    model: str = ""
    """Of each of its requests; empty: the session's, then the default."""
    max_usd: float | None = None
    """Of one request."""
    max_time_s: float | None = None
    """Of one request."""
    questions: bool = True
    """What needs a yes is put to the person at the program, where the program can."""

    @property
    def principal(self) -> str:
        """Who acts."""
        return f"program:{self.name}"

    @property
    def client(self) -> str:
        """By what its sessions go: a program of the same name with another grant does not see them."""
        told = msgspec.json.encode((self.permissions, self.jobs))
        return f"{self.name}-{hashlib.sha256(told).hexdigest()[:12]}"

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """All that it may do, as of a job."""
        found: list[Permission] = []
        if self.folders:
            found.append(Permission(what="fs.read", to=self.folders))
            if self.write:
                found += [Permission(what=what, to=self.folders) for what in ("fs.write", "fs.delete")]
            if self.commands:
                found.append(Permission(what="proc.run", to=self.folders))
        if self.hosts:
            found.append(Permission(what="net.fetch", to=self.hosts))
        return tuple(found)

    @property
    def program(self) -> Program:
        """For its messages. What a program says may be what it has read somewhere: it is nobody's typed word."""
        label = Label("external", "private", (f"external:{self.principal}",))
        return Program(principal=self.principal, allow=self.permissions, label=label)

    def folder(self, named: str) -> str:
        """The folder a request works in: the one it names, inside the grant. Raises UsageError."""
        if not named:
            return self.folders[0] if self.folders else ""
        path = os.path.realpath(os.path.join(self.folders[0] if self.folders else os.sep, os.path.expanduser(named)))
        if not any(_lies_in(path, folder) for folder in self.folders):
            raise UsageError(f"{printable(named)} lies outside what {self.name} was granted: {self.shown_folders}.")
        if not os.path.isdir(path):
            raise UsageError(f"{printable(named)} is no folder that is there. Nothing was done; name another one.")
        return path

    @property
    def shown_folders(self) -> str:
        """The folders, for a sentence."""
        return ", ".join(map(printable, self.folders)) or "no folder"

    def limits(self, usual: Limits) -> Limits:
        """Bound one request: what the settings say, and the grant where that is less."""
        most_s = min(usual.max_time_s, self.max_time_s or usual.max_time_s)
        return msgspec.structs.replace(usual, max_usd=self.max_usd, max_time_s=most_s)

    def may_start(self, row: JobRow) -> bool:
        """Whether a job is among those that were granted."""
        return ANY_JOB in self.jobs or row.job.name in self.jobs or row.job_id in self.jobs

    def words(self) -> list[str]:
        """Say to a person what the program may do, a line each."""
        lines = [permission_words(permission) for permission in self.permissions]
        if self.jobs:
            lines.append("start " + ("any job" if ANY_JOB in self.jobs else ", ".join(map(printable, self.jobs))))
        return lines or ["ask questions, without any file"]


def checked(grant: Grant) -> Grant:
    """Give back a grant of which all is worth something. Reads the disk. Raises UsageError that names what is not."""
    if NAME.fullmatch(grant.name) is None:
        raise UsageError(f"--name {printable(grant.name)}: take small letters, digits and hyphens, at most 32.")
    for permission in grant.permissions:
        for to in permission.to:
            if not capabilities_of((msgspec.structs.replace(permission, to=(to,)),)):
                raise UsageError(
                    f"{grant.name} cannot get leave for {permission.what} to {printable(to)}: it is no plain host or "
                    "folder, it holds your whole home, keys or Homard's own files, or a link leads there. "
                    "Name a folder in it."
                )
    return grant


def usable(folders: Sequence[str]) -> tuple[str, ...]:
    """Those of some folders that can be granted for reading, as they really are. Reads the disk."""
    real = map(os.path.realpath, folders)
    return tuple(one for one in real if capabilities_of((Permission(what="fs.read", to=(one,)),)))


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
