"""What the system says about a file, as a sentence for a model and a person."""

from __future__ import annotations

import errno

from agent.errors import ToolError, ToolFailed, ToolRetry
from agent.safety.door import Changed, NotAFile

_WORDS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: "the disk quota is used up",
    errno.EIO: "the disk reports an error",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
}


class Missing(ToolRetry):
    """There is nothing of that name."""


def explain(error: OSError, shown: str, *, writing: bool = False) -> ToolError:
    """Turn an OSError of a door into what the model is told. `shown` is the printable path."""
    kept = "; nothing was changed" if writing else ""
    if isinstance(error, Changed) or error.errno in (errno.ELOOP, errno.ESTALE):
        return ToolFailed(
            f"{shown} changed while it was used, or is a link that leads nowhere{kept}. Look at it again."
        )
    if isinstance(error, NotAFile):
        return ToolFailed(f"{shown} is a {error}, not a file{kept}.")
    if isinstance(error, IsADirectoryError):
        return ToolRetry(f"{shown} is a folder, not a file{kept}.")
    if isinstance(error, FileNotFoundError):
        return Missing(f"There is no {shown}.")
    if isinstance(error, NotADirectoryError):
        return Missing(f"There is no {shown}: a part of the path before its end is not a folder{kept}.")
    if error.errno == errno.ENAMETOOLONG:
        return ToolRetry(f"The path {shown[:80]}… is too long for this system{kept}.")
    if isinstance(error, PermissionError) and error.errno is None:
        return ToolFailed(f"{shown} is marked read-only{kept}.")
    why = _WORDS.get(error.errno or 0, error.strerror or str(error))
    verb = "written" if writing else "read"
    return ToolFailed(f"{shown} could not be {verb}: {why}{kept}.")
