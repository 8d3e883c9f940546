from datetime import date
from pathlib import Path

import pytest

from agent.api import ToolFailed, ToolRetry, testing

PLUGIN = Path(__file__).parents[3] / "plugins" / "notes"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Shopping.md").write_bytes("\ufeff# Shopping\r\n\r\n- [ ] Milk\r\n- [x] Bread\r\n".encode())
    (tmp_path / "Plan.md").write_text("Buy things: [[shopping|list]]\n")
    return tmp_path


@pytest.fixture
def plugin(folder: Path) -> testing.Harness:
    return testing.Harness(PLUGIN, settings={"folder": str(folder)})


def test_notes_are_found_and_read_with_what_links_to_them(plugin: testing.Harness) -> None:
    assert plugin.run("find", words="milk").text == "[[Shopping]] - [ ] Milk"
    assert plugin.run("find", words="tea").text == "No note holds these words."
    text = plugin.run("read", note="[[shopping]]").text
    assert text.startswith("Shopping.md\n\n# Shopping") and text.endswith("Linked from: [[Plan]]")


def test_lines_are_added_and_the_rest_keeps_its_bytes(plugin: testing.Harness, folder: Path) -> None:
    before = (folder / "Shopping.md").read_bytes()
    plugin.run("append", note="shopping", text="- [ ] Tea")
    assert (folder / "Shopping.md").read_bytes() == before + b"- [ ] Tea\r\n"


def test_todos_are_listed_and_ticked(plugin: testing.Harness, folder: Path) -> None:
    before = (folder / "Shopping.md").read_bytes()
    assert plugin.run("todos").text == "[[Shopping]] Milk"
    assert plugin.run("todos", note="plan").text == "No to-dos."
    assert plugin.run("tick", note="Shopping", todo="milk").text == "Done: Milk"
    assert (folder / "Shopping.md").read_bytes() == before.replace(b"[ ] Milk", b"[x] Milk")
    assert plugin.run("todos", done=True).text == "[[Shopping]] Milk\n[[Shopping]] Bread"
    assert plugin.run("tick", note="Shopping", todo="Milk", done=False).text == "Open: Milk"
    assert (folder / "Shopping.md").read_bytes() == before
    with pytest.raises(ToolRetry, match="2 to-dos of Shopping"):
        plugin.run("tick", note="Shopping", todo="")


def test_a_note_is_made_once(plugin: testing.Harness, folder: Path) -> None:
    assert plugin.run("add", title="Ideas: new", text="One.").text == "Made Ideas new.md."
    assert (folder / "Ideas new.md").read_text() == "One.\n"
    with pytest.raises(ToolRetry, match="there already"):
        plugin.run("add", title="ideas new", text="Two.")


def test_the_daily_note_is_made_when_it_is_needed(plugin: testing.Harness, folder: Path) -> None:
    for text in ("- [ ] One", "- [ ] Two"):
        plugin.run("append", note="today", text=text, heading="Tasks")
    assert (folder / f"{date.today()}.md").read_text() == "## Tasks\n\n- [ ] One\n- [ ] Two\n"


@pytest.mark.parametrize("daily", ["../%Y", "/tmp/%Y", "a/../../b", ".hidden"])
def test_a_daily_note_stays_in_the_folder(folder: Path, daily: str) -> None:
    plugin = testing.Harness(PLUGIN, settings={"folder": str(folder), "daily": daily})
    with pytest.raises(ToolFailed, match="not in the folder"):
        plugin.run("append", note="today", text="x")


def test_a_folder_that_is_not_set_is_said() -> None:
    with pytest.raises(ToolFailed, match="No folder of notes"):
        testing.Harness(PLUGIN).run("find")
