"""The keyring is a real Secret Service on a private bus; each case is its own process."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from agent.errors import SecretUnavailable
from agent.safety.secrets import KeyringSecrets, Secret

KEY = "sk-T0pS3cret"
ROOT = Path(__file__).parents[3]


def run_python(code: str, home: Path, *, before: tuple[str, ...] = (), **env: str) -> subprocess.CompletedProcess[str]:
    """Run a script that uses the store, with a home of its own and no bus but the one `before` brings."""
    script = home / "script.py"
    script.write_text(textwrap.dedent(code))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(home)]),
        **env,
    }
    command = [*before, sys.executable, str(script)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_secret_does_not_show_itself() -> None:
    secret = Secret(KEY)
    assert secret.reveal() == KEY
    shown = [str(secret), repr(secret), f"{secret}", f"{secret:>40}", "%s" % secret, repr([secret])]  # noqa: UP031
    assert not any(KEY in text for text in shown)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode, msgspec.msgpack.encode):
        with pytest.raises(TypeError):
            leak(secret)
    assert secret == Secret(KEY)
    assert secret != Secret("other")


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMARD_TEST_KEY", f" {KEY}\n")
    monkeypatch.delenv("HOMARD_NO_KEY", raising=False)
    store = KeyringSecrets()
    assert asyncio.run(store.get("env:HOMARD_TEST_KEY")) == KEY
    assert asyncio.run(store.get("")) == ""
    with pytest.raises(SecretUnavailable, match=r"HOMARD_NO_KEY is not set\. Set it"):
        asyncio.run(store.get("env:HOMARD_NO_KEY"))
    for wrong in ("keyring:", "env:", KEY):
        with pytest.raises(SecretUnavailable, match="keyring:NAME or env:VARIABLE") as failure:
            asyncio.run(store.get(wrong))
        assert KEY not in str(failure.value)


LIFE = """
    import asyncio
    from agent.errors import SecretUnavailable
    from agent.safety.secrets import KeyringSecrets

    async def main():
        store, other = KeyringSecrets(), KeyringSecrets()
        status = await store.status()
        print("status", status.backend, "|", status.reason)
        print("set", await store.set("openai", "sk-1"))
        print("get", await store.get("keyring:openai"))
        try:
            print("other", await other.get("keyring:openai"))
        except SecretUnavailable as error:
            print("other", error)
        print("set", await store.set("openai", "sk-2"))
        print("get", await store.get("keyring:openai"))
        await store.delete("openai")
        await store.delete("openai")
        try:
            print(await store.get("keyring:openai"))
        except SecretUnavailable as error:
            print("gone", error)

    asyncio.run(main())
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs the programs dbus-run-session and gnome-keyring-daemon",
)
def test_secret_service(tmp_path: Path) -> None:
    with_keyring = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'
    before = ("dbus-run-session", "--", "sh", "-c", with_keyring, "sh")
    ran = run_python(LIFE, tmp_path, before=before)
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("status SecretService"), ran
    assert lines[1:6] == ["set keyring", "get sk-1", "other sk-1", "set keyring", "get sk-2"]
    assert lines[6].startswith("gone The key 'openai' is not in the keyring. Enter it with `homard provider add`")


def test_no_keyring_lasts_for_the_session(tmp_path: Path) -> None:
    ran = run_python(LIFE, tmp_path)
    lines = ran.stdout.splitlines()
    assert lines[0].startswith(
        "status  | There is no keyring on this machine. Keep the key in an environment variable"
    ), ran
    assert lines[1:3] == ["set session", "get sk-1"]
    assert lines[3].startswith("other The key 'openai' cannot be read. There is no keyring on this machine.")
    assert lines[4:6] == ["set session", "get sk-2"]
    assert lines[6].startswith("gone The key 'openai' cannot be read.")


PLAIN_FILE = """
    from keyring.backend import KeyringBackend

    class PlaintextKeyring(KeyringBackend):
        priority = 9

        def get_password(self, service, username):
            return open(__file__ + ".keys").read()

        def set_password(self, service, username, password):
            open(__file__ + ".keys", "w").write(password)

        def delete_password(self, service, username):
            pass
"""


def test_plain_file_backend_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(textwrap.dedent(PLAIN_FILE))
    ran = run_python(LIFE, tmp_path, PYTHON_KEYRING_BACKEND="plain.PlaintextKeyring")
    lines = ran.stdout.splitlines()
    assert "The only keyring here is plain.PlaintextKeyring, which Homard does not trust with keys." in lines[0], ran
    assert lines[1:3] == ["set session", "get sk-1"]
    assert not list(tmp_path.glob("*.keys"))


HANGING = """
    import threading
    import keyring.backends.SecretService

    class Keyring(keyring.backends.SecretService.Keyring):
        priority = 9

        def get_password(self, service, username):
            threading.Event().wait()

    Keyring.__module__ = "keyring.backends.SecretService"
"""


def test_locked_keyring_ends_in_words(tmp_path: Path) -> None:
    """A collection that never answers: the call ends after the limit, and so does the process."""
    (tmp_path / "hanging.py").write_text(textwrap.dedent(HANGING))
    code = """
        import asyncio
        from agent.safety.secrets import KeyringSecrets
        asyncio.run(KeyringSecrets(limit_s=0.5).get("keyring:openai"))
    """
    ran = run_python(code, tmp_path, PYTHON_KEYRING_BACKEND="hanging.Keyring")
    assert (
        "The keyring did not answer within 0.5 seconds (to read the key 'openai'); it is probably locked." in ran.stderr
    )


SEALED = """
    import asyncio
    from pathlib import Path
    from agent.errors import HomardError
    from agent.safety.secrets import KeyringSecrets

    FILE = Path("home") / "keys.sealed"

    async def tried(what):
        try:
            return await what
        except HomardError as error:
            return f"{type(error).__name__}: {error}"

    async def main():
        store = KeyringSecrets(FILE)
        print(store.vault_state(), await store.set("early", "sk-early-1"))
        print(await tried(store.create_vault("short")))
        print(await tried(store.create_vault("correct horse")), store.vault_state())
        print(await tried(store.create_vault("correct horse")))
        print(await store.set("openai", "sk-openai-1"), await store.get("keyring:openai"))
        await store.lock_vault()
        print(store.vault_state(), await tried(store.get("keyring:early")))
        print(await store.set("late", "sk-late-1"), await store.get("keyring:late"))
        print(await tried(store.delete("openai")))
        print(await tried(store.unlock_vault("wrong horse")), store.vault_state())
        print(await tried(store.unlock_vault("correct horse")), store.vault_state())

        other = KeyringSecrets(FILE)
        await other.unlock_vault("correct horse")
        print([await other.get(f"keyring:{name}") for name in ("early", "openai", "late")])
        print(other.known.hide("it says sk-late-1"))
        await other.delete("openai")
        await other.delete("openai")
        print(await tried(other.get("keyring:openai")))
        print(await tried(KeyringSecrets().unlock_vault("correct horse")))

    asyncio.run(main())
"""


def test_without_a_keyring_keys_are_sealed_with_a_passphrase(tmp_path: Path) -> None:
    code = "import os\nos.chdir(os.environ['HOME'])\n" + textwrap.dedent(SEALED)
    ran = run_python(code, tmp_path, PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring")
    unlock = "unlock them with your passphrase in the app's Settings."
    assert ran.stdout.splitlines() == [
        "none session",
        "UsageError: The passphrase is shorter than 8 characters. Choose a longer one, "
        "for instance four words that have nothing to do with each other.",
        "None open",
        f"UsageError: There are sealed keys already in {Path('home', 'keys.sealed')}. "
        "Unlock them, or move the file away.",
        "sealed sk-openai-1",
        f"locked SecretUnavailable: The key 'early' cannot be read. The keys are sealed: {unlock}",
        "session sk-late-1",
        f"SecretUnavailable: The key 'openai' was not removed. The keys are sealed: {unlock}",
        "SecretUnavailable: The passphrase is not the one that sealed the keys. Try again. locked",
        "None open",
        "['sk-early-1', 'sk-openai-1', 'sk-late-1']",
        "it says [key]",
        "SecretUnavailable: The key 'openai' cannot be read. It is not among the sealed keys. "
        "Enter it again, for its provider, in the app's Settings.",
        "UsageError: No place for sealed keys was given here. Use the running Homard's.",
    ], ran
    assert b"sk-" not in (tmp_path / "home" / "keys.sealed").read_bytes()
