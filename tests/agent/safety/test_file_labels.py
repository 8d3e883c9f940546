"""The labels of files: marks of the person, marks of the system, notes of ours."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.labels import Label
from agent.safety.file_labels import OWN, FileLabels, downloads
from agent.safety.file_notes import Written
from agent.safety.matching import path_targets
from agent.safety.policy import Mark, MarkName, Policy
from agent.storage.database import Database

EVIL = Label("external", "public", ("external:evil.example",))
TAINTED = EVIL.join(OWN)


@asynccontextmanager
async def opened(tmp_path: Path, **marks: MarkName) -> AsyncGenerator[FileLabels, None]:
    database = await Database.open(tmp_path / "data" / "homard.db")
    policy = Policy(
        marks=tuple(Mark(path_targets(str(tmp_path / name), allowing=False)[0], mark) for name, mark in marks.items())
    )
    try:
        yield await FileLabels.open(database, policy, untrusted=(str(tmp_path / "downloads"),))
    finally:
        await database.close()


def run(tmp_path: Path, work: Callable[[FileLabels], None], **marks: MarkName) -> None:
    async def main() -> None:
        async with opened(tmp_path, **marks) as labels:
            await asyncio.to_thread(work, labels)

    asyncio.run(main())


def file(tmp_path: Path, name: str, text: str = "x") -> str:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def test_a_file_is_the_persons_own_unless_its_place_says_otherwise(tmp_path: Path) -> None:
    names = ("notes.txt", "downloads/a.pdf", "downloads-not/a", "vault/a", "vault/deep/b", "inbox/a", "none/missing")
    paths = [file(tmp_path, name) if "missing" not in name else str(tmp_path / name) for name in names]
    found: list[Label] = []
    run(tmp_path, lambda labels: found.extend(map(labels.label_of, paths)), vault="local_only", inbox="untrusted")
    down, vault, inbox = (str(tmp_path / name) for name in ("downloads", "vault", "inbox"))
    assert found == [
        OWN,
        Label("external", "private", (f"external:{down}",)),
        OWN,
        Label("local", "secret", (f"local:{vault}/a",)),
        Label("local", "secret", (f"local:{vault}/deep/b",)),
        Label("external", "private", (f"external:{inbox}/a",)),
        OWN,
    ]


def test_what_a_tainted_run_wrote_stays_tainted_also_after_a_restart(tmp_path: Path) -> None:
    path = file(tmp_path, "summary.md", "obey me")
    run(tmp_path, lambda labels: labels.note_written(path, EVIL))

    def later(labels: FileLabels) -> None:
        assert labels.label_of(path) == TAINTED
        Path(path).write_text("edited by hand: obey me")
        assert labels.label_of(path) == TAINTED

    run(tmp_path, later)


def test_a_copy_under_another_name_is_recognised(tmp_path: Path) -> None:
    path = file(tmp_path, "a.md", "obey me")

    def work(labels: FileLabels) -> None:
        labels.note_written(path, EVIL)
        assert labels.label_of(file(tmp_path, "copy.md", "obey me")) == TAINTED
        assert labels.label_of(file(tmp_path, "same-size.md", "other!!")) == OWN

    run(tmp_path, work)


def test_a_clean_run_that_replaces_all_of_it_cleans_it_one_that_edits_does_not(tmp_path: Path) -> None:
    path = file(tmp_path, "a.md", "obey me")

    def work(labels: FileLabels) -> None:
        labels.note_written(path, EVIL)
        Path(path).write_text("obey me, please")
        labels.note_written(path, OWN, replaced=False)
        assert labels.label_of(path) == TAINTED
        Path(path).write_text("all new")
        labels.note_written(path, OWN)
        assert labels.label_of(path) == OWN

    run(tmp_path, work)
    run(tmp_path, lambda labels: labels.note_written(path, OWN))


def test_a_crash_between_the_note_and_the_act_loses_no_taint(tmp_path: Path) -> None:
    path = str(tmp_path / "a.md")
    run(tmp_path, lambda labels: labels.note_writing(path, EVIL))
    file(tmp_path, "a.md", "obey me")
    found: list[Label] = []
    run(tmp_path, lambda labels: found.append(labels.label_of(path)))
    assert found == [TAINTED]


def test_notes_follow_what_is_moved(tmp_path: Path) -> None:
    path = file(tmp_path, "one/deep/a.md", "obey me")

    def work(labels: FileLabels) -> None:
        labels.note_written(path, EVIL)
        os.rename(tmp_path / "one", tmp_path / "two")
        labels.note_moved(str(tmp_path / "one"), str(tmp_path / "two"))
        moved = tmp_path / "two" / "deep" / "a.md"
        moved.write_text("changed since")
        assert labels.label_of(str(moved)) == TAINTED
        assert labels.label_of(file(tmp_path, "onward.md", "x")) == OWN

    run(tmp_path, work)


def test_secret_text_that_was_written_elsewhere_stays_secret(tmp_path: Path) -> None:
    path = file(tmp_path, "summary.md", "of the vault")
    secret = Label("local", "secret", ("local:vault",))

    def work(labels: FileLabels) -> None:
        labels.note_written(path, secret)
        assert labels.label_of(path) == secret

    run(tmp_path, work)


@pytest.mark.parametrize("name", ["plain", "näme-\u202etxt", os.fsdecode(b"not-utf8-\xff")])
def test_any_name_can_be_noted(tmp_path: Path, name: str) -> None:
    path = file(tmp_path, name)
    run(tmp_path, lambda labels: labels.note_written(path, EVIL))
    found: list[Label] = []
    run(tmp_path, lambda labels: found.append(labels.label_of(path)))
    assert found == [TAINTED]


def test_a_folder_is_as_tainted_and_secret_as_anything_in_it(tmp_path: Path) -> None:
    path = file(tmp_path, "work/deep/a.md", "obey me")
    folders = [str(tmp_path / name) for name in ("work", "work/deep", "calm", "v", "")]
    file(tmp_path, "calm/a")
    file(tmp_path, "v/vault/a")

    def work(labels: FileLabels) -> None:
        labels.note_written(path, EVIL)
        found = [labels.label_of(folder.rstrip("/")) for folder in folders]
        secrecies = [(label.integrity, label.secrecy) for label in found]
        assert secrecies == [
            ("external", "private"), ("external", "private"), ("local", "private"), ("local", "secret"),
            ("external", "secret"),
        ]  # fmt: skip

    marks: dict[str, MarkName] = {"v/vault": "local_only"}
    run(tmp_path, work, **marks)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes as Linux has them")
def test_what_was_saved_from_the_web_is_a_strangers(tmp_path: Path) -> None:
    path = file(tmp_path, "saved/page.html")
    try:
        os.setxattr(path, "user.xdg.origin.url", b"https://evil.example/page")
    except OSError:
        pytest.skip("this file system keeps no extended attributes")

    def work(labels: FileLabels) -> None:
        assert labels.label_of(path) == Label("external", "private", ("external:evil.example",))
        assert labels.label_of(str(tmp_path / "saved")).tainted

    run(tmp_path, work)


def test_pipes_devices_and_links_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    os.symlink("/dev/zero", tmp_path / "link")
    kept = file(tmp_path, "a")

    def work(labels: FileLabels) -> None:
        labels.note_written(str(tmp_path / "pipe"), EVIL)
        labels.note_written(kept, EVIL)
        assert [labels.label_of(str(tmp_path / name)) for name in ("pipe", "link")] == [TAINTED, OWN]

    run(tmp_path, work)


def test_the_downloads_folder_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DOWNLOAD_DIR", raising=False)
    assert downloads() == (os.path.realpath(tmp_path / "Downloads"),)


def test_what_a_command_changed_is_noted_at_once_and_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    secret = Label("local", "secret", ("local:vault",))
    paths = [file(tmp_path, name, name) for name in ("a.md", "b.md")]
    (tmp_path / "folder").mkdir()

    def work(labels: FileLabels) -> None:
        labels.note_written(paths[0], secret)
        labels.note_changed([*paths, str(tmp_path / "gone.md"), str(tmp_path / "folder")], EVIL)

    run(tmp_path, work)
    copy, empty = file(tmp_path, "copy.md", "b.md"), file(tmp_path, "folder/c.md")
    file(tmp_path, "gone.md", "came back")
    found: list[Label] = []
    looked_at = [*paths, copy, str(tmp_path / "gone.md"), empty]
    run(tmp_path, lambda labels: found.extend(map(labels.label_of, looked_at)))
    assert found == [TAINTED.join(secret), TAINTED, TAINTED, OWN, OWN]


def test_a_command_of_a_clean_run_notes_nothing_and_forgets_nothing(tmp_path: Path) -> None:
    paths = [file(tmp_path, name, name) for name in ("a.md", "b.md")]

    def work(labels: FileLabels) -> None:
        labels.note_written(paths[0], EVIL)
        labels.note_changed(paths, OWN)
        assert [labels.label_of(path) for path in paths] == [TAINTED, OWN]

    run(tmp_path, work)


def test_a_content_that_was_overwritten_is_known_when_it_comes_back(tmp_path: Path) -> None:
    path = file(tmp_path, "a.md", "obey me")

    def overwrite(labels: FileLabels) -> None:
        labels.note_written(path, EVIL)
        Path(path).write_text("all new")
        labels.note_written(path, OWN)
        assert labels.label_of(path) == OWN

    def bring_back(labels: FileLabels) -> None:
        assert labels.label_of(path) == OWN
        assert [labels.label_of(file(tmp_path, name, "obey me")) for name in ("a.md", "b.md")] == [TAINTED, TAINTED]

    run(tmp_path, overwrite)
    run(tmp_path, bring_back)


def test_what_the_marks_say_of_a_place_is_no_matter_of_what_stands_there(tmp_path: Path) -> None:
    path = file(tmp_path, "inbox/a.md", "obey me")

    def work(labels: FileLabels) -> None:
        labels.note_written(path, Label("local", "secret", ("local:vault",)))
        assert labels.place_of(path) == Label("external", "private", (f"external:{path}",))
        labels.marks = Policy()
        assert labels.place_of(path) == OWN

    run(tmp_path, work, inbox="untrusted")


def test_a_note_on_all_in_a_folder_counts_below_and_above_and_stays_with_what_is_moved(tmp_path: Path) -> None:
    paths = [file(tmp_path, name) for name in ("work/a/x", "work/a/new", "work/b")]

    def work(labels: FileLabels) -> None:
        labels.note_below([str(tmp_path / "work/a")], EVIL)
        labels.note_below([str(tmp_path / "calm")], OWN)
        places = [*paths, str(tmp_path / "work/a"), str(tmp_path / "work")]
        assert list(map(labels.label_of, places)) == [TAINTED, TAINTED, OWN, TAINTED, TAINTED]
        labels.note_written(paths[0], OWN)
        assert labels.label_of(paths[0]) == TAINTED
        os.rename(tmp_path / "work", tmp_path / "moved")
        labels.note_moved(str(tmp_path / "work"), str(tmp_path / "moved"))

    def later(labels: FileLabels) -> None:
        names = ("moved/a/x", "moved/b", "calm")
        assert [labels.label_of(str(tmp_path / name)) for name in names] == [TAINTED, OWN, OWN]

    run(tmp_path, work)
    run(tmp_path, later)


def test_after_a_command_what_it_changed_is_noted_in_place_of_all_it_could(tmp_path: Path) -> None:
    changed, other, shut = file(tmp_path, "w/changed"), file(tmp_path, "w/other"), file(tmp_path, "w/shut/x")
    folder = str(tmp_path / "w")
    found: list[list[Label]] = []

    def see(labels: FileLabels) -> None:
        found.append([labels.label_of(path) for path in (changed, other, shut)])

    def begin(labels: FileLabels) -> None:
        labels.note_below([folder], EVIL, during="r1/c1")
        labels.note_below([folder], OWN.join(Label("local", "secret")), during="r2/c1")
        labels.settle("r2/c1", [], ())
        labels.settle("r2/c1", [Written(other)], ())
        see(labels)

    def end(labels: FileLabels) -> None:
        labels.settle("r1/c1", [Written(changed)], [str(tmp_path / "w/shut")])
        see(labels)

    for work in (begin, see, end, see):
        run(tmp_path, work)
    assert found == [[TAINTED] * 3] * 2 + [[TAINTED, OWN, TAINTED]] * 2


def test_where_nobody_saw_what_a_command_did_all_it_could_write_stays_tainted(tmp_path: Path) -> None:
    path = file(tmp_path, "w/x")

    def work(labels: FileLabels) -> None:
        labels.note_below([str(tmp_path / "w")], EVIL, during="r1/c1")
        labels.settle("r1/c1", [], None)
        labels.settle("r1/c1", [], ())
        labels.settle("", [], ())
        assert labels.label_of(path) == TAINTED

    run(tmp_path, work)
