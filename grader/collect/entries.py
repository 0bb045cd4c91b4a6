"""What came of a class, from its gradebook: who handed in what, and which submission of theirs counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar

from grader.class_result import ClassResult, Entry
from grader.collect.gradebook import Gradebook, Record
from grader.load.submission import take_submission

_HELD: Final = 8192
"""Results that are in memory at the same time, and as many sources: a large class has more than fit."""

_UNFINISHED: Final = "the grading was not finished: the same `turtles class grade` goes on with it"

_Value = TypeVar("_Value")


def students(gradebook: Gradebook) -> list[Entry]:
    """An entry for each student, sorted by id, with what they handed in last or with nothing, but without results."""
    by_student: dict[str, list[Record]] = {}
    for record, _ in gradebook.records():
        by_student.setdefault(record.student.id, []).append(record)
    entries = [Entry(student, "") for student in gradebook.students() if student.id not in by_student]
    entries += [_entry(handed) for handed in by_student.values()]
    return sorted(entries, key=lambda entry: entry.student.id)


def problems(gradebook: Gradebook) -> tuple[str, ...]:
    """What concerns no student, a line each."""
    header, finished = gradebook.header()
    return header.problems if finished else (*header.problems, _UNFINISHED)


def class_result(gradebook: Gradebook) -> ClassResult:
    """The whole class. Results and sources are read from the gradebook when they are asked for: keep it open.

    Raises ``GradebookError``, then as well.
    """
    header, finished = gradebook.header()
    names = [column.name for column in header.exercises]
    grades = gradebook.grades()
    results = lru_cache(_HELD)(gradebook.result)
    sources = lru_cache(_HELD)(lambda key: take_submission(gradebook.source(key), "").source)

    def filled(entry: Entry) -> Entry:
        keys = grades.get(entry.place, {})
        in_order = {name: keys[name] for name in names if name in keys}
        return replace(entry, results=_Lazy(in_order, results), sources=_Texts(in_order, sources))

    return ClassResult(
        kit_version=header.kit_version,
        python_version=header.python_version,
        finished=finished or max((at for _, at in gradebook.records()), default=_now()),
        sandbox=header.sandbox,
        exercises=header.exercises,
        entries=tuple(map(filled, students(gradebook))),
        problems=problems(gradebook),
    )


def _entry(handed: list[Record]) -> Entry:
    """Of the submissions of one student, the last."""
    *others, last = sorted(handed, key=lambda record: (record.handed_in, record.place))
    twice = f"handed in more than once: {last.place} counts, not {', '.join(record.place for record in others)}"
    return Entry(
        last.student,
        last.place,
        protected=last.protected,
        handed_in=last.handed_in,
        late=last.late,
        problems=(*last.problems, twice) if others else last.problems,
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Lazy(Mapping[str, _Value]):
    """By exercise, what is looked up by key when it is asked for."""

    def __init__(self, keys: Mapping[str, str], look_up: Callable[[str], _Value]) -> None:
        self._keys = keys
        self._look_up = look_up

    def __getitem__(self, exercise: str) -> _Value:
        return self._look_up(self._keys[exercise])

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class _Texts(Mapping[str, str]):
    """The same of sources; one that is no text is not in it."""

    def __init__(self, keys: Mapping[str, str], look_up: Callable[[str], str | None]) -> None:
        self._all = _Lazy(keys, look_up)

    def __getitem__(self, exercise: str) -> str:
        text = self._all[exercise]
        if text is None:
            raise KeyError(exercise)
        return text

    def __iter__(self) -> Iterator[str]:
        return (exercise for exercise, text in self._all.items() if text is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
