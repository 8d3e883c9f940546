"""The attributes of a span, by OpenTelemetry's semantic conventions for generative AI (in development there).

https://opentelemetry.io/docs/specs/semconv/gen-ai/ · what they do not name begins with `homard.`
"""

from __future__ import annotations

from typing import Any, Final

from agent import __version__
from agent.traces.content import Content
from agent.traces.span import ModelWork, Span, ToolWork, Trace

Attributes = dict[str, Any]
"""Text, whole numbers, numbers, truth values, and lists of texts."""

_PROVIDERS: Final = {
    "gemini": "gcp.gemini",
    "vertex_ai": "gcp.vertex_ai",
    "bedrock": "aws.bedrock",
    "azure": "azure.ai.openai",
    "azure_ai": "azure.ai.inference",
    "mistral": "mistral_ai",
    "xai": "x_ai",
    "watsonx": "ibm.watsonx.ai",
}
"""By the name that a provider has here; all others have the same name there, or none of their own."""
_FAILED: Final = frozenset({"model_error", "interrupted", "internal_error", "loop"})


def attributes_of(span: Span, trace: Trace, said: Content | None) -> Attributes:
    """All attributes of a span; `said`: with what was said and done, None: without."""
    common: Attributes = {"gen_ai.conversation.id": trace.session_id, "homard.run.id": trace.run_id}
    if span.model is not None:
        return common | _of_model(span.model, said, answered=span.ended_at is not None and not span.model.error)
    if span.tool is not None:
        return common | _of_tool(span.tool, said)
    if span.waiting is not None:
        asked = span.waiting
        return common | {
            "homard.approval.rule": asked.rule,
            **({} if asked.allowed is None else {"homard.approval.allowed": asked.allowed}),
            **({"homard.approval.by": asked.by, "homard.approval.scope": asked.scope} if asked.by else {}),
        }
    if span.kind == "turn":
        return common | {"homard.turn": int(span.name)}
    return common | _of_run(trace)


def name_of(span: Span) -> str:
    """What the conventions call it."""
    match span.kind:
        case "run":
            return "invoke_agent Homard"
        case "model":
            return f"chat {_model(span.name)[1]}"
        case "tool":
            return f"execute_tool {span.name}"
        case "turn":
            return f"turn {span.name}"
        case "approval":
            return "wait for approval"
        case "mark":
            return f"homard.{span.name}"


def error_of(span: Span, trace: Trace) -> str:
    """The class of error with which it ended; empty: with none."""
    if span.kind == "run":
        return trace.error_code or (trace.stop_reason or "" if trace.stop_reason in _FAILED else "")
    if span.model is not None:
        return span.model.error
    if span.tool is not None and span.tool.ended not in ("", "done"):
        return span.tool.ended
    return ""


def _of_run(trace: Trace) -> Attributes:
    provider, model = _model(trace.model)
    cost = trace.usage.cost_usd
    return {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.provider.name": provider,
        "gen_ai.agent.name": "Homard",
        "gen_ai.agent.version": __version__,
        "gen_ai.request.model": model,
        "gen_ai.usage.input_tokens": trace.usage.input_tokens,
        "gen_ai.usage.cache_read.input_tokens": trace.usage.cached_tokens,
        "gen_ai.usage.output_tokens": trace.usage.output_tokens,
        "homard.run.origin": trace.origin,
        "homard.run.dry": trace.dry_run,
        **({"homard.run.stop_reason": trace.stop_reason} if trace.stop_reason else {}),
        **({} if cost is None else {"homard.cost_usd": cost}),
    }


def _of_model(work: ModelWork, said: Content | None, *, answered: bool) -> Attributes:
    provider, model = _model(work.model)
    usage = work.usage
    found: Attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.request.stream": True,
        "homard.purpose": work.purpose,
        "homard.measured": work.measured,
    }
    if answered:
        found |= {
            "gen_ai.response.model": work.answered_by or model,
            "gen_ai.usage.input_tokens": usage.input_tokens,
            "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
            "gen_ai.usage.output_tokens": usage.output_tokens,
            **({} if usage.cost_usd is None else {"homard.cost_usd": usage.cost_usd}),
        }
    if work.expected_tokens is not None:
        found["homard.cache.expected_tokens"] = work.expected_tokens
    if work.finish:
        found["gen_ai.response.finish_reasons"] = [work.finish]
    if work.first_ms is not None:
        found["gen_ai.response.time_to_first_chunk"] = work.first_ms / 1000
    if work.sent_ms is not None:
        found["homard.sent_after"] = work.sent_ms / 1000
    found |= _address(work.host)
    found |= {f"homard.prompt.tokens.{share.part}": share.tokens for share in work.prompt}
    if said is not None and work.entry_id is not None:
        found |= said.of_reply(work.entry_id)
    return found


def _of_tool(work: ToolWork, said: Content | None) -> Attributes:
    found: Attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": work.tool,
        "gen_ai.tool.call.id": work.call_id,
        "gen_ai.tool.type": "function",
    }
    words = {"ended": work.ended, "verdict": work.verdict, "rule": work.rule}
    found |= {f"homard.tool.{name}": word for name, word in words.items() if word}
    if work.hosts:
        found |= {
            "homard.tool.hosts": list(work.hosts),
            "homard.tool.bytes_sent": work.bytes_sent,
            "homard.tool.bytes_received": work.bytes_received,
        }
    if said is not None:
        found |= said.of_arguments(work.arguments)
        if work.effects:
            found["homard.tool.effects"] = [said.text(effect) for effect in work.effects]
        if work.entry_id is not None:
            found |= said.of_result(work.entry_id)
    return found


def _model(label: str) -> tuple[str, str]:
    provider, slash, model = label.partition("/")
    return (_PROVIDERS.get(provider, provider), model) if slash else ("homard", label)


def _address(host: str) -> Attributes:
    """`host:port`, a host, or the words for this machine."""
    if not host or " " in host:
        return {}
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit() and (not name.count(":") or name.startswith("[")):
        return {"server.address": name.strip("[]"), "server.port": int(port)}
    return {"server.address": host.strip("[]"), "server.port": 443}
