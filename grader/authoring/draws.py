"""``turtles verify --draws``: what the properties of the suites draw.

They are made once more, on the solutions, which run through all of their examples.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence

from grader.judge import drawn
from grader.judge.drawn import Draws
from grader.judge.plan import silent
from grader.judge.session import judge
from grader.judge.task import Task
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox


def draws(
    kit: Kit, chosen: Sequence[Exercise], sandbox: Sandbox, *, progress: Callable[[int, int], None] = silent
) -> list[str]:
    """A table: for each property its examples, how often each event came, and the sizes of its arguments."""
    judgeable = [each for each in chosen if not each.needs_newer_python and "given" in kit.suite(each)]
    tasks = [Task(each, read_submission(kit.solution_file(each), f"exercises/{each.file}")) for each in judgeable]
    packages = {package for each in judgeable for package in each.packages}
    with Recorder(sandbox, packages=packages) as recorder, drawn.collected() as found:
        judge(kit, tasks, recorder, progress, shrink=False, workers=False)
    names = {kit.suite_file(each): each.name for each in judgeable}
    return [line for made in found for line in _shown(names[made.suite], made)] or ["draws: there is no property"]


def _shown(name: str, made: Draws) -> Iterator[str]:
    rejected = f", {made.rejected} rejected" if made.rejected else ""
    yield f"{name}  {made.title}: {made.examples} examples{rejected}"
    for argument, sizes in sorted(made.sizes.items()):
        least, middle, most = min(sizes), statistics.median(sizes), max(sizes)
        yield f"    {argument}: {least:g} to {most:g}, half of them up to {middle:g}, {len(set(sizes))} different"
    for event, times in made.events.most_common():
        yield f"    {100 * times / max(1, made.examples):3.0f} %  {event}"
    if not made.events:
        yield '    no events: name the interesting cases with hypothesis.event("...")'
