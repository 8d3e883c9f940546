"""An audit over a real database in a temporary home, and a way to change its rows behind its back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from agent.audit.check import Verification
from agent.audit.log import AuditLog
from agent.clock import SystemClock
from agent.paths import Paths
from agent.safety.secrets import KeyringSecrets
from agent.storage.database import Database

BACKEND = "PYTHON_KEYRING_BACKEND"


@asynccontextmanager
async def open_audit(tmp_path: Path, clock: Any = None) -> AsyncGenerator[AuditLog, None]:
    """Open the audit of `tmp_path / "home"`, without any keyring."""
    base = tmp_path / "home"
    paths = Paths(base, base, base / "cache", base / "logs")
    database = await Database.open(paths.database)
    secrets = KeyringSecrets()
    audit = AuditLog(database, secrets, paths, clock or SystemClock(), secrets.known)
    with without_keyring():
        try:
            yield audit
            await audit.close()
        finally:
            await database.close()


@contextmanager
def without_keyring() -> Iterator[None]:
    """Let no keyring of this machine be used."""
    before = os.environ.get(BACKEND)
    os.environ[BACKEND] = "keyring.backends.null.Keyring"
    try:
        yield
    finally:
        os.environ.pop(BACKEND)
        if before is not None:
            os.environ[BACKEND] = before


async def fill(tmp_path: Path, count: int = 10, run_id: str = "r1") -> None:
    """Write rows and close; the first row of a home names the key."""
    async with open_audit(tmp_path) as audit:
        for number in range(count):
            audit.record("call.intent", run_id, "s1", {"call_id": f"c{number}", "tool": "shell", "number": number})


async def verify(tmp_path: Path) -> Verification:
    """Open, verify and close."""
    async with open_audit(tmp_path) as audit:
        return await audit.verify()


def edit(tmp_path: Path, *statements: str) -> None:
    """Change the closed database as any program could."""
    connection = sqlite3.connect(tmp_path / "home" / "homard.db")
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
