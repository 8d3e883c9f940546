from pathlib import Path

import pytest

from agent.api import ToolFailed, ToolRetry, testing

PLUGIN = Path(__file__).parents[3] / "plugins" / "documents"


@pytest.fixture
def plugin() -> testing.Harness:
    return testing.Harness(PLUGIN)


@pytest.mark.parametrize("ending", [".docx", ".pdf", ".xlsx"])
def test_what_is_written_can_be_read(plugin: testing.Harness, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"report{ending}"
    said = plugin.run("write", file=str(file), text="# Sums\n\n| A | B |\n|---|---|\n| 1 | ![x](y) |\n").text
    assert said.startswith(f"Wrote report{ending}.")
    text = plugin.run("read", file=str(file)).text
    assert text.startswith(f"report{ending}.") and "Sums" in text and "[image: x]" in text


def test_a_csv_file_becomes_a_workbook_or_a_table(plugin: testing.Harness, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("Name;Sum\nAnn;3\n")
    for name in ("out.xlsx", "out.docx"):
        plugin.run("write", file=str(tmp_path / name), source=str(tmp_path / "in.csv"))
        assert "| Ann | 3 |" in plugin.run("read", file=str(tmp_path / name)).text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"file": "a.odt", "text": "x"}, ".odt is not written"),
        ({"file": "a.docx"}, "either a text or a source"),
        ({"file": "a.docx", "text": " "}, "either a text or a source"),
        ({"file": "a.xlsx", "text": "x"}, "no table"),
        ({"file": "a.docx", "source": "latin"}, "not UTF-8"),
    ],
)
def test_what_cannot_be_written_is_said(
    plugin: testing.Harness, tmp_path: Path, arguments: dict[str, str], said: str
) -> None:
    (tmp_path / "latin").write_bytes(b"\xff")
    paths = {name: str(tmp_path / value) if name != "text" else value for name, value in arguments.items()}
    with pytest.raises(ToolRetry, match=said):
        plugin.run("write", **paths)
    assert [path.name for path in tmp_path.iterdir()] == ["latin"]


def test_what_cannot_be_read_is_said(plugin: testing.Harness, tmp_path: Path) -> None:
    for name in ("a.doc", "b"):
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(ToolRetry, match="is not read: only"):
            plugin.run("read", file=str(tmp_path / name))
    (tmp_path / "c.PDF").write_bytes(b"x")
    with pytest.raises(ToolFailed, match="cannot be read as a PDF"):
        plugin.run("read", file=str(tmp_path / "c.PDF"))
