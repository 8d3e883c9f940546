"""From a command and its confinement to the command line that enforces it, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.errors import ToolDenied
from agent.sandbox.confinement import Confinement
from agent.sandbox.launch import Launch, Place
from agent.sandbox.levels import at_least
from agent.sandbox.measured import Measured, remedy


def wrap(
    argv: Sequence[str],
    confinement: Confinement,
    measured: Measured,
    place: Place,
    environment: Mapping[str, str],
) -> Launch:
    """Confine a command. Raises ToolDenied when this machine cannot hold it as needed; nothing is weakened instead.

    `environment`: what the command would get; home, temporary folder, PATH and proxies are set for the inside.
    """
    require(confinement, measured)
    if measured.backend.name == "bubblewrap":
        from agent.sandbox.bubblewrap import launch
    elif measured.backend.name == "landlock":
        from agent.sandbox.alone import launch
    elif measured.backend.name == "seatbelt":
        from agent.sandbox.seatbelt import launch
    elif measured.backend.name == "job":
        from agent.sandbox.job import launch
    else:
        from agent.sandbox.alone import launch_bare as launch
    return launch(argv, confinement, measured.backend, place, environment)


def require(confinement: Confinement, measured: Measured) -> None:
    """Raise ToolDenied unless this machine holds a command so."""
    if not at_least(measured.level, confinement.need):
        raise ToolDenied(
            f"Commands need the sandbox level `{confinement.need}`, and this machine gives `{measured.level}`; "
            f"nothing was run. {remedy()} A person may lower `[safety] sandbox` in the settings."
        )
    if not at_least(confinement.need, "files"):
        return  # a person lowered it: then the network is not held either
    if confinement.network == "none" and not measured.offline:
        raise ToolDenied(f"A command cannot be kept off the network on this machine; nothing was run. {remedy()}")
    if confinement.network == "egress" and not measured.can_proxy:
        raise ToolDenied(
            "A command can only have the network where a network namespace leads all of it through Homard's proxy, "
            f"and this machine has none; nothing was run. {remedy()}"
        )
