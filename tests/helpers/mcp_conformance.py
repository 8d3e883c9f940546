"""The client scenarios of the public conformance suite of MCP, against the client that the app has.

    python -m tests.helpers.mcp_conformance            # all of them, one after the other; a table at the end
    python -m tests.helpers.mcp_conformance tools_call # these

The suite and the Node that it needs are installed once from tests/servers/conformance.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.errors import ToolError
from agent.mcp_client.sign_in import Client
from agent.settings import ServerSettings
from tests.helpers.mcp import Tried, tried
from tests.helpers.mcp_web import browser

ROOT = Path(__file__).parent.parent.parent
LISTS = ROOT / "tests" / "servers" / "conformance"
PLACE = ROOT / "build" / "test-servers" / "conformance"


def suite() -> list[str]:
    """The command of the suite, installed if need be."""
    if not (PLACE / "whole").exists():
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LISTS / name, PLACE)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PLACE, check=True, timeout=300)
        (PLACE / "whole").touch()
    modules = PLACE / "node_modules"
    return [str(modules / "node" / "bin" / "node"), str(modules / ".bin" / "conformance")]


def scenarios(command: Sequence[str]) -> list[str]:
    """The names of all client scenarios."""
    listed = subprocess.run([*command, "list"], capture_output=True, text=True, check=True, timeout=60).stdout
    return re.findall(r"^  - (\S+)", listed.partition("Client scenarios")[2], re.MULTILINE)


def main(wanted: list[str]) -> int:
    """Run them, and print what came of each."""
    command = suite()
    client = f"{sys.executable} -m tests.helpers.mcp_conformance --client"
    failed = 0
    with tempfile.TemporaryDirectory() as results:
        for name in wanted or scenarios(command):
            done = subprocess.run(
                [*command, "client", "--command", client, "--scenario", name, "-o", results, "--timeout", "90000"],
                capture_output=True,
                text=True,
                cwd=ROOT,
                timeout=180,
            )
            count = re.search(r"Passed: .*", done.stdout + done.stderr)
            passed = "OVERALL: PASSED" in done.stdout + done.stderr
            failed += not passed
            print(f"{'passed' if passed else 'FAILED':8} {name:45} {count[0] if count else ''}", flush=True)
    return 1 if failed else 0


async def be_client(url: str) -> None:
    """Do what a scenario wants: sign in where it is about that, list the tools, call each once."""
    scenario = os.environ.get("MCP_CONFORMANCE_SCENARIO", "")
    context = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    metadata = "https://conformance-test.local/client-metadata.json" if "cimd" in scenario else ""
    client = Client(context.get("client_id", ""), context.get("client_secret", ""), metadata_url=metadata)
    with tempfile.TemporaryDirectory() as folder:
        async with tried(Path(folder)) as one:
            one.servers.add("s", ServerSettings(url=url, hosts=("localhost", "127.0.0.1"), timeout_s=30))
            if scenario.startswith("auth/"):
                await one.servers.login("s", browser, client)
            else:
                await one.servers.test("s")
            one.answers = [""] * 20  # a person who takes what is proposed
            for offer in one.servers.trust("s").offers:
                await call(one, offer.name, offer.schema, client if scenario.startswith("auth/") else None)


async def call(one: Tried, name: str, schema: dict[str, Any], client: Client | None) -> None:
    """Call a tool; where it wants more leave, sign in once more and call it again."""
    kinds = {"number": 2, "integer": 2, "boolean": True}
    wanted = {key: schema.get("properties", {}).get(key, {}) for key in schema.get("required", [])}
    arguments = {key: kinds.get(field.get("type"), "text") for key, field in wanted.items()}
    try:
        await one.call(name, **arguments)
    except ToolError as error:
        print(error)
        if client is not None:
            await one.servers.login("s", browser, client)
            await one.call(name, **arguments)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--client"]:
        asyncio.run(be_client(sys.argv[-1]))
    else:
        sys.exit(main(sys.argv[1:]))
