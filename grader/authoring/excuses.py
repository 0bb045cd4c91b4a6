"""Mutants that are right programs, with the reason why: ``mutants.toml`` in the bank of an exercise.

A mutant that no check kills is a hole in the suite, unless it is as right as the reference: it does what the file asks
for in another way, or differs only where no caller can see it. An author looks at each and writes down the reason.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from grader.authoring.mutants import mutants_of
from grader.authoring.operators import OPERATORS
from grader.errors import KitError
from grader.files import write_text
from grader.load.curriculum import Exercise
from grader.load.kit import Kit

FILE: Final = "mutants.toml"
SCORES: Final = "mutants.json"
"""In the folder of the banks: how many mutants of each exercise were made, killed and excused when last recorded."""

_KEYS: Final = {"id", "change", "reason"}


@dataclass(frozen=True)
class Excuse:
    """A mutant that may survive."""

    id: str
    change: str
    """What changes, for readers."""
    reason: str
    """Why the mutant is a right program."""
    line: int
    """Where it stands in its file."""


def excuses_file(kit: Kit, exercise: Exercise) -> Path:
    return kit.answers_folder(exercise) / FILE


def read_excuses(kit: Kit, exercise: Exercise) -> tuple[Excuse, ...]:
    """The excused mutants of an exercise; none where there is no file. Raises ``KitError`` for a faulty one."""
    path = excuses_file(kit, exercise)
    if not path.is_file():
        return ()
    shown = path.relative_to(kit.root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text).get("mutant", [])
    except (OSError, ValueError) as error:
        raise KitError(f"{shown} cannot be read: {error}") from None
    if not isinstance(entries, list) or not all(_is_complete(each) for each in entries):
        raise KitError(f"{shown}: each [[mutant]] has an id, a change and a reason, all of them texts")
    return tuple(
        Excuse(each["id"], each["change"], each["reason"], text[: text.find(each["id"])].count("\n") + 1)
        for each in entries
    )


def _is_complete(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == _KEYS
        and all(isinstance(value, str) and value.strip() for value in entry.values())
    )


def complaints_about(kit: Kit, exercise: Exercise) -> list[tuple[int | None, str]]:
    """What is wrong with the excuses of an exercise, each with its line: two for one mutant, or one for none.

    Only the operators that are named there are tried, so this costs little.
    """
    try:
        excuses = read_excuses(kit, exercise)
    except KitError as error:
        return [(None, str(error))]
    operators = {each.id.partition(".")[0] for each in excuses} & OPERATORS.keys()
    there = {each.id for each in mutants_of(kit, exercise, operators, every_python=True)} if excuses else set()
    complaints: list[tuple[int | None, str]] = []
    seen: set[str] = set()
    for excuse in excuses:
        if excuse.id in seen:
            complaints.append((excuse.line, f"excuses {excuse.id} twice; take one of the two away"))
        elif excuse.id not in there:
            complaints.append(
                (excuse.line, f"there is no mutant {excuse.id} any more; `turtles mutate {exercise.name}` shows all")
            )
        seen.add(excuse.id)
    return complaints


# --- the scores -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """How many mutants of an exercise there were, and what became of them."""

    made: int
    killed: int
    excused: int


def scores_file(kit: Kit) -> Path:
    return kit.root / "tests" / "answers" / SCORES


def read_scores(kit: Kit) -> dict[str, Score]:
    """The scores by exercise as last recorded; empty where there are none. Raises ``KitError``."""
    path = scores_file(kit)
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {name: Score(**entry) for name, entry in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise KitError(f"{path.relative_to(kit.root)} cannot be read: {error}") from None


def record_scores(kit: Kit, scores: dict[str, Score]) -> None:
    """Record the scores of some exercises; those of the others stay, except of exercises that are gone."""
    all_scores = {**read_scores(kit), **scores}
    lines = [
        f'  "{each.name}": {json.dumps(vars(all_scores[each.name]))}'
        for each in kit.exercises
        if each.name in all_scores
    ]
    write_text(scores_file(kit), "{\n" + ",\n".join(lines) + "\n}\n")
