"""The tests stand where their subject stands, and the house's own rules that no linter knows hold."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from grimp import build_graph

ROOT = Path(__file__).parent.parent
PACKAGES = ("agent", "app", "plugins")
STARTERS = ("create_task", "ensure_future")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_each_test_file_mirrors_a_module_or_a_package() -> None:
    lost: list[str] = []
    for package in PACKAGES:
        for test in (ROOT / "tests" / package).rglob("test_*.py"):
            subject = ROOT / test.relative_to(ROOT / "tests").with_name(test.stem.removeprefix("test_"))
            if not (subject.with_suffix(".py").exists() or (subject / "__init__.py").exists()):
                lost.append(str(test.relative_to(ROOT)))
    assert lost == []


@pytest.mark.parametrize("folder", ["tests", "packaging", "resources"])
def test_folders_that_are_no_packages_stay_none(folder: str) -> None:
    assert sorted(str(path) for path in (ROOT / folder).rglob("__init__.py")) == []


def test_every_folder_of_a_package_is_a_package() -> None:
    """A folder without `__init__.py` is skipped by import-linter and by the compiler of the wheel."""
    assert sorted({str(path.parent) for path in SOURCES if not (path.parent / "__init__.py").exists()}) == []


def test_only_one_module_starts_tasks() -> None:
    """ruff bans asyncio.create_task; this finds the same on a loop object, which ruff cannot. A TaskGroup may."""
    starters = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path != ROOT / "agent" / "tasks.py"
        and any(name in (source := path.read_text(encoding="utf-8")) for name in STARTERS)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and starts_task(node)
    ]
    assert starters == []


def starts_task(node: ast.Attribute) -> bool:
    """Tell whether this names create_task or ensure_future of the module or of a loop."""
    of = ast.unparse(node.value)
    return node.attr in STARTERS and ("loop" in of or "asyncio" in of)


def test_imports_go_one_way() -> None:
    """Those for the type checker too: what knows each other both ways is one thing in two files."""
    graph = build_graph("agent", "plugins", cache_dir=None)
    known = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(known).prepare()  # CycleError names the circle
