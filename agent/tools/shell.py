"""The tool that runs a command line."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from agent.errors import ToolDenied, ToolFailed, ToolRetry
from agent.safety.effects import Effect
from agent.safety.printable import printable
from agent.tasks import spawn, uninterrupted
from agent.tools.process import Finished, build_environment, describe_exit, run
from agent.tools.tool import ToolContext, ToolOutput

if TYPE_CHECKING:
    from agent.sandbox.confinement import Confinement
    from agent.sandbox.guard import Guard, PutBack
    from agent.sandbox.launch import Launch, Place
    from agent.sandbox.measured import Measured
    from agent.tools.egress import Egress

MAX_TIMEOUT_S = 3600
SWEPT_S = 0.2
"""How long, about, a key or start-up file stands that a command puts where none was."""
PRIVATE = "homard-run-"
"""Begins the name of a command's private folder; the pid of its Homard follows."""


class ShellArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command line, how long it may take, and whether it needs the network."""

    cmd: str
    timeout_s: Annotated[int, Meta(ge=1, le=MAX_TIMEOUT_S)] = 120
    network: bool = False


class ShellTool:
    """Runs bash, or what this machine has in its place, in the sandbox; see process.py for what holds besides."""

    name = "shell"
    description = (
        "Run a command line in the working folder, sandboxed: it sees the granted folders and the system, an empty "
        "home, and the internet only with network=true (needs a yes). No input; background processes end with it."
    )
    arguments = ShellArguments
    reading = False
    timeout_s = MAX_TIMEOUT_S + 60.0

    def __init__(self, egress: Egress | None = None, measured: Callable[[], Measured] | None = None) -> None:
        """`egress`: the way out for commands with the network.

        `measured`: what this machine's sandbox holds, called in a thread; None: it is measured when first needed.
        """
        self._egress = egress
        self._measured = measured or _measure

    def title(self, args: ShellArguments) -> str:
        """One line for a person."""
        return " ".join(f"$ {args.cmd}".split())[:100]

    def effects(self, args: ShellArguments, context: ToolContext) -> Sequence[Effect]:
        """The exact command line; reversible if all it may change is kept first. Raises ToolRetry. May walk folders."""
        if "\0" in args.cmd or not args.cmd.strip():
            raise ToolRetry("The command is empty or holds a NUL character. Write a command line.")
        # What a command sends out cannot be taken back, whatever is kept of its files.
        reversible = not args.network and context.journal is not None and _undoable(context)
        return (Effect("proc.run", args.cmd, network=args.network, reversible=reversible),)

    async def run(self, args: ShellArguments, context: ToolContext) -> ToolOutput:
        """Run it. A failed or timed-out command is an output with `is_error`.

        Raises ToolFailed when it did not start, ToolDenied when this machine cannot hold it as needed.
        """
        spool = context.scratch / f"output-{os.urandom(8).hex()}"
        try:
            async with _bounds(args, context) as bounds:
                measured = await asyncio.to_thread(self._measured)
                launch = await asyncio.to_thread(bounds.launch, [*_shell(), args.cmd], measured)
                covered, swept = _covered(context, bounds.writable), _swept(bounds)
                async with covered, self._way_out(bounds.egress_socket, context), swept:
                    try:
                        finished = await run(
                            launch.argv,
                            cwd=context.cwd,
                            spool=spool,
                            timeout_s=args.timeout_s,
                            on_output=context.progress,
                            environment=launch.environment,
                            contained=launch.contained,
                        )
                    finally:
                        put_back = await uninterrupted(asyncio.to_thread(bounds.put_back), "put-back")
        except (OSError, ValueError) as error:
            raise ToolFailed(_not_started(error, context)) from None
        return await asyncio.to_thread(_output, finished, args.timeout_s, put_back)

    @asynccontextmanager
    async def _way_out(self, socket: str, context: ToolContext) -> AsyncGenerator[None]:
        if not socket:
            yield
            return
        from agent.tools.egress import Egress
        from agent.tools.egress_pass import ANYWHERE
        from agent.tools.egress_proxy import serve_proxy

        async with serve_proxy(socket, self._egress or Egress(), context.egress or ANYWHERE):
            yield


def _output(finished: Finished, timeout_s: int, put_back: PutBack) -> ToolOutput:
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
    if put_back.done:
        lines.append(f"[put back, for a command must not change it: {', '.join(map(printable, put_back.done))}]")
    if put_back.left:
        where = ", ".join(map(printable, put_back.left))
        lines.append(f"[NOT put back, though a command must not change it; a person must look at it: {where}]")
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


class _Bounds:
    """One command's confinement, private folder and guard. Methods block for the disk."""

    def __init__(self, confinement: Confinement, place: Place) -> None:
        self._confinement, self._place = confinement, place
        self.egress_socket = place.egress
        self.writable = [Path(folder) for folder in confinement.writable]
        self._guard: Guard | None = None

    def launch(self, argv: list[str], measured: Measured) -> Launch:
        """What to start. Raises ToolDenied."""
        from agent.sandbox.confinement import looked_through, require_unmoved
        from agent.sandbox.guard import Guard
        from agent.sandbox.wrap import wrap

        require_unmoved(self._confinement)
        self._require_open()
        confinement = looked_through(self._confinement)
        launch = wrap(argv, confinement, measured, self._place, build_environment())
        self._guard = Guard(confinement.kept, confinement.writable)
        return launch

    def _require_open(self) -> None:
        from agent.sandbox.closed import is_inside

        bounds = self._confinement
        if not any(is_inside(self._place.cwd, folder) for folder in (*bounds.writable, *bounds.readable)):
            raise ToolDenied(
                f"The working folder {printable(self._place.cwd)} is closed to commands: it lies in a place of keys, "
                "of Homard itself, that is marked local only, or that a rule is about. Nothing was run."
            )

    def sweep(self) -> None:
        """Remove at once what the command must not have made."""
        if self._guard:
            self._guard.sweep()

    def put_back(self) -> PutBack:
        """Undo what the command must not have changed."""
        from agent.sandbox.guard import PutBack

        return self._guard.put_back() if self._guard else PutBack([], [])


@asynccontextmanager
async def _bounds(args: ShellArguments, context: ToolContext) -> AsyncGenerator[_Bounds]:
    confinement = context.confinement or await asyncio.to_thread(_default_confinement, context)
    confinement = replace(confinement, network="egress" if args.network else "none")
    private = await asyncio.to_thread(_private_folder)
    from agent.sandbox.launch import Place

    socket = os.path.join(private, "egress.sock") if args.network else ""
    bounds = _Bounds(confinement, Place(await asyncio.to_thread(os.path.realpath, context.cwd), private, socket))
    try:
        yield bounds
    finally:
        await uninterrupted(asyncio.to_thread(shutil.rmtree, private, True), "clear-up")


@asynccontextmanager
async def _swept(bounds: _Bounds) -> AsyncGenerator[None]:
    async def sweep() -> None:
        while True:
            await asyncio.sleep(SWEPT_S)
            await asyncio.to_thread(bounds.sweep)

    sweeping = spawn(sweep(), "sweep")
    try:
        yield
    finally:
        sweeping.cancel()


@asynccontextmanager
async def _covered(context: ToolContext, writable: Sequence[Path]) -> AsyncGenerator[None]:
    """Keep what the command may change, for undo."""
    if context.journal is None:
        yield
        return
    from agent.undo.cover import covering

    async with covering(context.journal, writable):
        yield


def _undoable(context: ToolContext) -> bool:
    if context.journal is None:
        return False
    from agent.undo.cover import coverage_of

    roots = context.folders.roots if context.confinement is None else context.confinement.writable
    return coverage_of(context.journal, [Path(root) for root in roots]).undoable


def _default_confinement(context: ToolContext) -> Confinement:
    from agent.paths import find_paths
    from agent.sandbox.confinement import granted

    paths = find_paths()
    return granted(context.folders.roots, own=(paths.data, paths.config, paths.cache, paths.logs))


def _measure() -> Measured:
    from agent.paths import find_paths
    from agent.sandbox.measure import known

    return known(find_paths().cache)


def _private_folder() -> str:
    import tempfile

    _clear_up_after_the_dead()
    return os.path.realpath(tempfile.mkdtemp(prefix=f"{PRIVATE}{os.getpid()}-"))


@cache
def _clear_up_after_the_dead() -> None:
    """Remove the private folders that a killed Homard of this user left behind."""
    import tempfile

    import psutil

    for folder in Path(tempfile.gettempdir()).glob(f"{PRIVATE}*"):
        owner = folder.name.removeprefix(PRIVATE).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _shell() -> tuple[str, ...]:
    """The shell and the words before the command line; models write bash, so it is bash where there is one."""
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
