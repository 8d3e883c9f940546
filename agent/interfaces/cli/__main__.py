"""`python -m agent.interfaces.cli`: the same as `homard`."""

from __future__ import annotations

import sys

from agent.interfaces.cli import main

if __name__ == "__main__":
    sys.exit(main())
