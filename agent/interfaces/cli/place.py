"""Where the running owner says how to reach it. Standard library only: this is on the path of every start.

`agent.paths` knows all places, but importing it costs more than the whole thin client.
"""

from __future__ import annotations

import os
import sys


def data_folder() -> str:
    """The data folder of this user, the same as `find_paths().data`."""
    home = os.environ.get("HOMARD_HOME")
    if home:
        return os.path.abspath(os.path.expanduser(home))
    if sys.platform == "linux":
        base = os.environ.get("XDG_DATA_HOME", "")
        if not base.strip():
            base = os.path.expanduser("~/.local/share")
        return os.path.join(base, "homard")
    from agent.paths import find_paths

    return str(find_paths().data)
