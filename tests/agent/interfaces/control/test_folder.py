import os
import stat
from pathlib import Path

import pytest

from agent.errors import StorageError
from agent.interfaces.control.folder import MAX_SOCKET_PATH_BYTES, socket_path


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_the_folder_is_private_and_depends_on_the_home(tmp_path: Path) -> None:
    one, same, other = (socket_path(tmp_path / name) for name in ("a", "a", "b"))
    assert one == same != other
    assert one.parent.parent == tmp_path
    assert stat.S_IMODE(one.parent.stat().st_mode) == 0o700


def test_a_long_home_or_runtime_folder_still_gives_a_short_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    path = socket_path(tmp_path / ("home" * 60))
    assert len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES
    path.parent.rmdir()


@pytest.mark.parametrize("kind", ["open", "link", "file"])
def test_a_folder_that_is_not_ours_alone_is_not_used(tmp_path: Path, kind: str) -> None:
    folder = socket_path(tmp_path / "home").parent
    folder.rmdir()
    if kind == "open":
        folder.mkdir()
        folder.chmod(0o755)
    elif kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.write_text("in the way")
    other = socket_path(tmp_path / "home").parent
    assert other != folder
    other.rmdir()


def test_nowhere_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = socket_path(tmp_path / "home").parent.name.removeprefix("homard-")
    in_the_way = [
        Path(base) / f"homard-{os.getuid()}-{digest}" for base in {os.environ.get("TMPDIR", "/tmp"), "/tmp", "/var/tmp"}
    ]
    (tmp_path / f"homard-{digest}").chmod(0o755)
    for path in in_the_way:
        path.write_text("in the way")
    try:
        with pytest.raises(StorageError, match="XDG_RUNTIME_DIR"):
            socket_path(tmp_path / "home")
    finally:
        for path in in_the_way:
            path.unlink()
