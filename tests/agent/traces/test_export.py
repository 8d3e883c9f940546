import pytest

from agent.labels import Label
from agent.safety.known_keys import KnownKeys
from agent.traces.export import export_of
from tests.helpers.traces import Records, reply, result, said, seen, story

BACKSLASH = chr(92)


def text(records: Records, *, content: bool, leaves: bool) -> tuple[str, bool]:
    export = export_of(records.recorded(), content=content, leaves=leaves)
    return b"".join(export.otlp()).decode(), export.withheld


def test_content_only_if_wished() -> None:
    assert "secret words" not in text(story(), content=False, leaves=False)[0]
    assert "secret words" in text(story(), content=True, leaves=True)[0]


def test_what_is_local_only_stays_on_this_machine_with_all_that_was_said_of_it() -> None:
    made = Records()
    made.entry(0, said("read it"))
    made.seen.append(seen(1))
    made.entry(3, reply("I read.", ("c1", "read", '{"path": "diary"}')))
    made.entry(4, result("c1", "read", "my diary", Label("local", "secret")))
    made.seen.append(seen(5))
    made.entry(7, reply("It says so."))
    words = ("diary", "It says so.", "I read.", "read it", "secret words")
    here, withheld = text(made, content=True, leaves=False)
    assert all(word in here for word in words) and not withheld
    there, withheld = text(made, content=True, leaves=True)
    assert not any(word in there for word in words) and withheld
    assert "execute_tool read" in there
    assert text(made, content=False, leaves=True)[1] is False


def test_known_keys_are_in_none_of_the_texts() -> None:
    keys = KnownKeys()
    keys.note("sk-abcdefghij")
    made = Records(more={"error": "no: sk-abcdefghij"})
    made.entry(0, said("my key is sk-abcdefghij, " + "x" * 19_970 + "sk-abcdefghij"))
    made.entry(0, said("sk-abcdefghij"))
    made.seen.append(seen(1))
    made.entry(3, reply("sk-abcdefghij", ("c1", "read", '{"path": "sk-abcdefghij"}')))
    made.entry(4, result("c1", "read", "sk-abcdefghij"))
    export = export_of(made.recorded(), content=True, leaves=True, hide=keys.hide)
    written = b"".join(export.otlp()).decode()
    assert "sk-ab" not in written and written.count("[key]") > 6


@pytest.mark.parametrize(
    "arguments",
    [
        f'{{"path": "{"".join(f"{BACKSLASH}u{ord(char):04x}" for char in "sk-abcdefghij")}"}}',
        '{"path": "sk\\u002dabcdefghij", "sk\\u002dabcdefghij": {"sk-abcd\\u0065fghij": 1}}',
        '{"path": "sk\\u002dabcdefghij',
    ],
)
def test_a_key_that_was_written_with_escapes_is_known(arguments: str) -> None:
    keys = KnownKeys()
    keys.note("sk-abcdefghij")
    made = Records()
    made.entry(0, said("go"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "read", arguments)))
    made.entry(4, result("c1", "read"))
    made.seen.append(seen(5))
    made.entry(6, reply("done"))
    export = export_of(made.recorded(), content=True, leaves=True, hide=keys.hide)
    written = b"".join(export.otlp()).decode()
    assert "abcd" not in written and "u006" not in written and "[key]" in written


def test_a_model_says_nothing_by_the_name_of_a_tool() -> None:
    keys = KnownKeys()
    keys.note("sk-abcdefghij")
    made = Records()
    made.entry(0, said("go"))
    made.seen.append(seen(1, answered_by="sk-abcdefghij"))
    made.entry(3, reply("", ("sk-abcdefghij", "my diary says", "{}")))
    made.entry(4, result("sk-abcdefghij", "my diary says", "no such tool", is_error=True))
    made.seen.append(seen(5))
    made.entry(6, reply("done"))
    for content in (False, True):
        export = export_of(made.recorded(), content=content, leaves=True, hide=keys.hide)
        written = b"".join(export.otlp()).decode()
        assert "sk-ab" not in written and ("diary" in written) is content


def test_arguments_of_any_depth_are_told() -> None:
    deep = '{"path": ' + "[" * 5_000 + "]" * 5_000 + "}"
    made = Records()
    made.entry(0, said("go"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "read", deep)))
    made.seen.append(seen(5))
    made.entry(6, reply("done"))
    assert "[[[[" in text(made, content=True, leaves=False)[0]


def test_a_long_key_at_the_place_of_the_cut_is_known() -> None:
    keys, token = KnownKeys(), "eyJ" + "aB3dEf7h" * 400
    keys.note(token)
    made = Records()
    made.entry(0, said("x" * 18_500 + token))
    made.seen.append(seen(1))
    made.entry(3, reply("done"))
    export = export_of(made.recorded(), content=True, leaves=True, hide=keys.hide)
    assert b"aB3d" not in b"".join(export.otlp())
