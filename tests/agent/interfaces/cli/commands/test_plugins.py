"""`homard plugins`, as a person and a script use it; and what the documentation says, to the letter."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent.api import testing
from tests.helpers.command_line import ROOT, PseudoTerminal, environment, homard, report
from tests.helpers.plugins import capability, write_plugin

HELLO = '''
from agent.api import Context, tool


@tool
async def hello(name: str, context: Context) -> str:
    """Say hello."""
    return f"{context.settings['word']} {name}"
'''
MORE = capability("net", "example.org") + '[settings.word]\ndefault = "Hello"\n[settings.key]\ntype = "secret"\n'


def test_the_first_plugin_of_the_documentation(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    section = text.partition("## Write your first plugin in ten minutes")[2].partition("\n## Commands")[0]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))
    assert script.count("homard plugins ") >= 10
    (tmp_path / "bin").mkdir()
    for name, module in (("homard", "-m agent.interfaces.cli"), ("python", "")):
        shim = tmp_path / "bin" / name
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        shim.chmod(0o755)
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    env = {**environment(home), "HOME": str(work)}
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"
    done = subprocess.run(
        [shutil.which("bash") or "/bin/sh", "-e", "-c", script],
        cwd=work, env=env, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "1 passed" in said
    assert "reading-time works in its sandbox" in said
    assert "note.txt: 3 words, 0.0 minutes" in said
    assert "Read files that a request names; it gets a copy of each. (It counts the words" in said
    assert "setting speed = 250: Words a minute" in said
    assert "reading-time is on: reading-time_minutes" in said
    (last,) = [one for one in report(homard(home, "plugins", "--json"))["plugins"] if one["id"] == "reading-time"]
    assert (last["status"], last["from"], last["tools"]) == ("on", "own", ["reading-time_minutes"])


def test_what_the_documentation_shows_beside_tools_can_be_imported(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    imports, more = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    plugin = testing.Harness(write_plugin(tmp_path, f"{imports}\n{more}"))
    assert [(one.kind, one.name) for one in plugin.loaded.marked] == [
        ("trigger", "mail"), ("on", "keep"), ("output", "board"), ("provider", "house"),
    ]  # fmt: skip


def test_enabling_shows_what_it_asks_for_and_nobody_there_is_no_yes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = write_plugin(tmp_path, HELLO, more=MORE)
    assert homard(home, "plugins", "install", str(folder)).returncode == 0
    asked = homard(home, "plugins", "enable", "hello")
    assert asked.returncode == 4
    assert "Reach example.org over the internet. (The tests want it.)" in asked.stderr
    assert report(homard(home, "plugins", "list", "--json"))["plugins"][-1]["status"] == "off"
    agreed = homard(home, "plugins", "enable", "hello", "--yes", "--json")
    assert report(agreed)["granted"] == [{"what": "net", "to": ["example.org"], "reason": "The tests want it."}]
    again = homard(home, "plugins", "enable", "hello")  # what was agreed to is not asked again
    assert again.returncode == 0
    assert homard(home, "plugins", "disable", "hello").returncode == 0
    assert homard(home, "plugins", "remove", "hello").returncode == 0
    assert not (home / "plugins" / "hello").exists()


def test_what_its_tools_say_of_themselves_counts_once_it_is_believed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    declared = '@tool(declaration=Declaration("read", output=Output("own")))'
    code = HELLO.replace("import Context, tool", "import Context, Declaration, Output, tool").replace("@tool", declared)
    write_plugin(home / "plugins", code, more=MORE)
    claim = "hello_hello says that it looks things up at its service and changes nothing there; says that all it gives"
    terminal = PseudoTerminal(home, "plugins", "enable", "hello")
    try:
        terminal.expect("Agree? [y/N]")
        terminal.type("y\r")
        terminal.expect("Believe it? [y/N]")
        terminal.type("\r")
        assert terminal.wait() == 0
    finally:
        terminal.kill()
    shown = homard(home, "plugins", "show", "hello").stdout
    assert claim in shown and "Nobody said that they believe that" in shown
    assert homard(home, "plugins", "enable", "hello", "--yes").returncode == 0
    shown = homard(home, "plugins", "show", "hello").stdout
    assert claim in shown and "Nobody said" not in shown


def test_one_that_was_just_begun_is_used_from_where_it_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = homard(home, "plugins", "new", "class").stderr
    folder = tmp_path / "class"
    assert f"homard plugins dev {folder}" in said
    for cwd in (tmp_path, folder):
        done = homard(home, "plugins", "enable", "class", "--yes", cwd=cwd)
        assert done.returncode == 2 and f"homard plugins dev {folder}" in done.stderr, done.stderr
    done = homard(home, "plugins", "dev", "class", "--once")
    assert done.returncode == 0 and "class is on: class_ (" in done.stderr, done.stderr


def test_an_update_shows_what_changes_before_it_is_taken(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", write_plugin(tmp_path / "work", HELLO, more=MORE)
    homard(home, "plugins", "install", str(folder))
    assert "is the same as in" in homard(home, "plugins", "update", "hello").stderr
    (folder / "main.py").write_text(HELLO.replace("Say hello.", "Say hello and post it."))
    toml = (folder / "plugin.toml").read_text().replace('version = "1.0"', 'version = "1.1"')
    (folder / "plugin.toml").write_text(toml.replace('["example.org"]', '["*"]').replace("['example.org']", "['*']"))
    (folder / "picture.png").write_bytes(b"\x89PNG\0")
    asked = homard(home, "plugins", "update", "hello")
    assert asked.returncode == 4
    assert "hello 1.0 → 1.1" in asked.stderr
    assert "it asks for more: Reach any host of the internet. (The tests want it.)" in asked.stderr
    assert "no longer: Reach example.org over the internet." in asked.stderr
    for line in ("new: picture.png", "changed: main.py", '-    """Say hello."""', '+    """Say hello and post it."""'):
        assert f"{line}\n" in asked.stdout
    assert "picture.png is no text" in asked.stdout
    assert not (home / "plugins" / "hello" / "picture.png").exists()
    assert homard(home, "plugins", "update", "hello", "--yes").returncode == 0
    assert (home / "plugins" / "hello" / "picture.png").exists()


def test_one_that_is_being_written_is_reloaded_on_each_save(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", write_plugin(tmp_path / "work", HELLO, more=MORE)
    terminal = PseudoTerminal(home, "plugins", "dev", str(folder), columns=200)
    try:
        terminal.expect("Waiting for you to save")
        (folder / "main.py").write_text(HELLO + '\n\n@tool\ndef bye() -> str:\n    """Bye."""\n    return "Bye"\n')
        terminal.expect("Saved: changed: main.py")
        terminal.expect("hello is on: hello_hello, hello_bye")
        (folder / "main.py").write_text("def broken(:\n")
        terminal.expect("SyntaxError: invalid syntax (main.py, line 1: def broken(:)")
        (folder / "main.py").write_text(HELLO)
        (folder / "plugin.toml").write_text((folder / "plugin.toml").read_text() + capability("ui.notify"))
        terminal.expect("It asks for more than you agreed to")
        terminal.signal(signal.SIGINT)
        assert terminal.wait() == 130
    finally:
        terminal.kill()
    (listed,) = [one for one in report(homard(home, "plugins", "--json"))["plugins"] if one["id"] == "hello"]
    assert (listed["status"], listed["from"], listed["tools"]) == ("on", "development", ["hello_hello"])


def test_settings_are_checked_and_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    more = MORE + '[settings.count]\ntype = "number"\n[settings.place]\ntype = "folder"\n'
    write_plugin(home / "plugins", HELLO, more=more)
    for name, value in (("word", "Good day"), ("count", "3"), ("place", "notes")):
        assert homard(home, "plugins", "set", "hello", name, value, cwd=tmp_path).returncode == 0
    wrong = homard(home, "plugins", "set", "hello", "count", "many")
    assert (wrong.returncode, wrong.stderr) == (2, "homard: count is a number, not 'many'.\n")
    assert homard(home, "plugins", "set", "hello", "none", "x").returncode == 2
    shown = homard(home, "plugins", "show", "hello").stdout
    assert "setting word = 'Good day'" in shown and "setting count = 3" in shown and "setting key = (a key)" in shown
    assert f"setting place = '{tmp_path / 'notes'}'" in shown


def test_a_plugin_is_tried_where_it_stands(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", write_plugin(tmp_path, HELLO, more=MORE)
    tried = report(homard(home, "plugins", "test", str(folder), "--json"))
    assert tried["tools"]["hello_hello"]["schema"]["required"] == ["name"]
    call = ("--call", "hello", "--with", json.dumps({"name": "Ada"}), "--set", "word=Hi")
    assert homard(home, "plugins", "test", str(folder), *call).stdout == "Hi Ada\n"
    wrong = homard(home, "plugins", "test", str(folder), "--call", "none")
    assert wrong.returncode == 2 and "There are: hello." in wrong.stderr
    (folder / "main.py").write_text("x = 1 / 0\n")
    broken = homard(home, "plugins", "test", str(folder))
    assert broken.returncode == 2
    assert "ZeroDivisionError: division by zero (main.py, line 1: x = 1 / 0)" in broken.stderr
    assert report(homard(home, "plugins", "list", "--json"))["plugins"][-1]["id"] != "hello"


def test_a_key_is_asked_for_and_never_kept_in_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_plugin(home / "plugins", HELLO, more=MORE)
    terminal = PseudoTerminal(home, "plugins", "set", "hello", "key")
    try:
        terminal.expect("key: ")
        terminal.type("sk-very-secret\r")
        shown = terminal.expect("There is no keyring here, so the key was not kept")  # tests have none
        assert "sk-very-secret" not in shown and terminal.wait() == 1
    finally:
        terminal.kill()
    assert not [one for one in home.rglob("*") if one.is_file() and b"sk-very-secret" in one.read_bytes()]


@pytest.mark.parametrize("name", ["Word", "a" * 300, "../x", "a--b", "1", ""])
def test_a_name_that_is_none_makes_nothing(tmp_path: Path, name: str) -> None:
    done = homard(tmp_path / "home", "plugins", "new", name, cwd=tmp_path)
    assert done.returncode == 2 and "is no id for a plugin" in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) in ([], ["home"])
