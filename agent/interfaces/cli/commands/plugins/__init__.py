"""`homard plugins`: programs that give Homard more tools, each held to what you granted it."""

from agent.interfaces.cli.commands.plugins import change, listing, writing
from agent.interfaces.cli.commands.plugins.group import app

__all__ = ["app", "change", "listing", "writing"]
