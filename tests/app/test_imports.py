"""In processes of their own: what is imported stays so."""

import os
import subprocess
import sys

import pytest

from app.application import AUTOMATION, RUNTIME
from tests.helpers.app_process import GUARD, ROOT

LOOK = """
import sys
from app.imports import keep_plain
keep_plain()
import app.opening, PySide6.QtDBus
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rang = Signal(str)

bell, heard = Bell(), []
bell.rang.connect(heard.append)
bell.rang.emit("ding")
import linecache
print(heard, list(linecache.cache))
"""


def test_pyside_reads_no_source_of_what_is_imported_after_it() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "['ding'] []\n"


def test_the_modules_of_shiboken_are_files_so_that_no_start_compiles_them() -> None:
    look = "import PySide6.QtCore, sys; print(sys.modules['shibokensupport.signature.loader'].__file__)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, timeout=60)
    assert "files.dir" in done.stdout, "`dev.py` unpacks them when it sets up"


IN_A_THREAD = """
import importlib, sys, threading
import {first}
thread = threading.Thread(target=importlib.import_module, args=("{later}",))
thread.start()
thread.join()
"""


@pytest.mark.parametrize(
    ("first", "later", "told"),
    [
        ("sys", "app.widgets.elided_label", "PySide6"),
        ("PySide6.QtWidgets", "app.widgets.elided_label", "app.widgets.elided_label.ElidedLabel"),
        ("app.widgets.elided_label", "app.widgets.elided_label", ""),
        ("PySide6.QtWidgets", "agent.automation.service", ""),
    ],
)
def test_a_thread_that_makes_qt_classes_is_told_of_where_the_app_is_tested(first: str, later: str, told: str) -> None:
    code = IN_A_THREAD.format(first=first, later=later)
    env = {**os.environ, "PYTHONPATH": f"{GUARD}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=60)
    assert (told in done.stderr) if told else done.stderr == ""


def test_what_the_app_imports_in_threads_knows_no_qt() -> None:
    """import-linter checks that nothing in `agent` does."""
    assert {name.partition(".")[0] for name in (*RUNTIME, *AUTOMATION)} == {"agent"}
