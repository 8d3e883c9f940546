"""The ceiling of a pack: what is left of what its parts ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.packs.capability import CapabilityText, capability_words, covers, cut, judged
from agent.safety.matching import matches, path_subject

Pairs = tuple[tuple[str, tuple[str, ...]], ...]


def held(*pairs: tuple[str, tuple[str, ...]]) -> list[CapabilityText]:
    return [CapabilityText(what, "r", to) for what, to in pairs]


@pytest.mark.parametrize(
    ("asked", "ceiling", "left"),
    [
        ((("net", ("a.com", "b.com")),), (("net", ("a.com",)),), (("net", ("a.com",)),)),
        ((("net", ("*",)),), (("net", ("a.com",)),), ()),
        ((("net", ("a.com:8443",)),), (("net", ("a.com",)),), (("net", ("a.com:8443",)),)),
        ((("net", ("a.com",)),), (("net", ("a.com:8443",)),), ()),
        ((("net", ("evil.a.com", "a.com.evil")),), (("net", ("a.com",)),), ()),
        ((("net", ("a.com",)),), (("net", ("*",)),), (("net", ("a.com",)),)),
        ((("fs.read", ("~/N/a", "~/Nx", "~/N/../b")),), (("fs.read", ("~/N",)),), (("fs.read", ("~/N/a",)),)),
        ((("fs.write", ("~/Notes",)),), (("fs.read", ("~/Notes",)),), ()),
        ((("fs.read", ("{folder}",)),), (("fs.read", ("{folder}",)),), (("fs.read", ("{folder}",)),)),
        ((("fs.read", ("{folder}",)),), (("fs.read", ("~/Notes",)),), ()),
        ((("proc.run", ()),), (("proc.run", ("git",)),), ()),
        ((("proc.run", ("git", "sh")),), (("proc.run", ("git",)),), (("proc.run", ("git",)),)),
        ((("proc.run", ("sh",)),), (("proc.run", ()),), (("proc.run", ("sh",)),)),
        ((("files.read", ()), ("ui.notify", ())), (("files.read", ()),), (("files.read", ()),)),
        ((("secret.use", ()),), (("secret.use", ("crm",)),), ()),
        ((("unknown", ("x",)), ("unknown", ())), (("net", ("*",)),), ()),
    ],
)  # fmt: skip
def test_what_is_left_is_in_both(asked: Pairs, ceiling: Pairs, left: Pairs) -> None:
    assert cut(asked, held(*ceiling)) == left
    assert cut(left, held(*ceiling)) == left and all(covers(held(*ceiling), what, to) for what, to in left)
    assert cut(asked, ()) == () and cut(left, held(*asked)) == left


def test_a_target_that_leads_elsewhere_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert judged(held(("fs.read", (str(tmp_path / "link"),))), by_provider=False) == ()
    (only,) = judged(held(("fs.read", (str(tmp_path / "link"), str(tmp_path / "real")))), by_provider=False)
    assert [matches(one, path_subject(str(tmp_path / "real/a")), cautious=False) for one in only.targets] == [True]
    assert judged(held(("fs.read", ("{folder}",)), ("nonsense", ())), by_provider=True) == ()


def test_each_word_is_a_sentence() -> None:
    said = [capability_words(one) for one in held(
        ("files.read", ()), ("fs.write", ("~/a", "~/b")), ("net", ("*",)), ("net", ("a.com",)), ("proc.run", ()),
        ("proc.run", ("git",)), ("ui.read", ("screen",)), ("\u202ex", ()),
    )]  # fmt: skip
    assert said == [
        "read files that it is given, where you let Homard read",
        "write, move and delete in ~/a and ~/b, where it can be undone",
        "reach any host over the network",
        "reach a.com over the network",
        "run commands (any program), held by the sandbox, which can read what Homard may read",
        "run commands (git), held by the sandbox, which can read what Homard may read",
        "look at the screen",
        "\\u202ex",
    ]
