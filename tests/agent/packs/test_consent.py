"""What a person reads before a pack may be used."""

from __future__ import annotations

from pathlib import Path

from agent.packs.archive import open_pack, read_folder
from agent.packs.consent import consent_lines, warnings
from agent.packs.keys import made_key
from agent.packs.part import Part
from tests.helpers.packs import built, home, may, write_pack


def test_all_of_it_in_sentences(tmp_path: Path) -> None:
    rules = [{"do": "deny", "what": "fs.*", "to": "/home/me/private"}, {"do": "ask", "what": "msg.send"}]
    capabilities = [may("files.read"), may("net", "api.acme.com", "acme.com:8443"), may("mem.write")]
    key = made_key()
    file = built(write_pack(tmp_path, rule=rules, capability=capabilities, files={"a.txt": "x"}), key)
    pack = open_pack(file, tmp_path / "out")
    parts = home(tmp_path).parts_of(pack)
    plugin = Part("plugin", "crm", "Looks\nthings up.", "plugins/crm", "", asks=(
        ("net", ("api.acme.com", "evil.example")), ("files.read", ()), ("ui.read", ("screen",)),
    ))  # fmt: skip
    assert consent_lines(pack, [*parts, plugin]) == [
        "minutes 1.0.0: Says how.",
        f"by Acme, key {key.fingerprint}; 3 files, hash {pack.digest[:16]}",
        "skill minutes: Says how.",
        "plugin crm: Looks things up.",
        "may read files that it is given, where you let Homard read. They say: It is needed.",
        "may reach api.acme.com and acme.com:8443 over the network. They say: It is needed.",
        "may keep things in memory. They say: It is needed.",
        "never: fs.* to /home/me/private",
        "asks each time before: msg.send to anything",
        "The plugin crm asks for net evil.example, which the pack does not: not given.",
        "The plugin crm asks for ui.read screen, which the pack does not: not given.",
    ]


def test_a_pack_that_asks_for_nothing_says_so(tmp_path: Path) -> None:
    pack = read_folder(write_pack(tmp_path))
    lines = consent_lines(pack, home(tmp_path).parts_of(pack))
    assert "may do nothing but give texts: it asks for no capability" in lines
    assert lines[1].startswith("says it is by Acme, and nobody signed it; 2 files")


def test_what_nobody_would_see_is_told_within_bounds(tmp_path: Path) -> None:
    files = {f"n{number}.md": f"<!-- {number} -->" for number in range(80)}
    files |= {"big.md": "```\n" * 200_000 + "<!-- x", "a.py": "x = 1  # \u202e", "b.bin": "\u202e"}
    pack = read_folder(write_pack(tmp_path, body="a\u200bb", files=files))
    told = warnings(pack, home(tmp_path).parts_of(pack))
    assert told[0].startswith("minutes: SKILL.md holds 1 invisible character")
    assert any(one.startswith("a.py holds 1 invisible character (U+202E)") for one in told)
    assert len(told) == 50 and not any("b.bin" in one for one in told)
