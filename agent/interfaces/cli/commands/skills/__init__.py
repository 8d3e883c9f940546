"""`homard skills`: folders that say how something is done, and which of them may be used."""

from agent.interfaces.cli.commands.skills import change, listing
from agent.interfaces.cli.commands.skills.group import app

__all__ = ["app", "change", "listing"]
