import msgspec

from agent.audit.body import APPROVED, DECIDED, SENT
from agent.labels import Label
from agent.messages import NoteMessage, Usage
from agent.traces.recorded import Recorded
from agent.traces.span import Span, Waiting
from tests.helpers.traces import MODEL, START, Records, at, reply, result, said, seen, story


def tree(recorded: Recorded) -> list[tuple[str, str, str, float, float | None]]:
    return [
        (span.key, span.kind, span.name, *(seconds(moment) for moment in (span.started_at, span.ended_at)))  # type: ignore[misc]
        for span in recorded.trace().spans
    ]


def seconds(moment: object) -> float | None:
    return None if moment is None else (moment - START).total_seconds()  # type: ignore[operator]


def test_each_thing_that_took_time_is_in_its_place() -> None:
    assert tree(story().recorded()) == [
        ("run", "run", "run", 0, 20),
        ("run/turn/1", "turn", "1", 1, 12),
        ("run/turn/1/model/0", "model", MODEL, 1, 3),
        ("run/turn/1/tool/0", "tool", "write", 3, 9),
        ("run/turn/1/tool/0/wait/0", "approval", "approval", 3, 8),
        ("run/turn/1/tool/1", "tool", "fetch", 9, 12),
        ("run/turn/1/tool/1/model/1000", "model", "small/m", 10, 11),
        ("run/mark/5", "mark", "steered", 12.5, 12.5),
        ("run/turn/2", "turn", "2", 13, 16),
        ("run/turn/2/model/0", "model", MODEL, 13, 13.1),
        ("run/turn/2/model/1", "model", MODEL, 14, 16),
    ]


def test_what_is_known_of_each() -> None:
    spans = {span.key: span for span in story().recorded().trace().spans}
    first, last = spans["run/turn/1/model/0"].model, spans["run/turn/2/model/1"].model
    assert first is not None and last is not None
    assert (first.host, first.bytes_sent, first.first_ms, first.finish) == ("api.openai.com", 900, 500, "tool_calls")
    assert first.usage == Usage(100, 40, 10, 0.5) and first.measured and not first.error
    assert {share.part: share.tokens for share in first.prompt} == {"system": 94, "prompt": 6}
    assert last.answered_by == "gpt-other" and sum(share.tokens for share in last.prompt) == 300
    assert {share.part for share in last.prompt} == {"fixed", "prompt", "replies", "results:write", "results:fetch"}
    assert spans["run/turn/1/tool/0/wait/0"].waiting == Waiting(
        allowed=True, by="person", scope="once", rule="default.write"
    )
    fetch = spans["run/turn/1/tool/1"].tool
    assert fetch is not None and (fetch.hosts, fetch.bytes_received, fetch.ended) == (("example.org",), 50, "done")


def test_without_figures_the_entries_tell_what_they_can() -> None:
    made = story()
    made.seen.clear()
    trace = made.recorded().trace()
    works = [(span.key, span.model.measured, span.model.first_ms) for span in trace.spans if span.model is not None]
    assert works == [("run/turn/1/model/0", False, None), ("run/turn/2/model/0", False, None)]
    assert trace.unmeasured == 2
    assert tree(made.recorded())[2][3:] == (0, 3) and tree(made.recorded())[-1][3:] == (12, 16)


def test_a_clock_that_was_set_back_changes_no_order_and_no_duration_is_negative() -> None:
    made = story()
    made.seen[2:] = [msgspec.structs.replace(call, at=call.at - (at(3_600) - START)) for call in made.seen[2:]]
    made.entries[-1] = msgspec.structs.replace(made.entries[-1], created_at=at(-3_580))
    made.finished = -3_579
    trace = made.recorded().trace()
    assert [span.key for span in trace.spans] == [place[0] for place in tree(story().recorded())]
    assert all(span.took is None or span.took.total_seconds() >= 0 for span in trace.spans)


def test_a_run_that_works_waits_or_died() -> None:
    made = Records(finished=None)
    made.entry(0, said("do it"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "write", "{}"), ("c2", "look", "{")))
    made.row(3, DECIDED, "c1", tool="write", verdict="ask", rule="r", effects=["write x"])
    trace = made.recorded().trace()
    open_ended = [(span.key, span.ended_at) for span in trace.spans if span.ended_at is None]
    assert open_ended == [(key, None) for key in ("run", "run/turn/1", "run/turn/1/tool/0", "run/turn/1/tool/0/wait/0",
                                                  "run/turn/1/tool/1")]  # fmt: skip
    assert trace.usage == Usage(100, 40, 10, 0.5)

    made.finished = 9
    made.entry(9, result("c1", "write", is_error=True, outcome="not_run"))
    made.entry(9, result("c2", "look", is_error=True, outcome="unknown"))
    spans = {span.key: span for span in made.recorded().trace().spans}
    assert [ended(spans[f"run/turn/1/tool/{index}"]) for index in (0, 1)] == ["not_run", "unknown"]
    assert spans["run/turn/1/tool/0/wait/0"].waiting == Waiting(allowed=False, by="nobody", rule="r")


def ended(span: Span) -> str:
    assert span.tool is not None
    return span.tool.ended


def test_a_run_at_work_waits_for_a_model_when_for_nothing_else() -> None:
    made = Records(finished=None)
    made.entry(0, said("do it"))
    now = [("run/turn/1", "turn", "1", 0, None), ("run/turn/1/now", "model", MODEL, 0, None)]
    assert tree(made.recorded())[1:] == now
    made.seen.append(seen(1, 50, None, error="overloaded"))
    assert [place[0] for place in tree(made.recorded())] == [
        *("run", "run/turn/1", "run/turn/1/model/0", "run/turn/1/now"),
    ]
    made.seen.append(seen(2))
    made.entry(4, reply("", ("c1", "look", "{}")))
    made.call("c1", "look", 4, None)
    assert tree(made.recorded())[-1] == ("run/turn/1/tool/0", "tool", "look", 4, None)
    made.calls.clear()
    made.call("c1", "look", 4, 5)
    made.entry(5, result("c1", "look"))
    assert tree(made.recorded())[-2:] == [
        ("run/turn/2", "turn", "2", 5, None),
        ("run/turn/2/now", "model", MODEL, 5, None),
    ]
    assert made.recorded().trace().unmeasured == 0


def test_a_dry_run_asks_nobody() -> None:
    made = story()
    made.rows = [row for row in made.rows if row.kind == DECIDED]
    made.more = {"dry_run": True}
    spans = made.recorded().trace().spans
    assert [span.kind for span in spans if span.parent == "run/turn/1/tool/0"] == []


def test_a_question_that_was_answered_when_the_run_had_long_parked() -> None:
    made = Records(finished=100)
    made.entry(0, said("do it"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "write", "{}")))
    for second in (3, 90):  # it is judged again when it goes on
        made.row(second, DECIDED, "c1", tool="write", verdict="ask", rule="r", effects=["write x"])
    made.row(91, APPROVED, "c1", allowed=True, by="person", scope="once")
    made.call("c1", "write", 91, 92)
    made.entry(92, result("c1", "write"))
    waits = [place for place in tree(made.recorded()) if place[1] == "approval"]
    assert waits == [("run/turn/1/tool/0/wait/0", "approval", "approval", 3, 91)]


def test_what_failed_before_any_reply_and_what_the_harness_said() -> None:
    made = Records(more={"stop_reason": "model_error", "error_code": "bad_key", "error": "The key is wrong."})
    made.entry(0, said("do it"))
    made.entry(0, NoteMessage("last turn"))
    made.seen.append(seen(1, 50, None, error="bad_key"))
    trace = made.recorded().trace()
    assert [(span.key, span.name) for span in trace.spans] == [
        ("run", "run"),
        ("run/mark/2", "note"),
        ("run/turn/1", "1"),
        ("run/turn/1/model/0", MODEL),
    ]
    assert (trace.error_code, trace.spans[-1].model and trace.spans[-1].model.error) == ("bad_key", "bad_key")


def test_what_others_said_in_the_chat_is_in_the_prompt_but_not_in_the_trace() -> None:
    made = Records()
    made.entry(-10, said("x" * 4_000), "other")
    made.entry(-9, reply("Fine.", ("c9", "look", "{}")), "other")
    made.entry(-8, result("c9", "look", label=Label(secrecy="secret")), "other")
    made.entry(0, said("do it"))
    made.seen.append(seen(1, input_tokens=2_000))
    made.entry(3, reply("Done.", usage=Usage(2_000, 40, 10, 0.5)))
    trace = made.recorded().trace()
    work = trace.spans[-1].model
    assert work is not None and len(trace.spans) == 3
    assert {share.part: share.tokens for share in work.prompt}["prompt"] > 1_000
    assert trace.secret


def test_a_call_is_timed_by_its_row_where_the_audit_is_lost() -> None:
    made = Records(more={"stop_reason": "model_error", "error": "It is overloaded.", "error_code": "overloaded"})
    made.entry(0, said("do it"))
    made.seen.append(seen(1))
    made.entry(3, reply("", ("c1", "use_tool", "{}"), ("c2", "look", "{}")))
    made.call("c1", "write", 4, 6)
    made.call("c2", "look", 6, None)
    trace = made.recorded().trace()
    assert [(span.name, seconds(span.started_at), seconds(span.ended_at)) for span in trace.spans if span.tool] == [
        ("write", 4, 6),
        ("look", 6, None),
    ]
    assert (trace.error, trace.error_code) == ("It is overloaded.", "overloaded")


def test_a_request_belongs_to_the_call_of_its_model_and_time_alone() -> None:
    made = Records()
    made.entry(0, said("do it"))
    for second, model in ((1, "other"), (2, "gpt"), (9, "gpt")):
        made.row(second, SENT, provider="openai", model=model, host=f"host-{second}", bytes_sent=second)
    made.seen.append(seen(2))
    made.entry(4, reply("one", ("c1", "look", "{}")))
    made.entry(5, result("c1", "look"))
    made.seen.append(seen(6))
    made.entry(8, reply("two"))
    works = [span.model for span in made.recorded().trace().spans if span.model is not None]
    assert [(work.host, work.bytes_sent) for work in works] == [("host-2", 2), ("", None)]


def test_what_was_read_before_the_first_reply_is_in_its_turn_and_a_reply_names_its_model() -> None:
    made = Records()
    made.entry(0, said("do it"))
    made.seen.append(seen(1, 500, model="small/m", purpose="reading", input_tokens=7, output_tokens=1))
    made.entry(3, msgspec.structs.replace(reply("one"), model="p/other"))
    spans = made.recorded().trace().spans
    assert [(span.name, span.parent, span.model.measured) for span in spans if span.model is not None] == [
        ("p/other", "run/turn/1", False),
        ("small/m", "run/turn/1", True),
    ]
