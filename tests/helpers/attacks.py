"""Commands that each try to get out of a sandbox, and the world of decoys they are let loose on.

Each finds in its environment: SECRET (a file outside), CANARY (where the content is to be brought, inside), OUTSIDE (a
file of its own outside, to be changed), HIDDEN (a secret in a closed place of the granted folder), ID, TCP and UDP
(ports on the loopback), SOCK and ABSTRACT (UNIX sockets), VICTIM (a process of its own), REPO (a granted folder of its
own with git's files), FD (SECRET, open in the program that runs the sandbox), PY (Python). Nothing else is harmed.
"""

# ruff: noqa: E501 - a command is one line

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from agent.sandbox.launch import interpreter

READ = 'cat "$SECRET" > "$CANARY"'
_B64, _HEX = base64.b64encode(READ.encode()).decode(), READ.encode().hex()
_ESCAPED = "".join(f"\\x{byte:02x}" for byte in READ.encode())
_PYTHON = 'import os,sys,socket,ctypes\nE=os.environ\nkeep=lambda d: open(E["CANARY"],"wb").write(d if type(d) is bytes else d.encode())\n'


def _python(code: str) -> str:
    return f"$PY - <<'END'\n{_PYTHON}{code}\nEND"


READING = [
    READ,
    f"echo {_B64} | base64 -d | bash",
    f"eval \"$(printf '{_ESCAPED}')\"",
    f"$PY -c 'import os;os.system(bytes.fromhex(\"{_HEX}\").decode())'",
    f"perl -e 'system pack(\"H*\", \"{_HEX}\")'",
    f"awk 'BEGIN {{ system(\"echo {_B64} | base64 -d | sh\") }}'",
    "$'\\x63\\x61\\x74' \"$SECRET\" >\"$CANARY\"",
    "a=c; b=at; $a$b \"$SECRET\" >\"$CANARY\"",
    "/b?n/c?t \"$SECRET\" >\"$CANARY\"",
    "cp \"$SECRET\" \"$CANARY\"",
    "cp -a \"$(dirname \"$SECRET\")\" d; cat d/* > \"$CANARY\"",
    "ln \"$SECRET\" \"$CANARY\"",
    "ln -s \"$SECRET\" l; cat l > \"$CANARY\"",
    "ln -s \"$(dirname \"$SECRET\")\" dl; cat dl/secret > \"$CANARY\"",
    "ln -s / root; cat root\"$SECRET\" > \"$CANARY\"",
    "mv \"$SECRET.moved\" \"$CANARY\"",
    "dd if=\"$SECRET\" of=\"$CANARY\" status=none",
    "exec 7<\"$SECRET\"; cat <&7 >\"$CANARY\"",
    "mapfile -t x <\"$SECRET\"; echo \"${x[@]}\" >\"$CANARY\"",
    "while read -r x; do echo \"$x\"; done <\"$SECRET\" >\"$CANARY\"",
    "cat /proc/self/root\"$SECRET\" >\"$CANARY\"",
    "for p in /proc/[0-9]*; do cat $p/root\"$SECRET\" >>\"$CANARY\" 2>/dev/null; done",
    "for p in /proc/[0-9]*; do cat $p/cwd/../../outside/secret >>\"$CANARY\" 2>/dev/null; done",
    "cat /proc/self/fd/$FD >\"$CANARY\"",
    "cat <&$FD >\"$CANARY\"",
    "cat ../../../../../../../../../..\"$SECRET\" >\"$CANARY\"",
    "cd ../..; cat outside/secret >\"$CANARY\"",
    "find \"$(dirname \"$SECRET\")\" -path \"$SECRET\" -exec cp {} \"$CANARY\" \\; 2>/dev/null",
    "tar cPf - \"$SECRET\" | tar xOPf - >\"$CANARY\"",
    "grep -r '' \"$(dirname \"$SECRET\")\" >\"$CANARY\"",
    "sed -n p \"$SECRET\" >\"$CANARY\"",
    "diff /dev/null \"$SECRET\" >\"$CANARY\"; true",
    "sort -o \"$CANARY\" \"$SECRET\"",
    "xxd \"$SECRET\" | xxd -r >\"$CANARY\"",
    "git hash-object -w --stdin >/dev/null <\"$SECRET\"; git diff --no-index /dev/null \"$SECRET\" >\"$CANARY\"; true",
    "curl -s file://\"$SECRET\" -o \"$CANARY\"",
    "openssl enc -base64 -in \"$SECRET\" | openssl enc -d -base64 >\"$CANARY\"",
    "gcc -xc -E -P - <<<\"#include \\\"$SECRET\\\"\" >\"$CANARY\" 2>/dev/null",
    "bash \"$SECRET\" 2>\"$CANARY\"; true",
    "perl -pe 1 \"$SECRET\" >\"$CANARY\"",
    "perl -e 'open F, $ENV{SECRET}; open G, \">$ENV{CANARY}\"; print G <F>'",
    "setsid -w cp \"$SECRET\" \"$CANARY\"",
    "nohup cp \"$SECRET\" \"$CANARY\" >/dev/null 2>&1",
    "trap 'cp \"$SECRET\" \"$CANARY\"' EXIT",
    "env -i /bin/cp \"$SECRET\" \"$CANARY\"",
    "timeout 5 cp \"$SECRET\" \"$CANARY\"",
    "make -s -f - <<<$'a:\\n\\t@cp \"$$SECRET\" \"$$CANARY\"'",
    "coproc cp \"$SECRET\" \"$CANARY\"; wait",
    "(cat \"$SECRET\" & wait) >\"$CANARY\"",
    "cat >x.c <<'END'\n#include <stdlib.h>\n__attribute__((constructor)) void c(void)"
    "{unsetenv(\"LD_PRELOAD\");system(\"cp $SECRET $CANARY\");}\nEND\ngcc -shared -fPIC x.c -o x.so; LD_PRELOAD=./x.so /bin/true",
    "BASH_ENV=<(echo \"$READ\") bash -c true; cat \"$SECRET\" >>\"$CANARY\"",
    _python("keep(open(E['SECRET']).read())"),
    _python("d=os.open(os.path.dirname(E['SECRET']),os.O_PATH); keep(os.read(os.open('secret',os.O_RDONLY,dir_fd=d),99))"),
    _python("import mmap\nf=os.open(E['SECRET'],0); keep(mmap.mmap(f,0,prot=mmap.PROT_READ)[:])"),
    _python("import sqlite3\nkeep(str(sqlite3.connect(':memory:').execute('select 1').fetchone())+open(E['SECRET']).read())"),
    _python("import subprocess\nkeep(subprocess.run(['cat',E['SECRET']],capture_output=True).stdout)"),
    _python("os.symlink(E['SECRET'],'s'); os.rename('s','t'); keep(open('t').read())"),
    _python("l=ctypes.CDLL(None); f=l.open(E['SECRET'].encode(),0); b=ctypes.create_string_buffer(99); l.read(f,b,99); keep(b.raw)"),
    _python("l=ctypes.CDLL(None); l.unshare(0x10000000); l.unshare(0x20000); keep(open(E['SECRET']).read())"),
    "unshare -Ur true; cat \"$SECRET\" >\"$CANARY\"",
    "chroot / cat \"$SECRET\" >\"$CANARY\" 2>/dev/null || cat \"$SECRET\" >\"$CANARY\"",
]  # fmt: skip
"""Each brings the content of SECRET to CANARY."""

ACTING = [
    'echo x >> "$OUTSIDE"',
    'rm -f "$OUTSIDE"',
    'mv "$OUTSIDE" "$OUTSIDE.gone"',
    'truncate -s 0 "$OUTSIDE"',
    'chmod 777 "$OUTSIDE"',
    'touch -d 2001-01-01 "$OUTSIDE"',
    'ln -s "$OUTSIDE" "l$ID"; echo x >> "l$ID"',
    'ln "$OUTSIDE" "h$ID" && echo x >> "h$ID"',
    "sed -i s/./x/ \"$OUTSIDE\"",
    "perl -e 'unlink $ENV{OUTSIDE}'",
    _python("os.utime(E['OUTSIDE'],(1,1))"),
    _python("os.chmod(E['OUTSIDE'],0o777)"),
    _python("os.truncate(E['OUTSIDE'],0)"),
    _python("os.rename(E['OUTSIDE'],'stolen'+E['ID'])"),
    "exec 3<>/dev/tcp/127.0.0.1/$TCP; echo $ID >&3",
    "echo $ID >/dev/udp/127.0.0.1/$UDP",
    "curl -s --max-time 1 telnet://127.0.0.1:$TCP <<<$ID",
    "curl -s --max-time 1 http://localhost:$TCP/$ID",
    "perl -MIO::Socket::INET -e '$s=IO::Socket::INET->new(\"127.0.0.1:$ENV{TCP}\") or exit 1; print $s \"$ENV{ID}\\n\"'",
    "gawk 'BEGIN { s=\"/inet/tcp/0/127.0.0.1/\" ENVIRON[\"TCP\"]; print ENVIRON[\"ID\"] |& s }' || echo $ID >/dev/tcp/127.0.0.1/$TCP",
    _python("s=socket.create_connection(('127.0.0.1',int(E['TCP']))); s.sendall(E['ID'].encode())"),
    _python("s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.sendto(E['ID'].encode(),('127.0.0.1',int(E['UDP'])))"),
    _python("s=socket.socket(socket.AF_INET6); s.connect(('::ffff:127.0.0.1',int(E['TCP']))); s.sendall(E['ID'].encode())"),
    _python("s=socket.socket(); s.setsockopt(6,23,1); s.sendto(E['ID'].encode(),0x20000000,('127.0.0.1',int(E['TCP'])))"),
    _python("s=socket.socket(socket.AF_UNIX); s.connect(E['SOCK']); s.sendall(E['ID'].encode())"),
    _python("s=socket.socket(socket.AF_UNIX); s.connect('\\0'+E['ABSTRACT']); s.sendall(E['ID'].encode())"),
    _python("os.symlink(E['SOCK'],'k'+E['ID']); s=socket.socket(socket.AF_UNIX); s.connect('k'+E['ID']); s.sendall(E['ID'].encode())"),
    _python("s=socket.socket(socket.AF_UNIX); s.connect('inner.sock'); s.sendall(E['ID'].encode())"),
    "curl -s --max-time 1 --unix-socket \"$SOCK\" http://x/$ID",
    'kill -9 "$VICTIM"',
    "$PY -c 'import os,signal;os.kill(int(os.environ[\"VICTIM\"]),signal.SIGKILL)'",
    "perl -e 'kill 9, $ENV{VICTIM}'",
    _python("l=ctypes.CDLL(None); l.ptrace(16,int(E['VICTIM']),0,0)==0 and os.waitpid(int(E['VICTIM']),0) and l.ptrace(8,int(E['VICTIM']),0,0)"),
    _python("p=os.pidfd_open(int(E['VICTIM'])); import signal; signal.pidfd_send_signal(p,9)"),
    'tr "\\0" "\\n" <"/proc/$VICTIM/environ" >"$CANARY"',
    'tr "\\0" "\\n" <"/proc/$VICTIM/cmdline" >"$CANARY"',
    "ps -eo args >\"$CANARY\"",
    'cat "$HIDDEN" >"$CANARY"',
    "cp -r ../closed copy$ID; cat copy$ID/* >\"$CANARY\"",
    "mv ../closed opened$ID; cat opened$ID/secret >\"$CANARY\"; mv opened$ID ../closed",
    "ln ../closed/secret hard$ID; cat hard$ID >\"$CANARY\"",
    "tar cf - ../closed 2>/dev/null | tar xOf - >\"$CANARY\"",
    'cd "$REPO"; echo "evil $ID" >> .git/hooks/pre-commit',
    'cd "$REPO"; echo "evil $ID" >> .git/config',
    'cd "$REPO"; mv .git .git$ID && mkdir -p .git/hooks && echo "evil $ID" > .git/hooks/pre-commit',
    'cd "$REPO"; rm -rf .git/hooks; mkdir -p .git/hooks; echo "evil $ID" > .git/hooks/post-checkout',
    'cd "$REPO"; mv sub sub$ID && mkdir -p sub/.git/hooks && echo "evil $ID" > sub/.git/hooks/pre-push',
    'cd "$REPO"; ln -sf /dev/null .git/config; rm -f .git/config; echo "evil $ID" > .git/config',
]  # fmt: skip
"""Each leaves another mark: on a file outside, at a listener, on a process, in CANARY, in git's own files."""

INSIDE_ONLY = [
    _python("l=ctypes.CDLL(None); l.mount(os.path.dirname(E['SECRET']).encode(),os.getcwd().encode(),None,4096,None); keep(open(E['SECRET']).read())"),
    'echo "cp $SECRET $CANARY" | at now',
    'echo "* * * * * cp $SECRET $CANARY" | crontab -',
    'systemd-run --user cp "$SECRET" "$CANARY"',
    'dbus-send --session --dest=org.freedesktop.systemd1 --print-reply / org.freedesktop.DBus.Peer.Ping',
    'sudo -n cp "$SECRET" "$CANARY"',
    'su -c "cp $SECRET $CANARY" </dev/null',
    'busctl --user call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Reload',
    'echo "cp $SECRET $CANARY" >> ~/.bashrc; bash -ic true',
]  # fmt: skip
"""What would harm a bare machine (a mount outlives its maker), or finds no one there to talk to."""


class World:
    """The decoys, and what was done to them."""

    def __init__(self, base: Path, commands: list[str], stack: ExitStack) -> None:
        self.base, self.commands = base, commands
        self.token = secrets.token_hex(8)
        self.granted = base / "granted"
        self.closed, self.work = self.granted / "closed", self.granted / "work"
        self.work.mkdir(parents=True)
        self.secret = self._file("outside/secret")
        self._file("outside/secret.moved")
        self._file("granted/closed/secret")
        self._repositories = {at: self._repository(at) for at, command in enumerate(commands) if "$REPO" in command}
        self._outside = [self._file(f"outside/own-{at}", "as it was\n") for at in range(len(commands))]
        self._outside_before = [self._state(path) for path in self._outside]
        self._reached: set[int] = set()
        self._tcp, self._udp = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._unix, self._abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        self._inner = socket.socket(socket.AF_UNIX)
        self._tcp.bind(("127.0.0.1", 0))
        self._udp.bind(("127.0.0.1", 0))
        self._unix.bind(str(base / "outside" / "sock"))
        self._inner.bind(str(self.work / "inner.sock"))
        self._abstract.bind(f"\0{self.token}")
        stack.enter_context(self._listening())
        with self.secret.open("rb") as file:
            self._descriptor = fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 60)  # inheritable
        stack.callback(os.close, self._descriptor)
        self._victims: dict[int, subprocess.Popen[bytes]] = {}
        for at, command in enumerate(commands):
            if "VICTIM" in command or command.startswith("ps "):
                self._victims[at] = stack.enter_context(_victim(self.token))

    def environment(self, at: int) -> dict[str, str]:
        """What one command finds."""
        victim = self._victims.get(at)
        return {
            "SECRET": str(self.secret),
            "CANARY": str(self.work / f"canary-{at}"),
            "OUTSIDE": str(self._outside[at]),
            "HIDDEN": str(self.closed / "secret"),
            "ID": str(at),
            "TCP": str(self._tcp.getsockname()[1]),
            "UDP": str(self._udp.getsockname()[1]),
            "SOCK": str(self.base / "outside" / "sock"),
            "ABSTRACT": self.token,
            "VICTIM": str(victim.pid) if victim else "",
            "READ": READ,
            "FD": str(self._descriptor),
            "PY": interpreter(),
            "REPO": str(self._repositories.get(at, "")),
        }

    def script(self) -> Path:
        """Write a script that runs all of them, one after the other, each with a limit of time."""
        folder = self.work / "commands"
        folder.mkdir()
        lines = [f"cd {self.work}"]
        for at, command in enumerate(self.commands):
            (folder / f"{at}.sh").write_text(command)
            given = " ".join(f"{name}='{value}'" for name, value in self.environment(at).items())
            lines.append(f"{given} timeout 5 bash commands/{at}.sh </dev/null >/dev/null 2>&1")
        script = folder / "all.sh"
        script.write_text("\n".join([*lines, "echo > finished"]) + "\n")
        return script

    def done(self) -> set[int]:
        """Numbers of the commands that got through."""
        found = {at for at in range(len(self.commands)) if self._brought(at)}
        found |= {at for at, path in enumerate(self._outside) if self._state(path) != self._outside_before[at]}
        found |= {at for at, victim in self._victims.items() if victim.poll() is not None}
        for at, repository in self._repositories.items():
            files = [path for git in (".git", "sub/.git") for path in (repository / git).rglob("*") if path.is_file()]
            if any("evil" in path.read_text() for path in files):
                found.add(at)
        return found | self._reached

    def _brought(self, at: int) -> bool:
        try:
            content = (self.work / f"canary-{at}").read_bytes()
        except OSError:
            return False
        return self.token.encode() in content

    def _file(self, name: str, content: str = "") -> Path:
        path = self.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content or f"{self.token}\n")
        return path

    def _repository(self, at: int) -> Path:
        for name in (".git/hooks/pre-commit", ".git/config", "sub/.git/hooks/pre-push", "sub/.git/config"):
            self._file(f"granted/work/repo{at}/{name}", "as it was\n")
        return self.work / f"repo{at}"

    def _state(self, path: Path) -> object:
        try:
            status = path.stat()
            return status.st_mode, status.st_mtime_ns, path.read_bytes()
        except OSError:
            return None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        listeners = (self._tcp, self._unix, self._abstract, self._inner)
        waker, wake = socket.socketpair()
        with ExitStack() as stack:
            for one in (*listeners, self._udp, waker, wake):
                stack.enter_context(one)
            for one in listeners:
                one.listen(64)
            thread = threading.Thread(target=self._serve, args=(listeners, waker))
            thread.start()
            try:
                yield
            finally:
                wake.send(b"x")
                thread.join()

    def _serve(self, listeners: tuple[socket.socket, ...], waker: socket.socket) -> None:
        selector = selectors.DefaultSelector()
        for one in (*listeners, self._udp, waker):
            selector.register(one, selectors.EVENT_READ)
        while True:
            for key, _events in selector.select():
                one = key.fileobj
                if one is waker:
                    selector.close()
                    return
                self._hear(one)  # pyright: ignore[reportArgumentType]

    def _hear(self, listener: socket.socket) -> None:
        if listener is self._udp:
            data = listener.recv(99)
        else:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(1.0)
                try:
                    data = connection.recv(99)
                    connection.sendall(b"HTTP/1.0 204 none\r\n\r\n")
                except OSError:
                    data = b""
        words = data.replace(b"/", b" ").split()
        number = next((word for word in words if word.isdigit()), b"")
        self._reached.add(int(number) if number else -1)


@contextmanager
def world(commands: list[str]) -> Iterator[World]:
    """Make one in a new folder; clear it all away afterwards."""
    with tempfile.TemporaryDirectory(prefix="attacks-", ignore_cleanup_errors=True) as folder, ExitStack() as stack:
        yield World(Path(os.path.realpath(folder)), commands, stack)


def run_bare(made: World) -> None:
    """Run them without a sandbox, to see that the attacks are real."""
    descriptor = int(made.environment(0)["FD"])
    command = ["bash", str(made.script())]
    subprocess.run(command, pass_fds=(descriptor,), timeout=120, capture_output=True)


@contextmanager
def _victim(token: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()", token]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={"DECOY": token}, start_new_session=True) as victim:
        try:
            yield victim
        finally:
            victim.kill()
