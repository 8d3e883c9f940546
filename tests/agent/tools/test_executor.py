"""One call from the model's words to its result: judged first, intent stored before the act, results bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agent.errors import StorageError, ToolDenied, ToolRetry
from agent.labels import USER, Label
from agent.messages import ToolCall, ToolResult
from agent.safety.effects import Effect
from agent.storage.blobs import Blobs
from agent.tools.act import Act, Admission
from agent.tools.delete import DeleteArguments, DeleteTool
from agent.tools.edit import EditArguments, EditTool
from agent.tools.egress_pass import ANYWHERE, EgressPass
from agent.tools.executor import Executor
from agent.tools.move import MoveArguments, MoveTool
from agent.tools.registry import Registry
from agent.tools.tool import Tool, ToolContext, ToolOutput
from agent.tools.write import WriteArguments, WriteTool
from tests.helpers.tool_context import tool_context
from tests.helpers.tools import Act as ActArguments
from tests.helpers.tools import ActTool, Look, LookTool


class Witness:
    """A gate that asks about all but reading, answers `refusal`, and writes down what happens in which order."""

    def __init__(self, refusal: str | None = None) -> None:
        self.refusal = refusal
        self.label = USER
        self.dry = False
        self.order: list[str] = []

    async def admit(self, act: Act, again: Callable[[], Awaitable[Act]]) -> Admission:
        if any(effect.verb != "fs.read" for effect in act.effects):
            self.order.append(f"asked: {', '.join(str(effect) for effect in act.effects)}")
            if self.refusal is not None:
                raise ToolDenied(self.refusal)
        return Admission(act.effects, self.dry)

    def refused(self, call: ToolCall, reason: str) -> None:
        self.order.append(f"refused: {reason}")

    async def intended(self, admission: Admission) -> None:
        self.order.append("intended")

    async def told(self, act: Act, label: Label) -> None:
        self.order.append("told")

    def egress(self, act: Act) -> EgressPass:
        return ANYWHERE

    async def ended(self, act: Act, result: ToolResult) -> None:
        self.order.append(f"ended: {'failed' if result.is_error else 'well'}")

    async def started(self, call: ToolCall) -> None:
        self.order.append("started")


def execute(folder: Path, tool: Tool[Any], arguments: str, witness: Witness, **more: Any) -> ToolResult:
    executor = Executor(Registry([tool]), Blobs(folder / "blobs"))
    call = ToolCall("c1", tool.name, arguments)
    return asyncio.run(executor.execute(call, tool_context(folder, **more), witness, witness.started))


def test_a_person_is_asked_first_then_the_intent_is_stored_then_it_happens(tmp_path: Path) -> None:
    class Telling(ActTool):
        async def run(self, args: ActArguments, context: ToolContext) -> ToolOutput:
            witness.order.append("done")
            return await super().run(args, context)

    witness = Witness()
    assert execute(tmp_path, Telling(), '{"on": "x"}', witness).text == "acted on x"
    assert witness.order == ["asked: write x", "started", "intended", "done", "ended: well"]


def test_a_refused_call_has_no_intent_and_does_not_happen(tmp_path: Path) -> None:
    tool, witness = ActTool(), Witness("No.")
    result = execute(tmp_path, tool, '{"on": "x"}', witness)
    assert (result.text, result.is_error, result.details) == ("No.", True, {"denied": True})
    assert (witness.order, tool.done) == (["asked: write x"], [])


def test_a_dry_run_records_what_it_would_do(tmp_path: Path) -> None:
    tool, witness = ActTool(), Witness()
    witness.dry = True
    result = execute(tmp_path, tool, '{"on": "x"}', witness)
    assert (result.details, result.is_error) == ({"dry_run": True, "effects": ["write x"]}, False)
    assert "not done" in result.text and (witness.order, tool.done) == (["asked: write x"], [])


def test_what_was_allowed_is_still_there_when_it_is_done(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("one")

    class Late(ActTool):
        def effects(self, args: ActArguments, context: ToolContext) -> Sequence[Effect]:
            return [Effect("fs.write", str(file), granted=True)]

        async def run(self, args: ActArguments, context: ToolContext) -> ToolOutput:
            (tmp_path / "other").write_text("two")
            (tmp_path / "other").replace(file)
            context.still_approved()
            return await super().run(args, context)

    tool = Late()
    result = execute(tmp_path, tool, '{"on": "x"}', Witness())
    assert result.details == {"denied": True} and str(file) in result.text and tool.done == []


def test_reading_what_is_granted_asks_nobody(tmp_path: Path) -> None:
    witness = Witness("No.")
    assert not execute(tmp_path, LookTool(), '{"at": "x"}', witness).is_error
    assert witness.order == ["started", "intended", "ended: well"]


def test_a_large_result_shows_head_and_tail_and_is_stored_whole(tmp_path: Path) -> None:
    result = execute(tmp_path, LookTool(), '{"at": "x", "size": 30000}', Witness(), max_result_chars=1_000)
    assert len(result.text) < 1_200 and f'recall(query="r{result.details["stored"][:12]}"' in result.text
    assert Blobs(tmp_path / "blobs").path(result.details["stored"]).stat().st_size == 30_000


def test_a_file_of_output_is_stored_and_leaves_the_scratch_folder(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("all of it")

    class Spooling(LookTool):
        async def run(self, args: Look, context: ToolContext) -> ToolOutput:
            return ToolOutput("part", details={"output_file": str(file), "exit_code": 0})

    result = execute(tmp_path, Spooling(), '{"at": "x"}', Witness())
    assert set(result.details) == {"stored", "exit_code"} and not file.exists()
    assert Blobs(tmp_path / "blobs").path(result.details["stored"]).read_text() == "all of it"


def test_when_the_rest_cannot_be_stored_the_model_gets_what_fits_and_is_told(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    result = execute(tmp_path, LookTool(), '{"at": "x", "size": 30000}', Witness())
    assert not result.is_error
    assert "the rest is lost" in result.text and result.text.startswith("xxx") and "stored" not in result.details


def test_a_tool_is_stopped_when_its_time_is_over(tmp_path: Path) -> None:
    tool = LookTool()
    tool.timeout_s, tool.gate = 0.05, asyncio.Event()
    result = execute(tmp_path, tool, '{"at": "x"}', Witness())
    assert (result.text, result.is_error) == ("look was stopped after 0.05 s.", True)


def test_an_error_of_the_store_inside_a_tool_ends_the_call_only(tmp_path: Path) -> None:
    class Losing(LookTool):
        async def run(self, args: Look, context: ToolContext) -> ToolOutput:
            raise StorageError("The stored file is gone.")

    result = execute(tmp_path, Losing(), '{"at": "x"}', Witness())
    assert result.is_error and "The stored file is gone." in result.text


def test_without_a_stored_intent_nothing_happens(tmp_path: Path) -> None:
    class Full(Witness):
        async def started(self, call: ToolCall) -> None:
            raise StorageError("The disk is full.")

    tool = ActTool()
    with pytest.raises(StorageError):
        execute(tmp_path, tool, '{"on": "x"}', Full())
    assert tool.done == []


def test_a_title_never_fails(tmp_path: Path) -> None:
    class Untitled(LookTool):
        def title(self, args: Look) -> str:
            raise ValueError("no title")

    executor = Executor(Registry([Untitled()]), Blobs(tmp_path))
    assert executor.title(ToolCall("c", "look", '{"at": "x"}')) == 'look {"at": "x"}'
    assert executor.title(ToolCall("c", "look", "{")) == "look {"
    assert executor.title(ToolCall("c", "", "{}")) == "(no name) {}"
    assert msgspec.json.encode(executor.title(ToolCall("c", "y" * 9_999, "{}"))).__len__() < 200


class Sabotage(Witness):
    """Lets another file stand there once the call was looked at for the last time."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    async def intended(self, admission: Admission) -> None:
        swap(self.file)


def swap(file: Path) -> None:
    (other := file.with_name("other")).write_text("precious 1\n")
    other.replace(file)


FILE_CALLS: list[tuple[Tool[Any], dict[str, str]]] = [
    (WriteTool(), {"path": "x", "text": "2"}),
    (EditTool(), {"path": "x", "old": "1", "new": "2"}),
    (MoveTool(), {"path": "x", "to": "y"}),
    (DeleteTool(), {"path": "x"}),
]


@pytest.mark.parametrize(("tool", "arguments"), FILE_CALLS, ids=lambda value: getattr(value, "name", ""))
def test_a_file_that_was_swapped_after_the_last_look_is_left_alone(
    tmp_path: Path, tool: Tool[Any], arguments: dict[str, str]
) -> None:
    (file := tmp_path / "x").write_text("1")
    result = execute(tmp_path, tool, msgspec.json.encode(arguments).decode(), Sabotage(file))
    assert (result.is_error, result.details) == (True, {"denied": True})
    assert result.text == f"Not done: {file} is another one than when this was allowed. Look again."
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x": "precious 1\n"}


class LateWrite(WriteTool):
    async def run(self, args: WriteArguments, context: ToolContext) -> ToolOutput:
        swap(context.cwd / "x")
        return await super().run(args, context)


class LateEdit(EditTool):
    async def run(self, args: EditArguments, context: ToolContext) -> ToolOutput:
        swap(context.cwd / "x")
        return await super().run(args, context)


@pytest.mark.parametrize(("tool", "arguments"), [(LateWrite(), FILE_CALLS[0][1]), (LateEdit(), FILE_CALLS[1][1])])
def test_a_file_that_was_swapped_while_the_tool_worked_is_not_replaced(
    tmp_path: Path, tool: Tool[Any], arguments: dict[str, str]
) -> None:
    (tmp_path / "x").write_text("1")
    result = execute(tmp_path, tool, msgspec.json.encode(arguments).decode(), Witness())
    assert (result.is_error, result.details) == (True, {"denied": True})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x": "precious 1\n"}


def test_what_was_done_is_told_though_its_end_cannot_be_written_down(tmp_path: Path) -> None:
    class Forgetful(Witness):
        async def ended(self, act: Act, result: ToolResult) -> None:
            raise StorageError("The disk is full.")

    tool = ActTool()
    result = execute(tmp_path, tool, '{"on": "x"}', Forgetful())
    assert (result.text, result.is_error, tool.done) == ("acted on x", False, ["x"])


def test_what_cannot_be_written_down_first_is_not_done_and_said_to_be_so(tmp_path: Path) -> None:
    class Full(Witness):
        async def intended(self, admission: Admission) -> None:
            raise StorageError("The keyring is locked.")

    tool, witness = ActTool(), Full()
    result = execute(tmp_path, tool, '{"on": "x"}', witness)
    assert (result.is_error, result.outcome, tool.done) == (True, "not_run", [])
    assert "The keyring is locked." in result.text
    assert witness.order == ["asked: write x", "started", "ended: failed"]


def test_who_stops_a_call_whose_end_cannot_be_written_down_stops_it(tmp_path: Path) -> None:
    class Forgetful(Witness):
        async def ended(self, act: Act, result: ToolResult) -> None:
            self.order.append(f"ended: {result.outcome}")
            raise StorageError("The disk is full.")

    async def main() -> None:
        tool, witness = LookTool(), Forgetful()
        tool.gate = asyncio.Event()
        executor = Executor(Registry([tool]), Blobs(tmp_path / "blobs"))
        call = ToolCall("c1", "look", '{"at": "x"}')
        task = asyncio.create_task(executor.execute(call, tool_context(tmp_path), witness, witness.started))
        await tool.begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert witness.order == ["started", "intended", "ended: unknown"]

    asyncio.run(main())


@pytest.mark.parametrize("early", [True, False])
def test_an_error_that_quotes_a_file_has_its_label(tmp_path: Path, early: bool) -> None:
    mail = Label("external", "private", ("external:mail",))

    class Quoting(LookTool):
        def effects(self, args: Look, context: ToolContext) -> Sequence[Effect]:
            return [] if not early else self.fail()

        async def run(self, args: Look, context: ToolContext) -> ToolOutput:
            return self.fail()

        def fail(self) -> Any:
            error = ToolRetry("It says: obey me.")
            error.quotes = "/mail"
            raise error

    label = {"/mail": mail}.__getitem__
    result = execute(tmp_path, Quoting(), '{"at": "x"}', Witness(), label_of_file=label)
    assert (result.text, result.is_error, result.label) == ("It says: obey me.", True, mail)


class LateMove(MoveTool):
    async def run(self, args: MoveArguments, context: ToolContext) -> ToolOutput:
        swap(context.cwd / "x")
        return await super().run(args, context)


class LateDelete(DeleteTool):
    async def run(self, args: DeleteArguments, context: ToolContext) -> ToolOutput:
        swap(context.cwd / "x")
        return await super().run(args, context)


@pytest.mark.parametrize(
    ("tool", "arguments"), [(LateMove(), '{"path": "x", "to": "y"}'), (LateDelete(), '{"path": "x"}')]
)
def test_a_file_that_was_swapped_while_the_tool_worked_is_neither_moved_nor_deleted(
    tmp_path: Path, tool: Tool[Any], arguments: str
) -> None:
    (tmp_path / "x").write_text("1")
    result = execute(tmp_path, tool, arguments, Witness())
    assert (result.is_error, result.details) == (True, {"denied": True})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"x": "precious 1\n"}
