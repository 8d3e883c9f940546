"""What a build does first (a runtime hook): put the environment right, and be a program of the sandbox at once.

What PyInstaller prepares after it, for libraries, takes 0.1 s; each command would wait for that.
"""

import os
import sys

from agent.workers import WORKER_OPTION, run_worker

AT_ONCE = ("launcher", "probe", "victim")
"""Workers that need no library."""


def give_back_library_path() -> None:
    # WORKAROUND(PyInstaller 6.22): its boot program leads the loader to the libraries of the build through the
    # environment. Commands that tools run are programs of the system, and must get those of the system.
    for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
        original = os.environ.pop(f"{name}_ORIG", None)
        if original is not None:
            os.environ[name] = original
        else:
            os.environ.pop(name, None)


give_back_library_path()
if sys.argv[1:2] == [WORKER_OPTION] and sys.argv[2:3] and sys.argv[2] in AT_ONCE:
    run_worker(sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)  # not the rest of the build
