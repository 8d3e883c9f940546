"""Bundled plugins; each sees `agent.api` only."""
