"""How a tool that is not ours (of a plugin or an MCP server) says what it does to the world.

The author of a connector writes one declaration per tool; whoever installs it reads and accepts them. Nothing here
goes by the names of tools or arguments: the declaration alone decides. Grammar and reasons: docs/labels.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal, cast

import msgspec

from agent.labels import USER, Label
from agent.safety.effects import Effect, Role, Value, Verb
from agent.safety.endorsement import Endorsed
from agent.safety.identities import is_time

MAX_LEAVES = 500
"""Values that one call may have; of more the rest counts as one that nobody vouches for."""
MAX_DEPTH = 8
_TARGETS: tuple[Role, ...] = ("recipient", "host", "account", "path")

DeclaredVerb = Literal["read", "net.fetch", "net.send", "msg.send", "mem.write", "job.change", "policy.change"]
"""`read`: looks something up at that service and changes nothing, and what is asked stays there; `net.fetch`: reads
elsewhere, so that its arguments reach somebody else; `net.send`: changes something at the service, a payment and a
deletion among it; `msg.send`: somebody is told."""


class Records(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which fields of a record count as named when the person typed the name of the record, whole."""

    name: tuple[str, ...]
    """Fields that hold a name of the record: the file name; the counterpart of a payment."""
    fields: dict[str, Role]
    """Fields that the service itself vouches for, by role: `{"id": "id"}`, `{"amount": "amount"}`."""
    own: str = ""
    """The field that names the owner: only records count whose owner is the person. Without it no field may be an id,
    because a stranger could offer a record of the same name."""


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a tool gives back."""

    source: Literal["own", "others", "public", "echo"] = "others"
    """Who wrote it: the person alone (their address book, their profile); others too (mail, shared files, what is paid
    in); anybody, and anybody may read it; nobody (it repeats the arguments or says that it is done)."""
    data: bool = False
    """Nothing but numbers, dates, truth values and `words`: then it carries no wish of anybody. Checked each time."""
    words: tuple[str, ...] = ()
    """Of `data`: field names, and the values of a closed list, that may stand in it."""
    lists: dict[str, Role] = {}
    """Of `own`: fields whose values the person vouches for, by role: `{"email": "recipient"}` of an address book."""
    records: Records | None = None


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one tool does."""

    verb: DeclaredVerb
    arguments: dict[str, Role] = {}
    """The role of each. One that is not named here is taken as an opaque id, for which nobody can vouch.

    `path`: the name of what is made or changed; `account`: also a password; `id`: an opaque name of what is acted on;
    `text`: what is said, and an id that only says *which content* goes to a named recipient."""
    message_if: str = ""
    """Of `net.send`: the argument that makes it a message to somebody when it is given."""
    reversible: bool = False
    """The same service takes it back without a trace. Shown to a person; it does not soften the verdict, because
    `homard undo` cannot do it."""
    output: Output = Output()


UNDECLARED = Declaration("net.send")
"""A tool of which nothing is known: it acts on what nobody vouched for; its output is a stranger's, and private."""


def declaration_for(schema: Mapping[str, Any], annotations: Mapping[str, Any]) -> Declaration:
    """Make the safe declaration of a tool without one, from its JSON Schema and its MCP annotations.

    An annotation is only a hint of a server that may lie: `readOnlyHint` makes it a reading whose arguments reach
    somebody else, and nothing makes it more harmless than that.
    """
    fields: Any = schema.get("properties", {})
    roles: dict[str, Role] = {}
    if isinstance(fields, Mapping):
        for name, field in cast("Mapping[str, Any]", fields).items():
            if isinstance(field, Mapping) and (role := _role_by_type(cast("Mapping[str, Any]", field))) is not None:
                roles[name] = role
    reads = annotations.get("readOnlyHint") is True and annotations.get("destructiveHint") is not True
    return Declaration("net.fetch" if reads else "net.send", roles)


def _role_by_type(field: Mapping[str, Any]) -> Role | None:
    if field.get("type") == "boolean" or isinstance(field.get("enum"), list):
        return "choice"
    return "time" if field.get("format") in ("date", "date-time", "time") else None


def effects_of(declaration: Declaration, server: str, arguments: Mapping[str, Any]) -> tuple[Effect, ...]:
    """Turn one call into effects: one for each recipient, host, account or path, all with all values of the call."""
    values = tuple(_values(declaration, server, arguments))
    verb = _verb(declaration, arguments)
    own = declaration.verb == "read"
    role = next((role for role in _TARGETS if any(value.role == role for value in values)), None)
    targets = (
        dict.fromkeys(value.value for value in values if value.role == role) if role and not own else {server: None}
    )
    return tuple(Effect(verb, target, granted=own, values=values or _NO_VALUES) for target in targets)


_NO_VALUES = (Value("choice", ""),)
"""Of a call without arguments: an effect without values would be taken for one of a tool of ours."""


def _verb(declaration: Declaration, arguments: Mapping[str, Any]) -> Verb:
    if declaration.verb == "read":
        return "net.fetch"
    if declaration.message_if and arguments.get(declaration.message_if):
        return "msg.send"
    return declaration.verb


def _values(declaration: Declaration, server: str, arguments: Mapping[str, Any]) -> Iterator[Value]:
    count = 0
    for name, argument in arguments.items():
        role = declaration.arguments.get(name, "id")
        for leaf in leaves(argument):
            count += 1
            if count > MAX_LEAVES:
                yield Value("id", f"more than {MAX_LEAVES} values")
                return
            yield Value(role, scoped(server, leaf) if role == "id" else leaf)


def scoped(server: str, opaque: str) -> str:
    """Give an opaque id as it stands in effects: one of another service is another one."""
    return f"{server}/{opaque}"


def leaves(value: Any, depth: int = 0) -> Iterator[str]:
    """Give all that a plain value holds as text, keys of objects among it; nothing for None and empty text."""
    if depth > MAX_DEPTH:
        yield "nested too deeply"
    elif isinstance(value, Mapping):
        for key, item in cast("Mapping[Any, Any]", value).items():
            yield str(key)
            yield from leaves(item, depth + 1)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from leaves(item, depth + 1)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None and value != "":
        yield str(value)


def label_of_output(
    declaration: Declaration,
    server: str,
    output: Any,
    *,
    arguments: Mapping[str, Any],
    written: Label = USER,
    failed: bool = False,
) -> Label:
    """Give the label of what a call returned; `output` is plain data or text.

    `written`: the join of the labels of all runs that have changed something at this server. What a tainted run has
    put into the person's own records comes back as a stranger's. `failed`: it is an error, which nobody declares.
    """
    if failed:
        return Label("external", "private", (f"external:{server}",))
    source, private = f"external:{server}", "public" if declaration.output.source == "public" else "private"
    if declaration.output.data and is_data(output, {*declaration.output.words, *leaves(dict(arguments))}):
        return Label("app", private)
    match declaration.output.source:
        case "own":
            own = Label("local", "private", (f"local:{server}",))
            return own.join(msgspec.structs.replace(written, secrecy="private")) if written.tainted else own
        case "echo":
            return Label("app", "private")
        case "others" | "public":
            return Label("external", private, (source,))


def is_data(output: Any, words: set[str]) -> bool:
    """Whether a value is nothing but numbers, dates, truth values and the given words."""
    if isinstance(output, str):
        try:
            output = msgspec.json.decode(output)
        except msgspec.DecodeError:
            return _is_datum(output, words)
    return all(_is_datum(leaf, words) for leaf in leaves(output))


def _is_datum(text: str, words: set[str]) -> bool:
    if text in words or text in ("true", "false") or is_time(text):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return len(text) <= 40


def listed_in(
    declaration: Declaration,
    server: str,
    output: Any,
    *,
    endorsed: Endorsed,
    me: AbstractSet[str] = frozenset(),
    written: Label = USER,
) -> tuple[Value, ...]:
    """Give the values in an output that the person vouches for, to be added to `endorsed`.

    These are the declared fields of records that they alone write, and of records that they named. `me`: their own
    names at that service. Nothing once a tainted run has changed something there.
    """
    if written.tainted:
        return ()
    lists = declaration.output.lists if declaration.output.source == "own" else {}
    records = declaration.output.records
    found: list[Value] = []
    for record in _objects(output, 0):
        found += _fields(record, lists, server)
        if records is not None and _is_named(record, records, endorsed, me):
            found += (value for value in _fields(record, records.fields, server) if value.role != "id" or records.own)
    return tuple(found)


def _is_named(record: Mapping[str, Any], records: Records, endorsed: Endorsed, me: AbstractSet[str]) -> bool:
    if records.own:
        owners = tuple(leaves(record.get(records.own)))
        if not owners or not set(owners) <= me:
            return False
    names = (leaf for field in records.name for leaf in leaves(record.get(field)))
    return any(endorsed.endorses(Value("path", name)) for name in names)


def _fields(record: Mapping[str, Any], fields: Mapping[str, Role], server: str) -> Iterator[Value]:
    for name, role in fields.items():
        value = record.get(name)
        for leaf in leaves(value) if not isinstance(value, Mapping) else ():
            yield Value(role, scoped(server, leaf) if role == "id" else leaf)


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, Mapping):
        yield cast("Mapping[str, Any]", value)
        value = list(cast("Mapping[str, Any]", value).values())
    if isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _objects(item, depth + 1)
