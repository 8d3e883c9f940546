"""`homard jobs`: work that starts by itself."""

from __future__ import annotations

from agent.interfaces.cli.commands.jobs import add, control, edit, exchange, history, listing, running, waiting
from agent.interfaces.cli.commands.jobs.group import app

__all__ = ["add", "app", "control", "edit", "exchange", "history", "listing", "running", "waiting"]
