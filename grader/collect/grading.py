"""Grade a class: read what was handed in, have judged what is not known yet, and write it into the gradebook.

Submissions are read one after the other, and only as far ahead as there is somebody to judge them, so that a class of
30,000 takes no more memory than one of 30. Nothing is judged twice: neither what the gradebook knows, nor what is
under way. A submission is written as soon as the last of its files is judged.
"""

from __future__ import annotations

import platform
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import grader
from grader.assignment import NO_ASSIGNMENT, Assignment
from grader.class_result import Column, Student
from grader.collect.batches import Batch, Delivery, Judges, Work
from grader.collect.cache_key import Keys
from grader.collect.gradebook import Gradebook
from grader.collect.gradebook_rows import Header, Record
from grader.collect.roster import Roster
from grader.collect.submissions import Found, Handed, find, read
from grader.errors import UsageError
from grader.grade import Interrupted
from grader.judge import verdict
from grader.load.kit import Kit, Suites
from grader.load.submission import take_submission
from grader.result import ExerciseResult, Verdict
from grader.text import shown

_PROGRAMS: Final = 64
"""Files in a batch: they mostly wait, so all take hardly longer than the longest, and a session costs some 0.5 s."""

_FEWEST_PROGRAMS: Final = 8
"""With so few in each, batches at the end of a class are not made any smaller to keep everybody busy."""

_MOST_WAITING: Final = 2000
"""Submissions that wait for a file of others to be judged; of these, only what is written is held."""

_TRIES: Final = 3
"""How often a file is judged alone after its judge has died of it."""

Group = tuple[Work, ...]
"""Files of one submission."""


@dataclass(frozen=True)
class ClassRequest:
    """What is to be graded, and how."""

    kit: Kit
    """With the chapters that count."""
    submissions: Path
    sandbox: str
    """Its name: ``bwrap`` or ``none``."""
    roster: Roster | None = None
    assignment: Assignment = NO_ASSIGNMENT
    """What the kit's exercises count, and when they are due."""
    known: frozenset[str] = frozenset()
    """Names of all exercises that there are; files of that name are no misspelling of one that counts."""
    reference: Mapping[str, str] | None = None
    """SHA-256 in hex, by path, of what nobody should have changed; without it each submission's own word is taken."""


@dataclass
class Tally:
    """What a grading did."""

    submissions: int = 0
    """How many there are."""
    graded: int = 0
    """How many of them are in the gradebook as they are now."""
    anew: int = 0
    """How many of those have other files, or other verdicts, than were there before."""
    files: int = 0
    """Of all submissions."""
    judged: int = 0
    """Files, each different: the others were known."""
    places: set[str] = field(default_factory=set)
    """Of the submissions."""


def grade_class(
    request: ClassRequest, gradebook: Gradebook, judges: Judges, progress: Callable[[int, int], None]
) -> Tally:
    """Grade every submission into the gradebook; ``progress`` is told how many are done, of how many.

    Raises ``UsageError`` for what holds no submissions, for a kit without hidden suites and for the gradebook of
    another assignment, ``GradebookError``, what ``judges`` raise, and ``Interrupted`` at Ctrl-C. What was judged until
    then is kept; the next goes on from there.
    """
    if request.kit.suites is Suites.PUBLIC:
        raise UsageError(
            "this kit has the public checks only, which make no grade: use the kit that has the suites, or set "
            "TURTLES_KEY to the key that opens them"
        )
    _check_assignment(gradebook, request.assignment)
    found, strays = find(request.submissions, request.roster.knows) if request.roster else find(request.submissions)
    header = _header(request, strays)
    grading = _Grading(request, gradebook, judges, progress, found)
    try:
        gradebook.begin(header, request.roster.students if request.roster else ())
        grading.run()
        gradebook.finish(header)
    except KeyboardInterrupt:
        tally = grading.tally
        raise Interrupted(
            f"stopped; {tally.graded} of {tally.submissions} submissions are graded and kept in {gradebook.path}, "
            "and the same command goes on from there"
        ) from None
    return grading.tally


def _check_assignment(gradebook: Gradebook, now: Assignment) -> None:
    """Raise ``UsageError`` for another assignment's gradebook: what a person decided there would count here."""
    before = gradebook.assignment()
    if before is None or not before.is_from_a_file:
        return
    name = f"{gradebook.path} is the gradebook of {shown(before.title)}"
    if not now.is_from_a_file:
        raise UsageError(f"{name}: give its file with --assignment, or name another gradebook with --gradebook")
    if now.is_another_than(before):
        raise UsageError(f"{name}: name another one for {shown(now.title)} with --gradebook")


def _header(request: ClassRequest, strays: Sequence[str]) -> Header:
    columns, skipped = [], []
    for chapter in request.kit.chapters:
        for exercise in chapter.exercises:
            if exercise.needs_newer_python:
                skipped.append(f"{exercise.name} is not graded: it {exercise.needs_newer_python}")
            else:
                columns.append(Column(exercise.name, exercise.title, chapter.id, chapter.title, exercise.points))
    version = platform.python_version()
    of_roster = request.roster.problems if request.roster else ()
    lines = tuple(_plain(line) for line in [*strays, *of_roster, *skipped])
    assignment, sheet = request.assignment, None
    if request.roster:
        extensions = {**request.roster.extensions, **assignment.extensions}
        assignment, sheet = replace(assignment, extensions=extensions), request.roster.sheet
        lines = (*lines, *_unknown_extensions(request.assignment, request.roster))
    return Header(grader.__version__, version, request.sandbox, tuple(columns), lines, assignment, sheet)


def _unknown_extensions(assignment: Assignment, roster: Roster) -> Iterator[str]:
    ids = {student.id for student in roster.students}
    for student in assignment.extensions:
        if student not in ids:
            yield f"the assignment has an extension for {student!r}, and no student on the roster has this id"


@dataclass
class _Pending:
    """A submission of which not every file is judged."""

    record: Record
    keys: dict[str, str]
    """Of its files, by exercise."""
    missing: set[str]
    """Those of the keys that are still to be judged."""


class _Grading:
    """One grading under way."""

    def __init__(
        self,
        request: ClassRequest,
        gradebook: Gradebook,
        judges: Judges,
        progress: Callable[[int, int], None],
        found: Sequence[Found],
    ) -> None:
        self.tally = Tally(len(found))
        self._request = request
        self._gradebook = gradebook
        self._judges = judges
        self._progress = progress
        self._keys = Keys(request.kit, request.sandbox)
        self._judgeable = {exercise.name for exercise in request.kit.exercises if not exercise.needs_newer_python}
        self._ids = {student.id for student in request.roster.students} if request.roster else set()
        self._found = iter(found)
        self._take_from = partial(read, request.kit)
        if request.reference is not None:
            self._take_from = partial(self._take_from, reference=request.reference)
        if request.known:
            self._take_from = partial(self._take_from, known=request.known)
        self._read_all = False
        self._waiting: dict[str, list[_Pending]] = {}
        """By key: who waits for a file that is under way, or about to be."""
        self._pending = 0
        self._unsent: deque[Group] = deque()
        self._again: deque[Group] = deque()
        """What was lost, and is judged once more, each by itself."""
        self._under_way: dict[int, tuple[Group, ...]] = {}
        self._sent = 0
        self._tries: Counter[str] = Counter()
        self._unjudged: dict[str, str] = {}
        """By key, those that could not be judged in this grading, with why if it is for more than noise."""

    def run(self) -> None:
        """Grade it all."""
        self._progress(0, self.tally.submissions)
        self._send()
        while self._under_way:
            self._take(self._judges.next())
            self._send()
        assert not self._waiting, "a submission waits for what nobody judges"

    # --- what is sent

    def _send(self) -> None:
        """Let be judged as much as there is room for."""
        while len(self._under_way) < self._judges.room:
            if not self._again:
                self._read_on()
            if not (self._again or self._unsent):
                return
            groups = (self._again.popleft(),) if self._again else self._fill_batch()
            self._sent += 1
            self._under_way[self._sent] = groups
            self._judges.send(Batch(self._sent, tuple(work for group in groups for work in group)))

    def _fill_batch(self) -> tuple[Group, ...]:
        """As many submissions as fit; at the end of the class less, so that everybody has something to do."""
        most = _PROGRAMS
        if self._read_all:
            free = max(1, self._judges.room - len(self._under_way))
            most = max(_FEWEST_PROGRAMS, min(most, -(-self._programs() // free)))
        groups = [self._unsent.popleft()]
        while self._unsent and sum(map(len, groups)) + len(self._unsent[0]) <= most:
            groups.append(self._unsent.popleft())
        return tuple(groups)

    def _programs(self) -> int:
        return sum(map(len, self._unsent))

    def _read_on(self) -> None:
        """Read submissions until there is enough for a batch."""
        while not self._read_all and self._programs() < _PROGRAMS and self._pending < _MOST_WAITING:
            place = next(self._found, None)
            if place is None:
                self._read_all = True
            else:
                self._enter(self._take_from(place))

    def _enter(self, handed: Handed) -> None:
        """A submission: write it if everything is known of it, or have judged what is not."""
        record = self._record(handed)
        self.tally.places.add(record.place)
        files = {name: source for name, source in handed.files.items() if name in self._judgeable}
        self.tally.files += len(files)
        keys = {name: self._keys.key(name, source) for name, source in files.items()}
        known = self._gradebook.known(keys.values()) | self._unjudged.keys()
        pending = _Pending(record, keys, {key for key in keys.values() if key not in known})
        if not pending.missing:
            self._write_known(pending)
            return
        fresh = []
        for name, key in keys.items():
            if key in pending.missing:
                if key not in self._waiting:
                    fresh.append(Work(key, name, files[name]))
                self._waiting.setdefault(key, []).append(pending)
        self._pending += 1
        if fresh:
            self._unsent.append(tuple(fresh))

    def _record(self, handed: Handed) -> Record:
        students, unknown = self._students(handed)
        roster = self._request.roster
        told = next((each for each in students if roster and roster.handed_in(each)), None)
        known_time = bool(roster and told)
        return Record(
            _plain(handed.place),
            students,
            handed.digest,
            handed.content,
            roster.handed_in(told) if roster and told else handed.handed_in,
            roster.time_source(told) if roster and told else handed.time_source,
            handed.marked_late and not known_time,
            _plain(handed.sent_as),
            tuple(map(_plain, handed.changed)),
            tuple(map(_plain, (*handed.problems, *unknown))),
            tuple(map(_plain, handed.refused)),
        )

    def _students(self, handed: Handed) -> tuple[tuple[Student, ...], list[str]]:
        """Whose it is, each once, and what is wrong with that."""
        roster = self._request.roster
        if roster and not handed.others and roster.student(handed) is None and (group := roster.group(handed)):
            return group, []
        others = (replace(handed, name=each.name, known_as=each.known_as, place="") for each in handed.others)
        found = [self._student(owner) for owner in (handed, *others)]
        students = {student.id: student for student, _ in found}
        return tuple(students.values()), [problem for _, problem in found if problem]

    def _student(self, handed: Handed) -> tuple[Student, str | None]:
        """Its student, and what is wrong with that. One who is not on the roster goes by the submission's name."""
        roster = self._request.roster
        student = roster.student(handed) if roster else None
        if student:
            return student, None
        own = _plain(handed.name or handed.place)
        if own in self._ids:  # which is somebody's who is on the roster
            own = f"{_plain(handed.place) or own} (not on the roster)"
        return Student(own), roster.problem(handed) if roster else None

    # --- what comes back

    def _take(self, delivery: Delivery) -> None:
        groups = self._under_way.pop(delivery.batch.number, None)
        if groups is None:  # it was delivered before: a judge may deliver more than once
            return
        if delivery.lost:
            self._lose(groups, delivery.lost)
            return
        judged: dict[str, tuple[Work, ExerciseResult]] = {}
        for group in groups:
            for work in group:
                if result := delivery.results.get(work.key):
                    judged[work.key] = work, result
                else:
                    self._lose(((work,),), "nothing came of it")
        self.tally.judged += len(judged)
        self._settle(judged)

    def _lose(self, groups: Sequence[Group], why: str) -> None:
        """Find out which file it is that nobody survives: each submission by itself, then each file."""
        parts = list(groups) if len(groups) > 1 else [(work,) for group in groups for work in group]
        if len(parts) > 1:
            self._again.extend(parts)
            return
        for work in parts[0]:
            self._tries[work.key] += 1
            if self._tries[work.key] < _TRIES:
                self._again.append((work,))
            else:
                self._set_aside(work, f"could not be judged in {_TRIES} tries: {why}")

    def _set_aside(self, work: Work, why: str) -> None:
        exercise = self._request.kit.exercise(work.exercise)
        submission = take_submission(work.source, f"exercises/{exercise.file}")
        self._unjudged[work.key] = f"{work.exercise} {why}"
        self._settle({work.key: (work, verdict.unjudged(exercise, submission, why))})

    def _settle(self, judged: dict[str, tuple[Work, ExerciseResult]]) -> None:
        """Write the verdicts, and the submissions that have waited for nothing but them."""
        complete: list[_Pending] = []
        for key, (_, result) in judged.items():
            if result.verdict is Verdict.INCONCLUSIVE:
                self._unjudged.setdefault(key, "")
            for pending in self._waiting.pop(key):
                pending.missing.discard(key)
                if not pending.missing:
                    complete.append(pending)
        for pending in complete:
            self._pending -= 1
            self.tally.anew += 1
            self._write(pending, [judged.pop(key) for key in pending.keys.values() if key in judged])
        if judged:
            self._gradebook.keep(judged.values(), None, {})

    def _write_known(self, pending: _Pending) -> None:
        """Write a submission that needed no judging, if it is not there as it is."""
        before = self._gradebook.record(pending.record.place)
        if before is None or before[1] != pending.keys:
            self.tally.anew += 1
        if before == (self._complete(pending), pending.keys):
            self._done()
        else:
            self._write(pending, [])

    def _write(self, pending: _Pending, judged: Sequence[tuple[Work, ExerciseResult]]) -> None:
        self._gradebook.keep(judged, self._complete(pending), pending.keys)
        self._done()

    def _complete(self, pending: _Pending) -> Record:
        """With a line for each of its files that could not be judged."""
        lines = [line for key in pending.keys.values() if (line := self._unjudged.get(key))]
        return replace(pending.record, problems=(*pending.record.problems, *lines))

    def _done(self) -> None:
        self.tally.graded += 1
        self._progress(self.tally.graded, self.tally.submissions)


def _plain(text: str) -> str:
    """Names of files may be no text at all; what is written has to be."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
