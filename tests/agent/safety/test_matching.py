"""Targets are compared in the form in which they are used; a cautious match says yes where a certain one cannot."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.safety.effects import Effect
from agent.safety.matching import (
    PatternError,
    host_target,
    keys,
    matches,
    misleading,
    path_subject,
    path_targets,
    subject_of,
    text_target,
)
from agent.safety.printable import printable

YES, NO, UNSURE = "certainly", "not", "cautiously only"


def compared_host(pattern: str, url: str) -> str:
    subject = subject_of(Effect("net.fetch", url), "")
    certain = matches(host_target(pattern, allowing=True), subject, cautious=False)
    cautious = matches(host_target(pattern, allowing=False), subject, cautious=True)
    assert cautious or not certain, "what is allowed could not be denied"
    return YES if certain else UNSURE if cautious else NO


@pytest.mark.parametrize(
    ("pattern", "url", "result"),
    [
        ("example.org", "https://example.org/", YES),
        ("EXAMPLE.org.", "https://example.org/a?b=c", YES),
        ("example.org", "https://example.org:8443/", UNSURE),
        ("example.org", "http://example.org/", UNSURE),
        ("example.org:80", "http://example.org/", YES),
        ("example.org:443", "https://example.org:8443/", NO),
        ("http://example.org", "http://example.org/x", YES),
        ("http://example.org", "https://example.org/x", NO),
        ("example.org", "https://www.example.org/", NO),
        ("example.org", "https://example.org.evil.net/", NO),
        ("example.org", "https://notexample.org/", NO),
        ("*.example.org", "https://a.b.example.org/", YES),
        ("*.example.org", "https://example.org/", NO),
        ("*.example.org", "https://evilexample.org/", NO),
        ("bücher.de", "https://xn--bcher-kva.de/", YES),
        ("xn--bcher-kva.de", "https://BÜCHER.de/", YES),
        ("аpple.com", "https://apple.com/", NO),
        ("[2001:db8::1]:8080", "https://[2001:0db8:0:0::1]:8080/", YES),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/issues?q=1", YES),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme", YES),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme-evil/x", NO),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/%61cme/x", YES),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/../evil/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/%2e%2e/evil/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme%2fx", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org//repos/acme/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/..;a/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/%252e%252e/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/Repos/ACME/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos;a/acme/x", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme/x;session=1", UNSURE),
        ("api.x.org/repos/acme/*", "https://api.x.org/repos/acme%3Ba/x", UNSURE),
        ("api.x.org/page", "https://api.x.org/page;a", UNSURE),
        ("api.x.org", "https://api.x.org/page;a", YES),
        ("api.x.org/page", "https://api.x.org/page", YES),
        ("api.x.org/page", "https://api.x.org/page?data=secret", UNSURE),
        ("api.x.org/page", "https://api.x.org/page/below", NO),
        ("api.x.org/", "https://api.x.org/page/below", YES),
        ("x.org", "slack:#general", NO),
    ],
)
def test_hosts(pattern: str, url: str, result: str) -> None:
    assert compared_host(pattern, url) == result


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "1 to"),
        ("ftp://x.org", "only http and https"),
        ("x.org/a*", "nowhere else"),
        ("a.*.org", "nowhere else"),
        ("x.org/*/a", "nowhere else"),
        ("x.org/a?b=c", "query"),
        ("user@x.org", "user name"),
        ("x.org/a/../b", "several ways"),
        ("x.org/a;b/*", "several ways"),
        ("*.10.0.0.1", "nothing below an IP address"),
        ("0x7f.1", "number"),
        ("x.org:25", "another service"),
        ("x\u202e.org", "U+202E"),
        ("x.org\0.evil.net", "U+0000"),
        ("x y.org", "space"),
    ],
)
def test_hosts_that_mislead_are_refused_with_a_reason(pattern: str, words: str) -> None:
    for allowing in (True, False):
        with pytest.raises(PatternError, match=words.replace("+", r"\+")):
            host_target(pattern, allowing=allowing)


def compared_path(pattern: str, path: str) -> str:
    subject = path_subject(printable(path))
    certain = any(matches(one, subject, cautious=False) for one in path_targets(pattern, allowing=True))
    cautious = any(matches(one, subject, cautious=True) for one in path_targets(pattern, allowing=False))
    return YES if certain else UNSURE if cautious else NO


@pytest.mark.parametrize(
    ("pattern", "path", "result"),
    [
        ("/data/a", "/data/a", YES),
        ("/data/a", "/data/a/b/c", YES),
        ("/data/a/", "/data/a/b", YES),
        ("/data/a/*", "/data/a/b", YES),
        ("/data/x/../a", "/data/a/b", YES),
        ("/data/a", "/data/ab", NO),
        ("/data/a", "/data", NO),
        ("/", "/data/a", YES),
        ("/*", "/data/a", YES),
        ("/data/a", "relative/data/a", NO),
        pytest.param(
            "/data/a", "/data/A/b", UNSURE, marks=pytest.mark.skipif(sys.platform != "linux", reason="folds case")
        ),
    ],
)
def test_paths(pattern: str, path: str, result: str) -> None:
    assert compared_path(pattern, path) == result


def test_home_is_the_persons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert compared_path("~/notes", f"{tmp_path}/notes/a") == YES
    assert compared_path("~", f"{tmp_path}/notes/a") == YES


def test_what_goes_through_a_link_allows_nothing_and_is_denied_under_both_names(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    link = str(tmp_path / "link")
    allowing = path_targets(link, allowing=True)
    assert f"Write where it leads: {tmp_path}/real." in allowing[0].inert
    assert compared_path(link, f"{tmp_path}/real/a") == UNSURE
    assert compared_path(link, f"{link}/a") == UNSURE


def test_a_name_that_is_not_utf8_is_named_by_its_printed_form(tmp_path: Path) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(folder)
    real = os.fsdecode(folder)
    assert compared_path(printable(real), f"{real}/x") == YES
    assert printable(real).endswith("caf\\xe9")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("notes", "no absolute path"),
        ("./notes", "no absolute path"),
        ("~root/x", "no absolute path"),
        ("/data/*/a", r"\*"),
        ("/data/a*", r"\*"),
        ("/data/\0a", r"U\+0000"),
        ("/data/a\u200b", r"U\+200B"),
        ("  ", "1 to"),
    ],
)
def test_paths_that_mislead_are_refused_with_a_reason(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        path_targets(pattern, allowing=True)


@pytest.mark.parametrize(
    ("pattern", "target", "result"),
    [
        ("ada@example.org", "ada@example.org", YES),
        ("ada@example.org", "ada@EXAMPLE.ORG", YES),
        ("ada@example.org", "Ada@example.org", UNSURE),
        ("ada@example.org", "ada@example.org.evil.net", NO),
        ("caf\u00e9", "cafe\u0301", YES),
        ("ﬁn", "fin", UNSURE),
    ],
)
def test_recipients_are_matched_as_a_whole(pattern: str, target: str, result: str) -> None:
    subject = subject_of(Effect("msg.send", target), "")
    certain, cautious = (matches(text_target(pattern), subject, cautious=cautious) for cautious in (False, True))
    assert (YES if certain else UNSURE if cautious else NO) == result


def test_a_star_among_recipients_is_refused() -> None:
    with pytest.raises(PatternError, match="stand alone"):
        text_target("*@example.org")


def test_a_command_is_seen_as_its_folder_never_as_its_text() -> None:
    subject = subject_of(Effect("proc.run", "cat /etc/passwd"), "/home/ada")
    assert (subject.kind, subject.text) == ("path", "/home/ada")
    assert subject_of(Effect("proc.run", "/etc/passwd"), "").kind == "text"


NAMES = st.text(st.sampled_from("abAB.é-_ "), min_size=1, max_size=4).filter(lambda name: name.strip(" .") == name)


@given(st.lists(NAMES, max_size=5), st.lists(NAMES, max_size=5))
def test_a_folder_covers_exactly_what_is_below_it_by_component(folder: list[str], path: list[str]) -> None:
    target = "/no-such-place/" + "/".join(folder)
    subject = path_subject("/no-such-place" + "".join(f"/{name}" for name in path))
    found = [matches(one, subject, cautious=False) for one in path_targets(target, allowing=True)]
    assert any(found) == (path[: len(folder)] == folder)


@given(st.lists(NAMES, min_size=1, max_size=5), st.integers(0, 5), st.booleans())
def test_an_index_by_keys_finds_whatever_matches(parts: list[str], depth: int, cautious: bool) -> None:
    path = "/no-such-place/" + "/".join(parts)
    (target,) = path_targets("/no-such-place/" + "/".join(parts[:depth]), allowing=True)
    subject = path_subject(path)
    assert matches(target, subject, cautious=cautious) and target.key in set(keys(subject))


@given(st.sampled_from(["a.org", "b.a.org", "c.b.a.org", "x.org"]), st.sampled_from(["a.org", "*.a.org", "*.b.a.org"]))
def test_an_index_by_keys_finds_hosts(host: str, pattern: str) -> None:
    subject = subject_of(Effect("net.fetch", f"https://{host}/p"), "")
    target = host_target(pattern, allowing=True)
    assert not matches(target, subject, cautious=False) or target.key in set(keys(subject))


@pytest.mark.parametrize(
    ("text", "code"), [("plain", ""), ("größe 你好 🎈", ""), ("a\u2066b", "U+2066"), ("a\nb", "U+000A")]
)
def test_characters_that_mislead_are_named(text: str, code: str) -> None:
    assert misleading(text) == code
