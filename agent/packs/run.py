"""The packs as runs and their gate see them: whose parts may be used, and what narrows them.

A pack is a principal of its own, `pack:<name>`, in the chain before the part that acts: before `plugin:<id>` and
`mcp:<name>` when they are called, and in every call of a run that has read one of its skills. So each step of `decide`
that looks at the chain holds for it: its capabilities cut (4), its denials and questions are in force (5, 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from agent.errors import HomardError
from agent.messages import Entry, ToolMessage, UserMessage
from agent.packs.capability import judged
from agent.packs.narrowing import PREFIX, principal_of, rules_of, with_rules
from agent.packs.service import Packs
from agent.packs.state import Placed
from agent.safety.policy import Policy
from agent.safety.request import Capability
from agent.safety.rules import Rule
from agent.tools.skill import chosen_in

_PRINCIPALS: Final = {"plugin": "plugin:", "server": "mcp:", "skill": "skill:"}
SOURCE_CHARS: Final = 16
"""So much of a skill's hash names it as a source of a label."""


@dataclass(frozen=True)
class RunPacks:
    """What is known of packs now; made anew when something changed, never changed itself."""

    rules: tuple[Rule, ...] = ()
    """Of all packs that are on; each is for its own principal alone."""
    of_principal: Mapping[str, str] = field(default_factory=dict[str, str])
    """The pack of a part, by the part's principal: `skill:<hash>`, `plugin:<id>`, `mcp:<name>`."""
    in_text: Mapping[str, tuple[Capability, ...]] = field(default_factory=dict[str, tuple[Capability, ...]])
    """What a run may do that has read a skill of a pack, by the pack's principal."""
    in_process: Mapping[str, tuple[Capability, ...]] = field(default_factory=dict[str, tuple[Capability, ...]])
    """What a plugin or server of a pack may do, by the pack's principal."""
    closed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Parts that must not be used and why, by folder (skill) or principal (plugin, server)."""
    broken: str = ""
    """Why nothing is known; then no part may be used that lies where packs put theirs. Empty: all is known."""
    _narrowed: list[tuple[Policy, Policy]] = field(
        default_factory=list[tuple[Policy, Policy]], compare=False, repr=False
    )
    """The last policy that was narrowed, and what it became."""

    @classmethod
    def look(cls, packs: Packs) -> Self:
        """Take them from the disk, each byte of them. Blocks; never raises."""
        try:
            found, former = packs.look(), packs.state().former
            texts = {one.name: packs.texts_of(one.installed) for one in found}
        except HomardError as error:
            return cls(broken=str(error))
        rules: list[Rule] = []
        of_principal = {_skill(digest): principal_of(name) for digest, name in former.items()}
        closed: dict[str, str] = {}
        in_text: dict[str, tuple[Capability, ...]] = {}
        in_process: dict[str, tuple[Capability, ...]] = {}
        for one in found:
            me, installed = principal_of(one.name), one.installed
            of_principal |= {acts: me for placed in installed.parts if (acts := _acting(placed))}
            of_principal |= {_skill(digest): me for digest in texts[one.name]}
            if one.status != "on":
                why = (
                    f"it belongs to the pack {one.name}, which is {one.status}. {one.why} See `homard pack {one.name}`."
                )
                closed |= {_where(placed): why for placed in installed.parts}
                closed |= dict.fromkeys(filter(None, texts[one.name].values()), why)
            rules += rules_of(one.name, installed.rules)
            granted = installed.granted if one.status == "on" else ()
            in_text[me] = judged(granted, by_provider=False)
            in_process[me] = judged(granted, by_provider=True)
        return cls(tuple(rules), of_principal, in_text, in_process, closed)

    def why_not_skill(self, folder: Path) -> str:
        """Say why the skill in a folder must not be used; empty: it may, or is none of a pack."""
        return self.broken or self.closed.get(str(folder), "")

    def why_not(self, principal: str) -> str:
        """The same of a plugin or server."""
        return self.broken or self.closed.get(principal, "")

    def followed(self, entries: Iterable[Entry]) -> tuple[str, ...]:
        """The skills that were chosen or opened in a conversation, as `chain` takes them; also in earlier runs.

        Not those that only came up in a search: a person saw their descriptions, which stand in the prompt anyway.
        """
        found: dict[str, None] = {}
        for entry in entries if self.of_principal else ():
            message = entry.message
            if isinstance(message, UserMessage) and message.label is not None and chosen_in(message.context):
                found.update(dict.fromkeys(filter(_is_skill, message.label.sources)))
            elif isinstance(message, ToolMessage) and message.result.details.get("skill"):
                said = message.result.label
                sources = [one for one in said.sources if _is_skill(one)] if said is not None else []
                found.update(dict.fromkeys(sources if len(sources) == 1 else []))
        return tuple(found)

    def chain(self, principals: Sequence[str], sources: Iterable[str] = ()) -> tuple[str, ...]:
        """Put the packs into the chain of a call: before their parts, and those whose skills were read.

        `sources`: the skills that the run has opened, see `followed`.
        """
        read = dict.fromkeys(self.of_principal[one] for one in sources if one in self.of_principal and _is_skill(one))
        whole: list[str] = []
        for one in principals:
            pack = self.of_principal.get(one)
            if pack is not None and pack not in whole:
                whole.append(pack)
            whole.append(one)
        persons = next((at for at, one in enumerate(whole) if ":" in one), len(whole))
        return (*whole[:persons], *(one for one in read if one not in whole), *whole[persons:])

    def capabilities(self, chain: Sequence[str]) -> dict[str, tuple[Capability, ...]]:
        """What each pack of a chain may do in it."""
        found: dict[str, tuple[Capability, ...]] = {}
        for at, one in enumerate(chain):
            if one.startswith(PREFIX):
                acts = chain[at + 1] if at + 1 < len(chain) else ""
                mine = self.of_principal.get(acts) == one and not _is_skill(acts)
                found[one] = (self.in_process if mine else self.in_text).get(one, ())
        return found

    def narrowed(self, policy: Policy) -> Policy:
        """The person's policy with the rules of packs in it."""
        if not self.rules:
            return policy
        if self._narrowed and self._narrowed[0][0] is policy:
            return self._narrowed[0][1]
        both = (policy, with_rules(policy, self.rules))
        self._narrowed[:] = [both]
        return both[1]

    def guards(self, chain: Sequence[str]) -> bool:
        """Whether a pack of a chain brings rules: folders and commands of a run are not made with them in view."""
        mine = {one for one in chain if one.startswith(PREFIX)}
        return any(rule.principal in mine for rule in self.rules)


def _acting(placed: Placed) -> str:
    if placed.kind == "skill":
        return _skill(placed.digest)
    prefix = _PRINCIPALS.get(placed.kind, "")
    return f"{prefix}{placed.name}" if prefix else ""


def _skill(digest: str) -> str:
    return f"{_PRINCIPALS['skill']}{digest[:SOURCE_CHARS]}"


def _where(placed: Placed) -> str:
    return placed.place if placed.kind == "skill" else _acting(placed) or f"job:{placed.name}"


def _is_skill(principal: str) -> bool:
    return principal.startswith(_PRINCIPALS["skill"])
