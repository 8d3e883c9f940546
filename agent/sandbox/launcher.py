"""A program: confines itself as its options say, then becomes the command. Started in front of every confined command.

Run as `python -I -S launcher.py OPTIONS -- COMMAND`; started by nothing but `wrap.py`. What it is told to enforce and
cannot makes it end with code 125 before the command is started. Options may be repeated:

    --execute P  --work P  --write P   Landlock: may be read and started; all of it; a device that is read and written
    --same DEVICE:INODE:PATH           the folder there must be this one, or nothing
    --closed P                         what of those stays out of reach, for the places to be split around
    --opened P                         below a closed place, and to be read and started all the same
    --socket FAMILY                    seccomp: a kind of socket that stays
    --alone                            the process list and the mount tree are its own already
    --counted                          seccomp: no memory that belongs to no process
    --lone                             seccomp: the command starts nothing
    --limit NAME=N                     a resource limit, soft and hard
    --yield                            compute after all others, go first when memory runs out
    --parent PID                       end when that process ends
    --answer                           stay, and change modes and times by path where the command may write
    --supervise                        stay, and say how many background processes ended with the command
    --outside NAMESPACE                the machine's process list, as /proc/self/ns/pid names it
    --forward PORT=SOCKET              serve a UNIX socket of the outside on a port of the loopback inside
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # a command waits for this program: it imports little
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agent.sandbox.entry import Entry

NOT_CONFINED = 125
"""Exit code: nothing was run, because what was asked for cannot be enforced."""
GIVEN = "HOMARD_GIVEN_"
"""Begins the names of variables that are the command's alone: without it they are there from the command on. A loader
acts on some of them (LD_PRELOAD), and whatever comes before the command is outside of its sandbox, or builds it."""
_PARENT_DEATH_SIGNAL, _CHILD_SUBREAPER = 1, 36
_NO_HANG = 1
_HANG_UP, _INTERRUPT, _KILL, _TERMINATE, _IGNORE = 1, 2, 9, 15, 1
"""Of signal(7). The module `signal` would bring `enum` along."""


_FLAGS = ("--alone", "--supervise", "--landlock", "--seccomp", "--answer", "--counted", "--lone", "--yield")
_LISTS = (
    "--execute", "--work", "--write", "--closed", "--opened", "--socket", "--limit", "--parent", "--forward",
    "--outside", "--same",
)  # fmt: skip


class Options:
    """What stands before `--`."""

    def __init__(self, words: list[str]) -> None:
        """Raises ValueError for an option that is none."""
        split = words.index("--")
        self.command = words[split + 1 :]
        self.flags: set[str] = set()
        self.lists: dict[str, list[str]] = {}
        given = iter(words[:split])
        for word in given:
            if word in _FLAGS:
                self.flags.add(word)
            elif word in _LISTS:
                self.lists.setdefault(word, []).append(next(given))
            else:
                raise ValueError(f"no such option: {word}")

    def all(self, name: str) -> list[str]:
        """The values of an option."""
        return self.lists.get(name, [])


def main() -> None:
    """Confine, then run what comes after `--`."""
    options = Options(sys.argv[1:])
    entry = None
    try:
        if "--lone" in options.flags:
            from agent.sandbox.entry import Entry

            entry = Entry(options.command)
        _die_with(options.all("--parent"))
        _limit(options.all("--limit"))
        if "--yield" in options.flags:
            _yield()
        _require_same(options.all("--same"))
        for forward in options.all("--forward"):
            _serve_beside(*forward.split("=", 1))
        if "--supervise" in options.flags:
            _supervise(options)
        if "--answer" in options.flags:
            _confine_and_answer(options, entry)
        else:
            _confine(options, entry)
    except (OSError, ValueError, ImportError) as error:
        _refuse(f"the command was not run, for it cannot be confined ({error})")
    _become(options.command, entry)


def _become(command: list[str], entry: Entry | None) -> None:
    for name in [name for name in os.environ if name.startswith(GIVEN)]:
        os.environ[name.removeprefix(GIVEN)] = os.environ.pop(name)
    try:
        if entry is not None:
            entry.enter()
        os.execvp(command[0], command)  # noqa: S606 - to be the command is what this is for
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode("utf-8", "surrogateescape"))
        os._exit(127 if isinstance(error, FileNotFoundError) else 126)


def _refuse(reason: str) -> None:
    os.write(2, f"sandbox: {reason}\n".encode("utf-8", "surrogateescape"))
    os._exit(NOT_CONFINED)


def _confine(options: Options, entry: Entry | None, asked: Iterable[str] = ()) -> int:
    from agent.sandbox.landlock import confine
    from agent.sandbox.seccomp import restrict  # both before the first closes the files of the second

    if "--landlock" in options.flags:
        closed = options.all("--closed")
        confine(
            execute=[
                *(part for place in options.all("--execute") for part in around(place, closed)),
                *options.all("--opened"),
            ],
            work=[part for place in options.all("--work") for part in around(place, _not_around(place, closed))],
            write=options.all("--write"),
        )
    if "--seccomp" in options.flags:
        return restrict(
            options.all("--socket"),
            alone="--alone" in options.flags,
            asked=asked,
            counted="--counted" in options.flags,
            entry=entry and entry.address,
        )
    return 0


def _confine_and_answer(options: Options, entry: Entry | None) -> None:
    """Confine a child, in which this returns; here stay, answer the calls it hands over, and end as it ended."""
    from agent.sandbox.attributes import CALLS, Supervisor
    from agent.sandbox.system_calls import NUMBERS

    told, tell = os.pipe()
    wait, go = os.pipe()
    me = os.getpid()
    _adopt()
    child = os.fork()
    if child == 0:
        os.close(go)
        _die_with([str(me)])
        listener = _confine(options, entry, CALLS)
        os.write(tell, str(listener).encode())
        if not os.read(wait, 1):
            os._exit(NOT_CONFINED)
        for descriptor in (told, tell, wait, listener):
            os.close(descriptor)
        return
    os.close(tell)
    os.close(wait)
    _ignore_signals()
    number = os.read(told, 16)
    if number:
        supervisor = Supervisor(NUMBERS[os.uname().machine][1], options.all("--work"), options.all("--closed"))
        try:
            supervisor.serve(child, int(number), lambda: os.write(go, b"x"))
        except OSError as error:
            os.close(go)
            os.waitpid(child, 0)
            _refuse(f"the command was not run, for its calls cannot be answered ({error})")
    status = os.waitpid(child, 0)[1]
    _say_left(_end_orphans())
    _end_as(status)


def _adopt() -> None:
    """Be the parent of what loses its own below, whatever it does: so it stays among the descendants, and is found."""
    import ctypes

    ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _end_orphans() -> int:
    """End what the command left, and what that leaves; how many there were."""
    import time

    found: set[int] = set()
    for _ in range(100):
        with open(f"/proc/self/task/{os.getpid()}/children", "rb", buffering=0) as file:
            left = [int(pid) for pid in file.read().split()]
        if not left:
            break
        for pid in left:
            if os.waitpid(pid, _NO_HANG)[0] == 0:  # it has not ended by itself
                found.add(pid)
                os.kill(pid, _KILL)
        time.sleep(0.002)
    return len(found)


def _say_left(count: int) -> None:
    if count > 0:
        os.write(2, f"[{count} background process(es) ended with the command]\n".encode())


def _end_as(status: int) -> None:
    if os.WIFSIGNALED(status):
        import ctypes

        ctypes.CDLL(None).signal(os.WTERMSIG(status), ctypes.c_void_p(0))
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _ignore_signals() -> None:
    """Stay until the command, which gets the same signals, has ended."""
    import ctypes

    libc = ctypes.CDLL(None)
    for number in (_HANG_UP, _INTERRUPT, _TERMINATE):
        libc.signal(number, ctypes.c_void_p(_IGNORE))


def _not_around(place: str, closed: list[str]) -> list[str]:
    """Leave out what a folder lies in: that it may be written all the same was said of it alone."""
    return [path for path in closed if not place.startswith(path.rstrip("/") + "/")]


def around(place: str, closed: list[str]) -> Iterator[str]:
    """Split a folder into parts that together are all of it but the closed paths and the folders above those."""
    inside = [path for path in closed if path.startswith(place.rstrip("/") + "/")]
    if place in closed or any(place.startswith(path.rstrip("/") + "/") for path in closed):
        return
    if not inside:
        yield place
        return
    try:
        names = os.listdir(place)
    except OSError:
        return
    for name in names:
        child = os.path.join(place, name)
        if not os.path.islink(child):
            yield from around(child, inside)


def _die_with(parents: list[str]) -> None:
    if not parents:
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, _KILL, 0, 0, 0)
    if os.getppid() != int(parents[0]):  # it died before we asked to be told
        os._exit(NOT_CONFINED)


def _limit(limits: list[str]) -> None:
    import resource

    for name, _, most in (limit.partition("=") for limit in limits):
        which = getattr(resource, f"RLIMIT_{name}")
        _soft, hard = resource.getrlimit(which)
        bound = int(most) if hard == resource.RLIM_INFINITY else min(int(most), hard)
        resource.setrlimit(which, (bound, bound))


def _yield() -> None:
    os.nice(10)
    # Where sessions share the processor as such, the niceness of the session counts.
    for path, value in (("/proc/self/autogroup", b"10"), ("/proc/self/oom_score_adj", b"1000")):
        try:
            with open(path, "wb", buffering=0) as file:
                file.write(value)
        except OSError:
            continue


def _require_same(folders: list[str]) -> None:
    """Raises ValueError for a folder that was exchanged for another one, or for a link, since it was granted."""
    for folder in folders:
        device, inode, path = folder.split(":", 2)
        try:
            status = os.lstat(path)
        except OSError:
            continue
        # A link may have got the number of the folder that it replaced.
        if os.path.realpath(path) != path or (status.st_dev, status.st_ino) != (int(device), int(inode)):
            raise ValueError(f"{path} is not the folder that was granted")


def _serve_beside(port: str, path: str) -> None:
    from agent.sandbox.forwarder import listen, serve

    listener = listen(int(port))
    if os.fork() == 0:
        serve(listener, path)
        os._exit(0)
    listener.close()


def _supervise(options: Options) -> None:
    """Run the command as a child, end as it ended; returns in the child."""
    child = os.fork()
    if child == 0:
        return
    _ignore_signals()
    status = _wait_for(child)
    left = _end_all() - len(options.all("--forward")) if _is_apart(options) else 0
    _say_left(left)
    # A signal cannot be handed on through the process that started the namespace; this is how shells say it.
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _is_apart(options: Options) -> bool:
    """Whether the process list here is really another than that of the machine: else its processes are not ours."""
    try:
        return bool(options.all("--outside")) and os.readlink("/proc/self/ns/pid") not in options.all("--outside")
    except OSError:
        return False


def _end_all() -> int:
    """End what is left in this namespace, for its own end would come a moment too late; how many there were."""
    import time

    found = list(_processes())
    left = found
    for _ in range(100):
        for pid in left:
            try:
                os.kill(pid, _KILL)
            except OSError:
                continue
        left = list(_processes())
        if not left:
            break
        time.sleep(0.002)
    return len(found)


def _wait_for(child: int) -> int:
    while True:
        ended, status = os.wait()
        if ended == child:
            return status


def _processes() -> Iterator[int]:
    """Live processes of this namespace but its first one and this one."""
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in (1, os.getpid()):
            continue
        try:
            with open(f"/proc/{name}/stat", "rb", buffering=0) as file:
                state = file.read(512).rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if state not in (b"Z", b"X"):
            yield int(name)


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    main()
