from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("PySide6.QtOpenGL"):
            raise ImportError(name)

sys.meta_path.insert(0, Absent())
from PySide6.QtWidgets import QApplication
application = QApplication(["x", "-platform", "offscreen"])
from app.viewmodels.usage_chart import Chart, Series
from app.widgets.chart import Plot
plot = Plot()
for kind in ("bars", "lines"):
    plot.show_chart(Chart(kind, "usd", ("a", "b"), ("a", "b"), (Series("s", (1.0, 2.0), 0),), ""))
    plot.show()
    application.processEvents()
    plot.grab()
print([name for name in sys.modules if name.startswith("PySide6.QtOpenGL")])
"""


def test_charts_are_drawn_where_opengl_is_left_out() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
