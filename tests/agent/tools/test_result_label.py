"""Where a result came from is told by what the call did, unless the tool knows better."""

from pathlib import Path

import pytest

from agent.labels import Label
from agent.safety.effects import Effect
from agent.sandbox.confinement import Confinement
from agent.tools.result_label import label_of_command, label_of_result
from agent.tools.tool import ToolOutput
from tests.helpers.tool_context import tool_context

LOCAL = Label("local", "private")
MAIL = Label("external", "private", ("external:mail",))


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ((), None),
        ((Effect("fs.read", "/home/me/a.txt", granted=True),), LOCAL),
        ((Effect("fs.read", "/home/me/mail"),), MAIL),
        ((Effect("fs.read", "/home/me/a.txt"), Effect("fs.read", "/home/me/mail")), MAIL),
        ((Effect("fs.write", "/home/me/a.txt"),), LOCAL),
        ((Effect("net.fetch", "https://example.org/a"),), Label("external", "public", ("external:example.org",))),
        ((Effect("net.fetch", "https://[broken"),), Label("external", "public", ("external:?",))),
        ((Effect("proc.run", "ls"),), LOCAL),
        ((Effect("proc.run", "curl x", network=True),), Label("external", "private")),
        ((Effect("msg.send", "bob@example.org"),), Label("external", "private")),
    ],
)
def test_what_was_read_decides(tmp_path: Path, effects: tuple[Effect, ...], expected: Label | None) -> None:
    def label_of_file(path: str) -> Label:
        return MAIL if path == "/home/me/mail" else LOCAL

    context = tool_context(tmp_path, label_of_file=label_of_file)
    assert label_of_result(effects, ToolOutput("text"), context) == expected


def test_the_tool_knows_better(tmp_path: Path) -> None:
    effects = (Effect("net.fetch", "https://example.org/a"),)
    assert label_of_result(effects, ToolOutput("7", label=LOCAL), tool_context(tmp_path)) == LOCAL


def test_a_command_in_a_folder_of_strangers_files_speaks_with_their_voice(tmp_path: Path) -> None:
    context = tool_context(tmp_path, label_of_file=lambda path: MAIL if path == str(tmp_path) else LOCAL)
    assert label_of_result((Effect("proc.run", "cat *"),), ToolOutput("text"), context) == MAIL


def test_a_command_with_the_network_is_as_secret_as_what_it_could_read(tmp_path: Path) -> None:
    context = tool_context(tmp_path, label_of_file=lambda _path: Label("local", "secret", ("local:vault",)))
    effects = (Effect("proc.run", "curl x", network=True),)
    assert label_of_command(effects, context) == Label("external", "secret", ("local:vault",))
    assert label_of_command((Effect("fs.read", str(tmp_path)),), context) is None


def test_a_granted_folder_counts_for_a_command_unless_it_is_closed_to_it(tmp_path: Path) -> None:
    post, vault = str(tmp_path / "post"), str(tmp_path / "vault")
    labels = {post: MAIL, f"{vault}/sub": Label("local", "secret")}
    effects = (Effect("proc.run", "cat *"),)

    def label(*roots: str, hidden: tuple[str, ...] = ()) -> Label | None:
        bounds = Confinement(writable=(str(tmp_path), *roots), hidden=hidden)
        context = tool_context(tmp_path, label_of_file=lambda path: labels.get(path, LOCAL), confinement=bounds)
        return label_of_command(effects, context)

    assert (label(), label(post), label(post, hidden=(post,))) == (LOCAL, MAIL, LOCAL)
    assert label(f"{vault}/sub", hidden=(vault,)) == LOCAL
    assert label(f"{vault}/sub") == Label("local", "secret")
