"""The machine we are on."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from agent.machine import MachineState, open_machine
from tests.helpers.machine import Listener
from tests.helpers.machine_services import network_manager
from tests.helpers.session_bus import private_bus


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
def test_this_machine_is_heard_on_its_system_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[object]:
        listener = Listener()
        async with network_manager(address, 3):
            machine = open_machine(listener)
            seen: list[object] = [machine.state, (await machine.refresh()).metered]
            await machine.close()
        return seen

    with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        assert asyncio.run(run()) == [MachineState(), True]


def test_the_port_costs_no_library() -> None:
    heavy = "{'jeepney', 'ctypes', 'threading'}"
    code = f"import sys; before = set(sys.modules); import agent.machine; print(({heavy} & set(sys.modules)) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
