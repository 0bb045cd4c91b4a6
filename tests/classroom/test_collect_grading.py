"""The grading of a class: what is judged, how often, and what becomes of it, with judges that only say they judge."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from grader.assignment import Assignment, LateRule
from grader.class_result import ClassResult, Lateness, Student
from grader.collect import grading
from grader.collect.batches import Batch, Delivery, Work
from grader.collect.cache_key import Keys
from grader.collect.entries import class_result
from grader.collect.gradebook import Gradebook
from grader.collect.grading import ClassRequest, Tally, grade_class
from grader.collect.roster import Roster
from grader.collect.submissions import Found, Handed
from grader.errors import KitError, UsageError
from grader.grade import Interrupted
from grader.load.kit import Kit, Suites, load_kit
from grader.result import Check, CheckVerdict, ExerciseResult, Verdict
from tests.grader.kits import edit, make_kit

CHAPTERS = {"01_first": ["hello"], "02_together": ["two_tasks", "three_tasks"]}

Class = dict[str, dict[str, bytes]]
"""By place, what was handed in by exercise."""


def verdict_of(work: Work) -> Verdict:
    """What the judges below say of a file."""
    said = work.source.split()[0].decode()
    return Verdict(said) if said in tuple(Verdict) else Verdict.PASSED


def judged(work: Work) -> ExerciseResult:
    verdict = verdict_of(work)
    score = 3 if verdict is Verdict.PASSED else 0
    checks = (Check("all", CheckVerdict.PASSED, score, score),) if score else ()
    path = f"exercises/{work.exercise}.py"
    return ExerciseResult(work.exercise, work.exercise, "01_first", path, verdict, score, 3, 0.1, checks)


class Judges:
    """Judges that are done at once, in the order that ``order`` makes; who judges a file with ``kills`` in it dies."""

    def __init__(self, room: int = 2, order: Callable[[deque[Batch]], None] = lambda _: None) -> None:
        self.room = room
        self.batches: list[Batch] = []
        self.most_under_way = 0
        self.before_each: Callable[[Batch], None] = lambda _: None
        self._order = order
        self._under_way: deque[Batch] = deque()

    @property
    def keys(self) -> list[str]:
        return [work.key for batch in self.batches for work in batch.files]

    @property
    def sources(self) -> list[bytes]:
        return [work.source for batch in self.batches for work in batch.files]

    def send(self, batch: Batch) -> None:
        self.batches.append(batch)
        self._under_way.append(batch)
        self.most_under_way = max(self.most_under_way, len(self._under_way))

    def next(self) -> Delivery:
        self._order(self._under_way)
        batch = self._under_way.popleft()
        self.before_each(batch)
        if any(b"kills" in work.source for work in batch.files):
            return Delivery(batch, lost="it died")
        return Delivery(batch, {work.key: judged(work) for work in batch.files if b"forget" not in work.source})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Room:
    """A kit, a class and a gradebook."""

    def __init__(self, kit: Kit, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kit = kit
        self.book = book
        self.handed_in: Class = {}
        self.problems: dict[str, tuple[str, ...]] = {}
        self.strays: list[str] = []
        self.read: list[str] = []
        monkeypatch.setattr(grading, "find", lambda *_: (self._found(), self.strays))
        monkeypatch.setattr(grading, "read", lambda _, found: self._handed(found))

    def grade(self, judges: Judges, **changes: object) -> Tally:
        request = ClassRequest(self.kit, Path("submissions"), "none")
        return grade_class(replace(request, **changes), self.book, judges, lambda _done, _total: None)  # type: ignore[arg-type]

    @property
    def result(self) -> ClassResult:
        return class_result(self.book)

    @property
    def grades(self) -> dict[str, dict[str, Verdict]]:
        """By student and exercise."""
        return {
            entry.student.id: {name: each.verdict for name, each in entry.results.items()}
            for entry in self.result.entries
        }

    def problems_of(self, student: str) -> tuple[str, ...]:
        return next(entry.problems for entry in self.result.entries if entry.student.id == student)

    def _found(self) -> list[Found]:
        return [Found(place, Path(place)) for place in sorted(self.handed_in)]

    def _handed(self, found: Found) -> Handed:
        self.read.append(found.place)
        files = self.handed_in[found.place]
        digest = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        return Handed(found.place, found.place, files, (), "2026-11-26T12:00:00Z",
                      self.problems.get(found.place, ()), digest)  # fmt: skip


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[Room]:
    kit = load_kit(make_kit(tmp_path, CHAPTERS))
    with Gradebook.to_grade(tmp_path / "class.db") as book:
        book._connection.execute("PRAGMA synchronous = OFF")  # thousands of transactions would wait for the disk
        yield Room(kit, book, monkeypatch)


def files(*sources: str) -> dict[str, bytes]:
    return {name: source.encode() for name, source in zip(("hello", "two_tasks", "three_tasks"), sources, strict=False)}


# --- what is judged -------------------------------------------------------------------------------------------------


def test_identical_files_are_judged_once(room: Room) -> None:
    room.handed_in = {f"s{number}": files("passed", f"failed {number % 2}") for number in range(100)}
    tally = room.grade(judges := Judges())
    assert sorted(judges.sources) == [b"failed 0", b"failed 1", b"passed"]
    assert (tally.files, tally.judged, tally.submissions, tally.graded, tally.anew) == (200, 3, 100, 100, 100)
    assert room.grades == {f"s{n}": {"hello": Verdict.PASSED, "two_tasks": Verdict.FAILED} for n in range(100)}


def test_the_same_text_in_two_exercises_is_two_files(room: Room) -> None:
    room.handed_in = {"alice": files("passed", "passed")}
    room.grade(judges := Judges())
    assert len(set(judges.keys)) == 2


def test_what_is_known_is_not_judged_again(room: Room) -> None:
    room.handed_in = {"alice": files("passed 1"), "bob": files("passed 2")}
    room.grade(Judges())
    room.handed_in["bob"] = files("failed")
    room.handed_in["carol"] = files("passed 1")
    tally = room.grade(judges := Judges())
    assert judges.sources == [b"failed"]
    assert (tally.anew, tally.judged) == (2, 1)
    assert room.grades["bob"] == {"hello": Verdict.FAILED}


def test_a_class_that_did_not_change_is_not_written_again(room: Room) -> None:
    room.handed_in = {"alice": files("passed 1", "passed 2"), "bob": files("passed 1")}
    room.grade(Judges())
    before = room.book._connection.total_changes
    written: list[object] = []
    room.book._connection.set_trace_callback(lambda text: written.append(text) if "submission" in text else None)
    tally = room.grade(judges := Judges())
    assert judges.batches == []
    assert not [text for text in written if not str(text).startswith("SELECT")]
    assert (tally.graded, tally.anew, tally.judged) == (2, 0, 0)
    assert room.book._connection.total_changes > before  # that it was graded


def test_inconclusive_files_are_judged_again_next_time_and_once_in_a_grading(room: Room) -> None:
    room.handed_in = {f"s{number:04}": files("inconclusive", f"passed {number}") for number in range(200)}
    room.grade(judges := Judges(room=1))
    assert judges.sources.count(b"inconclusive") == 1
    assert {grades["hello"] for grades in room.grades.values()} == {Verdict.INCONCLUSIVE}
    assert room.problems_of("s0000") == ()
    tally = room.grade(judges := Judges())
    assert judges.sources == [b"inconclusive"]
    assert tally.anew == 200


def test_a_change_of_the_suite_has_its_files_judged_anew_and_no_others(room: Room) -> None:
    room.handed_in = {"alice": files("passed 1", "passed 2")}
    room.grade(Judges())
    edit(room.kit.suite_file(room.kit.exercise("two_tasks")), "elapsed < 0.6", "elapsed < 0.5")
    room.grade(judges := Judges())
    assert judges.sources == [b"passed 2"]


def test_only_the_chapters_that_count_are_judged(room: Room) -> None:
    room.handed_in = {"alice": files("passed 1", "passed 2")}
    first = replace(room.kit, chapters=room.kit.chapters[:1])
    room.grade(judges := Judges(), kit=first)
    assert judges.sources == [b"passed 1"]
    assert room.result.max_score == 3
    assert list(room.grades["alice"]) == ["hello"]


def test_a_submission_without_exercises_is_in_the_gradebook_with_what_is_wrong(room: Room) -> None:
    room.handed_in = {"alice": {}}
    room.problems = {"alice": ("there is no exercise in it",)}
    room.grade(Judges())
    assert room.grades == {"alice": {}}
    assert room.problems_of("alice") == ("there is no exercise in it",)


def test_public_checks_make_no_grade(room: Room) -> None:
    with pytest.raises(UsageError, match="public checks only"):
        room.grade(Judges(), kit=replace(room.kit, suites=Suites.PUBLIC))


# --- batches --------------------------------------------------------------------------------------------------------


def test_submissions_with_little_to_judge_share_a_batch(room: Room) -> None:
    room.handed_in = {f"s{number:03}": files(f"passed {number}") for number in range(200)}
    room.grade(judges := Judges(room=2))
    sizes = [len(batch.files) for batch in judges.batches]
    assert sizes[:3] == [64, 64, 64]
    assert sum(sizes) == 200


def test_at_the_end_of_a_class_everybody_has_something_to_do(room: Room) -> None:
    room.handed_in = {f"s{number:03}": files(f"passed {number}") for number in range(32)}
    room.grade(judges := Judges(room=4))
    assert [len(batch.files) for batch in judges.batches] == [8, 8, 8, 8]


def test_the_files_of_a_submission_stay_together(room: Room) -> None:
    room.handed_in = {f"s{number:03}": files(*(f"passed {number} {each}" for each in "abc")) for number in range(60)}
    room.grade(judges := Judges())
    for batch in judges.batches:
        owners = [work.source.split()[1] for work in batch.files]
        assert all(owners.count(owner) == 3 for owner in owners)


def test_no_more_is_under_way_and_read_ahead_than_there_is_room_for(room: Room) -> None:
    room.handed_in = {f"s{number:04}": files(f"passed {number}") for number in range(1000)}
    judges = Judges(room=3)
    ahead: list[int] = []
    judges.before_each = lambda _: ahead.append(len(room.read) - len(room.book.places()))
    room.grade(judges)
    assert judges.most_under_way == 3
    assert max(ahead) <= 4 * 64
    assert len(set(judges.keys)) == len(judges.keys) == 1000


@pytest.mark.parametrize("order", ["first", "last"])
def test_whatever_the_order_in_which_batches_come_back_the_grades_are_the_same(room: Room, order: str) -> None:
    room.handed_in = {
        f"s{number:03}": files(f"passed {number % 7}", f"failed {number % 11}", f"crashed {number}")
        for number in range(150)
    }
    backwards = Judges(4, lambda batches: batches.rotate(1 if order == "last" else 0))
    tally = room.grade(backwards)
    assert tally.graded == 150
    assert tally.judged == 7 + 11 + 150
    every = {"hello": Verdict.PASSED, "two_tasks": Verdict.FAILED, "three_tasks": Verdict.CRASHED}
    assert room.grades == dict.fromkeys(room.handed_in, every)


@pytest.mark.parametrize("second", ["judged", "lost"])
def test_a_batch_that_is_delivered_twice_counts_once(room: Room, second: str) -> None:
    class Twice(Judges):
        last: Delivery | None = None

        def next(self) -> Delivery:
            again, self.last = self.last, None
            if again:
                return Delivery(again.batch, lost="it died") if second == "lost" else again
            self.last = super().next()
            return self.last

    room.handed_in = {f"s{number:03}": files(f"passed {number}") for number in range(200)}
    tally = room.grade(Twice())
    assert (tally.judged, tally.graded) == (200, 200)


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_file_that_nobody_survives_is_set_aside_after_three_tries_by_itself_and_nothing_else(room: Room) -> None:
    room.handed_in = {f"s{number:02}": files(f"passed {number}", f"passed {number}") for number in range(20)}
    room.handed_in["s07"] = files("passed too", "kills")
    tally = room.grade(judges := Judges())
    alone = [batch for batch in judges.batches if [work.source for work in batch.files] == [b"kills"]]
    assert len(alone) == 3
    assert tally.graded == 20
    poisoned = room.grades.pop("s07")
    assert poisoned == {"hello": Verdict.PASSED, "two_tasks": Verdict.INCONCLUSIVE}
    assert room.problems_of("s07") == ("two_tasks could not be judged in 3 tries: it died",)
    healthy = {"hello": Verdict.PASSED, "two_tasks": Verdict.PASSED}
    assert {each: grades for each, grades in room.grades.items() if each != "s07"} == dict.fromkeys(
        set(room.handed_in) - {"s07"}, healthy
    )


def test_whoever_handed_in_the_same_poison_hears_of_it_and_it_is_not_tried_for_them(room: Room) -> None:
    room.handed_in = {f"s{number:04}": files("kills", f"passed {number}") for number in range(200)}
    room.grade(judges := Judges(room=1))
    assert judges.sources.count(b"kills") <= 5
    assert [len(entry.problems) for entry in room.result.entries] == [1] * 200


def test_poison_is_tried_again_in_the_next_grading(room: Room) -> None:
    room.handed_in = {"alice": files("kills")}
    room.grade(Judges())
    room.grade(judges := Judges())
    assert len(judges.batches) == 3


def test_who_is_lost_once_by_no_fault_of_theirs_is_judged(room: Room) -> None:
    class OnceLost(Judges):
        def next(self) -> Delivery:
            delivery = super().next()
            return Delivery(delivery.batch, lost="it died") if delivery.batch.number == 1 else delivery

    room.handed_in = {f"s{number}": files(f"passed {number}", f"passed {number}") for number in range(4)}
    tally = room.grade(judges := OnceLost())
    assert tally.graded == 4
    assert {verdict for grades in room.grades.values() for verdict in grades.values()} == {Verdict.PASSED}
    assert [len(batch.files) for batch in judges.batches] == [8, 2, 2, 2, 2]


def test_a_file_of_which_nothing_is_said_is_tried_again_and_set_aside(room: Room) -> None:
    room.handed_in = {"alice": files("passed", "forget")}
    room.grade(judges := Judges())
    assert room.grades["alice"] == {"hello": Verdict.PASSED, "two_tasks": Verdict.INCONCLUSIVE}
    assert judges.sources.count(b"passed") == 1


def stop_before(number: int, error: BaseException) -> Callable[[Batch], None]:
    def stop(batch: Batch) -> None:
        if batch.number == number:
            raise error

    return stop


@pytest.mark.parametrize("error", [KeyboardInterrupt(), KitError("the suite is missing")])
def test_what_was_judged_until_it_stopped_is_kept_and_the_next_grading_goes_on(
    room: Room, error: BaseException
) -> None:
    room.handed_in = {f"s{number:03}": files("passed all", f"passed {number}") for number in range(200)}
    judges = Judges(room=1)
    judges.before_each = stop_before(3, error)
    with pytest.raises((Interrupted, KitError)) as caught:
        room.grade(judges)
    if isinstance(error, KeyboardInterrupt):
        assert "stopped; 127 of 200 submissions are graded and kept" in str(caught.value)
        assert "class.db" in str(caught.value)
    assert len(room.book.places()) == 127
    assert "was not finished" in room.result.problems[0]
    tally = room.grade(rest := Judges())
    assert len(rest.keys) == 200 - 127
    assert (tally.graded, tally.anew) == (200, 73)
    assert room.result.problems == ()


def test_a_verdict_is_kept_even_when_its_submission_waits_for_another(room: Room) -> None:
    room.handed_in = {"a": files("passed 1"), **{f"b{n:02}": files(f"passed b{n}") for n in range(63)}}
    room.handed_in["c"] = files("passed 2", "passed 3")
    room.handed_in["d"] = {"hello": b"passed 2", "three_tasks": b"passed 4"}
    judges = Judges(room=2, order=lambda batches: batches.rotate(-1) if len(batches) > 1 else None)
    done: list[int] = []
    judges.before_each = lambda _: done.append(len(room.book.places()))
    room.grade(judges)
    assert {entry.student.id: entry.grade.score for entry in room.result.entries}["d"] == 6


# --- who it is ------------------------------------------------------------------------------------------------------


class FakeRoster(Roster):
    """Knows students by the place's name."""

    def student(self, handed: Handed) -> Student | None:
        return next((each for each in self.students if each.id == handed.name), None)

    def problem(self, handed: Handed) -> str | None:
        return None if self.student(handed) else "nobody on the roster is called so"

    def handed_in(self, student: Student) -> str:
        return "2026-11-27T12:00:00Z" if student.id == "carol" else ""


def test_the_roster_says_who_handed_in_nothing_and_who_is_not_on_it(room: Room) -> None:
    roster = FakeRoster((Student("alice", "Alice"), Student("zoe", "Zoe")), ("line 3 is empty",))
    room.strays = ["notes.txt is no submission"]
    room.handed_in = {"alice": files("passed"), "mallory": files("passed")}
    room.grade(Judges(), roster=roster)
    assert room.grades == {"alice": {"hello": Verdict.PASSED}, "mallory": {"hello": Verdict.PASSED}, "zoe": {}}
    assert [entry.place for entry in room.result.entries] == ["alice", "mallory", ""]
    assert room.problems_of("mallory") == ("nobody on the roster is called so",)
    assert room.result.problems == ("notes.txt is no submission", "line 3 is empty")
    assert room.result.entries[0].student.name == "Alice"


def test_nobody_takes_the_place_of_somebody_on_the_roster(room: Room) -> None:
    class Blind(FakeRoster):
        def student(self, handed: Handed) -> Student | None:
            del handed
            return None

    room.handed_in = {"alice": files("passed")}
    room.grade(Judges(), roster=Blind((Student("alice", "Alice"),), ()))
    assert room.grades == {"alice": {}, "alice (not on the roster)": {"hello": Verdict.PASSED}}


def test_lateness_is_by_the_roster_where_it_tells_and_changes_without_judging(
    room: Room,
) -> None:
    room.handed_in = {"bob": files("passed"), "carol": files("passed")}
    roster = FakeRoster((Student("bob"), Student("carol")), ())
    room.grade(Judges())
    due = datetime(2026, 11, 26, 12, tzinfo=UTC)
    tally = room.grade(judges := Judges(), roster=roster, assignment=Assignment(due=due, rule=LateRule(0.1)))
    assert judges.batches == []
    assert (tally.graded, tally.anew) == (2, 0)
    bob, carol = room.result.entries
    assert (bob.handed_in, bob.grade.late) == ("2026-11-26T12:00:00Z", None)
    assert (carol.handed_in, carol.grade.late) == ("2026-11-27T12:00:00Z", Lateness(86400, 0.1))


def test_a_name_that_is_no_text_is_spelled_out(room: Room) -> None:
    room.handed_in = {"caf\udce9": files("passed")}
    room.grade(Judges())
    assert list(room.grades) == ["caf\\xe9"]


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_key_is_the_same_in_another_place_and_another_for_whatever_the_verdict_depends_on(
    room: Room, tmp_path: Path
) -> None:
    elsewhere = load_kit(make_kit(tmp_path / "elsewhere", CHAPTERS))

    def key(kit: Kit = elsewhere, sandbox: str = "bwrap", source: bytes = b"a") -> str:
        return Keys(kit, sandbox).key("hello", source)

    assert key() == key(room.kit)
    exercise = elsewhere.exercise("hello")
    seen = {key(), key(sandbox="none"), key(source=b"b")}
    for file in (elsewhere.suite_file(exercise), elsewhere.handed_out_file(exercise)):
        with file.open("a") as opened:
            opened.write("# another\n")
        seen.add(key())
    elsewhere.scenario_file(exercise).touch()
    seen.add(key())
    (elsewhere.suites_folder / "conftest.py").touch()
    seen.add(key())
    seen.add(Keys(with_points(elsewhere), "bwrap").key("hello", b"a"))
    assert len(seen) == 8


def with_points(kit: Kit) -> Kit:
    """The kit with another entry for hello."""
    edit(kit.root / "exercises" / "curriculum.toml", 'name = "hello"\ntitle = "Two', 'name = "hello"\ntitle = "2')
    return load_kit(kit.root)


def test_keys_of_two_exercises_are_never_the_same(room: Room) -> None:
    keys: Mapping[str, str] = {each.name: Keys(room.kit, "none").key(each.name, b"") for each in room.kit.exercises}
    assert len(set(keys.values())) == 3


def test_a_gradebook_is_of_one_assignment(room: Room) -> None:
    room.handed_in = {"alice": {"hello": b"1"}}
    first = Assignment("HW1", ("hello", "two_tasks"))
    room.grade(Judges())
    room.grade(Judges(), assignment=first)  # it was written down afterwards
    for edited in (replace(first, title="Homework 1"), first, replace(first, exercises=("hello",), total=10), first):
        room.grade(Judges(), assignment=edited)
    before = room.book.header()
    for another in (Assignment("HW2", ("hello",)), Assignment("HW1", ("in_order",)), Assignment("HW2")):
        with pytest.raises(UsageError, match=r"gradebook of HW1: name another one for HW[12] with"):
            room.grade(Judges(), assignment=another)
    with pytest.raises(UsageError, match=r"class\.db is the gradebook of HW1: give its file with --assignment, or"):
        room.grade(Judges())
    assert room.book.header() == before
