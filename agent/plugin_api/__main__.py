"""Starts the worker by its file: in the sandbox the folder around Homard's package cannot be looked into."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def find_house() -> None:
    """Make the package `agent` of the folder in which this file is."""
    folder = Path(__file__).parents[1]
    spec = spec_from_file_location("agent", folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is not None and spec.loader is not None:
        sys.modules["agent"] = package = module_from_spec(spec)
        spec.loader.exec_module(package)


if __name__ == "__main__":
    find_house()
    from agent.plugin_api.worker import main

    main()
