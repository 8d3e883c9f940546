"""`homard skills`: folders that say how something is done, and which of them may be used."""

from agent.interfaces.cli.commands.skills import bringing, change, listing
from agent.interfaces.cli.commands.skills.group import app

__all__ = ["app", "bringing", "change", "listing"]
