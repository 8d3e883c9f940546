"""Where the system would not tell of changes."""

from __future__ import annotations

import pytest

from agent.automation.watch.place import Mount, is_remote, mounts

MOUNTED = [
    Mount("/", "ext4"),
    Mount("/home/p/nas", "nfs4"),
    Mount("/home/p/nas/local", "btrfs"),
    Mount("/mnt/share", "cifs"),
    Mount("/mnt/keys", "fuse.sshfs"),
    Mount("/mnt/stick", "fuseblk"),
]


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/home/p/Invoices", False),
        ("/home/p/nas", True),
        ("/home/p/nas/a/b", True),
        ("/home/p/nas2", False),
        ("/home/p/nas/local/x", False),
        ("/mnt/share/x", True),
        ("/mnt/keys", True),
        ("/mnt/stick/x", False),
    ],
)
def test_the_innermost_mount_decides(path: str, remote: bool) -> None:
    assert is_remote(path, MOUNTED) is remote


def test_drives_and_shares_of_windows() -> None:
    assert is_remote("\\\\server\\share\\x", [])
    assert not is_remote("/x", [])


def test_this_machine_has_mounts() -> None:
    assert any(mount.point for mount in mounts())
