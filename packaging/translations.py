"""Bring resources/translations/ up to date: read the words from the source, and compile what translators wrote.

    .venv/bin/python packaging/translations.py

The Python reader of lupdate misses calls whose count is an expression, so the calls of `translate(context, text[, n])`
are found with `ast` and handed to lupdate one a line; merging and compiling are Qt's (lupdate, lrelease).
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"de": [], "en": ["-pluralonly"]}
"""English needs only its plurals."""


def main() -> int:
    """Update and compile all languages; returns the exit code."""
    update(FOLDER)
    compile_all(FOLDER)
    return 0


def update(folder: Path) -> None:
    """Merge the words of the source into the .ts files of a folder; what is translated stays so."""
    with tempfile.TemporaryDirectory() as name:
        words = Path(name) / "words.py"
        words.write_text("\n".join(_line(*found) for found in calls()) + "\n", encoding="utf-8")
        for language, options in LANGUAGES.items():
            how = ["-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", language]
            _run("lupdate", str(words), *how, *options, "-ts", str(folder / f"homard_{language}.ts"))


def compile_all(folder: Path) -> None:
    """Make the .qm files from the .ts files."""
    for language in LANGUAGES:
        ts = folder / f"homard_{language}.ts"
        _run("lrelease", str(ts), "-qm", str(ts.with_suffix(".qm")))


def calls() -> list[tuple[str, str, bool]]:
    """All calls of `translate` in app/: context, text, whether there is a count; each once, in order of the context.

    Raises SyntaxError for a call whose words are no literals: nobody could translate them.
    """
    return sorted({found for path in sorted((ROOT / "app").rglob("*.py")) for found in _calls(path)})


def _calls(path: Path) -> Iterator[tuple[str, str, bool]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "translate":
            continue
        words = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
        if len(words) != 2 or not all(isinstance(word, str) for word in words):
            raise SyntaxError(f"{path.relative_to(ROOT)}:{node.lineno}: translate() wants two literals")
        yield str(words[0]), str(words[1]), len(node.args) > 2 or bool(node.keywords)


def _line(context: str, text: str, counted: bool) -> str:
    return f"translate({json.dumps(context)}, {_quoted(text)}{', None, 1' if counted else ''})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
