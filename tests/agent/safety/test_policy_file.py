"""The file is the truth: in force at the next call, never half written, and what cannot be read denies everything."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from agent.errors import StorageError, UsageError
from agent.safety.policy import Policy, PolicyInvalid
from agent.safety.policy_file import MAX_BYTES, PolicyFile
from agent.safety.rules import LimitText, RuleText, WhenText, in_words

DENY = RuleText("deny", "net.send", ("a.org",))
ALLOW = RuleText(
    "allow", "net.send", ("b.org",), WhenText("job:x", ("<=local",)), LimitText(3, "1MB"), date(2027, 1, 2)
)
WRITTEN = """\
# What I thought of.
[[rule]]   # the first
do = "deny"
what = "msg.send"
# who
to = ["eve@example.org"]

# The second one.
[[rule]]
do = "ask"
what = "fs.delete"
"""


@pytest.fixture
def file(tmp_path: Path) -> PolicyFile:
    return PolicyFile(tmp_path / "config" / "policy.toml")


def written(file: PolicyFile, text: str = WRITTEN) -> PolicyFile:
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_text(text)
    return file


def words(policy: Policy) -> list[str]:
    return [in_words(rule) for rule in policy.rules]


def test_no_file_is_no_rule(file: PolicyFile) -> None:
    assert file.current() == file.load() == Policy()
    assert not file.path.parent.exists()


def test_a_change_in_an_editor_is_in_force_at_the_next_call(file: PolicyFile) -> None:
    first = written(file).current()
    assert words(first) == ["deny msg.send to eve@example.org", "ask fs.delete to anything"]
    assert file.current() is first
    written(file, WRITTEN.replace("eve", "bob"))
    assert words(file.current())[0] == "deny msg.send to bob@example.org"
    other = file.path.with_name("new")
    other.write_text(WRITTEN.replace("eve", "dan"))
    os.utime(other, ns=(file.path.stat().st_atime_ns, file.path.stat().st_mtime_ns))
    other.replace(file.path)
    assert words(file.current())[0] == "deny msg.send to dan@example.org"


def test_rules_are_added_and_taken_away_and_comments_stay(file: PolicyFile) -> None:
    added = written(file).add(ALLOW)
    assert words(file.current())[2] == in_words(added)
    text = file.path.read_text()
    assert text.startswith(WRITTEN)
    assert text[len(WRITTEN) :] == (
        '\n[[rule]]\ndo = "allow"\nwhat = "net.send"\nto = ["b.org"]\n'
        'when = {principal = "job:x", label = ["<=local"]}\nlimit = {per_day = 3, bytes = "1MB"}\nuntil = 2027-01-02\n'
    )
    first = file.current().rules[0]
    assert file.remove(first.rule_id) == first
    assert [rule.do for rule in file.current().rules] == ["ask", "allow"]
    assert file.path.read_text() == (
        "# What I thought of.\n\n" + WRITTEN[WRITTEN.index("# The second") :] + text[len(WRITTEN) :]
    )
    for rule in file.current().rules:
        file.remove(rule.rule_id)
    assert file.current() == Policy()


def test_the_same_rule_is_written_once(file: PolicyFile) -> None:
    assert file.add(DENY).rule_id == file.add(DENY).rule_id
    assert len(file.current().rules) == 1


def test_a_rule_is_replaced_in_its_place(file: PolicyFile) -> None:
    old = written(file).current().rules[0]
    new = file.replace(old.rule_id, DENY)
    assert words(file.current()) == [in_words(new), "ask fs.delete to anything"]
    assert "# The second one." in file.path.read_text()


def test_folders_are_marked_under_their_real_name(file: PolicyFile, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    real = str(tmp_path / "real")
    assert str(file.mark(tmp_path / "link", "local_only")) == real
    file.mark(tmp_path / "real", "local_only")
    file.mark(tmp_path / "real", "untrusted")
    assert file.path.read_text().count("[[folder]]") == 2
    assert file.current().marks_of(f"{real}/x") == {"local_only", "untrusted"}
    file.mark(tmp_path / "link", None)
    assert file.current() == Policy()


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda file: file.remove("r00000000"), "There is no rule r00000000"),
        (lambda file: file.replace("r00000000", DENY), "There is no rule r00000000"),
        (lambda file: file.add(RuleText("allow", "shell")), "is no verb"),
        (lambda file: file.replace(file.current().rules[0].rule_id, RuleText("deny", "x")), "is no verb"),
        (lambda file: file.restore(), "are in force|no copy"),
    ],
)
def test_what_cannot_be_done_changes_nothing(file: PolicyFile, work: object, message: str) -> None:
    written(file)
    with pytest.raises(UsageError, match=message):
        work(file)  # pyright: ignore[reportCallIssue]
    assert file.path.read_text() == WRITTEN


BROKEN = [
    "[[rule]]\ndo = \n",
    '[[rule]]\ndo = "deny"\nwhat = "nothing"\n',
    "\0",
    "[[" * 100_000,
    "x" * (MAX_BYTES + 1),
]


@pytest.mark.parametrize("text", BROKEN, ids=["toml", "meaning", "nul", "nested", "large"])
def test_a_file_that_cannot_be_read_denies_everything_and_there_is_a_way_back(file: PolicyFile, text: str) -> None:
    good = written(file).current()
    written(file, text)
    broken = file.current()
    assert broken.rules == () and str(file.path) in broken.broken
    with pytest.raises(PolicyInvalid):
        file.load()
    for change in (lambda: file.add(DENY), lambda: file.mark(file.path.parent, "untrusted")):
        with pytest.raises(PolicyInvalid):
            change()
    assert file.path.read_text() == text
    assert file.restore() == good == file.current()
    assert file.path.read_text() == WRITTEN
    assert file.path.with_name("policy.toml.broken").read_text() == text


def test_bytes_that_are_no_utf8_deny_everything(file: PolicyFile) -> None:
    written(file).path.write_bytes(b"# caf\xe9\n")
    assert "is not UTF-8 (byte 5)" in file.current().broken


@pytest.mark.parametrize("stands", ["folder", "link to nowhere"])
def test_something_else_in_its_place_denies_everything(file: PolicyFile, stands: str) -> None:
    written(file).current()
    file.path.unlink()
    if stands == "folder":
        file.path.mkdir()
    else:
        file.path.symlink_to("nowhere")
    assert file.current().broken


def test_rules_do_not_vanish_with_the_file(file: PolicyFile) -> None:
    good = written(file).current()
    file.path.unlink()
    assert "is gone" in file.current().broken
    assert PolicyFile(file.path).current().broken, "the next start knows it too"
    assert file.restore() == good
    file.path.unlink()
    file.copy_path.unlink()
    assert file.current() == Policy()


def test_only_the_person_reads_it_and_nothing_is_left_lying_about(file: PolicyFile) -> None:
    file.add(DENY)
    assert stat.S_IMODE(file.path.stat().st_mode) == stat.S_IMODE(file.copy_path.stat().st_mode) == 0o600
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["policy.toml", "policy.toml.good"]


def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        PolicyFile(tmp_path / "config" / "policy.toml").add(DENY)


def test_rules_in_one_line_are_left_to_the_person(file: PolicyFile) -> None:
    text = 'rule = [{do = "deny", what = "fs.read"}]\n'
    assert words(written(file, text).current()) == ["deny fs.read to anything"]
    with pytest.raises(UsageError, match=r"Write each as \[\[rule\]\]"):
        file.add(DENY)
    assert file.path.read_text() == text


def test_rules_that_did_not_change_are_in_force_without_reading(file: PolicyFile) -> None:
    assert file.unchanged() is None
    before = file.current()
    assert file.unchanged() is before
    file.add(DENY)
    assert file.unchanged() is None and words(file.current()) != words(before)
    now = file.current()
    assert file.unchanged() is now
    file.path.unlink()
    assert file.unchanged() is None and file.current().broken and file.unchanged() is None
