"""Processes of their own in which the grader judges: started safely, heard of when they die, and gone with their owner.

A session of pytest needs the main thread of a process, and what becomes of one process must not take others with it. So
checks under virtual time (``grader.judge.virtual_workers``), the batches of a class (``grader.collect.local_workers``)
and ``turtles watch`` (``grader.watch.judge_process``) have workers: ``python -m MODULE ARGUMENT... DESCRIPTOR``,
where the descriptor is one end of a socket. For each of them holds:

- It starts isolated (``grader.isolated``): what it imports is the grader's own.
- Ctrl-C at the terminal is for the owner alone: a worker is in a session of its own.
- It has no terminal: no program that it runs can read the keys or write to the screen.
- It ends when its owner does, however that ends. A ``Worker`` sees that its socket is closed. An ``AskedWorker`` does
  not look there while it judges; its standard input is a pipe that nobody writes to, and it ends when that is closed.

``multiprocessing`` does most of this, but its processes stay in the terminal's process group, import the owner's main
module again, and notice that the owner was killed only when they have finished what they are doing.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from grader import isolated
from grader.errors import InternalError, JudgeError, TurtlesError

Answer = Callable[[Any], Any]
"""What a worker does with what it is sent; it may raise ``TurtlesError``."""


class Worker:
    """The owner's end: one process, running from the start. Raises ``JudgeError`` when it cannot be started."""

    line: socket.socket
    """What the two ends say to each other goes through it; the owner closes it."""

    def __init__(self, module: str, *arguments: str, stdin: int = subprocess.DEVNULL) -> None:
        self.line, theirs = socket.socketpair()
        try:
            with theirs:
                self._process = subprocess.Popen(
                    isolated.command(module, *arguments, str(theirs.fileno())),
                    pass_fds=[theirs.fileno()],
                    stdin=stdin,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
        except OSError as error:
            self.line.close()
            raise JudgeError(f"the processes that judge cannot be started ({error.strerror or error})") from None

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def wait(self, timeout_s: float | None = None) -> int:
        """Wait for its end; returns its exit status. Raises ``subprocess.TimeoutExpired``."""
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """End it at once; its programs, and what they started, end with it."""
        self._process.kill()


@dataclass(frozen=True)
class Reply:
    """What a worker says of one thing that it was sent."""

    answer: Any = None
    error: TurtlesError | None = None
    """What kept it from answering. An error of the grader's own is a ``JudgeError``."""


class AskedWorker(Worker):
    """A worker that is sent one thing at a time and replies to it: its module calls ``serve``.

    What is sent is pickled: both ends are this very grader.
    """

    ready = False
    """Whether it has said that it can begin. One that ends before that is unlikely to start at all."""

    def __init__(self, module: str, *setup: object) -> None:
        super().__init__(module, stdin=subprocess.PIPE)
        self.pipe = Connection(self.line.detach())
        self.give(setup)

    def give(self, work: object) -> None:
        """Send it something. Whether it could take that is heard in its reply."""
        with contextlib.suppress(OSError):
            self.pipe.send(work)

    def hear(self) -> Reply | None:
        """Wait for what it says next: None when it has become ready. Raises ``EOFError`` when it has ended."""
        try:
            said: Reply | None = self.pipe.recv()
        except OSError:
            raise EOFError from None
        self.ready = True
        return said

    def ask(self, work: object) -> Any:
        """Send it something, and wait for the answer. Raises the reply's error, and ``EOFError`` when it has ended."""
        self.give(work)
        reply = self.hear() or self.hear()
        assert reply is not None, "it becomes ready once"
        if reply.error:
            raise reply.error
        return reply.answer

    def end(self) -> int:
        """See that it has ended. Returns its exit status."""
        self.kill()
        status = self.wait()
        if self._process.stdin:
            self._process.stdin.close()
        self.pipe.close()
        return status


def ending(status: int) -> str:
    """How a process ended, in words: ``exit status 1``, ``by SIGKILL``."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"by {signal.Signals(-status).name}"
    except ValueError:
        return f"by signal {-status}"


# --- the worker's end -----------------------------------------------------------------------------------------------


def serve(descriptor: str, opened: Callable[..., AbstractContextManager[Answer]]) -> None:
    """Reply to each message to an ``AskedWorker``, until its owner is gone.

    ``opened`` is given its setup, and opens what answers; when that is done, the worker is ready.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_owner, daemon=True).start()
    pipe = Connection(int(descriptor))
    with contextlib.suppress(EOFError, OSError), opened(*pipe.recv()) as answer:
        pipe.send(None)
        while True:
            reply = _reply(answer, pipe.recv())
            try:
                pipe.send(reply)
            except (RecursionError, TypeError, ValueError, AttributeError, pickle.PicklingError) as error:
                pipe.send(Reply(error=_own_error(error)))


def _reply(answer: Answer, work: Any) -> Reply:
    try:
        return Reply(answer(work))
    except TurtlesError as error:
        return Reply(error=type(error)(str(error)))  # as it is, it may hold what cannot be sent
    except Exception as error:
        return Reply(error=_own_error(error))


def _own_error(error: Exception) -> InternalError:
    return InternalError(f"an error of the grader's own: {type(error).__name__}: {error}")


def _end_with_the_owner() -> None:
    """End this process at once when nobody holds the other end of standard input any more."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):
            pass
    os.kill(os.getpid(), signal.SIGKILL)
