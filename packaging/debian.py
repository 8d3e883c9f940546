"""Make a Debian package of the frozen folder: /opt/homard, links in /usr/bin, and what a desktop wants to know."""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINUX = ROOT / "packaging" / "linux"
APP_ID = "io.github.homard.Homard"

CONTROL = """\
Package: homard
Version: {version}
Architecture: {architecture}
Maintainer: The Homard authors <homard@homard.invalid>
Installed-Size: {kib}
Section: utils
Priority: optional
Depends: {depends}
Recommends: fonts-dejavu-core | fonts-noto-core, gnome-keyring | kwalletmanager
Description: personal agent for the desktop
 Reads, finds, writes, edits and runs things in the folders it was granted,
 stops at the limits that were set, and says what it did. Brings a small model
 that works offline.
"""
DEPENDS = ("libegl1", "libgl1", "libglib2.0-0t64 | libglib2.0-0", "libwayland-client0", "libwayland-cursor0",
           "libwayland-egl1", "libxcb1")  # fmt: skip
"""Besides the C library: what the folder does not carry because it belongs to the machine's desktop and drivers."""


def build(folder: Path, icons: Path, output: Path, version: str) -> Path:
    """Pack `folder` with the icons that packaging/icons.py wrote; returns the package. Needs dpkg-deb."""
    architecture = _said("dpkg", "--print-architecture")
    package = output / f"homard_{version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        lay_out(root, folder, icons)
        control = root / "DEBIAN" / "control"
        control.parent.mkdir()
        kib = sum(path.lstat().st_size for path in root.rglob("*")) // 1024
        depends = ", ".join([f"libc6 (>= {_needed_glibc(folder)})", *DEPENDS])
        text = CONTROL.format(version=version, architecture=architecture, kib=kib, depends=depends)
        control.write_text(text, encoding="utf-8")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", root, package], check=True)
    return package


def lay_out(root: Path, folder: Path, icons: Path) -> None:
    """Put every file where it belongs below `root`."""
    place = root / "opt" / "homard"
    shutil.copytree(folder, place, symlinks=True)
    if (folder / "homard").samefile(folder / "homard-app"):  # a copy of the folder has made two of the one file
        (place / "homard").unlink()
        os.link(place / "homard-app", place / "homard")
    programs = root / "usr" / "bin"
    programs.mkdir(parents=True)
    for program in ("homard", "homard-app"):
        (programs / program).symlink_to(f"/opt/homard/{program}")
    share = root / "usr" / "share"
    _copy(LINUX / "homard.desktop", share / "applications" / "homard.desktop")
    _copy(LINUX / f"{APP_ID}.metainfo.xml", share / "metainfo" / f"{APP_ID}.metainfo.xml")
    hicolor = share / "icons" / "hicolor"
    _copy(ROOT / "resources" / "icons" / "homard-app.svg", hicolor / "scalable" / "apps" / "homard.svg")
    for picture in (icons / "hicolor").glob("*.png"):
        _copy(picture, hicolor / f"{picture.stem}x{picture.stem}" / "apps" / "homard.png")
    documents = share / "doc" / "homard"
    _copy(ROOT / "LICENSE", documents / "copyright")
    with gzip.GzipFile(documents / "changelog.gz", "wb", mtime=0) as changelog:
        changelog.write((ROOT / "CHANGELOG.md").read_bytes())
    for path in share.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _needed_glibc(folder: Path) -> str:
    """The newest version of the C library that a binary in the folder names."""
    newest = (2, 28)
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and (".so" in path.name or os.access(path, os.X_OK)):
            for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", path.read_bytes()):
                newest = max(newest, (int(major), int(minor)))
    return "{}.{}".format(*newest)


def _said(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()
