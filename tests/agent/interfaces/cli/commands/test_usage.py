import csv
import io
import json
from datetime import datetime
from pathlib import Path

from tests.helpers.command_line import homard
from tests.helpers.faults import DONE, STOP, chunk, stream, text
from tests.helpers.model_server import Call, ModelServer, calls, says
from tests.helpers.skills import enabled_skill

PRICED = """
[providers.loop.models.model]
window = 32000
max_output_tokens = 512
price = { input = 10.0, output = 100.0 }
"""
CAPS = "[budget]\nusd_per_day = 0.075\ntokens_per_run = 90000\n"


def test_what_was_spent_is_shown_and_a_cap_says_how_to_go_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with ModelServer() as server:
        server.settings(home, CAPS, provider=PRICED)
        empty = homard(home, "usage")
        assert (empty.returncode, empty.stdout) == (0, "") and "No model was called" in empty.stderr
        assert homard(home, "ask", "=SUM(1)").stdout == "Fine.\n"
        trial = homard(home, "provider", "test", "loop")
        assert trial.returncode == 0, trial

        shown = homard(home, "usage", "--by", "model").stdout.splitlines()
        assert shown[1].split() == ["loop/model", "3", "300", "0", "30", "$0.0060"]
        assert shown[2].split() == ["total", "3", "300", "0", "30", "$0.0060"]
        assert shown[4:6] == [
            "budget.usd_per_day: $0.0060 of $0.0750 used, $0.0690 left",
            "budget.tokens_per_run: 90,000 tokens",
        ]
        assert shown[6].startswith(f"{datetime.now():%Y-%m}: $0.0060 so far; at the pace of the last 1 day about $")

        told = json.loads(homard(home, "usage", "--json").stdout)
        assert [(row["key"], row["calls"]) for row in told["rows"]] == [(f"{datetime.now():%Y-%m-%d}", 3)]
        assert (told["by"], told["currency"], told["total"]["cost_usd"]) == ("day", "USD", 0.006)
        assert [(cap["setting"], cap["left"]) for cap in told["caps"]] == [
            ("budget.usd_per_day", 0.069),
            ("budget.tokens_per_run", None),
        ]
        rows = list(csv.reader(io.StringIO(homard(home, "usage", "--by", "session", "--csv").stdout)))
        assert rows[0][:4] == ["session", "name", "calls", "input_tokens"]
        assert {row[1]: row[2] for row in rows[1:]} == {"'=SUM(1)": "1", "": "2"}, "no spreadsheet runs a title"

        asked = [homard(home, "ask", "--json", "hello") for _ in range(3)]
        last = json.loads(asked[-1].stdout)
        assert (asked[-1].returncode, last["stop_reason"]) == (5, "max_cost")
        assert "homard config set budget.usd_per_day 0." in last["error"] and "wait until" in last["error"]
        raised = last["error"].split("budget.usd_per_day ")[-1].split("`")[0]
        assert homard(home, "config", "set", "budget.usd_per_day", raised).returncode == 0
        assert homard(home, "ask", "hello").stdout == "Fine.\n"
        tried = homard(home, "config", "set", "providers.loop.budget.usd_per_month", "0")
        assert tried.returncode == 0
        refused = homard(home, "provider", "test", "loop")
        assert refused.returncode == 3 and "(providers.loop.budget.usd_per_month) is $0.00" in refused.stderr, refused


def test_what_cannot_be_grouped_or_dated_is_refused(tmp_path: Path) -> None:
    for words in (("--by", "mood"), ("--json", "--csv"), ("--since", "yesterday"), ("--since", "2999-01-01")):
        assert homard(tmp_path, "usage", *words).returncode == 2


def test_who_asks_is_told_when_a_cap_is_nearly_reached(tmp_path: Path) -> None:
    home = tmp_path / "home"
    dear = stream(text("Fine."), STOP, chunk(usage={"prompt_tokens": 27_000, "completion_tokens": 10}), DONE)
    with ModelServer({"hello": [dear]}) as server:
        server.settings(home, "[budget]\ntokens_per_day = 33000\n", provider=PRICED)
        assert "are used" not in homard(home, "ask", "hello").stderr
        assert "27,010 tokens of 33,000 tokens are used (budget.tokens_per_day)." in homard(home, "ask", "hello").stderr
        refused = homard(home, "ask", "--json", "hello")
        assert (refused.returncode, json.loads(refused.stdout)["stop_reason"]) == (5, "max_tokens")


def test_what_caches_gave_is_shown_beside_what_they_should_have(tmp_path: Path) -> None:
    home = tmp_path / "home"
    used = {"prompt_tokens": 3_000, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 1_500}}
    fine = stream(text("Fine."), STOP, chunk(usage=used), DONE)
    with ModelServer({"one": [fine], "two": [fine]}) as server:
        server.settings(home, provider=PRICED)
        assert homard(home, "ask", "one").returncode == 0
        assert homard(home, "ask", "--continue", "two").returncode == 0
        line = "loop/model: 50% of what was read in going chats came from its provider's cache, 100% should have"
        assert homard(home, "usage").stdout.splitlines()[-1] == line
        told = json.loads(homard(home, "usage", "--json").stdout)
        (rate,) = told["caches"]
        assert (rate["calls"], rate["expected_tokens"], rate["cached_tokens"], rate["share"]) == (1, 3_000, 1_500, 0.5)
        assert told["reused"] == {"replies": 0, "tokens": 0, "cost_usd": 0.0}


def test_what_was_spent_is_told_for_each_skill_and_nothing_is_in_the_total_twice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for name in ("letters", "tax"):
        enabled_skill(home / "skills", name)
    both = [calls(Call("skill", {"name": "letters"}), Call("skill", {"name": "tax"})), says("Done.")]
    with ModelServer({"both": both}) as server:
        server.settings(home, provider=PRICED)
        for words in ("both", "/skill tax mine", "hello"):
            assert homard(home, "ask", words).returncode == 0, words
        shown = homard(home, "usage", "--by", "skill").stdout.splitlines()
        assert [line.split() for line in shown[:5]] == [
            ["skill", "calls", "tokens", "in", "cached", "tokens", "out", "cost"],
            ["tax", "3", "300", "0", "30", "$0.0060"],
            ["letters", "2", "200", "0", "20", "$0.0040"],
            ["(none)", "1", "100", "0", "10", "$0.0020"],
            ["total", "4", "400", "0", "40", "$0.0080"],
        ]
        assert "may come to more than the total" in shown[5]
        told = json.loads(homard(home, "usage", "--by", "skill", "--json").stdout)
        assert [row["key"] for row in told["rows"]] == ["tax", "letters", ""] and told["total"]["calls"] == 4
        rows = list(csv.reader(io.StringIO(homard(home, "usage", "--by", "skill", "--csv").stdout)))
        assert [row[0] for row in rows] == ["skill", "tax", "letters", ""]
