"""The tool that runs a command line."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta

from agent.errors import ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.tools.process import Finished, describe_exit, run
from agent.tools.tool import ToolContext, ToolOutput

MAX_TIMEOUT_S = 3600


class ShellArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command line, and how long it may take."""

    cmd: str
    timeout_s: Annotated[int, Meta(ge=1, le=MAX_TIMEOUT_S)] = 120


class ShellTool:
    """Runs bash, or what this machine has in its place; see process.py for what holds of every command."""

    name = "shell"
    description = "Run a command line in the working folder. No input; its background processes end with it."
    arguments = ShellArguments
    reading = False
    timeout_s = MAX_TIMEOUT_S + 60.0

    def title(self, args: ShellArguments) -> str:
        """One line for a person."""
        return " ".join(f"$ {args.cmd}".split())[:100]

    def effects(self, args: ShellArguments, context: ToolContext) -> Sequence[Effect]:
        """The exact command line; what it does cannot be known, so it is not reversible. Raises ToolRetry."""
        if "\0" in args.cmd or not args.cmd.strip():
            raise ToolRetry("The command is empty or holds a NUL character. Write a command line.")
        return (Effect("proc.run", args.cmd),)

    async def run(self, args: ShellArguments, context: ToolContext) -> ToolOutput:
        """Run it. A failed or timed-out command is an output with `is_error`; ToolFailed: it did not start."""
        spool = context.scratch / f"output-{os.urandom(8).hex()}"
        try:
            finished = await run(
                [*_shell(), args.cmd],
                cwd=context.cwd,
                spool=spool,
                timeout_s=args.timeout_s,
                on_output=context.progress,
            )
        except (OSError, ValueError) as error:
            raise ToolFailed(_not_started(error, context)) from None
        return await asyncio.to_thread(_output, finished, args.timeout_s)


def _output(finished: Finished, timeout_s: int) -> ToolOutput:
    output = finished.output
    text = output.text().rstrip("\n")
    failed = finished.ended != "exited" or finished.exit_code != 0
    lines = [text or "(no output)"] if text or not failed else []
    if finished.ended == "timeout":
        lines.append(f"[stopped after {timeout_s} s with all its processes; a larger timeout_s gives it more time]")
    elif failed:
        lines.append(f"[{describe_exit(finished.exit_code)}]")
    if finished.leftovers:
        lines.append(f"[{finished.leftovers} background process(es) ended with the command]")
    if finished.unkillable:
        lines.append(f"[{finished.unkillable} process(es) could not be ended]")
    if output.file is not None and output.stored < output.total:
        lines.append(f"[only the first {output.stored:,} of {output.total:,} bytes are stored]")
    details: dict[str, object] = {
        "exit_code": finished.exit_code,
        "duration_s": round(finished.duration_s, 3),
        "output_bytes": output.total,
    }
    if output.file is not None:
        details["output_file"] = str(output.file)
    return ToolOutput("\n".join(lines), details=details, is_error=failed)


@cache
def _shell() -> tuple[str, ...]:
    """The shell and the words before the command line; models write bash, so it is bash where there is one."""
    import shutil  # brings the archive formats along

    if sys.platform == "win32":
        found = shutil.which("pwsh") or shutil.which("powershell")
        if found:
            return (found, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command")
        return (os.environ.get("COMSPEC", "cmd.exe"), "/d", "/s", "/c")
    return (shutil.which("bash") or "/bin/sh", "-c", "--")


def _not_started(error: OSError | ValueError, context: ToolContext) -> str:
    if not context.cwd.is_dir():
        return f"The working folder {context.cwd} is gone; nothing was run."
    if isinstance(error, OSError) and error.errno == errno.E2BIG:
        return "The command line is too long for this machine; nothing was run. Write it to a file and run that."
    return f"The command could not be started ({error}); nothing was run."
