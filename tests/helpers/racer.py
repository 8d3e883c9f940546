"""A process that swaps a folder for a link to another one and back, as fast as it can."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SWAP = """
import os, sys
folder, spare, link = sys.argv[1:]
print("on", flush=True)
while os.getppid() == int(os.environ["RACED"]):
    for _ in range(200):
        os.rename(folder, spare); os.rename(link, folder)
        os.rename(folder, link); os.rename(spare, folder)
"""


@contextmanager
def swapping(folder: Path, outside: Path) -> Iterator[None]:
    """While the block runs, `folder` is by turns itself, missing, and a link to `outside`."""
    import os

    spare, link = folder.with_name(folder.name + "-spare"), folder.with_name(folder.name + "-link")
    link.symlink_to(outside)
    argv = [sys.executable, "-c", _SWAP, str(folder), str(spare), str(link)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env={**os.environ, "RACED": str(os.getpid())}) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()
