"""Numbers of Linux system calls that a confined process is denied, on the architectures we have a filter for."""

from __future__ import annotations

SOCKET_FAMILIES = {"unix": 1, "inet": 2, "inet6": 10, "netlink": 16}
NAMESPACE_FLAGS = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET."""
THREAD_FLAG = 0x10000
"""CLONE_THREAD: what is made is no process."""
CREATE_FLAG = 0o100
RUN_AS_OWNER_BITS = 0o6000
"""Set-user-id and set-group-id."""
INPUT_REQUESTS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: typing into a terminal."""

ALWAYS = (
    "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "unshare", "setns", "keyctl", "add_key", "request_key", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module",
    "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "open_by_handle_at", "quotactl",
    "quotactl_fd", "kcmp", "process_madvise",
)  # fmt: skip
"""Nothing that a command is for needs them."""

SHARED = (
    "shmget", "shmat", "shmctl", "semget", "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv", "msgctl",
    "mq_open", "mq_unlink", "setpriority", "ioprio_set", "sched_setscheduler", "process_vm_readv",
    "process_vm_writev", "pidfd_getfd", "chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat", "utime",
    "utimes", "futimesat", "setxattr", "lsetxattr", "removexattr", "lremovexattr", "setxattrat", "removexattrat",
    "file_setattr", "truncate",
)  # fmt: skip
"""Denied, too, where only Landlock stands between the process and the user's other programs and files."""

UNOWNED = ("memfd_create", "memfd_secret", "shmget", "shmat")
"""Memory that is nobody's: what the processes have does not tell of it."""
STARTING = ("fork", "vfork", "execveat")
"""Denied to what starts nothing; `execve` and `clone` are looked at closer."""

_SAME_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435, "openat2": 437, "pidfd_getfd": 438,
    "process_madvise": 440, "mount_setattr": 442, "quotactl_fd": 443,
    "memfd_secret": 447, "fchmodat2": 452, "setxattrat": 463,
    "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip

NUMBERS: dict[str, tuple[int, dict[str, int]]] = {
    "x86_64": (
        0xC000003E,
        {
            "open": 2, "ioctl": 16, "shmget": 29, "shmat": 30, "shmctl": 31, "socket": 41, "clone": 56,
            "fork": 57, "vfork": 58, "execve": 59, "semget": 64,
            "semop": 65, "semctl": 66, "msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "truncate": 76,
            "creat": 85,
            "chmod": 90, "fchmod": 91, "chown": 92, "lchown": 94, "utime": 132, "mknod": 133, "setpriority": 141,
            "sched_setscheduler": 144, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163,
            "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169,
            "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175,
            "delete_module": 176, "quotactl": 179, "setxattr": 188, "lsetxattr": 189, "removexattr": 197,
            "lremovexattr": 198, "semtimedop": 220, "clock_settime": 227, "utimes": 235, "mq_open": 240,
            "mq_unlink": 241, "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "ioprio_set": 251,
            "openat": 257, "mknodat": 259, "fchownat": 260, "futimesat": 261, "fchmodat": 268, "unshare": 272,
            "utimensat": 280, "perf_event_open": 298, "prlimit64": 302, "open_by_handle_at": 304,
            "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
            "finit_module": 313, "seccomp": 317, "memfd_create": 319,
            "execveat": 322, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
            **_SAME_EVERYWHERE,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "setxattr": 5, "lsetxattr": 6, "removexattr": 14, "lremovexattr": 15, "ioctl": 29, "ioprio_set": 30,
            "mknodat": 33, "umount2": 39, "mount": 40, "truncate": 45,
            "pivot_root": 41, "chroot": 51, "fchmod": 52, "fchmodat": 53,
            "fchownat": 54, "openat": 56, "quotactl": 60, "utimensat": 88, "acct": 89, "unshare": 97,
            "kexec_load": 104, "init_module": 105, "delete_module": 106, "clock_settime": 112,
            "sched_setscheduler": 119, "setpriority": 140, "reboot": 142, "sethostname": 161, "setdomainname": 162,
            "settimeofday": 170, "adjtimex": 171, "mq_open": 180, "mq_unlink": 181, "msgget": 186, "msgctl": 187,
            "msgrcv": 188, "msgsnd": 189, "semget": 190, "semctl": 191, "semtimedop": 192, "semop": 193,
            "shmget": 194, "shmctl": 195, "shmat": 196, "socket": 198, "add_key": 217, "request_key": 218,
            "keyctl": 219, "clone": 220, "execve": 221,
            "swapon": 224, "swapoff": 225, "perf_event_open": 241, "prlimit64": 261,
            "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270,
            "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "seccomp": 277,
            "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282,
            "kexec_file_load": 294, **_SAME_EVERYWHERE,
        },
    ),
}  # fmt: skip
"""By machine: its number in the audit interface, and those of its calls (asm/unistd.h)."""
