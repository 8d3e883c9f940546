"""In processes of their own: what is imported stays so."""

import subprocess
import sys

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
