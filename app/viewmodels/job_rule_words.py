"""What a job may do and what holds for it, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from typing import Literal

from PySide6.QtCore import QLocale

from agent.jobs import Condition, Job, JobLimits, Permission, Policies, Quiet, Report, Watch
from app.translation import translate
from app.viewmodels.job_cron_words import listed, time_words
from app.viewmodels.job_words import amount_words, short_path, span_words
from app.viewmodels.rule_words import what_words


def permission_sentences(job: Job) -> list[str]:
    """Everything a job may do without asking, and what becomes of the rest."""
    return [*_of_folders(job), *(permission_words(each) for each in job.allow), _rest(job)]


def permission_words(permission: Permission) -> str:
    """One permission beside the folders, as a sentence."""
    what = what_words(permission.what)
    targets = [short_path(target) for target in permission.to]
    if permission.what.startswith(("fs.", "proc.")):
        words = translate("Jobs", "May {what} in {where}.").format(what=what, where=listed(targets))
    else:
        words = translate("Jobs", "May {what}: {where}.").format(what=what, where=listed(targets))
    if permission.what != "proc.run":
        return words
    network = (
        translate("Jobs", "These have the network.")
        if permission.network
        else translate("Jobs", "These do not have the network.")
    )
    return f"{words} {network}"


def policy_sentences(job: Job) -> list[str]:
    """What happens when things are not as planned, how far a run goes, and where its answer goes."""
    policies = job.policies
    found = [*_condition(job.condition), *_missed(job), _overlap(policies), *_machine(policies)]
    if policies.quiet is not None:
        found.append(_quiet(policies.quiet))
    if policies.unchanged == "skip":
        found.append(translate("Jobs", "It does not run when nothing has changed since its last run."))
    found.append(translate("Jobs", "It pauses after %n failure(s) in a row.", policies.pause_after))
    return [*found, limit_words(job.limits), report_words(job.report)]


def limit_words(limits: JobLimits) -> str:
    """How far a run goes, and all runs together."""
    run = [
        span_words(limits.max_time_s),
        translate("Jobs", "{count} tokens").format(count=QLocale().toString(limits.max_tokens)),
        translate("Jobs", "%n use(s) of tools", limits.max_calls),
    ]
    if limits.max_usd is not None:
        run.insert(0, amount_words(limits.max_usd))
    words = translate("Jobs", "A run may take at most {bounds}.").format(bounds=listed(run))
    together: list[str] = []
    if limits.usd_per_day is not None:
        together.append(translate("Jobs", "{amount} a day").format(amount=amount_words(limits.usd_per_day)))
    if limits.usd_per_month is not None:
        together.append(translate("Jobs", "{amount} a month").format(amount=amount_words(limits.usd_per_month)))
    if limits.runs_per_day is not None:
        together.append(translate("Jobs", "%n run(s) a day", limits.runs_per_day))
    if not together:
        return words
    all_runs = translate("Jobs", "All its runs together: at most {bounds}.").format(bounds=listed(together))
    return f"{words} {all_runs}"


def report_words(report: Report) -> str:
    """Where the answer of a run goes."""
    match report.to:
        case "notification":
            return translate("Jobs", "You are told when it is done.")
        case "chat":
            return translate("Jobs", "Its runs are among your chats.")
        case "file":
            return translate("Jobs", "Its answer is added to {file}.").format(file=short_path(report.path))
        case "plugin":
            return translate("Jobs", "Its answer is given to a plugin: {plugin}.").format(plugin=report.plugin)
        case "nothing":
            return translate("Jobs", "You are told only when it fails or needs you.")


def _of_folders(job: Job) -> Iterator[str]:
    watched = (trigger.folder for trigger in job.triggers if isinstance(trigger, Watch))
    reads = [short_path(folder) for folder in dict.fromkeys((job.folder, *job.folders, *watched))]
    yield translate("Jobs", "May read files in {where}.").format(where=listed(reads))
    if job.output:
        yield translate("Jobs", "May write and delete files in {where}, where you can undo it.").format(
            where=short_path(job.output)
        )


def _rest(job: Job) -> str:
    if job.output or job.allow:
        return translate("Jobs", "Anything else it asks you first, and waits for your answer.")
    return translate("Jobs", "It changes nothing: for anything else it asks you first, and waits for your answer.")


def _condition(condition: Condition) -> Iterator[str]:
    if condition.exists:
        yield translate("Jobs", "It runs only if {path} is there.").format(path=short_path(condition.exists))
    if condition.has_words:
        yield translate("Jobs", "It runs only if something is written in {path}.").format(
            path=short_path(condition.has_words)
        )
    if condition.succeeds:
        yield translate("Jobs", "It runs only if this command succeeds: {command}").format(command=condition.succeeds)


def _missed(job: Job) -> Iterator[str]:
    if not job.triggers:
        return
    missed = job.policies.missed
    match missed.do:
        case "skip":
            yield translate("Jobs", "What it misses while Homard is off or the computer sleeps is left out.")
            return
        case "once":
            words = translate("Jobs", "After a time off it runs once for all it missed.")
        case "all":
            words = translate("Jobs", "After a time off it runs for the last %n moment(s) it missed.", missed.most)
        case "ask":
            words = translate("Jobs", "After a time off it asks you whether to run for what it missed.")
    if missed.within_s is not None:
        within = span_words(missed.within_s)
        late = translate("Jobs", "It runs at most {time} late.").format(time=within)
        words = f"{words} {late}"
    yield words


def _overlap(policies: Policies) -> str:
    return {
        "skip": translate("Jobs", "While it works, what comes due is left out."),
        "queue": translate("Jobs", "While it works, the next one that comes due waits."),
        "beside": translate("Jobs", "What comes due while it works runs beside it."),
    }[policies.overlap]


def _machine(policies: Policies) -> Iterator[str]:
    states = (
        (policies.on_battery, translate("Jobs", "the computer is on battery")),
        (policies.on_metered, translate("Jobs", "the network is a metered one")),
        (policies.when_locked, translate("Jobs", "the screen is locked")),
    )
    waits, skips = _those(states, "wait"), _those(states, "skip")
    if waits:
        yield translate("Jobs", "It waits while {states}.").format(states=listed(waits))
    if skips:
        yield translate("Jobs", "It is left out while {states}.").format(states=listed(skips))


def _those(states: Iterable[tuple[str, str]], wanted: Literal["wait", "skip"]) -> Sequence[str]:
    return [words for hold, words in states if hold == wanted]


def _quiet(quiet: Quiet) -> str:
    span = {"since": _clock(quiet.since), "until": _clock(quiet.until)}
    if quiet.do == "wait":
        return translate("Jobs", "From {since} to {until} it waits.").format(**span)
    return translate("Jobs", "From {since} to {until} it is left out.").format(**span)


def _clock(moment: time) -> str:
    return time_words(moment.hour, moment.minute)
