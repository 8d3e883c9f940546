"""How a session works, as an editor offers it: asking, planning only, or with a yes beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from acp import schema

ASK, PLAN, YES = "ask", "plan", "yes"
MODES: Final = (
    schema.SessionMode(
        id=ASK, name="Ask", description="Reads and changes files here, where it can be undone; asks for the rest."
    ),
    schema.SessionMode(id=PLAN, name="Plan", description="Reads only: what it would change is said, not done."),
    schema.SessionMode(
        id=YES, name="Yes", description="Also runs commands and fetches pages without asking, where no rule asks."
    ),
)
MODEL: Final = "model"
"""The id of the one option."""


def mode_state(current: str) -> schema.SessionModeState:
    """The modes, and which one holds."""
    return schema.SessionModeState(current_mode_id=current, available_modes=list(MODES))


Options = list[schema.SessionConfigOptionSelect | schema.SessionConfigOptionBoolean]


def model_option(current: str, names: Sequence[str]) -> Options:
    """The choice of a model; nothing where there is none to choose."""
    offered = [*([current] if current and current not in names else []), *names]
    if not offered:
        return []
    options = [schema.SessionConfigSelectOption(value=name, name=name) for name in offered]
    chosen = current or offered[0]
    return [
        schema.SessionConfigOptionSelect(
            id=MODEL, name="Model", category="model", type="select", current_value=chosen, options=options
        )
    ]
