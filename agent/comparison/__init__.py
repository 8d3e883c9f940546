"""Comparison: the same model at several sellers, told apart by a small probe and by what was seen of real calls.

The door is `Comparison` in `agent.comparison.service`. See docs/comparing.md.
"""
