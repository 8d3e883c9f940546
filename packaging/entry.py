"""The program of a frozen build: as `homard-app` the tray app, as `homard` the command line, and both' workers."""

import os
import sys
from pathlib import Path

from agent.workers import WORKER_OPTION, run_worker


def main() -> int:
    _give_back_library_path()
    if sys.argv[1:2] == [WORKER_OPTION]:
        run_worker(sys.argv[2:])
        return 0
    if Path(sys.executable).stem == "homard-app":
        from app.__main__ import main as run
    else:
        from agent.interfaces.cli import main as run
    return run() or 0


def _give_back_library_path() -> None:
    # WORKAROUND(PyInstaller 6.22): its boot program leads the loader to the libraries of the build through the
    # environment. Commands that tools run are programs of the system, and must get those of the system.
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        original = os.environ.pop(f"{name}_ORIG", None)
        if original is not None:
            os.environ[name] = original
        else:
            os.environ.pop(name, None)


if __name__ == "__main__":
    sys.exit(main())
