"""Inside the sandbox: namespaces of a run's own, and no privileges for the program (Linux).

bubblewrap builds the outer wall once: a read-only system, no home, no project, no network. The fork server keeps, in
that user namespace alone, the right to make further namespaces. Each run then gets its own processes, network, mounts,
``/tmp`` and shared memory (about 4 ms together), so that two runs cannot see each other; the program itself keeps no
right at all, and cannot get one by a user namespace of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import functools
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Mapping

from grader.runner.protocol import SCRATCH
from grader.runner.system_calls import TABLES

_CLONE_NEWNS = 0x00020000
_CLONE_NEWIPC = 0x08000000
_CLONE_NEWPID = 0x20000000
_CLONE_NEWNET = 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 1, 4, 36
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOWED, _TRAPPED, _ERROR = 0x7FFF0000, 0x00030000, 0x00050000
_STEP_BYTES = 8
_X32 = 1 << 30
"""A second table of calls for the same processor begins there."""
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_PAUSING = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
"""A program that stops itself for a while would make its measurement void."""
_SIGNALLING = {
    "kill": 1, "tkill": 1, "rt_sigqueueinfo": 1, "pidfd_send_signal": 1, "tgkill": 2, "rt_tgsigqueueinfo": 2,
}  # fmt: skip
"""Which argument is the signal."""
_F_SETSIG = 10
"""To ``fcntl``: which signal the owner of a descriptor is sent."""
_EXIT_SIGNAL = 0xFF
"""Of the flags of ``clone``: which signal the parent is sent."""
TRAP = "TURTLES_TRAP_CALLS"
"""Environment: whether a call that is not allowed ends the program, so that an author sees where it was made."""
_CAPABILITY_VERSION_3 = 0x20080522
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_MEMORY = "size=64m,nr_inodes=10k"
"""What a run may keep in ``/tmp`` and in ``/dev/shm``: they are memory."""

_NOBODYS = ("sys/kernel/random/boot_id", "cmdline", "loadavg", "diskstats", "key-users")
"""In ``/proc``: what tells a program about the machine and serves it for nothing."""

_LIBC = ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    _call("mount", source.encode(), target.encode(), kind and kind.encode(), ctypes.c_ulong(flags), options.encode())


def _call(name: str, *arguments: object) -> None:
    if getattr(_LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def new_process_ids() -> None:
    """Let the next fork be process 1 of a new process namespace. Works once in a process."""
    _call("unshare", _CLONE_NEWPID)


def no_more_user_namespaces() -> None:
    """From here on nobody behind the wall can become root of a namespace of their own.

    That would be no way out, but it opens large parts of the kernel to an attacker who looks for one. Where the
    kernel does not have the setting, the wall stands without it.
    """
    with contextlib.suppress(OSError), open("/proc/sys/user/max_user_namespaces", "w", encoding="ascii") as file:
        file.write("0")


def own_namespaces(scratch: str) -> None:
    """Give this process its own mounts, network with only a loopback, System V memory, ``/proc`` and ``/tmp``.

    Of all scratch folders it keeps its own, which from now on is ``SCRATCH``.
    """
    _call("unshare", _CLONE_NEWNS | _CLONE_NEWIPC | _CLONE_NEWNET)
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    # Read-only: where the grader runs as root, the kernel's settings in /proc/sys would be open to the program.
    _mount("proc", "/proc", "proc", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    _mount("none", "/dev/shm", "tmpfs", _MS_NOSUID | _MS_NODEV, _MEMORY)
    _cover_nobodys()
    _own_tmp()
    _mount(scratch, SCRATCH, None, _MS_BIND | _MS_REC)
    os.chdir(SCRATCH)
    _loopback_up()


def _cover_nobodys() -> None:
    empty = "/dev/shm/empty"
    open(empty, "w").close()
    for path in (f"/proc/{name}" for name in _NOBODYS):
        with contextlib.suppress(OSError):
            _mount(empty, path, None, _MS_BIND)
            _mount("none", path, None, _MS_BIND | _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    os.unlink(empty)


def _own_tmp() -> None:
    """An empty ``/tmp``, but for the folders of a Python that lives there."""
    kept = {name: os.open(f"/tmp/{name}", os.O_PATH) for name in os.listdir("/tmp")}
    _mount("none", "/tmp", "tmpfs", _MS_NOSUID | _MS_NODEV, _MEMORY)
    for name, fd in kept.items():
        os.mkdir(f"/tmp/{name}")
        _mount(f"/proc/self/fd/{fd}", f"/tmp/{name}", None, _MS_BIND | _MS_REC)
        os.close(fd)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh14x", b"lo", 0)
        (state,) = struct.unpack_from("h", fcntl.ioctl(sock, _SIOCGIFFLAGS, request), 16)
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", state | _IFF_UP))


def drop_privileges() -> None:
    """Give up every capability for good; what the program starts cannot regain one."""
    _LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    capability = 0
    while _LIBC.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:  # fails past the last one the kernel knows
        capability += 1
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _call("capset", header, bytes(24))
    _filter_system_calls()


def _filter_system_calls() -> None:
    """Let the kernel answer the calls of ``system_calls`` and no others (seccomp).

    Where it cannot, or the processor is another one, the wall stands without it.
    """
    if steps := system_call_filter():
        code = ctypes.create_string_buffer(steps)
        program = struct.pack("HxxxxxxP", len(steps) // _STEP_BYTES, ctypes.addressof(code))
        _LIBC.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0)


@functools.cache
def system_call_filter() -> bytes:
    """The filter's instructions; none for a processor whose calls are not known. The fork server makes them once."""
    table = TABLES.get(os.uname().machine)
    if table is None:
        return b""
    allow, refuse = _bpf(_RETURN, _ALLOWED), _bpf(_RETURN, _ERROR | errno.EPERM)
    steps = [_bpf(_LOAD, _ARCHITECTURE), _bpf(_JUMP_IF_EQUAL, table.audit, 1, 0), refuse, _bpf(_LOAD, _NUMBER)]
    steps += [_bpf(_JUMP_IF_AT_LEAST, _X32, 0, 1), refuse]
    for name, argument in _SIGNALLING.items():
        steps += _on_argument(table.allowed[name], argument, dict.fromkeys(_PAUSING, refuse), allow)
    steps += _on_argument(table.allowed["fcntl"], 1, {_F_SETSIG: refuse}, allow)
    steps += _on_argument(table.allowed["clone"], 0, dict.fromkeys(_PAUSING, refuse), allow, mask=_EXIT_SIGNAL)
    # Limits of its own a program may lower; those of the supervisor, which has the same user, it may not.
    steps += _on_argument(table.allowed["prlimit64"], 0, {0: allow}, refuse)
    no_such_family = _bpf(_RETURN, _ERROR | errno.EAFNOSUPPORT)
    for name in ("socket", "socketpair"):
        steps += _on_argument(table.allowed[name], 0, dict.fromkeys(_FAMILIES, allow), no_such_family)
    for numbers, answer in ((table.refused, refuse), (table.allowed, allow)):
        for number in numbers.values():
            steps += [_bpf(_JUMP_IF_EQUAL, number, 0, 1), answer]
    # What it asks for stands in memory, where a filter cannot look; the C library then takes ``clone``.
    steps += [_bpf(_JUMP_IF_EQUAL, table.clone3, 0, 1), _bpf(_RETURN, _ERROR | errno.ENOSYS)]
    unknown = _TRAPPED if os.environ.get(TRAP) else _ERROR | errno.ENOSYS
    return b"".join([*steps, _bpf(_RETURN, unknown)])


def _on_argument(
    number: int, argument: int, answers: Mapping[int, bytes], otherwise: bytes, *, mask: int | None = None
) -> list[bytes]:
    """Answer one call by the value of one of its arguments; other calls go on to what comes after."""
    inner = [_bpf(_LOAD, _FIRST_ARGUMENT + _ARGUMENT_BYTES * argument)]
    if mask is not None:
        inner.append(_bpf(_AND, mask))
    for value, answer in answers.items():
        inner += [_bpf(_JUMP_IF_EQUAL, value, 0, 1), answer]
    return [_bpf(_JUMP_IF_EQUAL, number, 0, len(inner) + 1), *inner, otherwise]


def _bpf(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def set_dumpable(yes: bool) -> None:
    """Whether a process of the same user may trace this one and read its memory (Linux)."""
    if sys.platform == "linux":
        _call("prctl", _PR_SET_DUMPABLE, int(yes), 0, 0, 0)


def die_with_parent() -> None:
    """Be killed when the parent is (Linux): it alone would have ended this process."""
    if sys.platform == "linux":
        _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of all processes that this process's descendants leave behind (Linux)."""
    if sys.platform == "linux":
        _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def limit(limits: Mapping[str, int]) -> None:
    """Set resource limits by name (``RLIMIT_`` left out); a system that knows one not goes without it."""
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is None:
            continue
        _, hard = resource.getrlimit(number)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(number, (ceiling, ceiling))
        except (ValueError, OSError):  # macOS refuses some
            continue
