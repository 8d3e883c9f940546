from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.errors import DatabaseCorrupt, UsageError
from agent.jobs import Cron, Every
from agent.storage import jobs as table
from agent.storage.connection import Connection
from agent.storage.database import Database
from tests.helpers.clock import NOON
from tests.helpers.jobs import job


def with_database(folder: Path, work: Callable[[Connection], Any]) -> Any:
    async def story() -> Any:
        database = await Database.open(folder / "homard.db")
        try:
            return await database.call(work)
        finally:
            await database.close()

    return asyncio.run(story())


def test_a_job_remembers_since_when_it_has_its_triggers(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        table.insert_job(connection, "j", job(Every(seconds=60)), NOON, "UTC", "", "")
        for hour, changed in enumerate(
            [job(Cron(fields="0 8 * * *")), job(Every(seconds=60)), job(Every(seconds=60), name="b")], 1
        ):
            table.add_version(connection, "j", changed, NOON + timedelta(hours=hour))
        assert table.triggers_since(connection, table.job_row(connection, "j")) == NOON + timedelta(hours=2)
        assert [version.version for version in table.versions_of(connection, "j")] == [1, 2, 3, 4]

    with_database(tmp_path, work)


def test_a_folder_that_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        table.insert_job(connection, "j", job(name="\udcff"), NOON, "UTC", "", "")

    with pytest.raises(UsageError, match="no text"):
        with_database(tmp_path, work)


def test_a_body_that_is_no_job_is_said_to_be_damaged(tmp_path: Path) -> None:
    def work(connection: Connection) -> None:
        table.insert_job(connection, "j", job(), NOON, "UTC", "", "")
        connection.execute("UPDATE job_versions SET body = '{\"name\": 3}'")
        table.plan_rows(connection)

    with pytest.raises(DatabaseCorrupt):
        with_database(tmp_path, work)
