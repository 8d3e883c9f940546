"""Job templates of a pack: read where the pack was unpacked, and no job before a person makes one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.automation.templates import Template, read_template
from agent.errors import UsageError
from agent.jobs import Permission
from agent.packs.archive import Pack
from agent.packs.capability import CapabilityText, covers
from agent.packs.part import Part
from agent.packs.state import PartKind, Placed
from agent.safety.profile import permission_words
from agent.skills.hidden import invisible_text
from agent.skills.tree import read_same

if TYPE_CHECKING:
    from agent.packs.service import Packs

_WORDS = {
    "fs.read": ("fs.read", "files.read"), "fs.write": ("fs.write", "files.write"),
    "fs.delete": ("fs.write", "files.write"), "net.fetch": ("net",), "net.send": ("net",),
}  # fmt: skip
"""Which words of a pack hold a permission of a job; of other verbs it is their own."""


class JobParts:
    """See `agent.packs.part.Parts`."""

    kind: PartKind = "job"

    def found(self, pack: Pack) -> list[Part]:
        """Read them as those that Homard brings. Raises UsageError if one asks for more than the pack."""
        return [self._part(pack, path) for path in pack.manifest.jobs]

    def _part(self, pack: Pack, path: str) -> Part:
        template = template_in(pack, path)
        for permission in template.job.allow:
            if not is_held(permission, pack.manifest.capabilities):
                raise UsageError(
                    f"{path} asks for more than the pack: to {permission_words(permission)}. Write a [[capability]] "
                    "for it, with the reason."
                )
        warnings = tuple(invisible_text(template.job.prompt, path))
        digest = pack.files[path].sha256
        return Part("job", template.key, template.about, path, digest, warnings=warnings)

    def taken(self, part: Part) -> str:
        """Never: its key begins with the name of its pack."""
        return ""

    def texts(self, placed: Placed) -> dict[str, str]:
        """None."""
        return {}

    def planned(self, part: Part) -> Placed:
        """It stays in the pack."""
        return Placed("job", part.name, part.digest)

    def put(self, part: Part, pack: Pack) -> Placed:
        """Nothing is copied."""
        return self.planned(part)

    def changes(self, placed: Placed, granted: Sequence[CapabilityText]) -> list[str]:
        """None but those of the pack's own folder."""
        return []

    def enable(self, placed: Placed, granted: Sequence[CapabilityText]) -> None:
        """Its templates are there while the pack is on."""

    def disable(self, placed: Placed) -> None:
        """Its templates are gone while the pack is off."""

    def remove(self, placed: Placed) -> None:
        """It goes with the pack's folder."""


def template_in(pack: Pack, path: str, language: str = "en") -> Template:
    """Read a template of a pack. Raises UsageError that names the file."""
    stamp = pack.files.get(path)
    if stamp is None or not path.endswith(".toml"):
        raise UsageError(f"pack.toml names {path}, and there is no such job template in the pack.")
    data = read_same(pack.folder, path, stamp)
    try:
        if data is None or hashlib.sha256(data).hexdigest() != stamp.sha256:
            raise UsageError("it changed while it was read.")
        key = f"{pack.manifest.name}-{path.rpartition('/')[2].removesuffix('.toml')}".lower()
        return read_template(key, data.decode(), language)
    except (UsageError, UnicodeDecodeError) as error:
        raise UsageError(f"The job template {path} cannot be used: {error}") from None


def is_held(permission: Permission, capabilities: Sequence[CapabilityText]) -> bool:
    """Whether a pack's capabilities hold what a job would be allowed."""
    words = _WORDS.get(permission.what, (permission.what,))
    if permission.network and not covers(capabilities, "net", ("*",)):
        return False
    targets = () if permission.what == "proc.run" else permission.to
    return any(covers(capabilities, word, targets) for word in words)


def templates_on(packs: Packs, language: str = "en") -> tuple[Template, ...]:
    """The job templates of all packs that are on, in this language where they have it. Blocks for the disk."""
    on = [packs.read(one.name) for one in packs.look() if one.status == "on"]
    return tuple(template_in(pack, path, language) for pack in on for path in pack.manifest.jobs)
