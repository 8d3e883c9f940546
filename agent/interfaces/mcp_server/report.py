"""What a program is told of a run, a session, a job: plain data, and the same as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.events import RunFinished
from agent.interfaces.mcp_server.watch import RunWatch
from agent.jobs import JobRow, Slot
from agent.labels import Label
from agent.messages import AssistantMessage, Entry
from agent.safety.printable import printable
from agent.storage.records import Run, Session

LOCAL_ONLY = (
    "The answer holds content of a folder that is marked local only, so it is not given out. "
    "The user finds it in Homard."
)
NEEDS_PERSON = (
    "Something was not done because nobody was there to say yes, or it lies beyond what was granted to this program."
)


def of_watch(watch: RunWatch) -> dict[str, Any]:
    """How a run stands."""
    report: dict[str, Any] = {"session": watch.session_id, "run": watch.run_id}
    if watch.finished is not None:
        return report | of_finished(watch.finished)
    if watch.failure:
        return report | {"state": "failed", "error": watch.failure}
    state = "needs_answer" if watch.waiting else "working"
    return report | {"state": state, "steps": watch.steps, "doing": watch.doing}


def of_finished(end: RunFinished) -> dict[str, Any]:
    """What came of a run."""
    if end.label is not None and end.label.secrecy == "secret":
        return {"state": "failed", "error": LOCAL_ONLY}
    done = end.stop_reason == "end_turn"
    state = "done" if done else "cancelled" if end.stop_reason == "cancelled" else "failed"
    report: dict[str, Any] = {"state": state, "text": end.text}
    if not done:
        report |= {"stopped": end.stop_reason, "error": end.error or f"The run ended early ({end.stop_reason})."}
    if end.needs_person:
        report["not_done"] = NEEDS_PERSON
    if strangers := _strangers(end.label):
        report["strangers"] = strangers
    if end.usage.cost_usd is not None:
        report["cost_usd"] = end.usage.cost_usd
    return report


def of_run(run: Run, entries: Sequence[Entry]) -> dict[str, Any]:
    """A run as it is stored, with its answer."""
    state = "working" if run.finished_at is None else "done" if run.stop_reason == "end_turn" else "failed"
    state = "cancelled" if run.stop_reason == "cancelled" else state
    answers = [one.message for one in entries if one.run_id == run.run_id and isinstance(one.message, AssistantMessage)]
    said = [answer for answer in answers if answer.text]
    report: dict[str, Any] = {"session": run.session_id, "run": run.run_id, "state": state, "prompt": run.prompt}
    if any(answer.label is not None and answer.label.secrecy == "secret" for answer in answers):
        return report | {"state": "failed", "error": LOCAL_ONLY}
    if said:
        report["text"] = said[-1].text
        if strangers := _strangers(said[-1].label):
            report["strangers"] = strangers
    if run.error:
        report["error"] = run.error
    return report


def of_session(session: Session) -> dict[str, Any]:
    """A session."""
    at = session.updated_at.isoformat(timespec="seconds")
    return {"session": session.session_id, "title": session.title, "folder": printable(session.cwd), "updated_at": at}


def of_job(row: JobRow) -> dict[str, Any]:
    """A job."""
    return {"job": row.job_id, "name": row.job.name, "paused": row.paused_note if row.paused else ""}


def of_slot(slot: Slot, run: dict[str, Any] | None) -> dict[str, Any]:
    """What came of a job once; `run`: what its run is reported as."""
    report: dict[str, Any] = {"slot": slot.slot_id, "state": slot.state, "due_at": slot.due_at.isoformat()}
    named = {"note": slot.note, "run": slot.run_id}
    found = {key: run[key] for key in ("text", "error", "strangers") if key in run} if run is not None else {}
    return report | {key: value for key, value in named.items() if value} | found


def as_text(report: dict[str, Any]) -> str:
    """The answer first, then what else there is to know, as a model reads it."""
    lines = [str(report["text"])] if report.get("text") else []
    if report.get("error"):
        lines.append(f"[{report['state']}: {report['error']}]")
    elif report.get("state") not in ("done", None):
        lines.append(f"[{report['state']}{': ' + report['doing'] if report.get('doing') else ''}]")
    if report.get("not_done"):
        lines.append(f"[{report['not_done']}]")
    if strangers := report.get("strangers"):
        lines.append(f"[Strangers wrote some of what this rests on: {', '.join(strangers)}]")
    if report.get("run"):
        lines.append(f"[session {report.get('session', '')} run {report['run']}]")
    return "\n".join(lines)


def _strangers(label: Label | None) -> list[str]:
    """Who else than the program itself is behind it."""
    if label is None or not label.tainted:
        return []
    sources = [source.removeprefix("external:") for source in label.sources]
    return [source for source in sources if not source.startswith("program:")]
