"""Why did it not run? One answer for every moment of a job, from its slots and its schedule."""

from __future__ import annotations

from agent.automation.notes import note_for

__all__ = ["note_for"]
