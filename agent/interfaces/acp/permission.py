"""What a run wants to do and ask, put to the person in the editor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from acp import schema
from acp.exceptions import RequestError
from acp.helpers import text_block, tool_content
from acp.interfaces import Client
from pydantic import ValidationError

from agent.commands import AnswerQuestion, ResolveApproval
from agent.events import ApprovalRequested, QuestionAsked, Scope
from agent.interfaces.cli.question import wording
from agent.interfaces.cli.text import one_line, revealed

NO: Final = "no"
_WORDS: Final[dict[Scope, str]] = {
    "once": "Allow once",
    "run": "Allow the like of it in this run",
    "always": "Always: ",
}
_KINDS: Final[dict[Scope, schema.PermissionOptionKind]] = {
    "once": "allow_once",
    "run": "allow_always",
    "always": "allow_always",
}
RULE_CHARS: Final = 150


class Asker:
    """Asks in one session. Whatever is not exactly an offered yes is a no."""

    def __init__(self, client: Client, session_id: str, *, forms: bool) -> None:
        """`forms`: the editor can show a form with a line to type."""
        self._client = client
        self._session_id = session_id
        self._forms = forms

    async def approve(self, event: ApprovalRequested, diffs: Sequence[Any]) -> ResolveApproval:
        """Ask whether an effect may happen; `diffs`: what it would write, as the editor draws it."""
        bare = msgspec.structs.replace(event, rule="", details={} if diffs else event.details)
        text = tool_content(text_block(wording(bare).removeprefix("? ")))
        call = schema.ToolCallUpdate(
            tool_call_id=event.call_id,
            title=one_line(revealed("; ".join(event.effects)), 200),
            status="pending",
            content=[text, *diffs],
        )
        chosen = await self._choose(call, approval_options(event))
        scopes: list[Scope] = [scope for scope in event.scopes if scope == chosen]
        return ResolveApproval(event.approval_id, bool(scopes), scope=scopes[0] if scopes else "once")

    async def answer(self, event: QuestionAsked) -> AnswerQuestion:
        """Ask a question of the model's; None where the editor has no way to answer it."""
        if event.choices:
            return AnswerQuestion(event.question_id, await self._choice(event))
        return AnswerQuestion(event.question_id, await self._line(event) if self._forms else None)

    async def _choice(self, event: QuestionAsked) -> str | None:
        call = schema.ToolCallUpdate(
            tool_call_id=event.question_id, title=one_line(revealed(event.text), 500), status="pending"
        )
        options = [
            schema.PermissionOption(option_id=str(number), name=one_line(choice, 200), kind="allow_once")
            for number, choice in enumerate(event.choices)
        ]
        no_answer = schema.PermissionOption(option_id=NO, name="No answer", kind="reject_once")
        chosen = await self._choose(call, [*options, no_answer])
        numbered = dict(zip(map(str, range(len(event.choices))), event.choices, strict=True))
        return numbered.get(chosen)

    async def _line(self, event: QuestionAsked) -> str | None:
        line = schema.ElicitationStringPropertySchema(type="string", title="Your answer")
        form = schema.ElicitationSchema(type="object", properties={"answer": line}, required=["answer"])
        mode = schema.ElicitationFormSessionMode(session_id=self._session_id, requested_schema=form)
        try:
            came = await self._client.create_elicitation(revealed(event.text), mode)
        except (RequestError, ValidationError, ConnectionError):
            return None
        given = came.content if isinstance(came, schema.AcceptElicitationResponse) else None
        answer = (given or {}).get("answer")
        return answer if isinstance(answer, str) else None

    async def _choose(self, call: schema.ToolCallUpdate, options: list[schema.PermissionOption]) -> str:
        try:
            came = await self._client.request_permission(self._session_id, call, options)
        except (RequestError, ValidationError, ConnectionError):
            return NO
        outcome = came.outcome
        return outcome.option_id if isinstance(outcome, schema.AllowedOutcome) else NO


def approval_options(event: ApprovalRequested) -> list[schema.PermissionOption]:
    """What may be answered: never more than the rule that asked leaves open."""
    options: list[schema.PermissionOption] = []
    for scope in event.scopes:
        name = _WORDS[scope]
        if scope == "always":
            name += one_line(revealed(event.rule), RULE_CHARS)
        options.append(schema.PermissionOption(option_id=scope, name=name, kind=_KINDS[scope]))
    options.append(schema.PermissionOption(option_id=NO, name="Do not allow", kind="reject_once"))
    return options
