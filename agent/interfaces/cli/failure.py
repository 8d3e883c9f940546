"""What is said when a command fails before it began. Imported by the thin client: no imports here."""

from __future__ import annotations

USAGE_EXIT, FAILURE_EXIT, MODEL_EXIT, PERSON_EXIT, LIMIT_EXIT, CANCEL_EXIT = 2, 1, 3, 4, 5, 130


def empty_report(error: str | None) -> dict[str, object]:
    """The object of `ask --json` for a run that never was: nulls and a sentence."""
    return {
        "session_id": None,
        "run_id": None,
        "text": None,
        "stop_reason": None,
        "tool_calls": [],
        "usage": None,
        "error": error,
    }


def wants_report(argv: list[str]) -> bool:
    """Whether this command line promised one JSON object on stdout."""
    before_prompt = argv[: argv.index("--")] if "--" in argv else argv
    return argv[:1] == ["ask"] and "--json" in before_prompt
