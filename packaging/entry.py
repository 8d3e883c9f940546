"""The program of a frozen build: as `homard-app` the tray app, as `homard` the command line, and both' workers."""

import sys
from pathlib import Path

from agent.workers import WORKER_OPTION, run_worker


def main() -> int:
    if sys.argv[1:2] == [WORKER_OPTION]:
        run_worker(sys.argv[2:])
        return 0
    if Path(sys.executable).stem == "homard-app":
        from app.__main__ import main as run
    else:
        from agent.interfaces.cli import main as run
    return run() or 0


if __name__ == "__main__":
    sys.exit(main())
