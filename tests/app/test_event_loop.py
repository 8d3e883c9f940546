"""Qt and asyncio turn together, for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app import event_loop

async def main():
    loop = asyncio.get_running_loop()
    ticks = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    for _ in range(20_000):
        await asyncio.sleep(0)
    done = loop.create_future()
    QTimer.singleShot(1, lambda: done.set_result(None))
    await done
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print('child')", stdout=-1)
    out, _ = await process.communicate()
    return len(ticks) > 0, out.decode().strip()

print(event_loop.run(QApplication([]), main))
"""


def test_twenty_thousand_callbacks_timers_and_a_child_process() -> None:
    """PySide6 6.12.0 aborts here on Python 3.11 after some 5,000 callbacks."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "(True, 'child')", "")
