"""What is said of a sandbox is what held; broken and lying ones are found out."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from agent.sandbox import landlock, measure, seccomp
from agent.sandbox.measured import FILES, KERNEL, LIMITS, NETWORK, PROCESSES, Measured, describe, level_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the back ends tried here are those of Linux")

BWRAP = shutil.which("bwrap") or ""
EVERYTHING = (*FILES, *NETWORK, *PROCESSES, *KERNEL, *LIMITS)
alone = landlock.version() >= 6 and seccomp.supported()
needs_bubblewrap = pytest.mark.skipif(not BWRAP, reason="bubblewrap is not installed")
needs_landlock = pytest.mark.skipif(not alone, reason="this kernel's Landlock is too old to stand alone")

BROKEN = "#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n"
HANGS = "#!/bin/sh\nexec sleep 100\n"
LIES = '#!/bin/bash\nuntil [ "$1" = -- ]; do shift; done; shift\nexec "$@"\n'
"""Runs what it is given as it is: only the walls within stand."""
LIES_OUTRIGHT = '#!/bin/bash\nfor i in 1 2; do until [ "$1" = -- ]; do shift; done; shift; done\nexec "$@"\n'
"""Leaves out those, too."""
FORGETS_THE_NETWORK = f"""#!/bin/bash
args=(); for a in "$@"; do args+=("${{a/--unshare-all/--unshare-pid}}"); done
exec {BWRAP} "${{args[@]}}"
"""
OLD = f"""#!/bin/bash
for a in "$@"; do case $a in --size|--perms) echo "bwrap: Unknown option $a" >&2; exit 1;; --) break;; esac; done
exec {BWRAP} "$@"
"""
FORGETS_PROCESSES = f"""#!/bin/bash
args=(); for a in "$@"; do
    case $a in --unshare-all) args+=(--unshare-net);; --landlock|--seccomp) ;; *) args+=("$a");; esac
done
exec {BWRAP} "${{args[@]}}"
"""


def program(folder: Path, text: str) -> str:
    path = folder / "bwrap"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@needs_bubblewrap
def test_this_machine_isolates(tmp_path: Path) -> None:
    found = measure.measure(home=tmp_path / "cache")
    assert (found.level, found.backend.name, found.notes) == ("isolated", "bubblewrap", ())
    assert found.barriers == dict.fromkeys(found.barriers, True)
    assert set(found.barriers) == set(EVERYTHING)
    assert (found.offline, found.can_proxy) == (True, True)
    assert list((tmp_path / "cache").iterdir()) == [], "the decoys are gone"


@needs_landlock
@pytest.mark.parametrize("text", [None, BROKEN], ids=["missing", "broken"])
def test_without_bubblewrap_the_rest_holds(tmp_path: Path, text: str | None) -> None:
    found = measure.measure(bubblewrap="" if text is None else program(tmp_path, text))
    assert (found.level, found.backend.name, found.can_proxy) == ("isolated", "landlock", False)
    words = "is not installed" if text is None else "does not work here: setting up uid map: Permission denied"
    assert [words in note for note in found.notes] == [True]


@needs_bubblewrap
def test_an_old_one_does_too(tmp_path: Path) -> None:
    found = measure.measure(bubblewrap=program(tmp_path, OLD))
    assert (found.level, found.backend.name, found.backend.sized, found.notes) == ("isolated", "bubblewrap", False, ())


@needs_landlock
def test_one_that_hangs_is_given_up(tmp_path: Path) -> None:
    found = measure.measure(bubblewrap=program(tmp_path, HANGS), limit_s=2.0)
    assert (found.backend.name, "not done within 2 s" in found.notes[0]) == ("landlock", True)


@needs_landlock
@needs_bubblewrap
@pytest.mark.parametrize(
    ("text", "open_"),
    [
        (LIES, {"tcp", "udp", "attributes"}),
        (LIES_OUTRIGHT, set(EVERYTHING) - {"vsock"}),
        (FORGETS_THE_NETWORK, {"tcp", "udp"}),
        (FORGETS_PROCESSES, {"see", "signal"}),
    ],
    ids=["nothing", "nothing at all", "the network", "processes"],
)
def test_one_that_does_not_confine_is_found_out(tmp_path: Path, text: str, open_: set[str]) -> None:
    found = measure.measure(bubblewrap=program(tmp_path, text))
    assert (found.level, found.backend.name) == ("isolated", "landlock")
    [note] = found.notes
    told = set(note.partition("leaves open: ")[2].rstrip(".").split(", "))
    assert open_ <= told, told


def test_a_bare_probe_gets_through_everywhere(tmp_path: Path) -> None:
    """Each attempt is real: where nothing holds, nothing is said to hold."""
    backend = measure.Backend("limits")
    barriers = measure.attack(backend, tmp_path)
    held = {name for name, found in barriers.items() if found}
    # Some kernels have no vsock, no io_uring, or let only root mount and load code.
    assert held <= {"limits", "vsock", "io_uring", "mount", "bpf", "namespaces", "typing", "keys"}, held
    assert level_of(barriers) == "limits"


def test_levels() -> None:
    held = dict.fromkeys(EVERYTHING, True)
    assert level_of(held) == "isolated"
    for name in (*NETWORK, *PROCESSES, *KERNEL):
        assert level_of({**held, name: False}) == "files"
    for name in FILES:
        assert level_of({**held, name: False}) == "limits"
    assert level_of({**held, "limits": False}) == level_of({}) == "none"


def test_it_is_measured_once_and_kept_for_this_boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.defpath}")
    count = tmp_path / "count"
    program(tmp_path, f"#!/bin/sh\necho x >> {count}\nexit 1\n")

    def times() -> int:
        return count.read_text().count("x")

    cache = tmp_path / "cache"
    first = measure.known(cache)
    assert (measure.known(cache), times()) == (first, 1)
    measure.forget()
    assert (measure.known(cache), times()) == (first, 1), "read from the disk"
    program(tmp_path, f"#!/bin/sh\necho x >> {count}\necho other >&2\nexit 1\n")
    measure.forget()
    assert (measure.known(cache).notes != first.notes, times()) == (True, 2), "another program is another measurement"
    kept = cache / "sandbox.json"
    for broken in (b"{", b"null", json.dumps({**json.loads(kept.read_bytes()), "measured": {"level": "all"}}).encode()):
        kept.write_bytes(broken)
        measure.forget()
        measure.known(cache)
    assert times() == 5
    measure.forget()


def test_it_is_said_in_sentences() -> None:
    nothing = describe(Measured("limits", measure.Backend("limits"), {"limits": True, "tcp": False}, ("A note.",)))
    assert nothing == [
        "Commands are bounded and ended as a whole, but they have all of your rights (level limits, by limits only).",
        "Tried and prevented: using up memory for crash dumps and disk by one file.",
        "NOT prevented: connecting to the network (TCP).",
        "Commands that ask for the network are refused: this needs bubblewrap.",
        "A note.",
    ]
