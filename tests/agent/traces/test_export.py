from agent.labels import Label
from agent.safety.known_keys import KnownKeys
from agent.traces.export import export_of
from tests.helpers.traces import Records, reply, result, said, seen, story


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
