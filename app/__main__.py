"""`homard-app`, also `python -m app`: the desktop program. A second start only raises the first."""

from __future__ import annotations

import sys
from typing import TextIO

USAGE = """\
homard-app [--hidden | --quick]   start Homard, or bring the one that runs to the front
  --hidden    begin in the tray, without a window
  --quick     begin with the quick prompt
  --selftest  check this installation and say what works
  --version   print the version
"""
KNOWN = ("--hidden", "--quick", "--selftest", "--version", "-h", "--help")


def main(argv: list[str] | None = None) -> int:
    """Start the app; returns the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if unknown := [argument for argument in arguments if argument not in KNOWN]:
        _say(sys.stderr, f"homard-app: there is no option {unknown[0]!r}.\n{USAGE}")
        return 2
    if "-h" in arguments or "--help" in arguments:
        _say(sys.stdout, USAGE)
        return 0
    if "--version" in arguments:
        from agent import __version__

        _say(sys.stdout, f"homard-app {__version__}\n")
        return 0
    if "--selftest" in arguments:
        from app.selftest import main as test

        return test()
    return _start(hidden="--hidden" in arguments, quick="--quick" in arguments)


def _say(stream: TextIO | None, text: str) -> None:
    if stream is not None:  # a program without a console on Windows has none
        stream.write(text)


def _start(*, hidden: bool, quick: bool) -> int:
    from agent.paths import find_paths
    from app.desktop.instance import ask_running_app

    paths = find_paths()
    if not hidden and ask_running_app(paths, "quick" if quick else "raise") == "done":
        return 0
    from app.imports import keep_plain

    keep_plain()
    from app.opening import Options, run

    return run(paths, Options(hidden, quick))


if __name__ == "__main__":
    sys.exit(main())
