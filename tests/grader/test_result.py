"""``turtles/result/v1``: what is written can be read again, and nothing else can."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grader.result
from grader.kinds import FindingKind, SegmentState
from grader.result import (
    Check,
    CheckVerdict,
    ExerciseResult,
    Finding,
    OutputLine,
    Place,
    ProgramOutput,
    Result,
    Row,
    Segment,
    Skipped,
    Timeline,
    Verdict,
)

SCHEMA_FILE = Path(grader.result.__file__).parent / "report" / "result-v1.schema.json"
SCHEMA: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

EXAMPLE = Result(
    kit_version="1.0.0",
    python_version="3.12.1",
    started="2026-11-24T20:15:00Z",
    seconds=3.4,
    sandbox="bwrap",
    exercises=(
        ExerciseResult(
            name="two_tasks",
            title="Two tasks at once",
            chapter="02_together",
            path="exercises/02_together/two_tasks.py",
            verdict=Verdict.FAILED,
            score=1,
            max_score=3,
            seconds=2.01,
            checks=(
                Check("every line is printed", CheckVerdict.PASSED, 1, 1),
                Check("both tasks finish in under 1.5 s", CheckVerdict.FAILED, 0, 2, "took 2.01 s"),
            ),
            timelines=(
                Timeline(
                    "both tasks finish in under 1.5 s",
                    2.01,
                    (
                        Row(
                            "task_a",
                            (
                                Segment(0.0, 1.0, SegmentState.RUNNING, held_by="time.sleep(1), line 9"),
                                Segment(1.0, 2.01, SegmentState.WAITING, awaits="asyncio.sleep(1), line 14"),
                            ),
                        ),
                    ),
                    omitted_rows=2,
                    checks=(0, 1),
                    output=ProgramOutput((OutputLine(0.5, "A"),), 2, ("Traceback …",), "it returned after 2.01 s"),
                ),
            ),
            findings=(Finding(FindingKind.BLOCKING_CALL, "time.sleep(1) held the event loop", (Place(14, "task_a"),)),),
            mistakes=("blocking-call",),
        ),
        ExerciseResult(
            name="in_order",
            title="Results in order",
            chapter="02_together",
            path="exercises/02_together/in_order.py",
            verdict=Verdict.BROKEN,
            score=0,
            max_score=2,
            seconds=0.0,
            message="SyntaxError: '(' was never closed",
            message_line=7,
        ),
    ),
    skipped=(Skipped("poison_pill", "07_queues", "needs Python 3.13"),),
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
times = st.floats(0, 1e6)
points = st.integers(0, 100)


@st.composite
def checks(draw: st.DrawFn) -> Check:
    verdict, worth = draw(st.sampled_from(CheckVerdict)), draw(points)
    return Check(draw(words), verdict, worth if verdict is CheckVerdict.PASSED else 0, worth, draw(words))


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    start, end = sorted((draw(times), draw(times)))
    if draw(st.booleans()):
        return Segment(start, end, SegmentState.RUNNING, held_by=draw(words))
    return Segment(start, end, SegmentState.WAITING, awaits=draw(words))


def few(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


rows = st.builds(Row, words, few(segments()))
timelines = st.builds(Timeline, words, times, few(rows), st.integers(0, 500))
places = st.builds(Place, st.integers(1, 9999), words)
findings = st.builds(Finding, st.sampled_from(["blocking-call", "left-pending"]), words, few(places))


@st.composite
def exercise_results(draw: st.DrawFn, name: str = "two_tasks") -> ExerciseResult:
    verdict, own_checks = draw(st.sampled_from(Verdict)), draw(few(checks()))
    score = 0 if verdict is Verdict.UNTOUCHED else sum(check.score for check in own_checks)
    return ExerciseResult(
        name=name,
        title=draw(words),
        chapter=draw(names),
        path=draw(words),
        verdict=verdict,
        score=score,
        max_score=score if verdict is Verdict.PASSED else sum(check.max_score for check in own_checks),
        seconds=draw(times),
        checks=own_checks,
        message=draw(words),
        message_line=draw(st.none() | st.integers(1, 9999)),
        timelines=tuple(
            replace(each, checks=tuple(range(draw(st.integers(0, len(own_checks)))))) for each in draw(few(timelines))
        ),
        findings=draw(few(findings)),
        mistakes=draw(few(st.sampled_from(["blocking-call", "deadlock"]))),
    )


@st.composite
def results(draw: st.DrawFn) -> Result:
    judged = draw(st.lists(names, max_size=3, unique=True))
    left_out = draw(st.lists(names.filter(lambda name: name not in judged), max_size=2, unique=True))
    return Result(
        kit_version=draw(words),
        python_version=draw(words),
        started=draw(st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))),
        seconds=draw(times),
        sandbox=draw(st.sampled_from(["bwrap", "none"])),
        exercises=tuple(draw(exercise_results(name)) for name in judged),
        skipped=tuple(Skipped(name, draw(names), draw(words)) for name in left_out),
        suites=draw(st.sampled_from(["all", "public"])),
    )


def through_json(data: dict[str, Any]) -> Any:
    return json.loads(json.dumps(data))


@given(results())
def test_a_result_survives_being_written_and_read(result: Result) -> None:
    assert Result.from_json(through_json(result.to_json())) == result


@given(exercise_results())
def test_a_single_exercise_survives_being_written_and_read(exercise: ExerciseResult) -> None:
    assert ExerciseResult.from_json(through_json(exercise.to_json())) == exercise


@given(results())
def test_what_is_written_fits_the_schema(result: Result) -> None:
    VALIDATOR.validate(through_json(result.to_json()))


def test_the_schema_is_a_valid_schema_that_lets_nothing_in_unnamed() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, *SCHEMA["$defs"].values()]
    for one in objects:
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])
        assert all("description" in part or "$ref" in part for part in one["properties"].values())


@pytest.mark.parametrize(
    ("cls", "key"),
    [
        (ExerciseResult, "exercise"),
        (Check, "check"),
        (Timeline, "timeline"),
        (Row, "row"),
        (Segment, "segment"),
        (Finding, "finding"),
        (Place, "place"),
        (Skipped, "skipped"),
    ],
)
def test_the_schema_names_every_field(cls: type, key: str) -> None:
    assert set(SCHEMA["$defs"][key]["properties"]) == {field.name for field in fields(cls)}


def test_the_top_of_the_file_holds_what_the_design_fixed() -> None:
    assert list(EXAMPLE.to_json()) == [
        *("schema", "kit_version", "python_version", "started", "seconds", "sandbox", "suites"),
        *("score", "max_score", "exercises", "skipped"),
    ]
    assert (EXAMPLE.to_json()["score"], EXAMPLE.to_json()["max_score"]) == (1, 5)


BREAKS = {
    "schema": ("turtles/result/v2", "schema: must be one of turtles/result/v1"),
    "started": ("2026-02-31T00:00:00Z", "started: is no date and time"),
    "seconds": (float("nan"), "seconds: must be seconds"),
    "sandbox": ("docker", "sandbox: must be one of bwrap, none"),
    "suites": ("hidden", "suites: must be one of all, public"),
    "score": (2, "score: must be 1, the sum"),
    "max_score": (True, "max_score: must be a whole number"),
    "extra": (1, "the result: has a key that does not belong there: 'extra'"),
    "exercises": ({}, "exercises: must be a list, not a dict"),
    "exercises/0/name": ("../up", "exercises[0].name: must match"),
    "exercises/0/verdict": ("perfect", "exercises[0].verdict: must be one of passed"),
    "exercises/0/score": (3, "exercises[0].score: is 3, but its checks earned 1 of 3"),
    "exercises/0/title": ("\ud800", "exercises[0].title: holds half of a surrogate pair"),
    "exercises/0/checks/1/score": (2, "exercises[0].checks[1].score: must be 0 for a check that is failed"),
    "exercises/0/checks/0/max_score": (-1, "exercises[0].checks[0].max_score: must be a whole number from 0"),
    "exercises/0/timelines/0/rows/0/segments/1/end_s": (
        0.5,
        "exercises[0].timelines[0].rows[0].segments[1].end_s: is before",
    ),
    "exercises/0/timelines/0/rows/0/segments/0/state": ("idle", "segments[0].state: must be one of running, waiting"),
    "exercises/0/timelines/0/rows/0/segments/0/awaits": (
        "a lock",
        "awaits: must be empty for a stretch that is running",
    ),
    "exercises/0/timelines/0/rows/0/segments/1/held_by": (
        "a call",
        "held_by: must be empty for a stretch that is waiting",
    ),
    "exercises/0/timelines/0/checks/0": (-1, "exercises[0].timelines[0].checks[0]: must be a whole number from 0"),
    "exercises/0/timelines/0/checks/1": (2, "exercises[0].timelines[0].checks: names a check that is not there"),
    "exercises/0/findings/0/places/0/line": (0, "exercises[0].findings[0].places[0].line: must be a whole number"),
    "exercises/0/mistakes/0": ("Blocking!", "exercises[0].mistakes[0]: must match"),
    "exercises/0/findings/0/kind": ("Blocking!", "exercises[0].findings[0].kind: must be one of blocking-call"),
    "exercises/1/message_line": ("7", "exercises[1].message_line: must be a whole number from 1"),
    "exercises/1/message": (None, "exercises[1].message: must be text, not None"),
    "exercises/1/name": ("two_tasks", "exercises: name two_tasks more than once"),
    "skipped/0/name": ("two_tasks", "exercises: name two_tasks more than once"),
}


def broken(path: str, value: object) -> Any:
    data = through_json(EXAMPLE.to_json())
    *parents, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    target = data
    for step in parents:
        target = target[step]
    target[last] = value
    return data


@pytest.mark.parametrize("path", BREAKS)
def test_a_wrong_value_is_refused_with_its_place(path: str) -> None:
    value, message = BREAKS[path]
    with pytest.raises(ValueError, match=re.escape(message)):
        Result.from_json(broken(path, value))


@pytest.mark.parametrize(
    "path", ["schema", "sandbox", "suites", "extra", "exercises", "exercises/0/name", "exercises/0/verdict"]
)
def test_the_schema_refuses_a_broken_file(path: str) -> None:
    assert not VALIDATOR.is_valid(broken(path, BREAKS[path][0]))


def test_a_missing_key_is_named() -> None:
    data = EXAMPLE.to_json()
    del data["exercises"][0]["checks"][1]["message"]
    with pytest.raises(ValueError, match=r"^exercises\[0\]\.checks\[1\]\.message: is missing$"):
        Result.from_json(data)


@pytest.mark.parametrize(("verdict", "score"), [(Verdict.UNTOUCHED, 1), (Verdict.PASSED, 1)])
def test_points_that_contradict_the_verdict_are_refused(verdict: Verdict, score: int) -> None:
    data = {**EXAMPLE.exercises[0].to_json(), "verdict": verdict.value, "score": score}
    with pytest.raises(ValueError, match=r"^score: must be"):
        ExerciseResult.from_json(data)


def test_undecodable_output_is_written_as_valid_unicode() -> None:
    check = Check("prints", CheckVerdict.FAILED, 0, 1, "printed '\udcff'")
    exercise = ExerciseResult("a", "A", "01_a", "a.py", Verdict.FAILED, 0, 1, 0.1, (check,))
    written = exercise.to_json()
    assert written["checks"][0]["message"] == "printed '\N{REPLACEMENT CHARACTER}'"
    ExerciseResult.from_json(written)


def deep(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([10**400, float("inf"), "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below a JSON value."""
    if isinstance(value, dict):
        pairs = list(value.items())
    else:
        pairs = list(enumerate(value)) if isinstance(value, list) else []
    return [(value, key) for key, _ in pairs] + [spot for _, inner in pairs for spot in spots(inner)]


@given(anything)
def test_reading_anything_at_all_raises_only_value_error(data: Any) -> None:
    with pytest.raises(ValueError, match=r".: ."):
        Result.from_json(data)


@given(st.data())
def test_a_file_with_one_value_replaced_is_refused_or_fits_the_schema(data: st.DataObject) -> None:
    result = copy.deepcopy(EXAMPLE.to_json())
    container, key = data.draw(st.sampled_from(spots(result)))
    container[key] = data.draw(anything)
    try:
        read = Result.from_json(result)
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = ""
        VALIDATOR.validate(result)
        assert Result.from_json(read.to_json()) == read
    assert len(refusal) < 300


@pytest.mark.parametrize("hostile", [10**5000, -(10**5000), deep(50_000), {1: 2}], ids=["huge", "least", "deep", "key"])
def test_a_value_too_big_to_be_printed_is_refused_like_any_other(hostile: Any) -> None:
    for index in range(len(spots(EXAMPLE.to_json()))):
        result = copy.deepcopy(EXAMPLE.to_json())
        container, key = spots(result)[index]
        container[key] = hostile
        with pytest.raises(ValueError, match=r".: ."):
            Result.from_json(result)


def test_a_result_can_be_read_without_loading_a_renderer() -> None:
    program = (
        "import sys, grader.result; print(*sorted({'rich', 'typer', 'hypothesis', 'pytest', 'xml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
