"""In its process in the sandbox, as a person has it."""

import asyncio
from pathlib import Path

from tests.helpers.bundled import bundled


def test_events_are_written_through_homard_and_read_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()

    async def main() -> None:
        settings = {"folder": str(tmp_path / "calendars"), "zone": "Europe/Berlin"}
        async with bundled("calendar", tmp_path, settings) as home:
            added = await home.call(
                "add", plugin="calendar", title="Dinner", start="2026-12-01T19:00", repeat="FREQ=DAILY"
            )
            name = added.split()[3]
            assert [(call, arguments["path"]) for call, arguments in home.own_calls] == [
                ("write", str(tmp_path / "calendars" / "Homard.ics"))
            ]
            found = await home.call("find", plugin="calendar", start="2027-07-01", end="2027-07-01")
            assert found == f"{name}/2027-07-01T19:00 Thu 2027-07-01 19:00-20:00 Dinner · (Homard, repeats)"

    asyncio.run(main())
