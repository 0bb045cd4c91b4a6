"""``turtles/class/v1``: what is written is what its schema describes, and all there is but the recorded runs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import grader.report
from grader.class_result import ClassResult, Student
from grader.report.class_.class_json import render
from grader.result import ExerciseResult
from tests.classroom.class_results import ADA, CLASS

FOLDER = Path(grader.report.__file__).parent
SCHEMA: dict[str, Any] = json.loads((FOLDER / "class-v1.schema.json").read_text(encoding="utf-8"))
RESULT: dict[str, Any] = json.loads((FOLDER / "result-v1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def to_json(result: ClassResult) -> dict[str, Any]:
    written: dict[str, Any] = json.loads("".join(render(result)))
    return written


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("count", [0, 1, len(CLASS.entries)])
def test_a_class_of_any_size_is_valid_by_the_schema(count: int) -> None:
    written = to_json(replace(CLASS, entries=CLASS.entries[:count]))
    VALIDATOR.validate(written)
    assert written["schema"] == "turtles/class/v1"
    assert [each["id"] for each in written["students"]] == [each.student.id for each in CLASS.entries[:count]]


def test_results_are_looked_up_when_their_student_is_written() -> None:
    """So that a large class need not be in memory."""

    class Noted(dict[str, ExerciseResult]):
        def values(self) -> Any:
            looked_up.append(self)
            return super().values()

    looked_up: list[Noted] = []
    entries = tuple(replace(entry, results=Noted(entry.results)) for entry in CLASS.entries)
    before: list[int] = []
    for piece in render(replace(CLASS, entries=entries)):
        before.append(len(looked_up))
        assert piece.count('"earned":') <= 1
    assert before[-1] >= len(entries)
    each = len(looked_up) // len(entries)
    assert [count for count in dict.fromkeys(before) if count] == [each * (nth + 1) for nth in range(len(entries))]


def test_a_student_has_points_lateness_and_every_exercise() -> None:
    bob = next(each for each in to_json(CLASS)["students"] if each["id"] == "bob")
    assert (bob["earned"], bob["score"], bob["late"]) == (3, 2.7, {"late_s": 90061.0, "taken": 0.1})
    assert [(each["name"], each["verdict"], each["score"]) for each in bob["exercises"]] == [
        ("hello", "failed", 1),
        ("two_tasks", "failed", 2),
    ]
    assert bob["exercises"][0]["findings"][0]["kind"] == "blocking-call"
    assert [each["not_judged"] for each in to_json(CLASS)["students"]] == [[], [], [], ["hello"], []]


def test_recorded_runs_and_what_was_handed_in_are_left_out() -> None:
    text = json.dumps(to_json(replace(CLASS, entries=(replace(ADA, sources={"hello": "print('mine')"}),))))
    assert "timelines" not in text
    assert "mine" not in text


def test_half_a_surrogate_pair_in_a_name_can_be_written() -> None:
    student = Student("ada\udc80", "Ada\udc80", roster={"col\udc80": "v\udc80"})
    written = to_json(replace(CLASS, entries=(replace(ADA, student=student, problems=("\udc80",)),)))
    json.dumps(written, ensure_ascii=False).encode("utf-8")
    VALIDATOR.validate(written)


@pytest.mark.parametrize("place", [(), ("students", 0), ("students", 0, "exercises", 0), ("exercises", 0)], ids=str)
def test_the_schema_admits_nothing_else(place: tuple[str | int, ...]) -> None:
    written = copy.deepcopy(to_json(replace(CLASS, entries=(ADA,))))
    at: Any = written
    for step in place:
        at = at[step]
    for key in list(at):
        value = at.pop(key)
        assert not VALIDATOR.is_valid(written), key
        at[key] = value
    at["more"] = 1
    assert not VALIDATOR.is_valid(written)


def test_an_exercise_is_described_as_in_the_result_of_one_learner() -> None:
    """But for the recorded runs: whoever reads the one can read the other."""
    exercise = copy.deepcopy(RESULT["$defs"]["exercise"])
    exercise["required"].remove("timelines")
    del exercise["properties"]["timelines"]
    exercise["description"] = SCHEMA["$defs"]["exercise"]["description"]
    assert SCHEMA["$defs"]["exercise"] == exercise
    for name in ("check", "finding", "place"):
        assert SCHEMA["$defs"][name] == RESULT["$defs"][name]
