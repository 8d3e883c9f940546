"""The words of the screen: complete in each language, compiled, and found by `translate`."""

from __future__ import annotations

import importlib.util
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from app import translation
from app.translation import dollars, translate

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(translation.LANGUAGES)


@dataclass(frozen=True)
class Message:
    context: str
    source: str
    forms: tuple[str, ...]
    finished: bool


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load_tool()


def messages(language: str) -> list[Message]:
    tree = ElementTree.parse(TOOL.FOLDER / f"homard_{language}.ts")
    found: list[Message] = []
    for context in tree.iter("context"):
        for message in context.iter("message"):
            entry = message.find("translation")
            assert entry is not None
            forms = [form.text or "" for form in entry.iter("numerusform")] or [entry.text or ""]
            names = context.findtext("name", ""), message.findtext("source", "")
            found.append(Message(*names, tuple(forms), entry.get("type") is None))
    return found


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{\w+\}|%n", text))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(TOOL.FOLDER, tmp_path / "translations")


@pytest.fixture
def untranslated_again(qapp) -> Iterator[None]:
    """Other tests read the words as they stand in the source, so what was installed has to go."""
    locale = QLocale()
    yield
    translation.install("en")
    while translation._installed:
        QCoreApplication.removeTranslator(translation._installed.pop())
    QLocale.setDefault(locale)


def test_the_files_know_exactly_the_words_of_the_source(folder: Path) -> None:
    TOOL.update(folder)
    for language in LANGUAGES:
        name = f"homard_{language}.ts"
        new, old = ((place / name).read_text(encoding="utf-8") for place in (folder, TOOL.FOLDER))
        assert new == old, f"{name}: run packaging/translations.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    known = messages(language)
    assert known
    assert [message for message in known if not message.finished or not all(message.forms)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str, folder: Path) -> None:
    TOOL.compile_all(folder)
    name = f"homard_{language}.qm"
    assert (folder / name).read_bytes() == (TOOL.FOLDER / name).read_bytes(), "run packaging/translations.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language: str) -> None:
    wrong = [
        (message.source, form)
        for message in messages(language)
        for form in message.forms
        if placeholders(form) != placeholders(message.source)
    ]
    assert wrong == []


@pytest.mark.usefixtures("untranslated_again")
def test_the_screen_speaks_german() -> None:
    assert translation.install("de") == "de"
    assert translate("Sidebar", "New chat") == "Neuer Chat"
    assert [translate("Sidebar", "%n run(s) working", n) for n in (1, 2)] == ["1 Lauf arbeitet", "2 Läufe arbeiten"]


@pytest.mark.usefixtures("untranslated_again")
def test_english_has_its_plurals() -> None:
    translation.install("de")
    assert translation.install("en") == "en"
    assert translate("Sidebar", "New chat") == "New chat"
    assert [translate("Sidebar", "%n run(s) working", n) for n in (1, 2)] == ["1 run working", "2 runs working"]


@pytest.mark.parametrize(("language", "words"), [("en", "$1,234.50"), ("de", "$1.234,50")])
@pytest.mark.usefixtures("untranslated_again")
def test_money_is_written_as_the_language_writes_numbers(language: str, words: str) -> None:
    translation.install(language)
    assert dollars(1234.5) == words
