"""This end of the line to the process that judges (``grader.watch.judge_worker``)."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grader.errors import JudgeError
from grader.grade import Graded
from grader.result import Result
from grader.workers import Worker

_LONGEST_LINE = 2**26
"""Bytes: the results of a whole kit, timelines and all, are some hundred kilobytes."""

_FAREWELL_S = 5.0


class TakenBack(Exception):
    """What was asked for was taken back before it was judged."""


class Judge:
    """Judges in a process of its own: one request at a time, and any of them can be taken back.

    The process starts with this object, so that it is warming up while the screen is made.
    """

    def __init__(self, root: Path, sandbox: str) -> None:
        self._arguments = (str(root), sandbox)
        self._numbers = itertools.count(1)
        self._under_way = 0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._start()

    def _start(self) -> None:
        self._worker = Worker("grader.watch.judge_worker", *self._arguments)

    async def judge(self, names: Sequence[str], *, everything: bool, progress: Callable[[int, int], None]) -> Graded:
        """The verdicts of the files as they are now. ``progress`` is told how many recordings are made, of how many.

        Raises ``TakenBack``, and ``JudgeError`` with what kept the other side from judging.
        """
        number = self._under_way = next(self._numbers)
        try:
            return await self._ask(number, {"names": list(names), "everything": everything}, progress)
        except (OSError, asyncio.IncompleteReadError):
            status = await self.close()
            self._start()
            raise JudgeError(f"the process that judges has ended (exit status {status}): try again") from None
        finally:
            self._under_way = 0

    def stop(self) -> None:
        """Take back what is under way, if anything is."""
        if self._under_way and self._writer:
            self._send(self._writer, {"stop": self._under_way})

    async def _ask(self, number: int, request: dict[str, Any], progress: Callable[[int, int], None]) -> Graded:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(sock=self._worker.line, limit=_LONGEST_LINE)
        self._send(self._writer, {"number": number, **request})
        while True:
            answer = json.loads(await self._reader.readuntil())
            if answer["number"] != number:
                continue
            if "done" in answer:
                progress(answer["done"], answer["total"])
            elif "error" in answer:
                raise JudgeError(answer["error"])
            elif "stopped" in answer:
                raise TakenBack
            else:
                return Graded(Result.from_json(answer["result"]), tuple(answer["notes"]))

    @staticmethod
    def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
        writer.write(json.dumps(message).encode() + b"\n")

    async def close(self) -> int:
        """Hang up, which ends the process and all that it started; one that does not hear it is killed.

        Returns its exit status.
        """
        if self._writer:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._reader = self._writer = None
        else:
            self._worker.line.close()
        try:
            return await asyncio.to_thread(self._worker.wait, _FAREWELL_S)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            return await asyncio.to_thread(self._worker.wait)
