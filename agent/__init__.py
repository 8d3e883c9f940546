"""The Homard runtime: a headless personal agent on plain asyncio. Imports no Qt."""

__version__ = "0.1.0"
