"""Windows: a job object that ends as a whole, and a token without privileges.

Written from Microsoft's documentation; NOT verified on Windows. It keeps neither files nor the network closed, so the
level is `limits`, and commands are refused unless a person lowers what they need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.sandbox import job_launcher
from agent.sandbox.confinement import Confinement
from agent.sandbox.launch import Launch, Place, program
from agent.sandbox.measured import Backend


def launch(
    argv: Sequence[str], _confinement: Confinement, _backend: Backend, _place: Place, given: Mapping[str, str]
) -> Launch:
    """Put the program in front that makes the job and the token."""
    return Launch([*program("job", str(job_launcher.__file__)), "--", *argv], dict(given))
