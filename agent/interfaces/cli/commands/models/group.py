"""The group of commands and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from agent.interfaces.cli.app import new_app
from agent.interfaces.cli.work import House

if TYPE_CHECKING:
    from agent.models.local_store.store import LocalStore

app = new_app(help="List models, fetch model files for this computer, measure and remove them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def open_store(house: House) -> LocalStore:
    """The model files of this home."""
    from agent.models.local_store.store import LocalStore

    return LocalStore(house.paths.data / "models", house.settings, house.change_settings)


def gigabytes(count: int) -> str:
    """Bytes as a person reads them."""
    return f"{count / 1e6:.0f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
