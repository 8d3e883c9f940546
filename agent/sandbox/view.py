"""What each confined command on Linux sees beside the granted folders: the system's programs, and tools of the home."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from agent.sandbox.closed import homes, is_inside
from agent.sandbox.confinement import Confinement

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/gnu", "/etc", "/snap/bin")
"""Read and started."""
SYSTEM_CLOSED = (
    "/etc/shadow", "/etc/shadow-", "/etc/gshadow", "/etc/gshadow-", "/etc/sudoers", "/etc/sudoers.d",
    "/etc/ssl/private", "/etc/pki/tls/private", "/etc/wireguard", "/etc/NetworkManager/system-connections",
    "/etc/krb5.keytab", "/etc/letsencrypt", "/etc/security/opasswd",
)  # fmt: skip
"""Of these; matters where Homard runs as root, who may read them."""
TOOLS = (
    ".pyenv", ".rbenv", ".nvm/versions", ".fnm", ".volta", ".local/share/mise", ".local/share/uv", ".cargo/bin",
    ".rustup/toolchains", ".sdkman/candidates", ".local/bin", ".local/lib", ".local/share/pipx", "go/bin", ".deno/bin",
    ".bun/bin", ".dotnet", ".nix-profile", "miniconda3", "anaconda3", "miniforge3", ".juliaup",
)  # fmt: skip
"""Below the home folder: programs that people install for themselves. Read and started."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
FACTS = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/version",
    "/proc/filesystems", "/proc/sys", "/proc/self", "/sys/devices/system/cpu",
)  # fmt: skip
"""Of the machine; where the process list is the machine's, this is all of /proc that is shown."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def system_closed() -> list[str]:
    """Those that this user could read."""
    keys = [str(key) for key in Path("/etc/ssh").glob("ssh_host_*key")] if os.path.isdir("/etc/ssh") else []
    return [path for path in [*SYSTEM_CLOSED, *keys] if os.access(path, os.R_OK)]


def tools() -> list[str]:
    """Folders of programs in the home that exist."""
    return [path for home in homes() for name in TOOLS if os.path.exists(path := os.path.join(home, name))]


def search_path(given: str, visible: Iterable[str]) -> str:
    """The entries of PATH that exist for the command, and the system's."""
    seen = tuple(visible)
    kept = [entry for entry in given.split(":") if any(is_inside(entry, place) for place in seen)]
    return ":".join(dict.fromkeys([*kept, *_PATH.split(":")]))


def environment(
    given: Mapping[str, str], confinement: Confinement, *, home: str, temporary: str, proxy: str = ""
) -> dict[str, str]:
    """The command's environment, with what is different inside."""
    visible = [*SYSTEM, *tools(), *confinement.readable, *confinement.writable]
    changed = {
        "PATH": search_path(given.get("PATH", ""), visible),
        "HOME": home,
        "TMPDIR": temporary,
    }
    if proxy:
        names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
        changed |= dict.fromkeys(names, proxy) | {"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "localhost,127.0.0.1"}
    return {**given, **changed}


def limits(confinement: Confinement, *, processes: int | None) -> list[str]:
    """Options for the launcher: resource limits."""
    bounds = [f"CORE={0}", f"FSIZE={confinement.file_bytes}"]
    if confinement.tasks is not None or processes is not None:
        bounds.append(f"NPROC={confinement.tasks or processes}")
    if confinement.memory_bytes is not None:
        bounds.append(f"DATA={confinement.memory_bytes}")
    return [*(["--yield"] if confinement.yields else []), *(word for bound in bounds for word in ("--limit", bound))]


def kept_back(confinement: Confinement) -> list[str]:
    """Options for the launcher: further system calls that are denied."""
    counted = ["--counted"] if confinement.memory_bytes is not None else []
    return [*counted, *(["--lone"] if confinement.lone else [])]


def same(confinement: Confinement) -> list[str]:
    """Options for the launcher: the granted folders, to be known again where nobody can put others in their place."""
    return [word for path, *numbers in confinement.stood for word in ("--same", ":".join(map(str, (*numbers, path))))]
