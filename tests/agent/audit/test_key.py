"""Where the key is kept. With a real Secret Service on a private bus; each such case is its own process."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from agent.errors import StorageError
from tests.helpers.audit import fill, open_audit, verify

ROOT = Path(__file__).parents[3]
KEYRING = 'printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"'


def test_without_a_keyring_the_key_is_a_private_file_and_verify_says_so(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    file = tmp_path / "home" / "audit.key"
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
    found = asyncio.run(verify(tmp_path))
    assert found.ok and "the key lay in a file of the data folder" in found.notes[0]
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes() not in (tmp_path / "home" / "homard.db").read_bytes()


def test_a_damaged_key_file_stops_what_was_to_be_done_with_a_remedy(tmp_path: Path) -> None:
    async def story() -> None:
        await fill(tmp_path)
        file = tmp_path / "home" / "audit.key"
        whole = file.read_text()
        file.write_text("nonsense")
        async with open_audit(tmp_path) as audit:
            with pytest.raises(StorageError, match=r"is damaged; nothing was done\. Put a copy of it back"):
                await audit.intent("call.intent", "r", "s", {})
            file.write_text(whole)
            await audit.intent("call.intent", "r", "s", {"call_id": "now"})
            assert (await audit.verify()).findings == ()

    asyncio.run(story())


LIFE = """
    import asyncio, shutil, sys
    from pathlib import Path
    from agent.audit.log import AuditLog
    from agent.clock import SystemClock
    from agent.paths import Paths
    from agent.safety.secrets import KeyringSecrets
    from agent.storage.database import Database

    base = Path("data")
    paths = Paths(base, base, base, base)

    async def live(rows):
        database = await Database.open(paths.database)
        secrets = KeyringSecrets()
        audit = AuditLog(database, secrets, paths, SystemClock(), secrets.known)
        for number in range(rows):
            await audit.intent("call.intent", "r", "s", {"call_id": str(number)})
        found = await audit.verify()
        print([(one.what, one.seq, one.last_seq) for one in found.findings], list(found.notes))
        await audit.close()
        await database.close()

    async def main():
        await live(5)
        shutil.copytree(base, "older")
        await live(5)
        print(sorted(file.name for file in base.iterdir()))
        shutil.rmtree(base)
        shutil.copytree("older", base)
        await live(0)
        await live(7)
        shutil.rmtree(base)
        await live(1)
        shutil.rmtree(base)
        shutil.copytree("older", base)
        (base / "audit.anchor").unlink()
        await live(0)

    asyncio.run(main())
"""


@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs the programs dbus-run-session and gnome-keyring-daemon",
)
def test_with_a_keyring_even_older_copies_of_everything_are_found(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(LIFE))
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", KEYRING, "sh", sys.executable, str(script)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.stdout.splitlines() == [
        "[] []",
        "[] []",
        "['audit.anchor', 'homard.db']",
        "[('rolled_back', 7, 11)] []",
        "[('rolled_back', 7, 11)] []",
        "[('rolled_back', 1, 19)] []",
        "[('rolled_back', 7, 22)] []",
    ], ran
