"""`homard mcp`: MCP servers of others whose tools Homard uses; alone, Homard as a server for others."""

from agent.interfaces.cli.commands.mcp import change, consent, listing
from agent.interfaces.cli.commands.mcp.group import app

__all__ = ["app", "change", "consent", "listing"]
