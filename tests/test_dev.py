"""dev.py on a project of its own: a real .venv and a real pip, with nothing to fetch from anywhere."""

import ast
import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEV = ROOT / "dev.py"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the project built here has POSIX programs and pipes")

PYPROJECT = """\
[project]
name = "homard"
version = "0.1.0"
scripts = {homard = "agent:main", homard-app = "agent:app"}
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""

NO_DISPLAY = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}

# Says its arguments, and ends with an exit code of its own.
AGENT = """\
import json, sys
def main():
    print(json.dumps(sys.argv[1:]))
    return 5
def app():
    print(json.dumps(["the app", *sys.argv[1:]]))
    return 6
"""

# A build backend without dependencies. A pipe called `gate`, where there is one, holds it in the middle of pip.
BACKEND = """\
import zipfile
from pathlib import Path
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    if Path("gate").exists():
        Path("gate").write_text("pip is in the middle of it")
        Path("gate").read_text()
    name, info = "homard-0.1.0-py3-none-any.whl", "homard-0.1.0.dist-info/"
    with zipfile.ZipFile(Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("_editable_impl_homard.pth", str(Path.cwd()))
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: homard\\nVersion: 0.1.0\\n")
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "entry_points.txt", "[console_scripts]\\nhomard = agent:main\\nhomard-app = agent:app\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""


class Project:
    """A folder with dev.py, a tiny homard and a shelf of wheels that pip takes instead of an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = folder / "shelf"
        self.started: list[subprocess.Popen[str]] = []
        self.shelf.mkdir(parents=True)
        shutil.copy(DEV, folder)
        self.write("pyproject.toml", PYPROJECT)
        self.write("backend.py", BACKEND)
        self.write("agent/__init__.py", AGENT)
        self.lock({"tiny": self.wheel("tiny")})

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def wheel(self, name: str) -> str:
        """Put a wheel on the shelf and return its hash."""
        path, info = self.shelf / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info/"
        files = {
            f"{name}.py": "",
            info + "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
            info + "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{file},sha256={self.digest(text)},{len(text)}\n" for file, text in files.items())
        with zipfile.ZipFile(path, "w") as wheel:
            for file, text in {**files, info + "RECORD": record}.items():
                wheel.writestr(file, text)
        return hashlib.sha256(path.read_bytes()).hexdigest()

    @staticmethod
    def digest(text: str) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

    def lock(self, running: dict[str, str], testing: dict[str, str] | None = None) -> None:
        parts = [
            "".join(f"{name}==1.0 \\\n    --hash=sha256:{digest}\n" for name, digest in part.items())
            for part in (running, testing or {})
        ]
        self.write("requirements.lock", "# ---- what the gate needs besides ----\n".join(parts))

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """Start dev.py in a process group of its own."""
        pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.shelf), "PIP_CONFIG_FILE": os.devnull}
        process = subprocess.Popen(
            [sys.executable, "dev.py", *arguments],
            cwd=self.folder,
            env={**NO_DISPLAY, **pip, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def dev(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def installed(self) -> set[str]:
        """Return what pip installed, pip itself and its company apart."""
        found = self.folder.glob(".venv/lib/*/site-packages/*.dist-info")
        return {path.name.split("-")[0] for path in found} - {"pip", "setuptools"}

    def says(self) -> list[str]:
        """Return what the installed homard says to `run one two`: its arguments."""
        answer = self.dev("run", "one", "two")
        assert (answer.returncode, answer.stderr) == (5, "")
        return json.loads(answer.stdout)


def kill(process: "subprocess.Popen[str]") -> None:
    """Kill dev.py with all it started, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def first_words(process: "subprocess.Popen[str]") -> str:
    """Return the first line that a dev.py which goes on says."""
    assert process.stderr is not None
    return process.stderr.readline()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in which nothing is set up."""
    return Project(tmp_path / "project")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project that was set up once, though the first attempt was killed while it made the environment.

    Making one takes seconds, so all tests share it and leave it in order.
    """
    project = Project(tmp_path_factory.mktemp("ready") / "project")
    first = project.start("setup")
    assert first_words(first).startswith("Making .venv")
    kill(first)
    done = project.dev("setup")
    assert done.returncode == 0, done.stderr
    yield project
    for process in project.started:
        if process.poll() is None:
            kill(process)


@pytest.fixture
def gate(ready: Project) -> Iterator[Path]:
    """A pipe that holds pip in the middle of the next installation, which a changed pyproject.toml makes due."""
    pipe = ready.folder / "gate"
    os.mkfifo(pipe)
    ready.write("pyproject.toml", PYPROJECT + f"# changed {len(ready.started)} times\n")
    yield pipe
    pipe.unlink(missing_ok=True)


def test_setup_installs_what_running_needs_and_run_passes_everything_on(ready: Project) -> None:
    assert ready.says() == ["ask", "one", "two"]
    assert ready.installed() == {"tiny", "homard"}
    assert json.loads(ready.dev("run").stdout) == ["chat"]
    assert list(ready.folder.glob("agent/__pycache__/*.pyc")) != []


def test_where_a_window_can_be_shown_run_opens_the_app(ready: Project, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        display = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7"}
        shown = ready.dev("run", **display)
        assert (shown.returncode, shown.stderr, json.loads(shown.stdout)) == (6, "", ["the app"])
        assert json.loads(ready.dev("run", "a prompt", **display).stdout) == ["ask", "a prompt"]


@pytest.mark.parametrize(
    "display",
    [{"DISPLAY": ""}, {"DISPLAY": ":54321"}, {"DISPLAY": "unix:54321.0"}, {"WAYLAND_DISPLAY": "wayland-77"}],
    ids=str,
)
def test_a_display_that_is_gone_is_none(ready: Project, tmp_path: Path, display: dict[str, str]) -> None:
    done = ready.dev("run", XDG_RUNTIME_DIR=str(tmp_path), **display)
    assert (done.returncode, done.stderr, json.loads(done.stdout)) == (5, "", ["chat"])


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt needs libraries of the system")
def test_where_the_system_lacks_a_library_of_qt_it_is_named_and_the_chat_opens(ready: Project) -> None:
    broken = ready.folder / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "libxcb-cursor.so.0").touch()  # found first by the loader, which cannot load it
    # With this PATH there is no apt that would change the machine.
    done = ready.dev("run", DISPLAY="far-away:0", LD_LIBRARY_PATH=str(broken), PATH=str(ready.shelf))
    assert (done.returncode, json.loads(done.stdout)) == (5, ["chat"])
    assert done.stderr == (
        "The app cannot be shown yet, so this is the chat. For the app: install libxcb-cursor0 with the package "
        "manager of this system, then run the same command again.\n"
    )
    setup = ready.dev("setup", DISPLAY="far-away:0", LD_LIBRARY_PATH=str(broken), PATH=str(ready.shelf))
    assert (setup.returncode, setup.stderr.splitlines()[0]) == (
        0,
        "For the app this system lacks something: install libxcb-cursor0 with the package manager of this system.",
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only there Qt needs libraries of the system")
def test_it_knows_each_library_that_qt_needs_and_does_not_bring() -> None:
    """A newer Qt may need more: then SCREEN_LIBRARIES of dev.py has to grow."""
    spec = importlib.util.find_spec("PySide6")
    assert spec is not None and spec.origin is not None
    qt = Path(spec.origin).parent / "Qt"
    parts = ("Core", "DBus", "Gui", "Svg", "WaylandClient", "Widgets", "XcbQpa")
    binaries = [*(qt / f"lib/libQt6{part}.so.6" for part in parts), *qt.glob("plugins/platforms/libq[xw]*.so")]
    named = [re.findall(rb"\0(lib[\w.+-]+\.so\.\d+)(?=\0)", path.read_bytes()) for path in binaries]
    names = {name.decode() for found in named for name in found}
    brought = {path.name for path in qt.glob("lib/*")}
    always = {f"lib{name}" for name in ("c.so.6", "gcc_s.so.1", "m.so.6", "pthread.so.0", "stdc++.so.6", "dl.so.2")}
    known = set(re.findall(r'^    "(lib\S+)": "', DEV.read_text(encoding="utf-8"), re.MULTILINE))
    assert sorted(names - brought - always - known) == []


def test_what_is_set_up_is_left_alone(ready: Project) -> None:
    before = (ready.folder / ".venv/install.log").read_bytes()
    again = ready.dev("setup")
    assert (again.returncode, again.stderr) == (0, f"Homard is ready: {ready.folder}/.venv/bin/homard\n")
    assert (ready.folder / ".venv/install.log").read_bytes() == before


def test_a_changed_module_is_compiled_again(ready: Project) -> None:
    (cached,) = ready.folder.glob("agent/__pycache__/*.pyc")
    before = cached.read_bytes()
    ready.write("agent/__init__.py", AGENT + "# changed\n")
    assert ready.dev("setup", PYTHONDONTWRITEBYTECODE="1").returncode == 0
    assert cached.read_bytes() != before


def test_the_second_of_two_waits_and_says_so(ready: Project, gate: Path) -> None:
    first = ready.start("setup")
    assert gate.read_text() == "pip is in the middle of it"
    second = ready.start("setup")
    assert first_words(second) == "Another dev.py is setting this folder up: waiting until it is done.\n"
    gate.write_text("go on")
    assert (first.wait(), second.wait()) == (0, 0)
    assert second.communicate()[1] == f"Homard is ready: {ready.folder}/.venv/bin/homard\n"
    first.communicate()


def test_a_setup_killed_in_the_middle_of_pip_is_repaired_once_its_pip_is_gone(ready: Project, gate: Path) -> None:
    first = ready.start("setup")
    assert gate.read_text() == "pip is in the middle of it"
    os.kill(first.pid, signal.SIGKILL)  # its pip lives on
    second = ready.start("setup")
    assert first_words(second).startswith("Another dev.py is setting this folder up")
    gate.unlink()
    kill(first)
    words = second.communicate()[1]
    assert second.returncode == 0
    assert words.startswith("Making .venv")
    assert ready.installed() == {"tiny", "homard"}
    assert ready.says() == ["ask", "one", "two"]


@pytest.mark.parametrize(
    ("digest", "environment", "sentence"),
    [
        ("0" * 64, {}, "A downloaded package is not the one that was locked, so it was not installed: try again"),
        (
            "0" * 64,
            {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"},
            "The package index cannot be reached: connect this machine to the network",
        ),
        ("0" * 64, {"PIP_FIND_LINKS": ""}, "A package has no ready-made build for this machine and Python 3."),
    ],
    ids=["hash", "network", "platform"],
)
def test_what_pip_meets_is_one_sentence_and_harms_nothing(
    ready: Project, digest: str, environment: dict[str, str], sentence: str
) -> None:
    lock = (ready.folder / "requirements.lock").read_text()
    ready.wheel("other")
    ready.lock({"other": digest})
    failed = ready.dev("run", "one", **environment)
    ready.write("requirements.lock", lock)
    assert (failed.returncode, failed.stdout) == (1, "")
    last = failed.stderr.splitlines()[-1]
    assert last.startswith(sentence)
    assert last.endswith(f"(Details: {ready.folder}/.venv/install.log)")
    assert ready.says() == ["ask", "one", "two"]


def test_test_tools_come_with_the_first_test(ready: Project) -> None:
    lock = (ready.folder / "requirements.lock").read_text()
    ready.lock({"tiny": ready.wheel("tiny")}, {"tool": ready.wheel("tool")})
    assert ready.dev("setup").returncode == 0
    assert ready.installed() == {"tiny", "homard"}
    # There is no ruff in this project, and with this PATH no apt that would change the machine.
    assert ready.dev("test", PATH=str(ready.shelf)).returncode == 1
    assert ready.installed() == {"tiny", "homard", "tool"}
    ready.write("requirements.lock", lock)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--help"], 0, ""),
        ([], 2, "There is no command '': use run, setup, test or lock (dev.py --help tells more).\n"),
        (["isntall"], 2, "There is no command 'isntall': use run, setup, test or lock (dev.py --help tells more).\n"),
        (["setup", "now"], 1, "setup takes no arguments: run `python3 dev.py setup`.\n"),
    ],
    ids=["help", "nothing", "unknown", "too much"],
)
def test_usage(project: Project, arguments: list[str], code: int, words: str) -> None:
    done = project.dev(*arguments)
    assert (done.returncode, done.stderr) == (code, words)
    assert ("python3 dev.py run" in done.stdout) == (code == 0)
    assert not (project.folder / ".venv").exists()


def test_a_folder_of_somebody_else_is_not_touched(project: Project) -> None:
    project.write(".venv/diary.txt", "dear diary")
    done = project.dev("setup")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{project.folder}/.venv is not an environment of Python: move it away")
    assert [path.name for path in (project.folder / ".venv").iterdir()] == ["diary.txt"]


def test_a_folder_that_cannot_be_written(project: Project) -> None:
    project.folder.chmod(0o555)
    # root may write everywhere, unless the capability to do so is taken from it
    humble = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*humble, sys.executable, DEV.name, "setup"], cwd=project.folder, capture_output=True, text=True
    )
    project.folder.chmod(0o755)
    sentence = (
        "This folder cannot be written: copy the project to a folder of your own and run the same command there.\n"
    )
    assert (done.returncode, done.stderr) == (1, sentence)


def test_an_old_python_can_read_the_sentence_that_is_meant_for_it() -> None:
    ast.parse(DEV.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_it_supports_the_pythons_of_the_project() -> None:
    oldest, newest = re.findall(r"\(3, (\d+)\)", DEV.read_text(encoding="utf-8"))[:2]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">=3.{oldest},<3.{int(newest) + 1}"


def test_a_folder_that_was_moved_gets_an_environment_that_fits(ready: Project) -> None:
    """Programs in .venv name their folder. It comes last because it leaves the shared project unfit."""
    ready.folder = ready.folder.rename(ready.folder.with_name("elsewhere"))
    ready.shelf = ready.folder / "shelf"
    moved = ready.start("setup")
    assert first_words(moved).startswith("Making .venv")
    kill(moved)
