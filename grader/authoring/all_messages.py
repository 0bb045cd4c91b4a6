"""``turtles messages FILE``: every message that the answer bank can produce, to be read from top to bottom.

Handed-out files and wrong answers are judged by every check. Messages that differ only in figures and drawn names are
one: the first that came stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from grader.authoring.wording import WordingFault, faults_in
from grader.judge.plan import silent
from grader.judge.session import Judged, judge
from grader.judge.task import Task
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import read_submission
from grader.record.recorder import Recorder
from grader.record.sandbox import Sandbox

_DRAWN = re.compile(r"\S*\d\S*")
"""Words with a figure in them: times, numbers, and names that were drawn."""


@dataclass
class BankMessage:
    """A message, and the answers that produced it."""

    text: str
    answers: list[str] = field(default_factory=list)


Messages = dict[str, dict[str, dict[str, BankMessage]]]
"""By exercise, by check (or another place where it is shown), by what is the same in all that are alike."""

OF_EXERCISE = "(of the exercise as a whole)"
FINDINGS = "(what was seen inside)"


def collect(
    kit: Kit,
    chosen: Sequence[Exercise],
    sandbox: Sandbox,
    *,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = silent,
) -> Messages:
    """Judge the handed-out files and the wrong answers of the chosen exercises, and keep what they are told."""
    judgeable = [exercise for exercise in chosen if not exercise.needs_newer_python]
    tasks = [
        Task(exercise, read_submission(path, f"exercises/{exercise.file}"), label)
        for exercise in judgeable
        for label, path in [
            ("handed_out", kit.handed_out_file(exercise)),
            *(
                (answer.path.stem, answer.path)
                for answer in kit.answers(exercise)
                if not (answer.right or answer.needs_other_python)
            ),
        ]
    ]
    packages = {package for exercise in judgeable for package in exercise.packages}
    with Recorder(sandbox, packages=packages, jobs=jobs) as recorder:
        return grouped(judge(kit, tasks, recorder, progress, shrink=False))


def grouped(judged: Iterable[Judged]) -> Messages:
    """What the results say, each distinct message once."""
    found: Messages = {}
    for each in judged:
        result = each.result
        told = [(check.title, check.message) for check in result.checks]
        told += [(OF_EXERCISE, result.message), *((FINDINGS, finding.text) for finding in result.findings)]
        for place, text in told:
            if text:
                alike = found.setdefault(result.name, {}).setdefault(place, {})
                message = alike.setdefault(_DRAWN.sub("#", text), BankMessage(text))
                message.answers.append(each.task.label)
    return found


def as_text(messages: Messages) -> str:
    """The whole as Markdown."""
    return "\n".join(_lines(messages)) + "\n"


def _lines(messages: Messages) -> Iterator[str]:
    yield "# Every message of the answer bank"
    for exercise, places in messages.items():
        yield f"\n## {exercise}"
        for place, alike in places.items():
            yield f"\n### {place}\n"
            for message in alike.values():
                others = f" and {len(message.answers) - 1} more" if len(message.answers) > 1 else ""
                yield f"- {' '.join(message.text.split())}  ({message.answers[0]}{others})"


def wording_of(messages: Messages) -> list[WordingFault]:
    """What is wrong with the wording of messages."""
    return [
        fault
        for exercise, places in messages.items()
        for place, alike in places.items()
        for message in alike.values()
        for fault in faults_in(message.text, f"{exercise}, {place} ({message.answers[0]})")
    ]
