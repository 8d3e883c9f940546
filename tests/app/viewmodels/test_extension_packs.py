"""Packs as a source of the list: keys are compared first, versions shown before they are taken, a team followed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from agent.errors import UsageError
from agent.packs.keys import made_key
from agent.packs.lock import write_lock
from app.viewmodels.extension_item import Extension
from app.viewmodels.extension_packs import PackSource
from app.viewmodels.extension_source import Consent
from tests.helpers.extension_source import awaited
from tests.helpers.git_web import certificate, server_context
from tests.helpers.packs import TODAY, built, home, may, write_pack
from tests.helpers.repositories import commit, repository
from tests.helpers.web_server import web_server


@pytest.fixture(autouse=True)
def british(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("en_GB"))


class Scene:
    def __init__(self, folder: Path) -> None:
        self.packs = home(folder)
        self.source = PackSource(self.packs, lambda: TODAY)

    async def row(self, key: str = "minutes") -> Extension | None:
        return next((row for row in await self.source.rows({}) if row.key == key), None)

    async def asked(self, place: Path) -> Consent:
        consent = await self.source.install(place)
        assert isinstance(consent, Consent)
        return consent


def keys(consent: Consent) -> list[str]:
    return [each.key for each in consent.sentences if each.key]


@awaited
async def test_an_unknown_key_is_compared_then_the_pack_is_looked_at_then_it_is_on(tmp_path: Path) -> None:
    scene, key = Scene(tmp_path), made_key()
    more = {"capability": [may("net", "a.example"), may("fs.read", "~/Letters")]}
    file = built(write_pack(tmp_path, "minutes", "1.0.0", **more), key)
    first = await scene.asked(file)
    assert key.fingerprint in first.sentences[0].text and first.sentences[1].must and not first.sentences[1].granted
    with pytest.raises(UsageError, match="Nothing was added"):
        await scene.source.enable(first, frozenset())
    assert await scene.row() is None
    second = await scene.source.enable(first, frozenset(keys(first)))
    assert isinstance(second, Consent)
    assert [each.text for each in second.sentences][1:] == [
        "Reach a.example over the internet.",
        "Read all of ~/Letters, at any time.",
        "Brings the skill minutes: Says how.",
    ]
    row = await scene.row()
    assert row is not None and (row.standing, row.beside) == ("off", "1.0.0 by Acme")
    await scene.source.enable(second, frozenset(keys(second)[:1]))
    row = await scene.row()
    assert row is not None and row.standing == "on" and len(row.brings) == 1
    assert [one.what for one in scene.packs.find("minutes").installed.granted] == ["net"]
    await scene.source.disable("minutes")
    row = await scene.row()
    assert row is not None and row.standing == "off"
    await scene.source.remove("minutes")
    assert await scene.row() is None


@awaited
async def test_an_unsigned_pack_is_taken_only_by_who_says_so(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    consent = await scene.asked(built(write_pack(tmp_path)))
    assert consent.warnings == ("Nobody signed it, so nobody can tell who made it or who changed it.",)
    following = await scene.source.enable(consent, frozenset(keys(consent)))
    assert isinstance(following, Consent) and following.sentences[0].weight == "danger"


@awaited
async def test_a_newer_version_is_shown_taken_and_taken_back(tmp_path: Path) -> None:
    scene, key = Scene(tmp_path), made_key()
    folder = write_pack(tmp_path)
    first = await scene.asked(built(folder, key))
    second = await scene.source.enable(first, frozenset(keys(first)))
    assert isinstance(second, Consent)
    await scene.source.enable(second, frozenset())
    assert await scene.source.update("minutes") is None
    write_pack(tmp_path, "minutes", "1.1.0", body="Do it better.", capability=[may("net", "a.example")])
    built(folder, key)
    consent = await scene.source.update("minutes")
    assert consent is not None and consent.update and consent.changes[0] == "Version 1.0.0 becomes 1.1.0."
    assert "+Do it better." in next(one.lines for one in consent.diffs if one.path.endswith("SKILL.md"))
    assert [each.new for each in consent.sentences if each.key] == [True]
    await scene.source.enable(consent, frozenset())
    found = scene.packs.find("minutes")
    assert (found.status, found.installed.version, found.installed.granted) == ("on", "1.1.0", ())
    row = await scene.row()
    assert row is not None and "rollback" in row.acts
    assert await scene.source.do("rollback", "minutes") == "minutes is 1.0.0 again. It is off until you turn it on."


@awaited
async def test_a_changed_byte_is_told_and_switches_it_off(tmp_path: Path) -> None:
    scene, key = Scene(tmp_path), made_key()
    first = await scene.asked(built(write_pack(tmp_path), key))
    second = await scene.source.enable(first, frozenset(keys(first)))
    assert isinstance(second, Consent)
    await scene.source.enable(second, frozenset())
    (tmp_path / "home" / "skills" / "minutes" / "SKILL.md").write_text("---\nname: minutes\n---\nEvil.\n")
    row = await scene.row()
    assert row is not None and (row.standing, row.needs_person) == ("changed", True)
    details = await scene.source.details("minutes")
    assert details.changes and "SKILL.md" in details.changes[0]


@awaited
async def test_a_team_is_followed_after_its_key_was_compared(tmp_path: Path) -> None:
    scene, publisher, team = Scene(tmp_path), made_key(), made_key()
    shared = tmp_path / "shared"
    shared.mkdir()
    file = built(write_pack(tmp_path), publisher, shared)
    lock = write_lock(home(tmp_path / "lead"), shared, "Blue", team, [file], TODAY)
    first = await scene.asked(lock)
    assert team.fingerprint in first.sentences[0].text
    second = await scene.source.enable(first, frozenset(keys(first)))
    assert isinstance(second, Consent) and "install minutes 1.0.0" in second.changes[0]
    assert await scene.row() is None
    await scene.source.enable(second, frozenset())
    row = await scene.row()
    assert row is not None and (row.standing, row.beside) == ("off", "1.0.0 by Acme, of your team")
    other = built(write_pack(tmp_path, "letters"), publisher, shared)
    write_lock(home(tmp_path / "lead"), shared, "Blue", team, [file, other], TODAY)
    row = await scene.row("@team")
    assert row is not None and row.needs_person and row.acts == ("review",)
    consent = await scene.source.consent("@team")
    assert "letters" in consent.changes[0]
    await scene.source.enable(consent, frozenset())
    assert await scene.row("letters") is not None and await scene.row("@team") is None


@awaited
async def test_what_came_from_a_url_is_fetched_again(tmp_path: Path) -> None:
    scene, publisher, team, shared = Scene(tmp_path), made_key(), made_key(), repository(tmp_path / "team")
    first = built(write_pack(tmp_path), publisher, shared)
    write_lock(home(tmp_path / "lead"), shared, "Blue", team, [first], TODAY)
    commit(shared)
    asked = await scene.source.install(f"file://{shared}#main")
    assert isinstance(asked, Consent) and team.fingerprint in asked.sentences[0].text
    shown = await scene.source.enable(asked, frozenset(keys(asked)))
    assert isinstance(shown, Consent)
    await scene.source.enable(shown, frozenset())
    facts = dict((await scene.source.details("minutes")).facts)
    assert facts["Installed from"].startswith(f"file://{shared} at main (")
    newer = built(write_pack(tmp_path, "minutes", "1.1.0", body="Other."), publisher, shared)
    write_lock(home(tmp_path / "lead"), shared, "Blue", team, [newer], TODAY)
    commit(shared)
    assert await scene.row("@team") is None
    consent = await scene.source.update("minutes")
    assert consent is not None and consent.changes[0] == "Version 1.0.0 becomes 1.1.0."
    row = await scene.row("@team")
    assert row is not None and row.needs_person
    other = built(write_pack(tmp_path, "letters"), publisher, shared)
    write_lock(home(tmp_path / "lead"), shared, "Blue", team, [newer, other], TODAY)
    commit(shared)
    assert "letters" in str((await scene.source.consent("@team")).changes)
    shared.rename(tmp_path / "away")
    assert "letters" in str((await scene.source.consent("@team")).changes)  # as it was fetched last
    with pytest.raises(UsageError, match=r"What is installed goes on as it is\."):
        await scene.source.update("minutes")


@awaited
async def test_a_pasted_address_of_a_pack(tmp_path: Path) -> None:
    scene, key, trusted = Scene(tmp_path), made_key(), certificate(tmp_path)
    with pytest.MonkeyPatch.context() as patch, web_server(server_context(trusted)) as web:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        web.add("/minutes.pack", built(write_pack(tmp_path), key).read_bytes())
        consent = await scene.source.install(f"https://127.0.0.1:{web.port}/minutes.pack")
        assert isinstance(consent, Consent) and key.fingerprint in consent.sentences[0].text
        await scene.source.enable(consent, frozenset(keys(consent)))
        assert scene.packs.find("minutes").status == "off"
