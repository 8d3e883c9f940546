"""What a run knows of skills: within a budget, and byte by byte what a person agreed to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.context.tokens import text_tokens
from agent.errors import ToolFailed, ToolRetry
from agent.messages import Entry, TextPart, ToolMessage, ToolResult, UserMessage
from agent.skills.run import RunSkill, RunSkills
from agent.skills.shelf import Shelf
from agent.skills.state import NAME
from agent.tools.skill import chosen_words
from tests.helpers.skills import enabled_skill, write_skill

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def shelf_of(tmp_path: Path, budget: int = 400) -> RunSkills:
    return RunSkills.look(tmp_path / "skills", tmp_path, budget)


def made_up(names: list[str], description: str = "Does it. " * 30) -> tuple[RunSkill, ...]:
    return tuple(RunSkill(name, f"{name}: {description}", Path("/s") / name, False, "0" * 64, {}) for name in names)


@pytest.mark.parametrize("count", [1, 5, 20, 60, 500])
def test_the_prompt_keeps_to_its_budget(count: int) -> None:
    text = RunSkills(made_up([f"skill-{n:03}" for n in range(count)]), {}, 400).prompt()
    assert text_tokens(text) <= 400 and "skill-000" in text
    assert ("more: call `skill`" in text) == (count == 500)


@given(st.integers(0, 60), st.integers(30, 600))
def test_a_budget_of_any_size_is_kept(count: int, budget: int) -> None:
    skills = RunSkills(made_up([f"skill-{n}" for n in range(count)]), {}, budget)
    assert text_tokens(skills.prompt()) <= max(budget, 60)
    assert (skills.prompt() == "") == (skills.specs == ()) == (count == 0)


def test_other_words_than_a_name_search(tmp_path: Path) -> None:
    enabled_skill(tmp_path / "skills", "invoices", "Reads bills and pays them.")
    enabled_skill(tmp_path / "skills", "letters", "Writes letters and bills.")
    enabled_skill(tmp_path / "skills", "other", "Nothing of it.")
    found = shelf_of(tmp_path).text("invoices bills")
    assert [line.split(":")[0] for line in found.text.splitlines()[1:]] == ["- invoices", "- letters"]
    assert found.label.integrity == "skill" and len(found.label.sources) == 2
    with pytest.raises(ToolRetry, match="There are: invoices, letters, other"):
        shelf_of(tmp_path).text("spaceship")


@pytest.mark.parametrize(
    "file",
    ["../other/SKILL.md", "/etc/passwd", "a/../SKILL.md", "link", "nothing", "a", "~/x", "SKILL.md\0", "sub/../../x"],
)
def test_only_files_of_the_skill_are_read(tmp_path: Path, file: str) -> None:
    enabled_skill(tmp_path / "skills", "letters", a__b_DOT_md="B")
    enabled_skill(tmp_path / "skills", "other")
    with pytest.raises(ToolRetry, match="has no file"):
        shelf_of(tmp_path).text("letters", file)


@given(st.text(max_size=40))
def test_no_path_leads_out(path: str) -> None:
    skills = RunSkills(made_up(["letters"]), {}, 400)
    if path.strip():
        with pytest.raises(ToolRetry):
            skills.text("letters", path)


def test_ways_to_write_a_file_s_name(tmp_path: Path) -> None:
    folder = enabled_skill(tmp_path / "skills", "letters", a__b_DOT_md="B\u200b")
    for name in ("a/b.md", "./a/b.md", "a\\b.md", f"{folder}/a/b.md", "A/B.md", "letters/a/b.md"):
        assert shelf_of(tmp_path).text("letters", name).text == "B"


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    folder = write_skill(tmp_path / "skills", "letters")
    (folder / "a.bin").write_bytes(b"\xff\x00")
    Shelf(tmp_path / "skills").enable("letters")
    with pytest.raises(ToolRetry, match=r"no text \(2 bytes\)"):
        shelf_of(tmp_path).text("letters", "a.bin")


def test_what_is_off_changed_or_unavailable_is_withheld(tmp_path: Path) -> None:
    skills = tmp_path / "skills"
    write_skill(skills, "off")
    changed = enabled_skill(skills, "changed")
    needy = write_skill(skills, "needy")
    head = '---\nname: needy\ndescription: d\nmetadata: {"openclaw": {"requires": {"env": ["NO_SUCH_THING"]}}}\n---\nx'
    (needy / "SKILL.md").write_text(head)
    Shelf(skills).enable("needy")
    enabled_skill(skills, "fine")
    (changed / "new").write_text("x")
    found = shelf_of(tmp_path)
    assert [one.name for one in found.skills] == ["fine"] and sorted(found.withheld) == ["changed", "needy"]
    with pytest.raises(ToolFailed, match="enable it again"):
        found.text("changed")
    with pytest.raises(ToolFailed, match="NO_SUCH_THING is not set"):
        found.text("needy")


def test_a_state_that_cannot_be_read_gives_no_skill(tmp_path: Path) -> None:
    enabled_skill(tmp_path / "skills", "letters")
    (tmp_path / "skills" / NAME).write_text("{")
    assert shelf_of(tmp_path).skills == () and shelf_of(tmp_path).prompt() == ""


def test_only_where_it_is_on(tmp_path: Path) -> None:
    for name, scope in (("a", ""), ("b", "session:1"), ("c", "job:1")):
        write_skill(tmp_path, name)
        Shelf(tmp_path).enable(name, scope=scope)
    Shelf(tmp_path).disable("a", scope="job:1")
    for scopes, names in ((set[str](), ["a"]), ({"session:1"}, ["a", "b"]), ({"session:2", "job:1"}, ["c"])):
        assert [one.name for one in RunSkills.look(tmp_path, tmp_path, 400, scopes).skills] == names


def test_what_a_run_follows_bounds_that_run(tmp_path: Path) -> None:
    write_skill(tmp_path, "plain")
    for name, tools in (("reader", "Read Grep"), ("writer", "Write")):
        folder = write_skill(tmp_path, name)
        (folder / "SKILL.md").write_text(f"---\nname: {name}\ndescription: d\nallowed-tools: {tools}\n---\nx\n")
    for name in ("plain", "reader", "writer"):
        Shelf(tmp_path).enable(name)
    known = RunSkills.look(tmp_path, tmp_path, 400)
    reader, writer = known.named("reader"), known.named("writer")
    assert reader is not None and writer is not None

    def opened(number: int, run: str, name: str, *, failed: bool = False) -> Entry:
        result = ToolResult("c", "skill", (), {"skill": name}, is_error=failed, label=reader.label)
        return Entry(number, None, "s", run, NOW, ToolMessage(result))

    tail = f"Time: now\n\n{chosen_words('writer')}\n\nDo it."
    said = Entry(9, None, "s", "r2", NOW, UserMessage((TextPart("x"),), tail, label=writer.label))
    entries = [opened(1, "r1", "reader"), opened(2, "r1", "plain"), opened(3, "r2", "words that search"), said]
    entries.append(opened(4, "r3", "reader", failed=True))
    bounds = {run: sorted(known.bounds(entries, run)) for run in ("r1", "r2", "r3")}
    assert bounds == {"r1": [reader.source], "r2": [writer.source], "r3": []}
    (capability,) = known.bounds(entries, "r1")[reader.source]
    assert capability.verbs == {"fs.read", "ui.notify"}


def test_one_that_only_a_person_chooses_is_not_told_of(tmp_path: Path) -> None:
    folder = write_skill(tmp_path / "skills", "secret-sauce", description="Makes sauce.")
    text = "---\nname: secret-sauce\ndescription: Makes sauce.\ndisable-model-invocation: true\n---\nStir.\n"
    (folder / "SKILL.md").write_text(text)
    enabled_skill(tmp_path / "skills", "soup", description="Makes soup.")
    assert Shelf(tmp_path / "skills").enable("secret-sauce").prompt_tokens == 0
    known = shelf_of(tmp_path)
    assert "sauce" not in known.prompt() and "soup" in known.prompt()
    assert "sauce" not in known.text("Makes something").text
    assert known.text("secret-sauce").text.endswith("Stir.")
    for budget in (0, 60):
        assert "sauce" not in shelf_of(tmp_path, budget).prompt()


def test_instructions_name_the_folder_as_others_call_it(tmp_path: Path) -> None:
    body = "Run {baseDir}/a, {{baseDir}}/b, ${CLAUDE_SKILL_DIR}/c."
    folder = enabled_skill(tmp_path / "skills", "a", body=body, more_DOT_md="{baseDir}/d", run_DOT_sh="{baseDir}")
    known = shelf_of(tmp_path)
    assert known.text("a").text.endswith(f"Run {folder}/a, {folder}/b, {folder}/c.")
    assert known.text("a", "more.md").text == f"{folder}/d" and known.text("a", "run.sh").text == "{baseDir}"
