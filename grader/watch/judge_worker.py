"""The process that judges for ``turtles watch``: warm from one save to the next, and stopped when a newer one comes.

It is a process of its own because both sides want the main thread: the screen never to wait, pytest for its timeouts
and for Ctrl-C, and the compiler for its stack. And it has no terminal, so that no program it starts can read the keys.

A line of JSON each way. In: ``{"number", "names", "everything"}`` asks, ``{"stop": number}`` takes that back.
Out, with the ``number``: ``{"done", "total"}`` while it records, then one of ``{"result", "notes"}``, ``{"error"}``,
``{"stopped"}``.
"""

from __future__ import annotations

import contextlib
import gc
import json
import queue
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from grader.errors import TurtlesError
from grader.grade import Graded, Interrupted, Request, grade
from grader.load.kit import Kit, load_kit
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox, choose

_EVERY_ONE = sys.maxsize


class _Desk:
    """Takes what is asked for, on a thread of its own, and interrupts what is asked for no more."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._asked: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._under_way = 0
        self._taken_back = 0
        """Up to which number nothing is wanted any more."""
        threading.Thread(target=self._listen, daemon=True).start()

    def requests(self) -> Iterator[dict[str, Any]]:
        """What is asked for, until nobody is there to ask."""
        while request := self._asked.get():
            yield request

    @contextlib.contextmanager
    def serving(self, number: int) -> Iterator[None]:
        """While a request is served, a ``KeyboardInterrupt`` says that it is taken back."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with self._lock:
                self._under_way = number
                if number <= self._taken_back:
                    raise KeyboardInterrupt
            yield
        finally:
            with self._lock:
                self._under_way = 0
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def reply(self, number: int, **what: object) -> None:
        with contextlib.suppress(OSError):  # the asker is gone, and the listener is about to notice
            self._channel.sendall(json.dumps({"number": number, **what}).encode() + b"\n")

    def _listen(self) -> None:
        # A process that is killed with an answer unread does not hang up, but breaks off.
        with contextlib.suppress(ConnectionError), self._channel.makefile("rb") as lines:
            for line in lines:
                request = json.loads(line)
                if "stop" in request:
                    self._take_back(request["stop"])
                else:
                    self._asked.put(request)
        self._take_back(_EVERY_ONE)
        self._asked.put(None)

    def _take_back(self, number: int) -> None:
        with self._lock:
            self._taken_back = number
            if 0 < self._under_way <= number:
                # A real signal, so that it also ends a wait of the main thread.
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


class _Bench:
    """What is kept from one request to the next: the kit and the recorder, with its warm processes."""

    def __init__(self, root: Path, sandbox: str) -> None:
        self._root = root
        self._wanted_sandbox = sandbox
        self._recorder: Recorder | None = None
        self._packages: frozenset[str] = frozenset()
        self._kit: Kit | None = None

    def judge(self, names: Sequence[str], *, everything: bool, progress: Callable[[int, int], None]) -> Graded:
        """The verdicts of the files as they are now. Raises as ``grader.grade.grade`` does."""
        kit = self._kit = self._kit or load_kit(self._root)
        chosen, tree = [kit.exercise(name) for name in names], kit.root / "exercises"
        sandbox = choose(self._wanted_sandbox)
        asked = Request(kit, chosen, tree, sandbox, everything=everything)
        try:
            return grade(asked, progress, lambda packages: self._lend(sandbox, packages))
        except (KeyboardInterrupt, Interrupted):
            if self._recorder:
                self._recorder.end_exploring()  # those processes may wait for the rest of a conversation
            raise
        except TurtlesError:
            self.close()  # the fork server may be gone
            raise

    def _lend(self, sandbox: Sandbox, packages: frozenset[str]) -> AbstractContextManager[Recorder]:
        if self._recorder is None or not packages <= self._packages:
            self.close()
            self._packages |= packages
            self._recorder = Recorder(sandbox, packages=self._packages)
        return contextlib.nullcontext(self._recorder)

    def close(self) -> None:
        """End the warm processes; the next request starts them anew."""
        recorder, self._recorder = self._recorder, None
        if recorder:
            recorder.__exit__(None, None, None)


def _answer(desk: _Desk, bench: _Bench, request: dict[str, Any]) -> dict[str, object]:
    number = request["number"]

    def progress(done: int, total: int) -> None:
        desk.reply(number, done=done, total=total)

    try:
        with desk.serving(number):
            graded = bench.judge(request["names"], everything=request["everything"], progress=progress)
    except (KeyboardInterrupt, Interrupted):
        return {"stopped": True}
    except TurtlesError as error:
        return {"error": str(error)}
    except Exception as error:
        return {"error": f"an error of the grader's own: {type(error).__name__}: {error}"}
    return {"result": graded.result.to_json(), "notes": graded.notes}


def main(root: str, sandbox: str, channel: str) -> None:
    """Serve until the other end is closed. ``channel`` is the number of a socket's descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    desk = _Desk(socket.socket(fileno=int(channel)))
    with contextlib.closing(_Bench(Path(root), sandbox)) as bench:
        for request in desk.requests():
            answer = _answer(desk, bench, request)
            desk.reply(request["number"], **answer)
            if "result" in answer and not gc.get_freeze_count():
                # What is loaded by now stays, and pytest looks through everything twice in each session. Only once:
                # what a session leaves behind is not to stay.
                gc.collect()
                gc.freeze()


if __name__ == "__main__":
    main(*sys.argv[1:])
