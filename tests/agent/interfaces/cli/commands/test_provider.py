import json
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.helpers.command_line import PseudoTerminal, homard, serving

KEY = "sk-very-secret-12345"


def settings(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "settings.toml").read_text())


class Endpoint(BaseHTTPRequestHandler):
    """Lists two models, and answers every conversation with OK."""

    def do_GET(self) -> None:
        self.answer("application/json", json.dumps({"data": [{"id": "tiny"}, {"id": "huge"}]}).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("authorization") != f"Bearer {KEY}":
            self.send_response(401)
            self.end_headers()
            return
        chunk = {"choices": [{"index": 0, "delta": {"content": "OK"}, "finish_reason": "stop"}]}
        self.answer("text/event-stream", f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode())

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Be quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_provider_is_added_listed_and_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = homard(home, "provider", "add", "openai", "--model", "gpt-5-mini")
    assert done.returncode == 0 and "homard provider test openai --model gpt-5-mini" in done.stderr
    assert settings(home) == {
        "model": "openai/gpt-5-mini",
        "providers": {
            "openai": {
                "base_url": "https://api.openai.com/v1",
                "key": "env:OPENAI_API_KEY",
                "models": {"gpt-5-mini": {}},
            }
        },
    }
    assert "env:OPENAI_API_KEY missing" in homard(home, "provider", "list").stdout
    rows = json.loads(homard(home, "provider", "list", "--json").stdout)
    assert [(row["provider"], row["models"]) for row in rows] == [("openai", ["gpt-5-mini"])]
    assert homard(home, "provider", "remove", "openai").returncode == 0
    assert settings(home).get("providers", {}) == {} and "model" not in settings(home)
    assert homard(home, "provider", "remove", "openai").returncode == 2


def test_other_names_and_addresses(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert homard(home, "provider", "add", "claude", "--key-env", "MY_KEY").returncode == 0
    assert homard(home, "provider", "add", "mine", "--base-url", "http://127.0.0.1:9/v1", "--no-key").returncode == 0
    assert homard(home, "provider", "add", "ollama").returncode == 0
    providers = settings(home)["providers"]
    assert providers["anthropic"] == {"transport": "litellm", "key": "env:MY_KEY"}
    assert providers["mine"] == {"base_url": "http://127.0.0.1:9/v1"}
    assert "key" not in providers["ollama"]


def test_adding_again_changes_what_is_named_and_keeps_the_models(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for more in (("--model", "a"), ("--model", "b"), ("--key-env", "OTHER")):
        assert homard(home, "provider", "add", "openai", *more).returncode == 0
    provider = settings(home)["providers"]["openai"]
    assert (list(provider["models"]), provider["key"]) == (["a", "b"], "env:OTHER")
    assert settings(home)["model"] == "openai/a"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("unheard-of",), "--base-url"),
        (("a/b", "--base-url", "http://x/v1"), "provider's name"),
        (("mine", "--base-url", "x/v1"), "http://"),
        (("openai", "--key-env", KEY), "not the key itself"),
        (("openai", "--transport", "pigeon"), "pigeon"),
        (("openai", "--no-key", "--key-stdin"), "exclude"),
    ],
)
def test_what_cannot_be_added(tmp_path: Path, argv: tuple[str, ...], words: str) -> None:
    done = homard(tmp_path / "home", "provider", "add", *argv)
    assert done.returncode == 2 and words in done.stderr
    assert KEY not in done.stderr
    assert not (tmp_path / "home" / "settings.toml").exists()


def test_without_a_keyring_a_key_is_not_written_anywhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    no_keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    done = homard(home, "provider", "add", "openai", "--key-stdin", stdin=f"{KEY}\n", env=no_keyring)
    assert done.returncode == 1 and "no keyring" in done.stderr and "--key-env OPENAI_API_KEY" in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert not (home / "settings.toml").exists()


def test_a_key_typed_in_the_terminal_is_not_shown(tmp_path: Path) -> None:
    home = tmp_path / "home"
    screen = PseudoTerminal(home, "provider", "add", "openai", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    screen.expect("Key for openai")
    screen.type(f"{KEY}\n")
    assert screen.wait() == 1
    assert "no keyring" in screen.shown and KEY not in screen.shown


def test_enter_takes_the_usual_variable(tmp_path: Path) -> None:
    screen = PseudoTerminal(tmp_path / "home", "provider", "add", "openai")
    screen.expect("Key for openai")
    screen.type("\n")
    assert screen.wait() == 0
    assert settings(tmp_path / "home")["providers"]["openai"]["key"] == "env:OPENAI_API_KEY"


def test_a_trial_says_what_the_model_can(tmp_path: Path, endpoint: str) -> None:
    home = tmp_path / "home"
    homard(home, "provider", "add", "mine", "--base-url", endpoint, "--key-env", "MY_KEY", "--model", "tiny")
    done = homard(home, "provider", "test", "mine", env={"MY_KEY": KEY})
    assert done.returncode == 0, done
    assert "✓ mine/tiny answers" in done.stdout and "✗ calls tools" in done.stdout
    assert homard(home, "models", "--of", "mine", env={"MY_KEY": KEY}).stdout == "mine/huge\nmine/tiny\n"


def test_a_trial_with_a_wrong_key_or_none_says_so(tmp_path: Path, endpoint: str) -> None:
    home = tmp_path / "home"
    homard(home, "provider", "add", "mine", "--base-url", endpoint, "--key-env", "MY_KEY", "--model", "tiny")
    wrong = homard(home, "provider", "test", "mine", env={"MY_KEY": "sk-another-secret"})
    assert wrong.returncode == 3 and "sk-another-secret" not in wrong.stderr
    missing = homard(home, "provider", "test", "mine")
    assert missing.returncode != 0 and "MY_KEY" in missing.stderr
    assert homard(home, "provider", "test", "nobody").returncode == 2


def test_without_a_keyring_the_process_that_owns_the_home_keeps_a_key_until_it_ends(tmp_path: Path) -> None:
    home, add = tmp_path / "home", ("provider", "add", "openai", "--key-stdin")
    without = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    done = homard(home, *add, stdin=KEY, env=without)
    assert done.returncode == 1 and "Nothing was changed" in done.stderr
    with serving(home, **without):
        done = homard(home, *add, stdin=KEY)
        assert done.returncode == 0 and "kept in memory until the running Homard ends" in done.stderr
        assert "keyring:openai missing" not in homard(home, "provider", "list").stdout
    assert "keyring:openai missing" in homard(home, "provider", "list", env=without).stdout
