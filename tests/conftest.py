"""What holds for every test: nobody's settings, keys, proxies or colours reach it."""

import os
from pathlib import Path

import pytest

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
