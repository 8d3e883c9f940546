"""Importing a plugin from its folder, and finding what it marked."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    SourceFileLoader,
)
from pathlib import Path
from types import ModuleType
from typing import Any

from agent.plugin_api.calling import told
from agent.plugin_api.decorators import Kind, Marked, forget, marked_in
from agent.plugin_api.signature import Signature, SignatureError, signature_of

PARENT = "plugins"
"""Plugins are packages below this one, wherever their folder is: `from .reading import …` works in them."""


_folders: set[str] = set()
"""Of plugins that were loaded."""


class Broken(Exception):
    """The plugin cannot be used; the text says why, with the line where there is one."""


@dataclass(frozen=True)
class Loaded:
    """The functions of a plugin."""

    marked: tuple[Marked, ...]
    signatures: dict[str, Signature]
    """Of its tools, by name."""

    def find(self, kind: Kind, name: str) -> Marked | None:
        """The function of that mark and name."""
        return next((one for one in self.marked if one.kind == kind and one.name == name), None)


def package_of(plugin: str) -> str:
    """The name of its package: `plugins.my_notes` of `my-notes`."""
    return f"{PARENT}.{plugin.replace('-', '_')}"


def load(plugin: str, folder: Path, module: str) -> Loaded:
    """Import the module of a plugin anew, whatever was imported of it before. Raises Broken.

    Libraries that it brings lie in its folder `vendor`.
    """
    package = package_of(plugin)
    _forget(package)
    _compile_anew(folder)
    _make_package(package, folder)
    for place in (str(folder / "vendor"), str(folder)):
        if place not in sys.path:
            sys.path.append(place)
    importlib.invalidate_caches()
    try:
        if (folder / "__init__.py").is_file():
            source = (folder / "__init__.py").read_bytes()
            exec(compile(source, str(folder / "__init__.py"), "exec"), sys.modules[package].__dict__)  # noqa: S102
        importlib.import_module(f"{package}.{module}")
    except (Exception, SystemExit) as error:
        if isinstance(error, ImportError) and error.name == f"{package}.{module}":
            raise Broken(f"There is no {module}.py in {folder}. plugin.toml names it as `module`.") from None
        raise Broken(f"{told(error, folder)}") from error
    return _looked_at(marked_in(package), module)


def _looked_at(marked: list[Marked], module: str) -> Loaded:
    if not marked:
        raise Broken(f"{module}.py marks nothing. Put @tool over a function.")
    signatures: dict[str, Signature] = {}
    for one in marked:
        if one.kind == "tool":
            try:
                signatures[one.name] = signature_of(one.function)
            except SignatureError as error:
                code = one.function.__code__
                raise Broken(f"{error} ({Path(code.co_filename).name}, line {code.co_firstlineno})") from None
    return Loaded(tuple(marked), signatures)


class Fresh(SourceFileLoader):
    """Takes the source, whatever was compiled of it before: only the source is what a person could look at."""

    def path_stats(self, path: str) -> Any:
        """Say that nothing is known of it: then nothing compiled is looked for, and nothing is kept."""
        raise OSError


_find = FileFinder.path_hook((Fresh, SOURCE_SUFFIXES), (ExtensionFileLoader, EXTENSION_SUFFIXES))


def _hook(path: str) -> Any:
    """Find modules of plugins by their sources. See `sys.path_hooks`."""
    if not any(path == folder or path.startswith(folder + os.sep) for folder in _folders):
        raise ImportError(path)
    return _find(path)


def _compile_anew(folder: Path) -> None:
    _folders.add(str(folder))
    if _hook not in sys.path_hooks:
        sys.path_hooks.insert(0, _hook)
    for path in [path for path in sys.path_importer_cache if path.startswith(str(folder))]:
        del sys.path_importer_cache[path]


def _forget(package: str) -> None:
    forget(package)
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]


def _make_package(package: str, folder: Path) -> None:
    if PARENT not in sys.modules:
        parent = ModuleType(PARENT)
        parent.__path__ = []
        sys.modules[PARENT] = parent
    made = ModuleType(package)
    made.__path__ = [str(folder)]
    made.__file__ = str(folder / "__init__.py")
    made.__package__ = package
    spec = ModuleSpec(package, None, is_package=True)
    spec.submodule_search_locations = [str(folder)]
    made.__spec__ = spec
    sys.modules[package] = made
    setattr(sys.modules[PARENT], package.rpartition(".")[2], made)
