"""Fetching: one commit, with nothing of the repository started, and words where it fails."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.skills.repository import environment, fetch
from agent.skills.source import Source
from tests.helpers.git_web import certificate, git_web
from tests.helpers.repositories import commit, git, repository


def fetched(source: Source, place: Path, **bounds: int) -> tuple[Path, str]:
    place.mkdir()
    return asyncio.run(fetch(source, place, **bounds))


def test_branches_tags_and_commits(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    first = commit(made, a_DOT_txt="1")
    git(made, "tag", "v1")
    second = commit(made, a_DOT_txt="2")
    at = f"file://{made}"
    for number, (ref, meant) in enumerate({"": second, "main": second, "v1": first, second: second}.items()):
        assert fetched(Source("git", at, ref=ref), tmp_path / str(number))[1] == meant


def test_nothing_is_checked_out_and_no_hook_or_setting_of_anybody_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = repository(tmp_path / "r")
    commit(made, a_DOT_txt="1", _DOT_gitattributes="* filter=evil\n", _DOT_gitmodules="[submodule]")
    started = tmp_path / "started"
    person = tmp_path / "person"
    person.mkdir()
    (person / ".gitconfig").write_text(
        f'[uploadpack]\n\tpackObjectsHook = "touch {started};"\n[core]\n\tfsmonitor = "touch {started}"\n'
    )
    git(made, "config", "uploadpack.packObjectsHook", f"touch {started};")
    for hook in ("post-checkout", "reference-transaction", "pre-receive", "post-index-change"):
        path = made / ".git" / "hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {started}\n")
        path.chmod(0o755)
    monkeypatch.setenv("HOME", str(person))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    store, _commit = fetched(Source("git", f"file://{made}"), tmp_path / "place")
    assert not started.exists()
    assert not (store / "a.txt").exists() and not (store.parent / "a.txt").exists()
    assert not (store / "hooks").exists()
    assert (store / "config").read_text() == "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"


def test_only_the_protocol_that_was_named_and_no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/agent")
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:secret@proxy")
    web = environment(Source("git", "https://h/r"), tmp_path / "nobody")
    assert (web["GIT_ALLOW_PROTOCOL"], web["HOME"]) == ("https", str(tmp_path / "nobody"))
    assert "SSH_AUTH_SOCK" not in web and "secret" not in str(web)
    for at in ("git@h:r", "ssh://h/r"):
        ssh = environment(Source("git", at), tmp_path / "nobody")
        assert (ssh["GIT_ALLOW_PROTOCOL"], ssh["HOME"], ssh["SSH_AUTH_SOCK"]) == ("ssh", os.environ["HOME"], "/agent")
        assert "BatchMode=yes" in ssh["GIT_SSH_COMMAND"]
    assert environment(None, tmp_path)["GIT_ALLOW_PROTOCOL"] == "none"


def test_why_it_failed(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    commit(made, a_DOT_txt="1")
    with pytest.raises(UsageError, match="no such branch, tag or commit"):
        fetched(Source("git", f"file://{made}", ref="nope"), tmp_path / "1")
    with pytest.raises(UsageError, match="there is no repository"):
        fetched(Source("git", f"file://{tmp_path}/none"), tmp_path / "2")


def test_one_that_is_too_large_is_given_up(tmp_path: Path) -> None:
    made = repository(tmp_path / "r")
    (made / "large").write_bytes(os.urandom(100_000))
    commit(made)
    with pytest.raises(UsageError, match="larger than 50,000 bytes"):
        fetched(Source("git", f"file://{made}"), tmp_path / "place", most_bytes=50_000)


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(UsageError, match="took longer than 1 s"):
            fetched(Source("git", f"https://127.0.0.1:{port}/r"), tmp_path / "place", timeout_s=1)


def test_where_a_server_leads_is_judged_before_git_goes_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = repository(tmp_path / "web" / "team.git")
    first = commit(made, a_DOT_txt="1")
    trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with git_web(tmp_path / "web", trusted) as web, git_web(tmp_path / "web", trusted) as inside:
        assert fetched(Source("git", f"{web.at}/team.git"), tmp_path / "plain")[1] == first
        web.moved = {"/old": "/team.git"}  # as servers do that leave out the ending, or know the name before
        assert fetched(Source("git", f"{web.at}/old"), tmp_path / "moved")[1] == first
        web.moved = {"/team.git": f"{inside.at}/team.git"}
        with pytest.raises(UsageError, match=r"leads to another address: 127\.0\.0\.1 is not on the public internet"):
            fetched(Source("git", f"{web.at}/team.git"), tmp_path / "inside")
        web.moved = {"/team.git/info/refs": "/elsewhere"}
        with pytest.raises(UsageError, match="where there is no repository"):
            fetched(Source("git", f"{web.at}/team.git"), tmp_path / "elsewhere")
        web.moved = {"/team.git/git-upload-pack": f"{inside.at}/team.git/git-upload-pack"}
        with pytest.raises(UsageError, match="was not fetched"):
            fetched(Source("git", f"{web.at}/team.git"), tmp_path / "later")
        assert inside.asked == []
