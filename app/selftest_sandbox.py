"""Of the self-test: our programs in the sandbox, and the plugins that come with Homard, each as it is used."""

from __future__ import annotations

import asyncio
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.sandbox.measured import Measured

WORDS = "Made by the self-test: ½ ≤ Ω."
MADE = ("made.pdf", "made.docx", "made.xlsx")
"""What the plugin for documents makes."""
STANDARD = (
    "cmath",
    "graphlib",
    "imaplib",
    "logging.handlers",
    "mailbox",
    "statistics",
    "wsgiref.simple_server",
    "zoneinfo",
)
"""Of Python's library, what a plugin of a person may want: a build must have all of it, not what we use alone."""


class Unusable(Exception):
    """A program of ours does not run as it should."""


async def check_sandbox(cache: Path) -> str:
    """Each program that measures the sandbox runs, in all that this machine has. Raises Unusable."""
    measured = await asyncio.to_thread(_measured, cache)
    return f"level {measured.level}, by {measured.backend}"


def _measured(cache: Path) -> Measured:
    from agent.sandbox import landlock, seccomp
    from agent.sandbox.decoys import Decoys
    from agent.sandbox.measure import Broken, attack, known
    from agent.sandbox.measured import Backend

    with Decoys() as decoys:
        if decoys.hurt():
            raise Unusable("what is there to be hurt does not live by itself")
    backends = [Backend("limits")]
    if landlock.version() > 0:
        backends.append(Backend("landlock", "", True, seccomp.supported()))
    for backend in backends:
        try:
            attack(backend, None)
        except Broken as broken:
            raise Unusable(f"the probe does not run in {backend}: {broken}") from None
    return known(cache)


async def check_plugins(cache: Path) -> str:
    """Each starts in its sandbox; what one makes is read again. Raises Unusable, and what a plugin does."""
    from agent.plugin_host.collection import bundled_plugins
    from agent.plugin_host.manifest import FILE
    from agent.plugin_host.trial import trial
    from agent.sandbox.levels import at_least
    from agent.sandbox.measure import known

    measured = await asyncio.to_thread(known, cache)
    if not at_least(measured.level, "files"):
        return f"not tried: nothing can hold them on this machine, whose sandbox is {measured.level}"
    if missing := [name for name in STANDARD if find_spec(name) is None]:
        raise Unusable(f"of Python's library, {', '.join(missing)} is not there")
    folders = sorted(path.parent for path in bundled_plugins().glob(f"*/{FILE}"))
    if not folders:
        raise Unusable("there are none")
    tools = 0
    for folder in folders:
        async with trial(folder, {}, measured=lambda: measured) as tried:
            tools += len(tried.plugin.tools)
    with tempfile.TemporaryDirectory(prefix="homard-", ignore_cleanup_errors=True) as place:
        async with trial(bundled_plugins() / "documents", {}, measured=lambda: measured) as tried:
            for name in MADE:
                file = str(Path(place) / name)
                await tried.call("write", {"file": file, "text": f"# Title\n\n| A | B |\n|---|---|\n| 1 | {WORDS} |\n"})
                read = await tried.call("read", {"file": file})
                if WORDS not in read.text:
                    raise Unusable(f"{name} was made, and reading it gives {read.text[:200]!r}")
    return f"{len(folders)} with {tools} tools start; {', '.join(MADE)} were made and read"
