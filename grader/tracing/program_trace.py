"""From a program to its timeline: run it, keep what it tells, and put that in words and figures."""

from __future__ import annotations

import bisect
import os
import signal
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.explain.read import explain, in_the_file
from grader.report.svg import duration
from grader.result import Finding, Timeline
from grader.tracing.collector import LIMITS, Collector, SourceFile
from grader.tracing.foreground import TracedProgram, find_python, run

_WORTH_TELLING_S = 0.5
_WORTH_TELLING_SHARE = 0.1
"""What was not drawn is told when it is this long, and this much of what was."""


@dataclass(frozen=True)
class ProgramTrace:
    """A run of a program."""

    status: int
    """Its exit status, as a shell has it: 128 and its number for a signal."""
    timeline: Timeline | None
    """None when nothing of asyncio was seen."""
    findings: tuple[Finding, ...] = ()
    """Their places are lines in the text of all files; ``where`` tells them apart."""
    where: Callable[[int], str] = in_the_file
    """``client.py:14``"""
    notes: tuple[str, ...] = ()
    """How the program ended, if not by itself, and what was too much to keep."""
    undrawn: str = ""
    """How long it ran before and after what is drawn; empty if that is not worth telling."""
    python: str = ""


def trace(program: TracedProgram, python: str | None) -> ProgramTrace:
    """Run a program to its end. Raises ``UsageError`` when there is nothing that could be run."""
    if not program.module:
        _check(program)
    interpreter = find_python(python)
    collector = Collector()
    began = time.monotonic()
    code = run(interpreter, program, collector.take)
    ended = time.monotonic()
    if collector.problem:
        raise UsageError(collector.problem)
    status = 128 - code if code < 0 else code
    if not collector.saw_asyncio:
        return ProgramTrace(status, None, notes=tuple(_unwatched(collector)), python=collector.python)
    began = began if collector.start is None else collector.start
    ended = ended if collector.end is None else collector.end
    # What comes before the loop, as long imports do, and after it would only squeeze the picture.
    start, end = max(collector.first, began), min(collector.last, ended) if collector.is_over else ended
    notes = tuple(filter(None, [_ending(code, collector), *collector.losses()]))
    undrawn = _undrawn(start - began, ended - end, end - start)
    files = _Files(collector.files)
    timeline, findings = explain(
        collector.messages(),
        start=start,
        end=end,
        source="\n".join(files.lines),
        title=program.title,
        limits=LIMITS,
        where=files.where,
        with_entry=True,
    )
    return ProgramTrace(status, timeline, findings, files.where, notes, undrawn, collector.python)


def _check(program: TracedProgram) -> None:
    file = program.path
    path = Path(file)
    if not path.exists():
        raise UsageError(f"there is no file {file}; name a Python program to run")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{file} may not be read; give yourself the permission first")
    if path.is_dir() and not (path / "__main__.py").exists():
        raise UsageError(f"{file} is a folder without a __main__.py; name the file to run")
    if program.function and (path.is_dir() or zipfile.is_zipfile(path)):
        raise UsageError(f"{file} is no single file; name the file that has the function {program.function}")


def _unwatched(collector: Collector) -> list[str]:
    """Why nothing was seen of asyncio, where it is not that there was none."""
    if collector.failed:
        return [f"the program could not be watched: {collector.failed} in the tracer; please report it"]
    if collector.start is None:
        return ["this Python ignores PYTHONPATH, or site is switched off in it: no program can be watched"]
    return []


def _undrawn(before: float, after: float, drawn: float) -> str:
    parts = [
        f"{duration(seconds)} {where} it"
        for seconds, where in ((before, "before"), (after, "after"))
        if seconds >= max(_WORTH_TELLING_S, drawn * _WORTH_TELLING_SHARE)
    ]
    if not parts:
        return ""
    return f"the picture covers the time in which asyncio was at work; the program also ran {' and '.join(parts)}"


def _ending(code: int, collector: Collector) -> str:
    if code == -signal.SIGINT:
        return "stopped by Ctrl-C"
    cut_off = "" if collector.end is not None else ": what it did in its last moments may be missing"
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"the program was killed by {name}{cut_off}"
    return f"the program ended without a farewell{cut_off}" if cut_off else ""


class _Files:
    """The files of a program as the one text that its lines are numbered in."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._files = sorted(files, key=lambda file: file.offset)
        self._offsets = [file.offset for file in self._files]
        self.lines: list[str] = []
        for file in self._files:
            # Should it have grown since, or be shorter than it was, the next one begins where it was said to.
            self.lines = self.lines[: file.offset]
            self.lines += [""] * (file.offset - len(self.lines)) + list(file.lines)

    def where(self, line: int) -> str:
        """``client.py:14``: the file as it is named from the working directory."""
        index = bisect.bisect_left(self._offsets, line) - 1
        if index < 0:
            return f"line {line}"
        file = self._files[index]
        return f"{_named(file.path)}:{line - file.offset}"


def _named(path: str) -> str:
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return path
