"""What a job's file says is what the job is, and what is wrong in it is said with the key and the remedy."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time

import pytest

from agent.automation.job_file import read_job
from agent.automation.job_text import job_text
from agent.errors import UsageError
from agent.jobs import Cron, Job, Missed, Policies, Quiet, Watch

HOME = os.path.expanduser("~")
LEAST = 'name = "n"\nprompt = "p"\nfolder = "/f"\n'


def test_a_file_as_a_person_writes_it() -> None:
    text = """
format = 1
name = "Invoices"
prompt = '''
Rename {file} by date.
'''
folder = "~/Invoices"
output = "~/Invoices"
[[triggers]]
kind = "watch"
folder = "~/Invoices"
patterns = ["*.pdf"]
[[triggers]]
kind = "cron"
fields = "30 8 * * 1-5"
[policies]
missed = { do = "all", most = 3 }
quiet = { since = "22:00", until = "7:00" }
[[allow]]
what = "proc.run"
to = ["~/Invoices"]
"""
    job = read_job(text)
    folder = f"{HOME}/Invoices"
    assert (job.folder, job.output, job.prompt) == (folder, folder, "Rename {file} by date.\n")
    assert job.triggers == (Watch(folder=folder, patterns=("*.pdf",)), Cron(fields="30 8 * * 1-5"))
    assert job.policies == Policies(missed=Missed(do="all", most=3), quiet=Quiet(since=time(22), until=time(7)))
    assert job.allow[0].to == (folder,)


def test_a_moment_without_an_offset_is_one_of_this_machine() -> None:
    job = read_job(f'{LEAST}[[triggers]]\nkind = "once"\nat = 2030-01-31T15:00:00\n')
    assert job.triggers[0].at == datetime(2030, 1, 31, 15).astimezone()  # type: ignore[union-attr]
    job = read_job(f'{LEAST}[[triggers]]\nkind = "once"\nat = 2030-01-31T15:00:00Z\n')
    assert job.triggers[0].at == datetime(2030, 1, 31, 15, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "It is no TOML: Invalid value (at end of document)"),
        ('name = "n"\nprompt = [1\nfolder = 1', "(at line 3, column 1)"),
        ('name = "n"\nprompt = "p"', "`folder` is missing"),
        (f'{LEAST}promt = "x"', "`promt` is not known here. Is it meant to be `prompt`?"),
        (f"{LEAST}[limits]\nusd = 1", "`limits.usd` is not known here"),
        (f'{LEAST}[limits]\nmax_usd = "much"', "`limits.max_usd`: expected `float | null`, got `str`"),
        (f'{LEAST}[policies]\nmissed = {{ do = "never" }}', "`policies.missed.do`: invalid enum value 'never'"),
        (f'{LEAST}[[triggers]]\nkind = "sun"', "`triggers.kind`: invalid value 'sun'"),
        (f'{LEAST}[[triggers]]\nkind = "every"\nseconds = 1', "`triggers.seconds`: expected `int` >= 10"),
        (
            f'{LEAST}[[triggers]]\nkind = "watch"\nfolder = "Invoices"',
            "`triggers.folder` is 'Invoices': where is that?",
        ),
        ('name = "n"\nprompt = "p"\nfolder = "f"', "`folder` is 'f': where is that?"),
        ('name = " "\nprompt = "p"\nfolder = "/f"', "`name` is empty"),
        (f"format = 2\n{LEAST}", "It has the format 2, and this Homard reads 1"),
        (f'{LEAST}policies = "none"', "`policies`: expected `object`, got `str`"),
        (f'{LEAST}triggers = ["daily"]', "`triggers`: expected `object`, got `str`"),
        (f'{LEAST}allow = "*"', "`allow`: expected `array`, got `str`"),
        ("#" * (1 << 21), "longer than 1 MiB"),
        ("model = " + "[" * 100_000, "nested too deep"),
        (f"{LEAST}[limits]\nmax_time_s = inf", "`limits.max_time_s` is inf"),
        (f"{LEAST}[limits]\nmax_usd = nan", "`limits.max_usd`: expected `float` > 0"),
        (f"{LEAST}[policies.missed]\nwithin_s = 1e300", "`policies.missed.within_s` is 1e+300"),
        (f'{LEAST}[[triggers]]\nkind = "every"\nseconds = 99999999999999999999', "`triggers.seconds` is 9999"),
        (f'{LEAST}folders = ["/x", "y"]', "`folders` is 'y'"),
        (LEAST + '[[triggers]]\nkind = "cron"\nfields = "0 8 * * *"\n' * 101, "101 triggers, and 100 are the most"),
    ],
)
def test_mistakes_are_said_with_their_key(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_job(text)
    assert words in str(caught.value) and "Nothing was taken from it." in str(caught.value)


def test_every_key_that_the_full_form_shows_as_a_comment_is_one() -> None:
    """Taking a comment's sign away must not break the file: each default or example stands as it may be written."""
    job = Job(name="n", prompt="p", folder=f"{HOME}/f")
    live: list[str] = []
    for line in job_text(job, full=True).splitlines()[1:]:
        bare = line.removeprefix("# ")
        live.append(bare if " = " in bare or bare.startswith("[[") else line)
    parsed = read_job("\n".join(live))
    assert parsed.name == "n" and len(parsed.triggers) == 5 and parsed.allow[0].what == "net.fetch"
