"""The place of skills, plugins, MCP servers and packs."""
