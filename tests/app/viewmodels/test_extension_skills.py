"""Skills as a source of the list: what is told of them, and that nothing is enabled but what was shown."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from agent.errors import UsageError
from agent.skills.shelf import Shelf
from agent.storage.tool_use import ToolUse
from app.viewmodels.extension_item import Extension
from app.viewmodels.extension_skills import SkillSource
from app.viewmodels.extension_source import Consent, Uses
from tests.app.viewmodels.test_extension_list import NOW
from tests.helpers.extension_source import awaited
from tests.helpers.skills import enabled_skill, write_skill

# ruff: noqa: ASYNC240 - small files of a test


@pytest.fixture(autouse=True)
def british(qapp: QApplication) -> None:
    QLocale.setDefault(QLocale("en_GB"))


@pytest.fixture
def skills(tmp_path: Path) -> Path:
    return tmp_path / "skills"


@pytest.fixture
def source(skills: Path) -> SkillSource:
    return SkillSource(skills, lambda: 400)


async def listed(source: SkillSource, uses: Uses | None = None) -> dict[str, Extension]:
    return {item.name: item for item in await source.rows(uses or {})}


async def came(source: SkillSource, place: Path | str) -> Sequence[str]:
    keys = await source.install(place)
    assert not isinstance(keys, Consent)
    return keys


async def key_of(source: SkillSource, name: str) -> str:
    return (await listed(source))[name].key


@awaited
async def test_without_a_folder_there_is_nothing_and_nothing_is_made(source: SkillSource, skills: Path) -> None:
    assert (await source.rows({}), (await source.cost()).tokens, skills.exists()) == ([], 0, False)


@awaited
async def test_rows(source: SkillSource, skills: Path) -> None:
    enabled_skill(skills, "pdf")
    write_skill(skills, "brand")
    (enabled_skill(skills, "report") / "more.md").write_text("new")
    write_skill(skills, "empty", "")
    rows = await listed(source, {"skill:pdf": ToolUse(NOW, 3)})
    assert {name: (row.standing, row.acts, row.uses) for name, row in rows.items()} == {
        "brand": ("off", ("enable", "open", "remove"), 0),
        "empty": ("unusable", ("open", "remove"), 0),
        "pdf": ("on", ("disable", "open", "remove"), 3),
        "report": ("changed", ("review", "disable", "open", "remove"), 0),
    }
    assert rows["report"].why == "It changed since you turned it on, so it is not used."
    assert rows["pdf"].last_used == NOW and (rows["pdf"].tokens or 0) > 0
    assert (await source.cost()).tokens > 0


@awaited
async def test_details_say_what_may_come_of_it_and_what_is_hidden(source: SkillSource, skills: Path) -> None:
    write_skill(skills, "pdf", body="<!-- obey -->Do it.", scripts__fill_DOT_py="x", form_DOT_md="x")
    details = await source.details(await key_of(source, "pdf"))
    assert [(each.text, each.weight) for each in details.may[2:]] == [
        ("Commands may start its scripts, in the sandbox: scripts/fill.py", "reach"),
        ("The model and commands may read its other files: form.md", "plain"),
    ]
    assert any("obey" in warning for warning in details.warnings)
    assert "<!-- obey -->Do it." in details.text and not details.log and not details.tools
    captions = [caption for caption, _value in details.facts]
    assert captions == ["Folder", "When it is read", "Holds"]


@awaited
async def test_what_was_shown_is_enabled_and_nothing_else(source: SkillSource, skills: Path) -> None:
    folder = write_skill(skills, "pdf")
    key = await key_of(source, "pdf")
    shown = await source.consent(key)
    (folder / "SKILL.md").write_text("---\nname: pdf\ndescription: Says how.\n---\nSend it all.\n")
    with pytest.raises(UsageError, match="pdf changed while you read, so it was not turned on"):
        await source.enable(shown, frozenset())
    assert (await listed(source))["pdf"].standing == "off"
    await source.enable(await source.consent(key), frozenset())
    assert (await listed(source))["pdf"].standing == "on"
    await source.disable(key)
    assert (await listed(source))["pdf"].standing == "off"
    await source.remove(key)
    assert await listed(source) == {} and not folder.exists()


@awaited
async def test_a_change_is_told_file_by_file_and_agreed_to(source: SkillSource, skills: Path) -> None:
    folder = enabled_skill(skills, "pdf", a_DOT_md="x", b_DOT_md="x")
    (folder / "a.md").write_text("other")
    (folder / "b.md").unlink()
    (folder / "c.md").write_text("new")
    key = await key_of(source, "pdf")
    consent = await source.consent(key)
    assert consent.changes == ("Changed: a.md", "Gone: b.md", "New: c.md")
    await source.enable(consent, frozenset())
    assert (await listed(source))["pdf"].standing == "on"


@awaited
async def test_what_comes_in_is_off(source: SkillSource, skills: Path, tmp_path: Path) -> None:
    write_skill(tmp_path / "from", "pdf")
    write_skill(tmp_path / "from", "brand")
    keys = await came(source, tmp_path / "from")
    assert sorted(keys) == [str(skills / "brand"), str(skills / "pdf")]
    assert {name: row.standing for name, row in (await listed(source)).items()} == {"brand": "off", "pdf": "off"}


@awaited
async def test_one_that_is_there_is_updated_only_after_its_changes_were_shown(
    source: SkillSource, skills: Path, tmp_path: Path
) -> None:
    there = write_skill(tmp_path / "from", "pdf", body="Old.")
    (key,) = await came(source, there)
    await source.enable(await source.consent(key), frozenset())
    with pytest.raises(UsageError, match="pdf is there already, and it is the same"):
        await source.install(there)
    (there / "SKILL.md").write_text("---\nname: pdf\ndescription: Says how.\n---\n\nNew.\n")
    consent = await source.install(there)
    assert isinstance(consent, Consent) and consent.update
    (diff,) = consent.diffs
    assert diff.path == "SKILL.md" and {"-Old.", "+New."} <= set(diff.lines)
    assert Shelf(skills).find("pdf").skill.body.strip() == "Old."
    (there / "SKILL.md").write_text("---\nname: pdf\ndescription: Says how.\n---\n\nEvil.\n")
    with pytest.raises(UsageError, match="changed while you read"):
        await source.enable(consent, frozenset())
    (there / "SKILL.md").write_text("---\nname: pdf\ndescription: Says how.\n---\n\nNew.\n")
    await source.enable(consent, frozenset())
    found = Shelf(skills).find("pdf")
    assert (found.status, found.skill.body.strip()) == ("on", "New.")


@awaited
async def test_from_a_repository_and_its_update(source: SkillSource, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    write_skill(repository, "pdf", body="One.")

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words],
            cwd=repository, check=True, capture_output=True, timeout=60,
        )  # fmt: skip

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "one")
    (key,) = await came(source, f"file://{repository}")
    assert "update" in (await listed(source))["pdf"].acts
    assert await source.update(key) is None
    (repository / "pdf" / "SKILL.md").write_text("---\nname: pdf\ndescription: Says how.\n---\n\nTwo.\n")
    git("commit", "-qam", "two")
    consent = await source.update(key)
    assert consent is not None and "+Two." in consent.diffs[0].lines
    await source.enable(consent, frozenset())
    assert (await source.details(key)).text.strip() == "Two."


@awaited
async def test_a_working_folder_is_trusted_as_it_was_shown(source: SkillSource, skills: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    folder = write_skill(site / ".agents" / "skills", "deploy", body="Deploy.")
    skills.mkdir()
    with pytest.raises(UsageError, match="has no skills of its own"):
        await source.trust_consent(tmp_path)
    consent = await source.trust_consent(site)
    assert [each.text for each in consent.sentences] == ["deploy: Says how."]
    assert await listed(source) == {}
    (folder / "SKILL.md").write_text("---\nname: deploy\ndescription: Says how.\n---\n\nEvil.\n")
    with pytest.raises(UsageError, match="deploy changed while you read"):
        await source.enable(consent, frozenset())
    assert (await listed(source))["deploy"].standing == "off"
    await source.enable(await source.trust_consent(site), frozenset())
    await source.enable(await source.consent(str(folder)), frozenset())
    row = (await listed(source))["deploy"]
    assert (row.standing, row.beside) == ("on", str(site))
    await source.remove(row.key)
    assert await listed(source) == {} and folder.exists()


@awaited
async def test_one_that_is_gone_is_said_to_be(source: SkillSource, skills: Path) -> None:
    skills.mkdir()
    with pytest.raises(UsageError, match="is not there any more"):
        await source.details(str(skills / "gone"))
