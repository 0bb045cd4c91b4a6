"""What came of a class, from its gradebook: who handed in what, which attempt of theirs counts, and for how much."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeVar

from grader.class_grade import Scale
from grader.class_result import Attempt, ClassResult, Entry, Mark, Override, Student
from grader.collect.gradebook import Gradebook
from grader.collect.gradebook_rows import KeptAttempt, Record
from grader.collect.roster import group_of
from grader.load.submission import take_submission
from grader.text import shown

_HELD: Final = 8192
"""Results that are in memory at the same time, and as many sources: a large class has more than fit."""

_UNFINISHED: Final = "the grading was not finished: the same `turtles class grade` goes on with it"

_Value = TypeVar("_Value")


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
    results = lru_cache(_HELD)(gradebook.result)
    sources = lru_cache(_HELD)(lambda key: take_submission(gradebook.source(key), "").source)
    book = _Book.read(gradebook)
    scale = Scale.of(header.assignment, header.exercises)

    def entry(student: Student) -> Entry:
        made, keys = book.entry(student, scale)
        in_order = {name: keys[name] for name in names if name in keys}
        return replace(made, results=_Lazy(in_order, results), sources=_Texts(in_order, sources))

    return ClassResult(
        kit_version=header.kit_version,
        python_version=header.python_version,
        finished=finished or max((attempt.graded_at for attempt in book.attempts), default=_now()),
        sandbox=header.sandbox,
        exercises=header.exercises,
        entries=tuple(map(entry, book.students)),
        problems=(*problems(gradebook), *book.decided_about_nobody()),
        assignment=header.assignment,
        sheet=header.sheet,
    )


@dataclass(frozen=True)
class _Book:
    """What a gradebook says of a class, read at once."""

    students: Sequence[Student]
    """Everybody, sorted by id."""
    attempts: Sequence[KeptAttempt]
    own: Mapping[str, Sequence[KeptAttempt]]
    """By student id, the earliest first; those of a group also by who handed in nothing else."""
    partners: Mapping[str, Sequence[Student]]
    """By place: everybody whose grade it makes."""
    unclear: Mapping[str, str]
    """By student id, why it is not clear which submission of a group counts."""
    records: Mapping[str, Record]
    """By place, as it is now."""
    marks: Mapping[str, Mark]
    """By key."""
    overrides: Mapping[str, Mapping[str, Override]] = field(default_factory=dict)

    @classmethod
    def read(cls, gradebook: Gradebook) -> _Book:
        attempts = sorted(gradebook.attempts(), key=_when)
        students = {student.id: student for student in gradebook.students()}
        own: dict[str, list[KeptAttempt]] = {}
        for attempt in attempts:
            for student in attempt.students:
                own.setdefault(student.id, []).append(attempt)
                if attempt.is_current:
                    students.setdefault(student.id, student)
        partners = {attempt.place: list(attempt.students) for attempt in attempts}
        header, _ = gradebook.header()
        unclear = _share(gradebook.students(), header.assignment.groups, own, partners)
        return cls(
            sorted(students.values(), key=lambda student: student.id),
            attempts,
            own,
            partners,
            unclear,
            {record.place: record for record, _ in gradebook.records()},
            gradebook.marks(),
            gradebook.overrides(),
        )

    def entry(self, student: Student, scale: Scale) -> tuple[Entry, Mapping[str, str]]:
        """A student's entry, without results, and the keys of the files that count by exercise."""
        overrides = self.overrides.get(student.id, {})
        kept = self.own.get(student.id, ())
        attempts = [self._attempt(each, scale, student, overrides) for each in kept]
        counts = scale.counting(student.id, attempts, overrides)
        grade = scale.grade(student.id, counts, overrides)
        if counts is None:
            problems = (self.unclear[student.id],) if student.id in self.unclear else ()
            return Entry(student, "", problems=problems, overrides=overrides, grade=grade), {}
        chosen = next(each for each, attempt in zip(kept, attempts, strict=True) if attempt is counts)
        record = self.records[chosen.place]
        entry = Entry(
            student,
            chosen.place,
            protected=record.protected if chosen.is_current else (),
            handed_in=chosen.handed_in,
            time_source=chosen.time_source,
            problems=(*(record.problems if chosen.is_current else ()), *_several(chosen, kept)),
            refused=chosen.refused,
            partners=tuple(each for each in self.partners[chosen.place] if each.id != student.id),
            sent_as=record.sent_as,
            overrides=overrides,
            attempts=tuple(attempts),
            grade=grade,
        )
        return entry, chosen.keys

    def decided_about_nobody(self) -> Iterator[str]:
        """A line for each override about a student who is not in the class any more, as with another roster."""
        there = {student.id for student in self.students}
        for student in sorted(self.overrides.keys() - there):
            yield f"a person decided about {shown(student)}, and nobody in the class has this id now"

    def _attempt(self, kept: KeptAttempt, scale: Scale, student: Student, overrides: Mapping[str, Override]) -> Attempt:
        marks = {name: self.marks[key] for name, key in kept.keys.items() if key in self.marks and name in scale.worth}
        attempt = Attempt(
            kept.place,
            marks,
            kept.handed_in,
            kept.time_source,
            kept.marked_late,
            kept.refused,
            kept.graded_at,
        )
        return replace(attempt, score=scale.grade(student.id, attempt, overrides).score)


def _share(
    roster: Iterable[Student],
    together: bool | None,
    own: dict[str, list[KeptAttempt]],
    partners: dict[str, list[Student]],
) -> dict[str, str]:
    """Give what a group handed in to everybody in it, or to those who handed in nothing (``Assignment.groups``).

    Returns by student id why that is not clear: several of the group handed in, each for themselves.
    """
    groups: dict[str, list[Student]] = {}
    for student in roster if together is not False else ():
        if group := group_of(student):
            groups.setdefault(group, []).append(student)
    unclear: dict[str, str] = {}
    for group, members in groups.items():
        if together:
            _unite(members, own, partners)
            continue
        absent = [student for student in members if student.id not in own]
        handed = {attempt.place: attempt for student in members for attempt in own.get(student.id, ())}
        if len({tuple(sorted(each.id for each in attempt.students)) for attempt in handed.values()}) > 1:
            said = (
                f"nothing handed in, and it is not clear what counts of the group {group}: {', '.join(handed)} "
                "(with `groups = true` in the assignment's file, all of it is the group's)"
            )
            unclear |= {student.id: said for student in absent}
        elif handed:
            shared = sorted((each for student in members for each in own.get(student.id, ())), key=_when)
            for student in absent:
                own[student.id] = _once(shared)
            for place in handed:
                partners[place] += absent
    return unclear


def _unite(members: Sequence[Student], own: dict[str, list[KeptAttempt]], partners: dict[str, list[Student]]) -> None:
    """A submission of one member is an attempt of everybody in the group."""
    every = _once(sorted((each for student in members for each in own.get(student.id, ())), key=_when))
    for student in members if every else ():
        own[student.id] = every
    for place in {each.place for each in every}:
        there = {student.id for student in partners[place]}
        partners[place] += [student for student in members if student.id not in there]


def _once(attempts: Iterable[KeptAttempt]) -> list[KeptAttempt]:
    return list({(each.place, each.graded_at, tuple(each.keys.items())): each for each in attempts}.values())


def _when(attempt: KeptAttempt) -> tuple[str, bool, str]:
    """What attempts are ordered by. One of which nothing tells the time came before it was first graded."""
    return attempt.handed_in or attempt.graded_at, attempt.is_current, attempt.place


def _several(chosen: KeptAttempt, kept: Iterable[KeptAttempt]) -> Iterator[str]:
    """A line for a student who handed in at several places: earlier states of a place are attempts like others."""
    others = dict.fromkeys(each.place for each in kept if each.place != chosen.place)
    if others:
        yield f"handed in more than once: {chosen.place} counts, not {', '.join(others)}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _Lazy(Mapping[str, _Value]):
    """By exercise, what is looked up by key when it is asked for."""

    def __init__(self, keys: Mapping[str, str], look_up: Callable[[str], _Value]) -> None:
        self._keys = keys
        self._look_up = look_up

    def __getitem__(self, exercise: str) -> _Value:
        return self._look_up(self._keys[exercise])

    def __contains__(self, exercise: object) -> bool:
        return exercise in self._keys  # without a look into the gradebook, which may be closed by now

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
