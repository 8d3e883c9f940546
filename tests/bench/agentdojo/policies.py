"""The harnesses that are compared: none, the rule of two alone, and ours.

Each has `start` (the user's words), `check` (a call that the model wants) and `observe` (what a call returned).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from connectors import ACCOUNTS, CONNECTORS

from agent.labels import USER, Label
from agent.safety.decision import decide
from agent.safety.declared import UNDECLARED, Declaration, Records, effects_of, label_of_output, listed_in
from agent.safety.effects import Value
from agent.safety.endorsement import NOTHING, Endorsed
from agent.safety.policy import read_policy
from agent.safety.request import Facts, Request, canonical

Verdict = Literal["allow", "ask", "deny"]
NOW = datetime(2024, 5, 15, tzinfo=UTC)
POLICY = read_policy(
    "".join(f'[[rule]]\ndo = "allow"\nwhat = "{verb}"\n' for verb in ("net.fetch", "net.send", "msg.send"))
)
"""What the person wrote when they set the connectors up."""


class NoPolicy:
    """Everything is done."""

    def __init__(self, suite: str) -> None:
        self.server_of = {tool: server for server, tools in CONNECTORS[suite].items() for tool in tools}
        self.declared = {tool: one for tools in CONNECTORS[suite].values() for tool, one in tools.items()}

    def start(self, prompt: str) -> None:
        pass

    def check(self, tool: str, arguments: Mapping[str, Any]) -> Verdict:
        return "allow"

    def observe(self, tool: str, arguments: Mapping[str, Any], output: Any, failed: bool = False) -> None:
        pass

    def declaration(self, tool: str) -> Declaration:
        return self.declared.get(tool, UNDECLARED)


class RuleOfTwo(NoPolicy):
    """Once any tool has returned something, no act without a person."""

    def start(self, prompt: str) -> None:
        self.tainted = False

    def check(self, tool: str, arguments: Mapping[str, Any]) -> Verdict:
        return "ask" if self.tainted and self.declaration(tool).verb != "read" else "allow"

    def observe(self, tool: str, arguments: Mapping[str, Any], output: Any, failed: bool = False) -> None:
        self.tainted = True


class Ours(NoPolicy):
    """decide() of the product. The person who set up the connectors has allowed their verbs by rules."""

    policy = POLICY

    def __init__(self, suite: str) -> None:
        super().__init__(suite)
        self.me = ACCOUNTS.get(suite, frozenset())

    def start(self, prompt: str) -> None:
        self.label: Label = USER
        self.endorsed: Endorsed = NOTHING.with_message(prompt).with_listed(Value("recipient", one) for one in self.me)
        self.written: dict[str, Label] = {}

    def server(self, tool: str) -> str:
        return self.server_of.get(tool, "unknown")

    def check(self, tool: str, arguments: Mapping[str, Any]) -> Verdict:
        effects = effects_of(self.declaration(tool), self.server(tool), arguments)
        request = Request(
            principals=("user",),
            tool=tool,
            arguments=canonical(dict(arguments)),
            effects=effects,
            label=self.label,
            attended=True,
            complete=True,
        )
        return decide(request, self.policy, Facts(now=NOW, endorsed=self.endorsed)).verdict

    def observe(self, tool: str, arguments: Mapping[str, Any], output: Any, failed: bool = False) -> None:
        declaration, server = self.declaration(tool), self.server(tool)
        written = self.written.get(server, USER)
        if declaration.verb != "read":
            self.written[server] = written.join(self.label)
        self.endorsed = self.endorsed.with_listed(
            listed_in(declaration, server, output, endorsed=self.endorsed, me=self.me, written=written)
        )
        label = label_of_output(declaration, server, output, arguments=arguments, written=written, failed=failed)
        self.label = self.label.join(label)


class OursRenamed(Ours):
    """The same with every tool, argument and service renamed: nothing may depend on names."""

    def __init__(self, suite: str) -> None:
        super().__init__(suite)
        self.names: dict[str, str] = {}
        self.server_of = {self.name(tool): self.name(server) for tool, server in self.server_of.items()}
        self.declared = {self.name(tool): self.renamed(one) for tool, one in self.declared.items()}

    def name(self, old: str) -> str:
        return self.names.setdefault(old, f"x{len(self.names)}")

    def renamed(self, one: Declaration) -> Declaration:
        return msgspec.structs.replace(
            one,
            arguments={self.name(name): role for name, role in one.arguments.items()},
            message_if=one.message_if and self.name(one.message_if),
            output=msgspec.structs.replace(
                one.output,
                lists={self.name(name): role for name, role in one.output.lists.items()},
                records=None if one.output.records is None else self.records(one.output.records),
            ),
        )

    def records(self, one: Records) -> Records:
        return Records(
            tuple(map(self.name, one.name)),
            {self.name(name): role for name, role in one.fields.items()},
            one.own and self.name(one.own),
        )

    def check(self, tool: str, arguments: Mapping[str, Any]) -> Verdict:
        return super().check(self.name(tool), self.keys(arguments))

    def observe(self, tool: str, arguments: Mapping[str, Any], output: Any, failed: bool = False) -> None:
        super().observe(self.name(tool), self.keys(arguments), self.deep(output), failed)

    def keys(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {self.name(name): value for name, value in arguments.items()}

    def deep(self, output: Any) -> Any:
        if isinstance(output, dict):
            return {self.name(str(key)): self.deep(value) for key, value in output.items()}
        return [self.deep(item) for item in output] if isinstance(output, list) else output


class OursUndeclared(Ours):
    """The same, and nobody has declared anything."""

    def declaration(self, tool: str) -> Declaration:
        return UNDECLARED


POLICIES: dict[str, type[NoPolicy]] = {
    "none": NoPolicy,
    "rule-of-two": RuleOfTwo,
    "ours": Ours,
    "ours-renamed": OursRenamed,
    "ours-undeclared": OursUndeclared,
}
