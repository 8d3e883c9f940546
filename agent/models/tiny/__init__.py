"""The constrained profile, part by part; `agent.models.constrained` puts them together."""
