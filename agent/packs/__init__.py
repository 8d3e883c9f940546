"""Packs: skills, plugins, servers and job templates in one signed archive, and what they may do. See docs/packs.md."""
