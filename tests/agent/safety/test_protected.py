"""Which places are closed, how firmly, and why."""

from pathlib import Path

import pytest

from agent.safety.protected import Protection

HOME, OWN = "/home/ada", "/home/ada/.local/share/homard"


@pytest.fixture
def protection(monkeypatch: pytest.MonkeyPatch) -> Protection:
    monkeypatch.setenv("HOME", HOME)
    return Protection(["/home/shared-by-all", f"{HOME}/work", "/home/bob/lent"], [OWN])


@pytest.mark.parametrize(
    ("path", "reading", "writing"),
    [
        (f"{HOME}/project/notes.md", None, None),
        (f"{HOME}/.ssh/id_ed25519", "fixed.keys", "fixed.keys"),
        (f"{HOME}/.SSH/id_ed25519", "fixed.keys", "fixed.keys"),
        (f"{HOME}/.local/share/keyrings/login.keyring", "fixed.keys", "fixed.keys"),
        (f"{HOME}/.mozilla/firefox/x/logins.json", "fixed.keys", "fixed.keys"),
        (f"{HOME}/.config/git/credentials", "fixed.keys", "fixed.keys"),
        ("/etc/shadow", "fixed.keys", "fixed.keys"),
        (f"{OWN}/homard.db", "fixed.own-state", "fixed.own-state"),
        (OWN, "fixed.own-state", "fixed.own-state"),
        ("/proc/self/environ", "fixed.process", "fixed.process"),
        (f"{HOME}/.bashrc", None, "fixed.startup"),
        (f"{HOME}/.config/autostart/x.desktop", None, "fixed.startup"),
        (f"{HOME}/project/.git/hooks/pre-commit", None, "fixed.git"),
        (f"{HOME}/project/.git/config", None, "fixed.git"),
        (f"{HOME}/project/.git", None, "fixed.git"),
        (f"{HOME}/project/.GIT/commondir", None, "fixed.git"),
        (f"{HOME}/project/.git/modules/a/hooks/post-checkout", None, "fixed.git"),
        (f"{HOME}/project/.git/worktrees/a/config.worktree", None, "fixed.git"),
        (f"{HOME}/project/git~1/index", None, "fixed.git"),
        (f"{HOME}/project/bare.git/hooks/post-receive", None, "fixed.git"),
        (f"{HOME}/project/docs/HEAD", None, "fixed.git"),
        (f"{HOME}/project/HEAD/notes.md", None, None),
        (f"{HOME}/project/docs/HEAD.md", None, None),
        (f"{HOME}/project/notes.git", None, None),
        (f"{HOME}/project/.gitignore", None, None),
        (f"{HOME}/project/.github/workflows/ci.yml", None, None),
        ("/home/bob/letter", "fixed.other-user", "fixed.other-user"),
        ("/home/bob", "fixed.other-user", "fixed.other-user"),
        ("/home/bob/lent/book", None, None),
        ("/home/shared-by-all/x", None, None),
        ("/Users/Shared/x", None, None),
        ("/home", None, None),
        ("/srv/data", None, None),
    ],
)
def test_places(protection: Protection, path: str, reading: str | None, writing: str | None) -> None:
    found = [protection.closed(path, writing=writes) for writes in (False, True)]
    assert [one and one.rule for one in found] == [reading, writing]


def test_what_a_person_may_open_once_is_no_key_and_no_state(protection: Protection) -> None:
    once = {
        path: (closed := protection.closed(path, writing=True)) is not None and closed.once
        for path in (f"{HOME}/.bashrc", "/home/bob/x", f"{HOME}/a/.git/hooks/x", f"{HOME}/.ssh/x", OWN, "/proc/1/mem")
    }
    assert list(once.values()) == [True, True, True, False, False, False]


def test_the_door_to_files_leaves_other_users_to_the_decision(protection: Protection) -> None:
    assert protection.reason("/home/bob/letter", writing=False) is None
    assert protection.reason(f"{HOME}/.bashrc", writing=True) == "programs run what stands there"


@pytest.mark.parametrize(
    "path",
    [
        ".local/share/systemd/user/x.service", ".local/bin/ls", "bin/ls", ".local/share/applications/evil.desktop",
        ".local/share/dbus-1/services/x.service", ".vimrc", ".vim/plugin/x.vim", ".inputrc", ".bashrc.d/x.sh",
        ".bash_completion", ".config/sway/config", ".config/i3/config", ".config/hypr/hyprland.conf",
        ".config/nvim/init.lua", ".gdbinit", ".config/zsh/.zshrc", ".config/systemd/user.conf", ".tmux.conf",
        ".emacs.d/init.el", ".config/user-tmpfiles.d/x.conf", ".local/share/gnome-shell/extensions/x/extension.js",
    ],
)  # fmt: skip
def test_what_programs_run_by_themselves_is_read_but_not_written(protection: Protection, path: str) -> None:
    found = [protection.closed(f"{HOME}/{path}", writing=writes) for writes in (False, True)]
    assert [one and one.rule for one in found] == [None, "fixed.startup"]


@pytest.mark.parametrize(
    ("folder", "rule"),
    [
        ("/", "fixed.own-state"),
        (HOME, "fixed.own-state"),
        (f"{HOME}/.local/share", "fixed.own-state"),
        (f"{HOME}/.docker", "fixed.keys"),
        (f"{HOME}/Library/LaunchAgents", None),
        (f"{HOME}/.config/plasma-workspace", None),
        (f"{HOME}/work", None),
    ],
)
def test_a_folder_that_holds_something_closed(protection: Protection, folder: str, rule: str | None) -> None:
    closed = protection.holds_closed(folder)
    assert (closed and closed.rule) == rule


def test_links_in_the_home_folder_are_closed_where_they_lead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "vault").mkdir()
    (tmp_path / ".ssh").symlink_to(tmp_path / "vault")
    closed = Protection([], []).prepare().closed(f"{tmp_path}/vault/id", writing=False)
    assert closed is not None and closed.rule == "fixed.keys"
