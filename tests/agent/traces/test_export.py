from agent.labels import Label
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
