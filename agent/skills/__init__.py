"""Skills: folders with a SKILL.md that says how something is done. The Agent Skills standard (agentskills.io)."""
