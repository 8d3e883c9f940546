"""What a home rests on: settings, database, keys, books, safeguards, the way to models, and tools."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec

from agent.books import Books
from agent.clock import SystemClock
from agent.models.gateway import Gateway
from agent.paths import Paths
from agent.ports import Clock, ModelGateway
from agent.safeguards import Safeguards
from agent.safety.secrets import KeyringSecrets
from agent.safety.vault import VAULT_FILE
from agent.settings import Settings, load_settings
from agent.storage.blobs import Blobs
from agent.storage.database import Database
from agent.storage.sessions import Store
from agent.tools.executor import Executor
from agent.tools.registry import Registry, built_in_tools
from agent.tools.tool import Tool


class Foundation(msgspec.Struct, frozen=True):
    """Opened before anything works on it, closed after all of that has stopped."""

    paths: Paths
    settings: Settings
    """As they stood in the file."""
    secrets: KeyringSecrets
    store: Store
    executor: Executor
    gateway: ModelGateway
    """With the budgets around it."""
    clock: Clock
    safeguards: Safeguards
    books: Books


@asynccontextmanager
async def open_foundation(
    paths: Paths, gateway: ModelGateway | None, tools: Iterable[Tool[Any]] | None, clock: Clock | None
) -> AsyncGenerator[Foundation, None]:
    """Open a home; on leaving, all is stored. `gateway`, `tools` and `clock` replace the real ones.

    Raises StorageError when the home cannot be used, SettingsInvalid when its settings cannot be read.
    """
    settings = load_settings(paths.settings)
    async with AsyncExitStack() as stack:
        database = await Database.open(paths.database)
        stack.push_async_callback(database.close)
        secrets = KeyringSecrets(paths.data / VAULT_FILE)
        secrets.known.note_environment(provider.key for provider in settings.providers.values())
        clock = clock or SystemClock()
        books = await Books.open(database, clock, settings)
        stack.push_async_callback(books.close)
        safeguards = await Safeguards.open(paths, database, secrets, clock, settings.safety)
        stack.push_async_callback(safeguards.audit.close)
        if gateway is None:
            own = Gateway(secrets, settings, books.around, safeguards.audit.sent)
            stack.push_async_callback(own.aclose)
            gateway = own
        else:
            gateway = books.around(gateway)
        store = Store(database, Blobs(paths.blobs), metered=True)
        executor = Executor(Registry(built_in_tools() if tools is None else tools), store.blobs, secrets.known)
        yield Foundation(paths, settings, secrets, store, executor, gateway, clock, safeguards, books)
