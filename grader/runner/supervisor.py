"""The supervisor: the parent of one run. It kills what has to be killed, reaps, and tells the grader how the run ended.

It runs none of the learner's code. Inside the sandbox it is process 1 of a process namespace of the run's own, so that
whatever the program started ends with it; elsewhere it adopts the program's orphans where the system lets it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from grader.runner import isolation, usage, wire
from grader.runner.protocol import Continued, Exited, Message, Paused


def watch(fds: list[int], run: Callable[[list[int]], None], scratch: str, *, isolated: bool) -> NoReturn:
    """Fork ``run`` in ``scratch`` with all descriptors but the last, report to the last, and end. Never returns."""
    *inner, life_fd = fds
    life = socket.socket(fileno=life_fd)
    activity = usage.Activity()
    os.setsid()
    if isolated:
        isolation.own_namespaces(scratch)
    else:
        os.chdir(scratch)
    isolation.adopt_orphans()
    isolation.set_dumpable(False)  # the program has our user id: it may not trace us or read our memory
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for fd in filter(None, (wake_read, wake_write, life.detach(), activity.fd)):
            os.close(fd)
        os.setsid()
        if isolated:
            isolation.drop_privileges()
        isolation.die_with_parent()
        isolation.set_dumpable(True)
        run(inner)
        os._exit(70)  # run never returns
    for fd in inner:
        os.close(fd)
    _attend(pid, life, wake_read, activity, isolated=isolated)
    _end_all(pid, isolated=isolated)
    os._exit(0)  # the end of the life channel tells the grader that nothing of the run is left


def _attend(pid: int, life: socket.socket, wake: int, activity: usage.Activity, *, isolated: bool) -> None:
    """Obey the grader until the program has ended, and tell how it did; return as well when the grader is gone."""
    inbox = wire.Inbox()
    channels: list[socket.socket | int] = [life, wake]
    look_at = time.monotonic() + usage.LOOK_S
    load_s, most, pids = 0.0, 0, [pid]
    while True:
        ready, _, _ = select.select(channels, [], [], max(0.0, look_at - time.monotonic()))
        if time.monotonic() >= look_at:
            if activity.since_counted(pids):
                pids = _members(isolated=isolated)
                activity.counted(pids)
                _look(pid, life, pids)
                load_s, most = max(load_s, usage.cpu_s(pids)), max(most, len(pids))
            look_at = time.monotonic() + usage.LOOK_S
        if wake in ready:
            os.read(wake, 4096)
            if _report(pid, life, load_s, most, isolated=isolated):
                return
        if life in ready:
            if not inbox.receive(life):
                return
            for message in inbox.messages():
                _obey(pid, life, message, isolated=isolated)


def _members(*, isolated: bool) -> list[int]:
    """The processes of the run."""
    return usage.in_sight() if isolated else list(usage.below(os.getpid()))


def _look(pid: int, life: socket.socket, pids: list[int]) -> None:
    """End the program when all together it uses more than it may, and say of what."""
    excess = usage.excess(pids, os.curdir)
    if excess:
        with contextlib.suppress(OSError):
            wire.send(life, excess.to_wire())
        _kill(pid)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # the program may have left its group
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _obey(pid: int, life: socket.socket, message: wire.Message, *, isolated: bool) -> None:
    if message["do"] == "kill":
        _kill(pid)
    elif message["do"] == "usage":
        with contextlib.suppress(OSError):
            wire.send(life, usage.used_by(_members(isolated=isolated), pid).to_wire())
    else:
        with contextlib.suppress(OSError):
            os.kill(pid, message["signal"])


def _report(pid: int, life: socket.socket, load_s: float, most: int, *, isolated: bool) -> bool:
    """Reap, and tell what became of the program; True once it has ended."""
    while True:
        delay_s = usage.run_delay_s(pid)  # before it is reaped and forgotten
        try:
            child, status, spent = os.wait4(-1, os.WNOHANG | os.WUNTRACED | getattr(os, "WCONTINUED", 0))
        except ChildProcessError:
            return True
        if child == 0:
            return False
        if child != pid:
            continue  # an orphan that we adopted
        message: Message
        if os.WIFSTOPPED(status):
            message = Paused(at=time.monotonic())
        elif os.WIFCONTINUED(status):
            message = Continued(at=time.monotonic())
        else:
            message = Exited(
                status=os.waitstatus_to_exitcode(status),
                cpu_s=spent.ru_utime + spent.ru_stime,
                peak_bytes=spent.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
                run_delay_s=delay_s,
                load_s=max(load_s, usage.cpu_s(_members(isolated=isolated))),  # what it left running, too
                processes=most,
            )
        with contextlib.suppress(OSError):
            wire.send(life, message.to_wire())
        if isinstance(message, Exited):
            return True


def _end_all(pid: int, *, isolated: bool) -> None:
    """Kill and reap all that the run left: in the sandbox all that is in sight, else the group and our orphans."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    for _ in range(1000):  # each pass ends one generation; a fork bomb needs several
        if isolated and os.getpid() == 1:  # everywhere but in a process namespace of our own this would be the end
            with contextlib.suppress(OSError):
                os.kill(-1, signal.SIGKILL)
        for orphan in usage.children(os.getpid()):
            with contextlib.suppress(OSError):
                os.kill(orphan, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)
