"""Fetching a git repository that a stranger made: one commit, into a store of its own, with nothing checked out.

git runs no hook, reads no configuration but ours, speaks only the protocol that the person named, asks for no password,
follows no submodule and no redirect that was not judged. What it brought is taken out of the store by `commit_tree`,
which looks at each name.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Final

import msgspec

from agent.errors import ToolError, UsageError
from agent.safety.printable import printable
from agent.skills.source import Source
from agent.skills.tree import MAX_FILE_BYTES
from agent.tasks import spawn
from agent.tools.process import Finished, build_environment, run

FETCH_S: Final = 180
MAX_STORE_BYTES: Final = 400_000_000
"""What a repository may be on the disk while it is fetched, packed as it comes."""
MAX_MEMORY_BYTES: Final = 1_500_000_000
"""Of each git process, the packs that it maps among it."""
WATCHED_S: Final = 0.5
_SSH: Final = "ssh -oBatchMode=yes -oClearAllForwardings=yes -oPermitLocalCommand=no -oForwardAgent=no"
_PLAIN_CONFIG: Final = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
_SETTINGS: Final = (
    "core.fsmonitor=false",
    "core.bigFileThreshold=8m",
    "core.symlinks=false",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "http.followRedirects=false",
    "maintenance.auto=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "pack.threads=1",
    "protocol.version=2",
    "submodule.recurse=false",
)


def git() -> str:
    """Where git is. Raises UsageError with the remedy."""
    found = shutil.which("git")
    if found is None:
        raise UsageError("git is not installed here. Install it, or download the repository as a zip and install that.")
    return found


def command(*words: str) -> list[str]:
    """A call of git with our settings; where the system can, in bounds of memory. Raises UsageError without git."""
    settings = (*_SETTINGS, f"core.hooksPath={os.devnull}")
    argv = [git(), *(word for setting in settings for word in ("-c", setting)), *words]
    if sys.platform != "linux":
        return argv
    from agent.sandbox.launch import launcher

    # A few bytes of a pack can stand for an object of many gigabytes.
    return [*launcher("--limit", f"AS={MAX_MEMORY_BYTES}", "--limit", "CORE=0"), *argv]


def environment(source: Source | None, home: Path) -> dict[str, str]:
    """git's environment: no configuration of the person or the machine. `source`: what is reached; None: nothing."""
    kept = build_environment()
    protocol = source.protocol if source is not None else ""
    kept |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": protocol or "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_SSH_COMMAND": _SSH,
        "LC_ALL": "C",
    }
    if "SSL_CERT_FILE" in kept:  # git reads another name
        kept["GIT_SSL_CAINFO"] = kept["SSL_CERT_FILE"]
    if protocol == "ssh":
        kept |= {"SSH_AUTH_SOCK": os.environ["SSH_AUTH_SOCK"]} if "SSH_AUTH_SOCK" in os.environ else {}
    else:
        kept |= {"HOME": str(home), "USERPROFILE": str(home)}  # so that no .netrc gives a login away
    return kept


class _Moved(UsageError):
    """A server leads on to another address."""


async def fetch(
    source: Source,
    place: Path,
    *,
    timeout_s: int = FETCH_S,
    most_bytes: int = MAX_STORE_BYTES,
    file_bytes: int = MAX_FILE_BYTES,
) -> tuple[Path, str]:
    """Bring what a source's `ref` is now into a new bare repository in `place`; gives it and the commit.

    Files of more than `file_bytes` need not come. Where a server leads on is judged before git goes there. Raises
    UsageError: it could not be reached, takes too long, is too large. What came of it by then is in `place`.
    """
    store = place / "store"
    await _git(source, place, ["init", "--quiet", "--bare", "--template=", str(store)])
    how = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance"]
    if source.protocol != "file":
        how.append(f"--filter=blob:limit={file_bytes + 1}")
    wanted = source.ref or "HEAD"

    async def fits(at: Source) -> bool:
        where = [f"--git-dir={store}", "-c", f"remote.source.url={_spoken(at)}"]
        fetching = _git(at, place, [*where, "fetch", *how, "--", "source", wanted], timeout_s)
        return await _fits(store, fetching, most_bytes)

    try:
        came = await fits(source)
    except _Moved:
        came = await fits(await _moved(source, timeout_s))
    if not came:
        raise UsageError(
            f"{printable(source.at)} was not fetched: it is larger than {most_bytes:,} bytes. Nothing was changed. "
            "Download the part that you want, and install that."
        )
    # The store must not go and get what is missing later, when it is looked at.
    await asyncio.to_thread((store / "config").write_text, _PLAIN_CONFIG, encoding="utf-8")
    said = await _git(None, place, [f"--git-dir={store}", "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"])
    commit = said.strip()
    if not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        raise UsageError(f"{printable(source.at)} has no commit {printable(wanted)}. Nothing was changed.")
    return store, commit


async def _moved(source: Source, timeout_s: int) -> Source:
    """Where a server leads who asks it for a repository, each step judged. Raises UsageError."""
    from agent.tools.egress_named import fetch_named

    asked = "/info/refs?service=git-upload-pack"
    try:
        answer = await fetch_named(source.at + asked, max_bytes=0, timeout_s=timeout_s)
    except ToolError as error:
        raise UsageError(
            f"{printable(source.at)} was not fetched, for it leads to another address: {error} Nothing was changed."
        ) from None
    there = str(answer.address)
    if answer.status != 200 or not there.endswith(asked):
        raise UsageError(
            f"{printable(source.at)} was not fetched: it leads to {printable(there)[:200]}, where there is no "
            "repository. Nothing was changed."
        )
    return msgspec.structs.replace(source, at=there.removesuffix(asked))


def _spoken(source: Source) -> str:
    """The URL as git takes it; a path with a percent sign would be read as an escape."""
    return source.at if source.protocol != "file" else "file://" + source.at.removeprefix("file://").replace("%", "%25")


async def _fits(store: Path, fetching: Coroutine[Any, Any, str], most_bytes: int) -> bool:
    work, watch = spawn(_tried(fetching), "fetch a repository"), spawn(_outgrown(store, most_bytes), "watch a fetch")
    try:
        await asyncio.wait({work, watch}, return_when=asyncio.FIRST_COMPLETED)
        if work.done() and (error := work.result()) is not None:
            raise error
        return work.done() and await asyncio.to_thread(_size, store) <= most_bytes
    finally:
        watch.cancel()
        work.cancel()
        await asyncio.wait({work, watch})


async def _tried(fetching: Coroutine[Any, Any, str]) -> UsageError | None:
    try:
        await fetching
    except UsageError as error:
        return error
    return None


async def _outgrown(store: Path, most_bytes: int) -> None:
    while True:
        if await asyncio.to_thread(_size, store) > most_bytes:
            return
        await asyncio.sleep(WATCHED_S)


def _size(folder: Path) -> int:
    size = 0
    for root, _folders, files in os.walk(folder):
        for name in files:
            try:
                size += os.lstat(os.path.join(root, name)).st_size
            except OSError:
                continue  # a file that git has just renamed
    return size


async def _git(source: Source | None, place: Path, words: list[str], timeout_s: int = FETCH_S) -> str:
    argv = command(*words)
    spool = place / f"output-{os.urandom(4).hex()}"
    try:
        done = await run(
            argv, cwd=place, spool=spool, timeout_s=timeout_s, environment=environment(source, place / "nobody")
        )
    except OSError as error:
        raise UsageError(f"git could not be started ({error.strerror}). Nothing was changed.") from None
    said = await asyncio.to_thread(done.output.text)
    if done.ended == "exited" and done.exit_code == 0:
        return said
    leads_on = source is not None and source.protocol == "https" and "returned error: 30" in said
    raise (_Moved if leads_on else UsageError)(_why_not(source, done, said))


def _why_not(source: Source | None, done: Finished, said: str) -> str:
    what = f"{printable(str(source))[:300]} was not fetched" if source is not None else "The repository cannot be read"
    if done.ended == "timeout":
        return f"{what}: it took longer than {done.duration_s:.0f} s. Nothing was changed; try again, or take a zip."
    lines = [line for line in said.splitlines() if line.startswith(("fatal:", "error:", "ERROR:"))]
    last = printable((lines or said.splitlines() or ["git said nothing"])[0])[:300]
    for beginning, remedy in _REMEDIES.items():
        if beginning in said:
            return f"{what}: {remedy} Nothing was changed. (git: {last})"
    return f"{what}: git says “{last}”. Nothing was changed."


_REMEDIES: Final = {
    "could not read Username": (
        "there is none of that name, or it needs a login, which Homard has not. Use its ssh URL, or clone it yourself "
        "and install the folder."
    ),
    "couldn't find remote ref": "it has no such branch, tag or commit.",
    "Host key verification failed": "ssh does not know that machine yet. Connect to it once with ssh.",
    "Permission denied (publickey": "it takes none of your ssh keys.",
    "Could not resolve host": "there is no such host, or no network.",
    "dubious ownership": "it belongs to another user of this machine. Copy it to a folder of your own.",
    "Out of memory": "it needs more memory than one of skills or packs should.",
    "out of memory": "it needs more memory than one of skills or packs should.",
    "index-pack failed": "what it sent is damaged, or needs more memory than one of skills or packs should.",
    "' not found": "there is none of that name.",
    "certificate": "its certificate is not trusted here.",
    "does not appear to be a git repository": "there is no repository.",
    "returned error: 30": "it leads to another address, and that again to another one.",
    "transport '": "it leads to another protocol than the one that was named.",
}
