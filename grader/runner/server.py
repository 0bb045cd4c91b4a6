"""The fork server: a process that has imported what runs need, and forks for each of them.

A new interpreter costs some 80 ms of processor time, a fork about 2. Each command on the socket is one frame with five
descriptors (``FDS``); the answer to it travels on the last of them, so the server itself keeps no state and cannot
mix up two runs.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from grader.runner import isolation, program, protocol, supervisor, wire

FDS = ("stdout", "stderr", "control", "explain", "life")
"""What each run is given, in this order."""


def main(arguments: Sequence[str]) -> None:
    """Serve commands on the inherited descriptor ``FD``, or start a single run with the descriptors ``FDS``.

    ``arguments``: ``FD PACKAGES`` or ``single FDS``; before them ``isolate`` where there is a wall.
    Without a wall a single run has no supervisor and no descriptor of life: the grader attends to it from outside.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's: it ends this process by closing the socket
    isolated = arguments[0] == "isolate"
    if isolated:
        isolation.no_more_user_namespaces()
        arguments = arguments[1:]
    if arguments[0] == "single":
        _single([int(fd) for fd in arguments[1:]], isolated=isolated)
    fd, packages = arguments
    for name in filter(None, packages.split(",")):
        # A run that needs it fails with the import error as its own verdict.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    isolation.system_call_filter()
    serve(socket.socket(fileno=int(fd)), lambda fds, command: _start(fds, command["scratch"], isolated=isolated))


def _start(fds: list[int], scratch: str, *, isolated: bool) -> NoReturn:
    if isolated:
        # Only a process that has not made a process namespace yet can make one: so each is made by a new one.
        isolation.new_process_ids()
        if os.fork():
            os._exit(0)
    supervisor.watch(fds, lambda inner: program.run(inner, explore=explore), scratch, isolated=isolated)


def _single(fds: list[int], *, isolated: bool) -> NoReturn:
    if isolated:
        isolation.new_process_ids()
        pid = os.fork()
        if pid == 0:
            supervisor.watch(fds, program.run, protocol.SCRATCH, isolated=True)
        for fd in fds:
            os.close(fd)
        os.waitpid(pid, 0)
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    program.run(fds)


def explore(control: socket.socket, inbox: wire.Inbox) -> None:
    """Serve many short runs from inside one, for a Hypothesis test: a fork for each worker."""

    def start(fds: list[int], command: wire.Message) -> None:
        os.chdir(command["scratch"])
        program.run(fds)

    serve(control, start, inbox)


def serve(
    commands: socket.socket, start: Callable[[list[int], wire.Message], None], inbox: wire.Inbox | None = None
) -> None:
    """Fork ``start(fds, command)`` for every frame, until the other end closes; ``inbox`` may hold some already."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps: nobody asks for their status here
    inbox = inbox or wire.Inbox()
    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, every page it shares with this process
    while True:
        for command in inbox.messages():
            fds = [fd for _ in FDS if (fd := inbox.take_fd()) is not None]
            if len(fds) != len(FDS):
                sys.exit("a command without its descriptors")
            if os.fork() == 0:
                commands.close()
                inbox.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                start(fds, command)
                os._exit(70)  # start never returns
            for fd in fds:
                os.close(fd)
        if not inbox.receive(commands):
            os._exit(0)
