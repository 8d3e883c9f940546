"""Where a skill comes from, as a person names it: a folder, a zip, a git repository, an entry of a marketplace."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import unquote

import msgspec

from agent.errors import ToolError, UsageError
from agent.safety.printable import printable
from agent.safety.web_address import parse_address
from agent.skills.name import slug, wrong_with

Kind = Literal["folder", "zip", "git"]
PROTOCOLS: Final = ("https", "ssh", "file")
MARKETPLACE: Final = ".claude-plugin/marketplace.json"
"""The list of a marketplace, from its root on."""
_SCP: Final = re.compile(r"(?P<user>[\w][\w.+-]*)@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?P<path>(?!/)[^\s]+)")
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_SSH: Final = re.compile(r"(?:[\w][\w.+-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?/\S+")
_REF: Final = re.compile(r"(?!.*(?:\.\.|@\{|//|\.lock(?:/|$)))[A-Za-z0-9_][\w./+@-]{0,250}")
_PAGE: Final = re.compile(r"(?P<repo>/[^/]+(?:/[^/]+)+?)(?:/-)?/(?P<what>tree|blob)/(?P<ref>[^/]+)(?:/(?P<path>.+))?")
"""Of the web pages of GitHub, GitLab and Gitea: what people copy from the address line."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place that skills are taken from, and asked for what is newer."""

    kind: Kind
    at: str
    """Absolute path, or URL of a repository."""
    ref: str = ""
    """Of a repository: branch, tag or commit; empty: what it offers by itself."""
    path: str = ""
    """The folder in it that is meant, with slashes; empty: all of it."""
    commit: str = ""
    """What `ref` was when it was read."""
    plugin: str = ""
    """The entry of its marketplace that the skill belongs to."""
    catalog: str = ""
    """Of a folder: the list of the marketplace in it, if it is that which was named."""

    def __str__(self) -> str:
        """For people: `https://host/repo.git at v1 in skills/pdf (3f2a…)`."""
        plugin = f"{self.plugin} of " if self.plugin else ""
        ref = f" at {self.ref}" if self.ref else ""
        path = f" in {self.path}" if self.path else ""
        commit = f" ({self.commit[:12]})" if self.commit else ""
        return f"{plugin}{self.at}{ref}{path}{commit}"

    @property
    def protocol(self) -> str:
        """The only one that git may speak to it; empty where nothing is fetched."""
        if self.kind != "git":
            return ""
        found = _URL.fullmatch(self.at)
        return found["scheme"] if found else "ssh"

    @property
    def called(self) -> str:
        """What a folder is called that a repository's files come to, in letters that every disk takes."""
        last = (self.path or self.at).rstrip("/").rpartition("/")[2].removesuffix(".git")
        return slug(last) or "skill"


def is_url(named: str) -> bool:
    """Whether a person named something that is to be fetched, and no place on the disk."""
    return "://" in named or _SCP.match(named) is not None


def is_bare(place: Path) -> bool:
    """Whether a folder is a git repository without its files. Looks at the disk."""
    return (place / "HEAD").is_file() and (place / "objects").is_dir()


def page_of(target: str) -> re.Match[str] | None:
    """Take the path of a web page that shows a folder or file of a repository apart: `repo`, `what`, `ref`, `path`."""
    return _PAGE.fullmatch(target.rstrip("/"))


def source_of(named: str, cwd: Path, *, ref: str = "", path: str = "", plugin: str = "") -> Source:
    """Read what a person typed. Looks at the disk for paths. Raises UsageError with the remedy."""
    if "\0" in named:
        raise UsageError("That is no name of a source: it holds a NUL character. Nothing was fetched.")
    named, _, fragment = named.strip().partition("#") if is_url(named) else (named, "", "")
    wanted = Source("git", "", ref or fragment, plain_path(path), plugin=plugin)
    if found := _URL.fullmatch(named):
        return _checked(_of_url(found["scheme"].lower(), found["rest"], wanted))
    if _SCP.fullmatch(named):
        return _checked(msgspec.structs.replace(wanted, at=named))
    if wanted.ref:
        raise UsageError("Only a git repository has branches and tags. Name its URL, or leave --ref out.")
    return _of_disk(Path(os.path.abspath(os.path.join(cwd, os.path.expanduser(named)))), wanted)


def _of_disk(place: Path, wanted: Source) -> Source:
    if place.is_dir():
        if is_bare(place):
            return _checked(msgspec.structs.replace(wanted, at=f"file://{place}"))
        return msgspec.structs.replace(wanted, kind="folder", at=str(place))
    if not place.is_file():
        raise UsageError(
            f"There is no {printable(str(place))}. Name a folder, a zip, a marketplace.json, or the https, ssh or file "
            "URL of a git repository."
        )
    if place.suffix.lower() == ".json":
        root = place.parent.parent if place.parent.name == MARKETPLACE.partition("/")[0] else place.parent
        catalog = place.relative_to(root).as_posix()
        return msgspec.structs.replace(wanted, kind="folder", at=str(root), catalog=catalog)
    return msgspec.structs.replace(wanted, kind="zip", at=str(place))


def _of_url(scheme: str, rest: str, wanted: Source) -> Source:
    if scheme not in PROTOCOLS:
        raise UsageError(
            f"{printable(scheme)}:// is not fetched from. A repository is reached by {', '.join(PROTOCOLS[:-1])} or "
            f"{PROTOCOLS[-1]}."
        )
    if scheme == "ssh":
        if not _SSH.fullmatch(rest) or rest.partition("/")[2].startswith("-"):
            raise UsageError("An ssh URL reads ssh://user@host/path. Nothing was fetched.")
        return msgspec.structs.replace(wanted, at=f"ssh://{rest}")
    if scheme == "file":
        place = unquote(rest)
        if not os.path.isabs(place):
            raise UsageError("A file URL holds an absolute path: file:///home/…. Nothing was fetched.")
        return msgspec.structs.replace(wanted, at=f"file://{os.path.normpath(place)}")
    return _of_web(rest, wanted)


def _of_web(rest: str, wanted: Source) -> Source:
    try:
        address = parse_address(f"https://{rest}")
    except ToolError as error:
        raise UsageError(f"{error} Nothing was fetched.") from None
    target = unquote(address.target)
    if "?" in target:
        raise UsageError("A repository's URL has no question mark. Copy the one that `git clone` takes.")
    host = f"https://{address.authority}"
    page = page_of(target)
    if page is None:
        return msgspec.structs.replace(wanted, at=f"{host}{target.rstrip('/')}")
    inside = page["path"] or ""
    if page["what"] == "blob":
        inside = inside.rpartition("/")[0]
    return msgspec.structs.replace(
        wanted, at=f"{host}{page['repo']}", ref=wanted.ref or page["ref"], path=wanted.path or plain_path(inside)
    )


def plain_path(path: str) -> str:
    """A path inside a source in its one form, `skills/pdf`. Raises UsageError where it leads out."""
    plain = "/".join(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))
    why = "it is absolute" if path.startswith(("/", "\\")) else wrong_with(plain) if plain else ""
    if why:
        raise UsageError(f"{printable(path)[:200]} is no folder of the source: {why}.")
    return plain


def _checked(source: Source) -> Source:
    if source.ref and not _REF.fullmatch(source.ref):
        raise UsageError(f"{printable(source.ref)[:100]!r} is no branch, tag or commit. Nothing was fetched.")
    spaced = source.protocol != "file" and any(one.isspace() for one in source.at)
    if not source.at.isprintable() or spaced:
        raise UsageError("The URL holds spaces or characters that cannot be seen. Nothing was fetched.")
    return source
