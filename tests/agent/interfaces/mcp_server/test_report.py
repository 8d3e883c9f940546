from agent.events import RunFinished
from agent.interfaces.mcp_server.report import as_text, of_finished, of_watch
from agent.interfaces.mcp_server.watch import RunWatch
from agent.labels import Label
from agent.messages import Usage


def end(**more: object) -> RunFinished:
    return RunFinished("s", "r", **{"stop_reason": "end_turn", "text": "So.", "usage": Usage(), **more})  # type: ignore[arg-type]


def test_what_is_local_only_is_not_given_out() -> None:
    told = of_finished(end(label=Label("local", "secret")))
    assert told["state"] == "failed" and "So." not in str(told) and "local only" in told["error"]


def test_strangers_are_named_but_the_program_itself_is_none() -> None:
    label = Label("external", "private", ("external:example.org", "external:program:client"))
    told = of_finished(end(label=label, needs_person=True))
    assert told["strangers"] == ["example.org"]
    assert "[Strangers wrote some of what this rests on: example.org]" in as_text(told)
    assert "nobody was there to say yes" in as_text(told)
    assert "strangers" not in of_finished(end(label=Label("external", "private", ("external:program:client",))))


def test_how_it_ended_is_said_in_a_word_and_a_sentence() -> None:
    told = of_finished(end(stop_reason="max_time", error="It took too long."))
    assert as_text(told).splitlines() == ["So.", "[failed: It took too long.]"]
    assert of_finished(end(stop_reason="cancelled", error="Cancelled."))["state"] == "cancelled"
    assert as_text(of_watch(RunWatch("s", "r", steps=2, doing="Read a"))) == "[working: Read a]\n[session s run r]"
    assert of_watch(RunWatch("s", "r", failure="The owner ended."))["state"] == "failed"
