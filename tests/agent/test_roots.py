"""A granted folder is the one that was granted, whatever a command puts in its place."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.models.scripted import Reply
from agent.roots import unled
from tests.helpers.house import home, open_house

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links of Windows have no owner")


def test_a_link_on_the_way_is_refused_and_said(tmp_path: Path) -> None:
    (tmp_path / "real/sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "broken").symlink_to("nowhere")
    (tmp_path / "round").symlink_to("round")
    assert unled(tmp_path / "real/sub") == tmp_path / "real/sub"
    assert unled(tmp_path / "real/missing/x") == tmp_path / "real/missing/x"
    for name in ("link/sub", "link", "broken/x", "round"):
        with pytest.raises(UsageError, match=f"{name.partition('/')[0]} on the way there is a link"):
            unled(tmp_path / name)


def test_links_of_the_system_are_followed() -> None:
    links = [f"/{name}" for name in os.listdir("/") if os.path.islink(f"/{name}") and os.path.isdir(f"/{name}")]
    for link in links:
        assert unled(f"{link}/missing") == Path(os.path.realpath(link), "missing")


def test_no_run_works_where_a_link_leads_that_came_later(tmp_path: Path) -> None:
    """A session's folder, and a granted one of the settings, are moved away and a link is put in their place."""
    (tmp_path / "granted/sub").mkdir(parents=True)
    paths = home(tmp_path)
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.settings.write_text(f'grants = ["{tmp_path}/granted/sub"]\n')

    async def main() -> None:
        async with open_house(tmp_path, [Reply("fine")]) as house:
            await house.finish("go")
            for folder in (house.folder, tmp_path / "granted"):
                folder.rename(f"{folder}-away")
                folder.symlink_to(f"{folder}-away")
                with pytest.raises(UsageError, match="is a link"):
                    await house.finish("go")
                folder.unlink()
                os.rename(f"{folder}-away", folder)

    asyncio.run(main())


def test_a_session_keeps_where_a_link_led_when_it_was_named(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real").mkdir()

    async def main() -> None:
        async with open_house(tmp_path, []) as house:
            store = house.runtime.store
            session = await store.create_session(cwd=str(tmp_path / "link"))
            assert session.cwd == str(tmp_path / "real")
            assert (await store.set_cwd(session.session_id, str(tmp_path / "link"))).cwd == str(tmp_path / "real")

    asyncio.run(main())
