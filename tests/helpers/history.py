"""What a strict provider would refuse in a history."""

from __future__ import annotations

from collections.abc import Sequence

from agent.messages import AssistantMessage, Message, ToolMessage


def strict_problems(messages: Sequence[Message]) -> list[str]:
    """List what breaks the rule: each call has exactly one result, directly after its reply, in call order."""
    problems: list[str] = []
    expected: list[str] = []
    seen: set[str] = set()
    for at, message in enumerate(messages):
        if isinstance(message, ToolMessage):
            call_id = message.result.call_id
            if not expected or expected[0] != call_id:
                problems.append(f"message {at}: result of {call_id}, expected {expected[:1] or 'none'}")
            if call_id in expected:
                expected.remove(call_id)
            continue
        if expected:
            problems.append(f"message {at}: calls without a result: {expected}")
            expected = []
        if isinstance(message, AssistantMessage):
            for call in message.tool_calls:
                if call.call_id in seen:
                    problems.append(f"message {at}: call id {call.call_id} used twice")
                seen.add(call.call_id)
                expected.append(call.call_id)
    if expected:
        problems.append(f"end: calls without a result: {expected}")
    return problems


def text_of(message: Message) -> str:
    """What a message says, whatever its kind."""
    return message.result.text if isinstance(message, ToolMessage) else message.text
