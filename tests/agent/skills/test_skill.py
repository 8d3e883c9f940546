"""Skills as folders say them: read whatever is wrong, and all that is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.skills.requirements import Requirements
from agent.skills.skill import MAX_DESCRIPTION, read_skill
from tests.helpers.skills import write_skill


def test_a_good_one(tmp_path: Path) -> None:
    skill = read_skill(write_skill(tmp_path, "letters", "Writes letters.", "Begin.", forms__a_DOT_md="x"))
    assert (skill.name, skill.description, skill.body) == ("letters", "Writes letters.", "Begin.")
    assert (skill.warnings, skill.comments, skill.unusable) == ((), (), "")
    assert sorted(skill.tree.files) == ["SKILL.md", "forms/a.md"]


def folder_with(tmp_path: Path, head: str, name: str = "letters", body: str = "x") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "SKILL.md").write_text(f"---\n{head}\n---\n{body}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("head", "warning"),
    [
        ("name: Letters!\ndescription: d", "must be 1 to 64 lower-case"),
        ("description: d", "There is no name"),
        ("name: other\ndescription: d", "the folder is called letters"),
        (f"name: letters\ndescription: {'d' * (MAX_DESCRIPTION + 1)}", "1,025 characters"),
        (f"name: letters\ndescription: d\ncompatibility: {'c' * 501}", "compatibility has more"),
        ("name: letters\ndescription: d\nversion: 1", "no field version"),
        ("name: letters\ndescription: d\nlicense: [MIT]", "license must be text"),
        ("name: letters\ndescription: d\nmetadata: {a: {b: c}}", "and a is not"),
        ("name: letters\ndescription: d\nmetadata: x", "names with a text each"),
        ("name: letters\ndescription: d: e", "not valid YAML"),
        ("name: letters\ndescription: d\u200be", "invisible"),
    ],
)
def test_what_is_against_the_standard_is_a_warning_and_it_loads(tmp_path: Path, head: str, warning: str) -> None:
    skill = read_skill(folder_with(tmp_path, head))
    assert any(warning in one for one in skill.warnings), skill.warnings
    assert skill.unusable == "" and skill.name in ("letters", "other") and 0 < len(skill.description) <= MAX_DESCRIPTION


def test_a_name_that_does_not_fit_is_made_of_the_folder_s(tmp_path: Path) -> None:
    skill = read_skill(folder_with(tmp_path, "name: Größe\ndescription: d", "My Letters"))
    assert skill.name == "my-letters" and "It is called my-letters here." in skill.warnings


def test_what_is_hidden_is_told_and_not_passed_on(tmp_path: Path) -> None:
    smuggled = "".join(chr(0xE0000 + ord(one)) for one in "evil")
    skill = read_skill(folder_with(tmp_path, f"name: letters\ndescription: d{smuggled}", body=f"a{smuggled}<!-- b -->"))
    assert (skill.description, skill.body) == ("d", "a<!-- b -->")
    assert "8 invisible characters" in skill.warnings[0] and "“b”" in skill.comments[0]


def test_two_files_of_almost_one_name(tmp_path: Path) -> None:
    folder = write_skill(tmp_path, "letters", deep__SKILL_DOT_md="x")
    (folder / "skill.MD").write_text("---\nname: evil\ndescription: e\n---\n")
    skill = read_skill(folder)
    assert skill.description == "Says how." and "same file on some systems" in skill.unusable
    assert next(one for one in skill.warnings if "not read" in one).startswith("skill.MD stands beside SKILL.md")
    assert any(one.startswith("deep/SKILL.md is another") for one in skill.warnings)


def test_what_is_no_skill_at_all(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no file SKILL.md" in read_skill(tmp_path / "empty").unusable
    assert "cannot be read" in read_skill(tmp_path / "gone").unusable
    assert "no description" in read_skill(folder_with(tmp_path, "name: letters")).unusable
    binary = tmp_path / "binary"
    binary.mkdir()
    (binary / "SKILL.md").write_bytes(bytes(range(256)) * 10)
    assert "no description" in read_skill(binary).unusable
    nameless = folder_with(tmp_path, "description: d", "日本")
    assert "no name" in read_skill(nameless).unusable


def test_a_link_to_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("---\nname: s\ndescription: keys\n---\n")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "SKILL.md").symlink_to(tmp_path / "secret")
    assert read_skill(tmp_path / "letters").description == ""


OPENCLAW = {
    "github": """name: github
description: "Interact with GitHub using the `gh` CLI. Use `gh issue`, `gh pr`."
metadata: {"clawdbot":{"emoji":"x","requires":{"bins":["gh"]},"install":[{"id":"brew","kind":"brew","formula":"gh"}]}}
""",
    "notes": """name: notes
description: Keep notes on this Mac.
homepage: https://example.org
metadata:
  {
    "openclaw":
      {
        "emoji": "n",
        "os": ["darwin"],
        "requires": { "bins": ["memo"], },
      },
  }
""",
    "weather": """name: weather
description: Get current weather and forecasts (no API key required).
homepage: https://example.org/:help
metadata: {"openclaw":{"requires":{"bins":["curl"]},"always":true}}
""",
    "search": """name: search
description: Web search: use when asked for news, or facts # and more
user-invocable: true
disable-model-invocation: true
command-dispatch: tool
metadata:
  openclaw:
    requires:
      bins: []
      env:
        - SEARCH_API_KEY
      config: []
    primaryEnv: SEARCH_API_KEY
""",
    "cloud": """name: Cloud Things
slug: cloud
version: 1.0.0
description: |
  Plans clouds.

  And more.
metadata: {"clawdbot":{"requires":{"anyBins":["terraform","pulumi"]},"os":["linux","darwin","win32"]},"openclaw":{}}
""",
    "model-usage": """name: model-usage
description: >
  Sums up what models
  cost.
allowed-tools: ["exec", "read"]
metadata: '{"clawdis":{"requires":{"bins":["jq"],"env":["HOME"]}}}'
""",
}


def test_skills_as_they_are_written_for_openclaw(tmp_path: Path) -> None:
    found = {}
    for name, head in OPENCLAW.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "SKILL.md").write_text(f"---\n{head}---\n\nRun `{{baseDir}}/scripts/run.sh`.\n")
        skill = read_skill(tmp_path / name)
        assert not skill.unusable and skill.description and "{baseDir}" in skill.body
        found[name] = (skill.name, skill.requirements, skill.by_name, skill.allowed)
    assert found == {
        "github": ("github", Requirements(bins=("gh",)), False, None),
        "notes": ("notes", Requirements(os=("darwin",), bins=("memo",)), False, None),
        "weather": ("weather", Requirements(), False, None),
        "search": ("search", Requirements(env=("SEARCH_API_KEY",)), True, None),
        "cloud": ("cloud", Requirements(("linux", "darwin", "win32"), any_bins=("terraform", "pulumi")), False, None),
        "model-usage": ("model-usage", Requirements(bins=("jq",), env=("HOME",)), False, ("exec", "read")),
    }
