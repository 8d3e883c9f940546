"""Tests of the app need no screen; those that want one start a private X server (tests/helpers/desktop.py)."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
