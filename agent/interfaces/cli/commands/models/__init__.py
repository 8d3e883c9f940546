"""`homard models`: which there are, and the model files of this computer."""

from agent.interfaces.cli.commands.models import fetching, listing, timing
from agent.interfaces.cli.commands.models.group import app

__all__ = ["app", "fetching", "listing", "timing"]
