"""The audit of real runs: what it says is what happened, and a killed owner leaves a chain that is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.helpers.audit import edit
from tests.helpers.command_line import PATIENCE_S, homard, report, serving, start
from tests.helpers.model_server import Call, ModelServer, calls, says, shell
from tests.helpers.processes import unique_seconds, wait_until_sleeping

HELD = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


def shown(home: Path, *argv: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in homard(home, "audit", "show", "--json", *argv, env=HELD).stdout.splitlines()]


def test_a_run_is_explained_and_its_bytes_are_those_of_the_wire(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "notes.txt").write_text("alpha\n")
    script = {"work": [calls(Call("read", {"path": "notes.txt"})), shell("echo beta > new.txt"), says("Done.")]}
    with ModelServer(script) as server:
        server.settings(home)
        run_id = report(homard(home, "ask", "--yes", "--json", "work", env=HELD, cwd=tmp_path))["run_id"]
        sent = sum(len(seen.raw) for seen in server.requests)
    kinds = [row["kind"] for row in shown(home, "--run", run_id)]
    assert (kinds[0], kinds[-1], kinds.count("model.sent"), kinds.count("call.intent")) == (
        *("run.begun", "run.ended"),
        *(3, 2),
    )
    acts = json.loads(homard(home, "audit", "why", run_id, "--json", env=HELD).stdout)
    read, ran = acts
    assert (read["tool"], read["verdict"], read["approval"], read["ended"]) == ("read", "allow", None, "done")
    assert (ran["tool"], ran["verdict"], ran["approval"]["by"], ran["ended"]) == ("shell", "ask", "flag", "done")
    assert ran["effects"] == ["run echo beta > new.txt"] and ran["rule"] and ran["begun"]
    (model,) = json.loads(homard(home, "audit", "ledger", "--run", run_id, "--json", env=HELD).stdout)["models"]
    assert (model["bytes_sent"], model["requests"], model["local"]) == (sent, 3, True)
    assert str(tmp_path / "notes.txt") in model["sources"]
    assert homard(home, "audit", "verify", env=HELD).returncode == 0


def test_an_owner_killed_in_an_act_leaves_its_intent_and_a_whole_chain(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with unique_seconds() as seconds, ModelServer({"work": [shell(f"sleep {seconds}")]}) as server:
        server.settings(home)
        with serving(home, **HELD) as owner:
            asking = start(home, "ask", "--yes", "work", env=HELD)
            wait_until_sleeping(seconds)
            owner.kill()
            asking.communicate(timeout=PATIENCE_S)
        (row,) = [row for row in shown(home) if row["kind"] == "call.intent"]
        told = homard(home, "audit", "why", row["run_id"], env=HELD).stdout
        assert "nobody knows whether it happened" in told or "unknown" in told, told
        assert homard(home, "audit", "verify", env=HELD).returncode == 0
        edit(tmp_path, f"DELETE FROM audit WHERE seq = {row['seq']}")
        done = homard(home, "audit", "verify", env=HELD)
        assert done.returncode == 1 and f"Row {row['seq']} is missing" in done.stdout
