"""The lock is the whole truth about what gets installed, and what is installed runs nothing by itself."""

import re
import sysconfig
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
RUNNING, _, TESTING = LOCK.partition("# ---- what the gate needs besides ----\n")
INSTALLED = {canonicalize_name(found.name): found.version for found in metadata.distributions()}
NO_DEPENDENCIES = {entry["name"] for entry in PROJECT["tool"]["uv"]["dependency-metadata"]}


def entries(text: str) -> list[str]:
    """Return the requirements of a lock's text, each with its continuation lines joined."""
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    return lines.replace("\\\n", " ").splitlines()


def pins(text: str) -> dict[str, set[str]]:
    """Return the versions a lock's text pins for each package; more than one where markers differ."""
    found: dict[str, set[str]] = {}
    for entry in entries(text):
        requirement = Requirement(entry.split(" --hash")[0])
        (pin,) = requirement.specifier
        assert pin.operator == "=="
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


def unmet(wanted: list[str], locked: dict[str, set[str]]) -> list[str]:
    """Return those of the wanted requirements that the lock does not fulfil."""
    requirements = [Requirement(text) for text in wanted]
    return [
        str(requirement)
        for requirement in requirements
        if not any(requirement.specifier.contains(v) for v in locked.get(canonicalize_name(requirement.name), ()))
    ]


def test_everything_that_running_needs_is_in_the_first_part() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in PROJECT["project"]["optional-dependencies"].values():
        wanted += extra
    assert unmet(wanted, pins(RUNNING)) == []


def test_everything_that_the_gate_needs_is_locked() -> None:
    assert unmet(PROJECT["dependency-groups"]["dev"], pins(LOCK)) == []


def test_running_installs_no_test_tool() -> None:
    assert pins(RUNNING).keys() & {"pytest", "ruff", "pyright", "import-linter", "hypothesis"} == set()


def test_every_entry_has_a_hash() -> None:
    bare = [entry for entry in entries(LOCK) if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)]
    assert bare == []


def test_the_lock_names_no_index() -> None:
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|@ ", LOCK) == []


def test_the_list_is_complete_for_this_machine() -> None:
    """pip is told --no-deps, so a dependency that is not in the list would only be missed when it is imported."""
    locked, missing = pins(LOCK), list[str]()
    for name in locked.keys() - NO_DEPENDENCIES:
        missing += [f"{name} needs {need}" for need in needs(name) if unmet([need], locked)]
    assert missing == []


def needs(name: str) -> Iterator[str]:
    """Yield what an installed package asks for here, its extras apart."""
    asked = metadata.requires(name) if name in INSTALLED else None  # not each locked package is for this system
    for text in asked or []:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield text


def test_installed_is_what_is_locked() -> None:
    locked = pins(LOCK)
    wrong = {name: version for name, version in INSTALLED.items() if version not in locked.get(name, {version})}
    assert wrong == {}


def test_nothing_starts_by_itself() -> None:
    """A `.pth` file runs at every start of Python: a trojaned litellm came with one."""
    folder = Path(sysconfig.get_path("purelib"))
    found = {path.name: path.read_text(encoding="utf-8").strip() for path in folder.glob("*.pth")}
    own = found.pop("_editable_impl_homard.pth", "")
    setuptools = found.pop("distutils-precedence.pth", "")  # venv brings setuptools before Python 3.12
    assert found == {}
    assert set(own.splitlines()) <= {str(ROOT)}
    assert setuptools in ("", DISTUTILS)
    assert [name for name in ("sitecustomize", "usercustomize") if (folder / f"{name}.py").exists()] == []


DISTUTILS = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
    "enabled and __import__('_distutils_hack').add_shim();"
)
