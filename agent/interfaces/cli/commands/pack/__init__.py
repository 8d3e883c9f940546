"""`homard pack`: skills, plugins, servers and job templates of others, signed, with what they may do."""

from agent.interfaces.cli.commands.pack import author, change, listing, team, trusting
from agent.interfaces.cli.commands.pack.group import app

__all__ = ["app", "author", "change", "listing", "team", "trusting"]
