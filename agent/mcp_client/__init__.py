"""The MCP client: servers that others wrote, their tools pinned to what a person agreed to, their programs held."""
