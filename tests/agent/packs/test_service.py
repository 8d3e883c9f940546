"""Packs from the file to the run: installed off, enabled by a person, changed, gone back, taken away."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from agent.errors import StorageError, UsageError
from agent.events import ExtensionChanged
from agent.packs.keys import made_key
from agent.packs.kinds import open_packs
from agent.packs.signing import fingerprint_of
from agent.packs.state import NAME
from agent.packs.trust import UnknownKey
from agent.skills.run import RunSkills
from agent.skills.shelf import Shelf
from tests.helpers.packs import TODAY, built, enabled, home, may, write_pack
from tests.helpers.skills import write_skill


def skills_on(tmp_path: Path) -> dict[str, str]:
    return {one.skill.name: one.status for one in Shelf(tmp_path / "home" / "skills").look()}


def body_of(tmp_path: Path, name: str = "minutes") -> str:
    return Shelf(tmp_path / "home" / "skills").find(name).skill.body


def test_a_pack_is_off_until_a_person_enables_it(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    file = built(write_pack(tmp_path, capability=[may("files.read")]), key)
    with pytest.raises(UnknownKey) as unknown:
        packs.install(file)
    assert unknown.value.fingerprint == key.fingerprint and packs.look() == []
    with pytest.raises(UsageError, match="another key than you said"):
        packs.install(file, trust=made_key().fingerprint)
    found = packs.install(file, trust=key.fingerprint.replace("-", " ").upper())
    assert (found.status, found.installed.granted) == ("off", ()) and skills_on(tmp_path) == {"minutes": "off"}
    found = packs.enable("minutes")
    assert (found.status, [one.what for one in found.installed.granted]) == ("on", ["files.read"])
    assert skills_on(tmp_path) == {"minutes": "on"}
    assert packs.disable("minutes").status == "off" and skills_on(tmp_path) == {"minutes": "off"}
    packs.enable("minutes", granted=())
    assert packs.find("minutes").installed.granted == ()
    packs.remove("minutes")
    assert (packs.look(), skills_on(tmp_path)) == ([], {})
    assert [one.name for one in (tmp_path / "home" / "packs").iterdir()] == [NAME]
    assert packs.install(file).status == "off"  # the key is known


@pytest.mark.parametrize("what", ["changed", "new", "gone", "link", "kept copy"])
def test_any_changed_byte_suspends_all_of_it(tmp_path: Path, what: str) -> None:
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path))
    skill = tmp_path / "home" / "skills" / "minutes"
    match what:
        case "changed":
            (skill / "SKILL.md").write_text((skill / "SKILL.md").read_text() + " ")
        case "new":
            (skill / "extra.md").write_text("x")
        case "gone":
            (skill / "SKILL.md").unlink()
        case "link":
            (skill / "extra").symlink_to("/etc/passwd")
        case _:
            kept = next((tmp_path / "home" / "packs" / "minutes").glob("*/pack.toml"))
            kept.write_text(kept.read_text() + "\n[[capability]]\nwhat = 'mem.write'\nreason = 'x'\n")
    found = packs.find("minutes")
    assert found.status == "changed" and found.changes
    with pytest.raises(UsageError, match="not enabled"):
        packs.enable("minutes")
    file = tmp_path / "minutes-1.0.0.pack"
    assert packs.install(file).status == "off" and packs.enable("minutes").status == "on"


def test_a_skill_that_a_person_enables_again_after_a_change_stays_out_with_its_pack(tmp_path: Path) -> None:
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path))
    skills = tmp_path / "home" / "skills"
    (skills / "minutes" / "SKILL.md").write_text("---\nname: minutes\ndescription: d\n---\nEvil.\n")
    Shelf(skills).enable("minutes")
    assert packs.find("minutes").status == "changed"


def test_an_update_is_off_again_and_can_be_taken_back(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    enabled(packs, write_pack(tmp_path, body="One."), key)
    for version, body in (("1.1.0", "Two."), ("2.0.0", "Three."), ("2.0.1", "Four.")):
        file = built(write_pack(tmp_path, "minutes", version, body=body), key)
        with pytest.raises(UsageError, match="pack update"):
            packs.install(file)
        assert packs.install(file, replace=True).status == "off" and body_of(tmp_path) == body
    assert skills_on(tmp_path) == {"minutes": "off"}
    packs.enable("minutes")
    found = packs.rollback("minutes")
    assert (found.installed.version, found.status, body_of(tmp_path)) == ("2.0.0", "off", "Three.")
    assert packs.rollback("minutes").installed.version == "1.1.0" and body_of(tmp_path) == "Two."
    with pytest.raises(UsageError, match="no version of minutes before"):
        packs.rollback("minutes")  # the first is no longer kept
    with pytest.raises(UsageError, match="is older"):
        packs.install(built(write_pack(tmp_path, "minutes", "1.0.0", body="Old."), key), replace=True)


def test_parts_that_a_newer_version_has_no_more_are_gone(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    enabled(packs, write_pack(tmp_path), key)
    packs.install(built(write_pack(tmp_path, "minutes", "1.1.0", skill="letters"), key), replace=True)
    assert skills_on(tmp_path) == {"letters": "off"}
    packs.rollback("minutes")
    assert skills_on(tmp_path) == {"minutes": "off"}


def test_who_signed_it_is_who_may_change_it(tmp_path: Path) -> None:
    packs, key, other = home(tmp_path), made_key(), made_key()
    enabled(packs, write_pack(tmp_path, body="Good."), key)
    evil = built(write_pack(tmp_path, "minutes", "1.1.0", body="Evil."), other)
    with pytest.raises(UnknownKey, match="Acme is known here by another key"):
        packs.install(evil, replace=True)
    with pytest.raises(UsageError, match="by somebody else"):
        packs.install(evil, trust=other.fingerprint, replace=True)
    with pytest.raises(UsageError, match="not signed"):
        packs.install(tmp_path / "minutes", replace=True)
    with pytest.raises(UsageError, match="by somebody else"):
        packs.install(tmp_path / "minutes", unsigned=True, replace=True)
    same = built(write_pack(tmp_path, "minutes", "1.0.0", body="Evil."), key)
    with pytest.raises(UsageError, match="with other content"):
        packs.install(same, replace=True)
    assert (packs.find("minutes").status, body_of(tmp_path)) == ("on", "Good.")


def test_keys_expire_and_the_day_is_that_of_first_trust(tmp_path: Path) -> None:
    key = made_key("2026-11-30")
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path), key)
    later = home(tmp_path, date(2026, 12, 1))
    longer = type(key)(key.private, "2030-01-01")
    update = built(write_pack(tmp_path, "minutes", "1.1.0"), longer)
    with pytest.raises(UsageError, match="expired on 2026-11-30"):
        later.install(update, replace=True)
    assert later.find("minutes").status == "on"  # what is installed stays
    assert packs.install(update, replace=True).installed.version == "1.1.0"
    with pytest.raises(UsageError, match="Your key expired"):
        built(write_pack(tmp_path, "minutes", "1.2.0"), key, today=date(2026, 12, 1))
    assert later.install(update, trust=key.fingerprint).status == "off"  # a person renews it


def test_what_comes_in_and_is_enabled_is_what_a_person_looked_at(tmp_path: Path) -> None:
    """Between a look and the word after it somebody else may have put another one there, or in the shared folder."""
    packs, key = home(tmp_path), made_key()
    file = built(write_pack(tmp_path, body="Good."), key)
    with packs.store.opened(file) as looked_at:
        seen = looked_at.digest
    built(write_pack(tmp_path, body="Evil."), key)
    with pytest.raises(UsageError, match="another one than the one you looked at"):
        packs.install(file, trust=key.fingerprint, seen=seen)
    assert packs.look() == []
    there = packs.install(file, trust=key.fingerprint).installed.digest
    with pytest.raises(UsageError, match="another one than the one you looked at"):
        packs.enable("minutes", seen=seen[:16])
    assert packs.find("minutes").status == "off"
    assert packs.enable("minutes", seen=there[:16]).status == "on"


def test_names_that_are_taken_stay_whose_they_are(tmp_path: Path) -> None:
    packs = home(tmp_path)
    mine = write_skill(tmp_path / "home" / "skills", "letters", body="Mine.")
    file = built(write_pack(tmp_path, "minutes", skill="letters"), key := made_key())
    with pytest.raises(UsageError, match="There is a skill letters already"):
        packs.install(file, trust=key.fingerprint)
    assert packs.look() == [] and "Mine." in (mine / "SKILL.md").read_text()
    enabled(packs, write_pack(tmp_path / "a", "first", skill="plans"))
    file = built(write_pack(tmp_path / "b", "second", skill="plans"), key)
    with pytest.raises(UsageError, match="There is a skill plans already"):
        packs.install(file, trust=key.fingerprint)
    assert packs.find("first").status == "on"


def test_requirements_bring_nothing_and_circles_end(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    for name, needs in (("a", ["b"]), ("b", ["c"]), ("c", ["a"]), ("d", ["a"]), ("e", []), ("f", ["e"])):
        packs.install(built(write_pack(tmp_path, name, requires=needs), key), trust=key.fingerprint)
    for name in ("a", "b", "c", "d"):
        with pytest.raises(UsageError, match="they need each other"):
            packs.enable(name)
    with pytest.raises(UsageError, match="It needs the pack e, which is off"):
        packs.enable("f")
    packs.enable("e")
    assert packs.enable("f").status == "on"
    packs.disable("e")
    assert (packs.find("f").status, packs.find("f").why) == (
        "waiting",
        "It needs the pack e, which is off. Enable that first.",
    )
    packs.remove("e")
    assert "Install it yourself if you want it." in packs.find("f").why


def test_a_pack_whose_parts_cannot_be_used_is_not_installed(tmp_path: Path) -> None:
    packs = home(tmp_path)
    for number, (said, why) in enumerate((
        ({"skills": ["skills/nothing"]}, "no such folder"),
        ({"skills": ["skills/minutes", "skills/minutes/"]}, "pack.toml: `skills`|twice"),
        ({"jobs": ["jobs/nothing.toml"]}, "no such job template"),
        ({"jobs": ["pack.toml"]}, r"In \[template\]"),
        ({"plugins": ["plugins/crm"]}, "holds a plugin, and this Homard cannot"),
        ({"servers": {"crm": {"command": "x"}}}, "holds a server, and this Homard cannot"),
    )):  # fmt: skip
        folder = write_pack(tmp_path / str(number), **said)
        with pytest.raises(UsageError, match=why):
            packs.install(folder, unsigned=True)
    assert packs.look() == [] and not (tmp_path / "home" / "skills" / "minutes").exists()


def test_an_installation_that_is_killed_is_seen_and_mended(tmp_path: Path) -> None:
    packs, key = home(tmp_path), made_key()
    file = built(write_pack(tmp_path), key)
    packs.install(file, trust=key.fingerprint)
    state = json.loads((tmp_path / "home" / "packs" / NAME).read_text())
    for part in state["packs"]["minutes"]["parts"]:  # as it is before the parts are copied
        part.pop("files")
    (tmp_path / "home" / "packs" / NAME).write_text(json.dumps(state))
    assert packs.find("minutes").status == "changed"
    assert packs.install(file).status == "off" and packs.find("minutes").changes == ()


def test_a_state_that_cannot_be_read_lets_nothing_be_used(tmp_path: Path) -> None:
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path))
    (tmp_path / "home" / "packs" / NAME).write_text("{")
    with pytest.raises(StorageError, match="no part of any pack is used"):
        packs.look()


def test_the_skills_of_a_pack_reach_a_run_like_any_other(tmp_path: Path) -> None:
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path, body="Begin with the date."))
    skills = RunSkills.look(tmp_path / "home" / "skills", tmp_path, 400)
    assert [one.name for one in skills.skills] == ["minutes"] and "Begin with the date." in skills.text("minutes").text
    assert skills.skills[0].digest == packs.find("minutes").installed.parts[0].digest


def test_who_watches_hears_of_each_change(tmp_path: Path) -> None:
    heard: list[tuple[str, str]] = []

    def publish(event: object) -> None:
        assert isinstance(event, ExtensionChanged) and event.kind == "pack"
        heard.append((event.name, event.status))

    packs = open_packs(tmp_path / "packs", tmp_path / "skills", publish=publish)
    packs.install(write_pack(tmp_path), unsigned=True)
    packs.enable("minutes")
    packs.disable("minutes")
    packs.remove("minutes")
    assert heard == [("minutes", "off"), ("minutes", "on"), ("minutes", "off"), ("minutes", "removed")]


def test_fingerprints_are_of_the_key(tmp_path: Path) -> None:
    key = made_key()
    packs = home(tmp_path)
    enabled(packs, write_pack(tmp_path), key)
    assert fingerprint_of(packs.find("minutes").installed.key) == key.fingerprint
    assert packs.state().keys[packs.find("minutes").installed.key].since == TODAY.isoformat()


def test_what_two_homards_say_at_once_is_all_kept(tmp_path: Path) -> None:
    """The app and a command line: each has the home's packs open."""
    names = [enabled(home(tmp_path), write_pack(tmp_path, name)) for name in ("letters", "plans", "minutes", "bills")]

    def off(name: str) -> None:
        packs = home(tmp_path)
        for _again in range(5):
            packs.disable(name)
            packs.enable(name)
        packs.disable(name)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(off, names))
    assert {one.name: one.status for one in home(tmp_path).look()} == dict.fromkeys(names, "off")
    assert skills_on(tmp_path) == dict.fromkeys(names, "off")
