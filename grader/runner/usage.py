"""What a run uses of the machine all together: the limits that the system has no number for.

Resource limits count for one process each, and the one on processes does not hold for root. So the supervisor looks,
ten times a second: often enough that a program which multiplies is stopped before it hurts, and about 0.1 ms each time.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator

from grader.runner.protocol import Limit, OverLimit, Used

LOOK_S = 0.1

MAX_PROCESSES = 64
MAX_THREADS = 512
MAX_MEMORY = 1024
"""MB in use by all processes together."""
MAX_WRITTEN = 256
"""MB in the folder, or written by processes in sight: a file without a name takes place all the same."""
MAX_FILES = 5000
MAX_DEPTH = 50
"""Folders in folders: each step down makes looking longer."""

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_BLOCK = 512
_FREE_DESCRIPTORS = 1024
_SOCKET_BYTES = 220_000
"""What the kernel may hold for a filled socket, in nobody's memory: each descriptor beyond what one process may have is
counted for so much."""
_QUIET_S = 0.002
"""Processor time: too little to write or to fill more than a few megabytes."""
_CPU_CLOCK = 2
"""Linux: the kind of clock that counts the processor time of a process; the rest of its number tells which process."""
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MB = 1024 * 1024


class Activity:
    """Tells whether processes may use more of the machine than when they were last counted; asking costs little.

    A process cannot use more without using processor time or starting another process. Where the system reports
    neither, the answer is always yes. The program must not inherit the descriptor ``fd``.
    """

    def __init__(self) -> None:
        self.fd: int | None = None
        # The newest process number is that of the reader's own namespace, no matter which process opened the file.
        with contextlib.suppress(OSError):
            self.fd = os.open("/proc/loadavg", os.O_RDONLY | os.O_CLOEXEC)
        self._newest = b""
        self._used_s = 0.0

    def counted(self, pids: Iterable[int]) -> None:
        """Compare later answers with what these processes have used until now."""
        self._newest, self._used_s = self._now(pids)

    def since_counted(self, pids: Iterable[int]) -> bool:
        """Whether these processes have used processor time, or a process was started."""
        newest, used_s = self._now(pids)
        return not newest or newest != self._newest or used_s - self._used_s > _QUIET_S

    def _now(self, pids: Iterable[int]) -> tuple[bytes, float]:
        if self.fd is None:
            return b"", 0.0
        try:
            used_s = sum(time.clock_gettime(~pid << 3 | _CPU_CLOCK) for pid in pids)
            return os.pread(self.fd, 100, 0).split()[-1], used_s
        except (OSError, IndexError):  # one of them has ended
            return b"", 0.0


def excess(pids: Iterable[int], folder: str) -> OverLimit | None:
    """Which limit these processes, with what lies in ``folder``, are over; None for none."""
    return _of_processes(pids) or _of_files(folder)


def _of_processes(pids: Iterable[int]) -> OverLimit | None:
    processes = threads = pages = written = descriptors = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                stat = file.read()
        except OSError:
            continue
        # The name comes second, in brackets, and may hold anything; 18 and 22 fields after it: threads, pages in use.
        fields = stat[stat.rindex(b")") :].split()
        processes += 1
        threads += int(fields[18])
        pages += int(fields[22])
        written += _written(pid)
        descriptors += _descriptors(pid)
        if processes > MAX_PROCESSES:
            return OverLimit(limit=Limit.PROCESSES, most=MAX_PROCESSES)
    if threads > MAX_THREADS:
        return OverLimit(limit=Limit.THREADS, most=MAX_THREADS)
    held = max(0, descriptors - _FREE_DESCRIPTORS) * _SOCKET_BYTES
    if pages * _PAGE + held > MAX_MEMORY * _MB:
        return OverLimit(limit=Limit.MEMORY, most=MAX_MEMORY)
    if written > MAX_WRITTEN * _MB:
        return OverLimit(limit=Limit.WRITTEN, most=MAX_WRITTEN)
    return None


def cpu_s(pids: Iterable[int]) -> float:
    """Processor time of these processes and of the children that they, or this one, have waited for."""
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                stat = file.read()
        except OSError:
            continue
        # User and system time, its own and its children's: fields 12 to 15 after the name.
        ticks += sum(map(int, stat[stat.rindex(b")") :].split()[12:16]))
    reaped = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ticks / _TICKS_A_SECOND + reaped.ru_utime + reaped.ru_stime


def used_by(pids: Iterable[int], program: int) -> Used:
    """What these processes have used so far; ``program`` is the first of them."""
    members = list(pids)
    delay_s = sum(map(run_delay_s, members))
    return Used(cpu_s=cpu_s(members), run_delay_s=run_delay_s(program), all_run_delay_s=delay_s)


def _descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def _written(pid: int) -> int:
    """Bytes on their way to the disk, by it and by its children that have ended; 0 where the kernel does not count."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/io", "rb") as file:
        return int(file.read().split(b"\nwrite_bytes: ")[1].split()[0])
    return 0


def _of_files(folder: str) -> OverLimit | None:
    size = 0
    for count, (entry, depth) in enumerate(_entries(folder)):
        if depth > MAX_DEPTH:
            return OverLimit(limit=Limit.FOLDERS, most=MAX_DEPTH)
        if count >= MAX_FILES:
            return OverLimit(limit=Limit.FILES, most=MAX_FILES)
        with contextlib.suppress(OSError):
            size += entry.stat(follow_symlinks=False).st_blocks * _BLOCK
    return OverLimit(limit=Limit.STORED, most=MAX_WRITTEN) if size > MAX_WRITTEN * _MB else None


def _entries(folder: str) -> Iterator[tuple[os.DirEntry[str], int]]:
    """All that lies in a folder, and how deep; what may not be read, or goes away meanwhile, is passed over."""
    waiting = [(folder, 0)]
    while waiting:
        path, depth = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(path) as entries:
            for entry in entries:
                yield entry, depth
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))


def in_sight() -> list[int]:
    """Every process of this namespace but this one."""
    me = str(os.getpid())
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != me]


def below(pid: int) -> Iterator[int]:
    """The processes below one, however far (Linux; none elsewhere)."""
    waiting = [pid] if sys.platform == "linux" else []
    while waiting:
        found = children(waiting.pop())
        yield from found
        waiting += found


def children(pid: int) -> list[int]:
    """The children of a process, of its main thread; those of others are its orphans in time."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(each) for each in file.read().split()]
    except OSError:
        return []


def run_delay_s(pid: int) -> float:
    """How long a process sat runnable but not running, where the kernel tells (Linux)."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
