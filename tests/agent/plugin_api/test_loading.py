from __future__ import annotations

import importlib.util
import py_compile
import sys
from pathlib import Path

import pytest

from agent.plugin_api.loading import Broken, load
from tests.helpers.plugins import write_plugin

CODE = 'from agent.api import tool\n\n\n@tool\ndef a() -> str:\n    """Do."""\n    return "{}"\n'


def said(folder: Path) -> str:
    marked = load("hello", folder, "main").find("tool", "a")
    assert marked
    return marked.function()


def test_only_sources_count_whatever_was_compiled_before(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, CODE.format("evil"))
    source = folder / "main.py"
    cached = Path(importlib.util.cache_from_source(str(source)))
    py_compile.compile(str(source), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    py_compile.compile(str(source), str(folder / "hidden.pyc"))
    source.write_text(CODE.format("good"))
    assert said(folder) == "good"
    source.write_text(CODE.format("next"))
    assert said(folder) == "next"  # saved within the same second
    source.write_text("from . import hidden\n")
    with pytest.raises(Broken, match="cannot import name 'hidden'"):
        load("hello", folder, "main")
    assert {one.name for one in folder.rglob("*.pyc")} == {cached.name, "hidden.pyc"}


def test_modules_beside_it_and_libraries_it_brings(tmp_path: Path) -> None:
    code = "from agent.api import tool\nimport brought\nfrom .inner.part import word\n"
    code += '\n\n@tool\ndef a() -> str:\n    """Do."""\n    return word + brought.word\n'
    folder = write_plugin(tmp_path, code)
    (folder / "inner").mkdir()
    (folder / "inner" / "__init__.py").write_text("")
    (folder / "inner" / "part.py").write_text("from .. import top\nword = top\n")
    (folder / "__init__.py").write_text("top = 'a'\n")
    (folder / "vendor").mkdir()
    (folder / "vendor" / "brought.py").write_text("word = 'b'\n")
    assert said(folder) == "ab"
    del sys.modules["brought"]


def test_a_module_that_is_not_there_says_who_names_it(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"There is no other\.py in .*plugin\.toml names it as `module`"):
        load("hello", write_plugin(tmp_path, ""), "other")
