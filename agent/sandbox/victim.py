"""A program: a decoy. It gives back what it reads, if nobody ends it before."""

from __future__ import annotations

import sys


def main() -> None:
    """Wait for the words, say them, end."""
    sys.stdout.write(sys.stdin.read())


if __name__ == "__main__":
    main()
