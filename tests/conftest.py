"""What holds for every test: nobody's settings, keys, proxies or colours reach it."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

# Under PYTHONDONTWRITEBYTECODE pytest would compile all test modules anew each time: half a minute.
sys.dont_write_bytecode = False
FOREIGN = ("HOMARD_", "OPENAI_", "ANTHROPIC_", "OPENROUTER_", "DEEPSEEK_")


@pytest.fixture(autouse=True)
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty HOMARD_HOME and an environment without what this person set for other programs."""
    for name in os.environ:
        if name.startswith(FOREIGN) or name.lower().endswith("_proxy") or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOMARD_HOME", str(home))
    # A test that wants a keyring makes one: this person's is not for anchors of homes that are gone in a minute.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(autouse=True)
def garbage_on_this_thread() -> Iterator[None]:
    """Collect Python's garbage on the GUI thread alone once there is one, as app/memory.py does for the app.

    Left to itself Python collects in whatever thread allocates. A Qt object of an earlier test that dies in a worker
    thread leaves its timer behind, and the next turn of Qt's loop ends the process.
    """
    if QCoreApplication.instance() is not None:
        gc.disable()
    yield
    if QCoreApplication.instance() is not None:
        gc.collect(1)


@pytest.fixture(scope="module", autouse=True)
def old_garbage_on_this_thread() -> Iterator[None]:
    """Collect what outlived single tests; what is alive then stays, and is looked at by no collection any more.

    There is so much of it that each would take a tenth of a second, and some tests need one themselves.
    """
    yield
    if QCoreApplication.instance() is not None:
        gc.collect()
        gc.freeze()


def pytest_collection_finish() -> None:
    """Look no more at what all test modules have imported."""
    gc.collect()
    gc.freeze()
