"""What the samples of one long step say: stretches of blocking and of computing."""

from __future__ import annotations

from typing import Any, NamedTuple

from grader.runner.observe.places import CodePlace

HOLD_S = 0.05
"""A step this long held the loop: the owner's figure, and about where people notice."""
DOUBTFUL = 2
"""So few samples without computing, in the middle of a computation, may be the scheduler's doing."""
MAX_RUNS = 400

BLOCKED = "blocked"
COMPUTING = "computing"
MIXED = "mixed"
"""Computing on many lines, so that no single expression stands for it."""
UNSEEN = "unseen"
"""No sample could be made: the line is where the coroutine is now, not where it was held."""


class Sample(NamedTuple):
    how: str
    place: CodePlace
    coroutine: str


class SampleRun:
    """Consecutive samples that saw the same."""

    __slots__ = ("end", "sample", "samples", "start")

    def __init__(self, sample: Sample, start: float, end: float) -> None:
        self.sample = sample
        self.start = start
        self.end = end
        self.samples = 1

    @property
    def seconds(self) -> float:
        return self.end - self.start


def take(runs: list[SampleRun], sample: Sample, began: float, at: float) -> None:
    """Add a sample. The change from one line to the next is taken to be half-way between the two samples."""
    if not runs:
        runs.append(SampleRun(sample, began, at))
    elif runs[-1].sample == sample or len(runs) >= MAX_RUNS:
        runs[-1].end = at
        runs[-1].samples += 1
    else:
        middle = (runs[-1].end + at) / 2
        runs[-1].end = middle
        runs.append(SampleRun(sample, middle, at))


def add_stretch(runs: list[SampleRun], sample: Sample, start: float, end: float) -> None:
    """Add a stretch that is known exactly."""
    if runs and runs[-1].sample == sample:
        runs[-1].end = end
    elif len(runs) < MAX_RUNS:
        runs.append(SampleRun(sample, start, end))


def merge_computation(runs: list[SampleRun], ended: float) -> list[SampleRun]:
    """Copies of ``runs`` in which a computation that goes from line to line and back is one run.

    Where the processor was taken away in the middle of it, it looks blocked for a moment. A moment's computing before
    a call that blocks goes with the call. The last run lasts until ``ended``.
    """
    merged: list[SampleRun] = []
    index = 0
    while index < len(runs):
        last = index
        if runs[index].sample.how == COMPUTING:
            for later in range(index + 1, len(runs)):
                sample = runs[later].sample
                is_blocked = sample.how != COMPUTING
                if sample.coroutine != runs[index].sample.coroutine or (is_blocked and runs[later].samples > DOUBTFUL):
                    break
                if not is_blocked and (sample == runs[index].sample or runs[later].seconds < HOLD_S):
                    last = later
        merged.append(_one_run(runs[index : last + 1]))
        index = last + 1
    if len(merged) > 1 and merged[0].sample.how != BLOCKED and merged[0].seconds < HOLD_S:
        first = merged.pop(0)
        merged[0].start = first.start
    if merged:
        merged[-1].end = max(merged[-1].end, ended)
    return merged


def _one_run(runs: list[SampleRun]) -> SampleRun:
    """All of them as one, shown where most of the time went."""
    seconds: dict[Sample, float] = {}
    for run in runs:
        seconds[run.sample] = seconds.get(run.sample, 0.0) + run.seconds
    sample = max(seconds, key=lambda each: seconds[each])
    if seconds[sample] < 0.8 * sum(seconds.values()):
        sample = sample._replace(how=MIXED)
    return SampleRun(sample, runs[0].start, runs[-1].end)


def as_part(run: SampleRun) -> list[Any]:
    place = run.sample.place
    return [
        run.start,
        run.end,
        place.line,
        place.column,
        place.end_line,
        place.end_column,
        place.function,
        run.sample.coroutine,
        run.sample.how,
    ]
