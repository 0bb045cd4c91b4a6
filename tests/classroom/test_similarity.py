"""Near-identical submissions: what was copied is found, and what is alike by nature is not."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path

import pytest

from grader.class_result import ClassResult, Column, Entry, Likeness, Student
from grader.collect.similarity import near_identical
from grader.errors import KitError

ROOT = Path(__file__).parent.parent.parent

HANDED_OUT = """\
# Both tasks should run at the same time.

import asyncio
import time


async def task_a():
    print("Task A starts")
    time.sleep(1)
    print("Task A ends")


async def main():
    await task_a()


asyncio.run(main())
"""
REFERENCE = HANDED_OUT.replace("time.sleep(1)", "await asyncio.sleep(1)").replace("import time\n", "")
OWN = """\
# Both tasks should run at the same time.

import asyncio
from collections.abc import Awaitable


# what is still to be done, and what was already collected from it
class Collector:
    def __init__(self, limit):
        self.waiting = []
        self.collected = {}
        self.limit = asyncio.Semaphore(limit)

    # hand one in and go on at once
    async def collect(self, number, something):
        async with self.limit:
            self.collected[number] = await something


async def task_a():
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def main():
    collector = Collector(limit=7)
    await asyncio.gather(*(collector.collect(number, task_a()) for number in range(1)))


asyncio.run(main())
"""


def renamed(text: str) -> str:
    """Names changed, comments moved to the end."""
    for name in ("collector", "Collector", "something", "number", "waiting", "collected", "limit"):
        text = re.sub(rf"\b{name}\b", f"my_{name[::-1]}", text)
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    lines = [line for line in text.splitlines() if not line.strip().startswith("#")]
    return "\n".join([*lines, *reversed(comments), ""])


def found(sources: Mapping[str, str | Mapping[str, str]], reference: str | None = REFERENCE) -> tuple[Likeness, ...]:
    """Of students with these files: one text is that of ``two_tasks``."""
    files = {student: {"two_tasks": each} if isinstance(each, str) else dict(each) for student, each in sources.items()}
    names = sorted({name for each in files.values() for name in each})
    result = ClassResult(
        "1.0.0",
        "3.12.1",
        "2026-11-24T20:15:00Z",
        "bwrap",
        tuple(Column(name, name, "02_together", "Together", 4) for name in names),
        tuple(Entry(Student(student), student, sources=files[student]) for student in sorted(files)),
    )
    references = dict.fromkeys(names, reference) if reference else {}
    return near_identical(result, dict.fromkeys(names, HANDED_OUT), references)


def others(number: int) -> dict[str, str]:
    """Students who wrote something each, in the way of students."""
    return {
        f"other{n:02d}": REFERENCE.replace(
            "await task_a()", f"job_{n} = task_a()\n    await asyncio.wait_for(job_{n}, {n})"
        )
        for n in range(number)
    }


def test_a_copy_with_other_names_and_moved_comments_is_found() -> None:
    (likeness,) = found(others(20) | {"ada": OWN, "bob": renamed(OWN)})
    assert likeness.students == ("ada", "bob")
    assert likeness.exercises == ("two_tasks",)
    assert likeness.similarity >= 0.8
    assert "self.limit = asyncio.Semaphore(limit)" in likeness.lines
    assert "# hand one in and go on at once" in likeness.lines
    assert "import asyncio" not in likeness.lines


def test_the_very_same_file_is_found_and_wholly_alike() -> None:
    (likeness,) = found(others(20) | {"ada": OWN, "bob": OWN, "cleo": OWN + "\n\n"})
    assert (likeness.students, likeness.similarity) == (("ada", "bob", "cleo"), 1.0)


def test_two_of_three_students_are_a_pair_as_well() -> None:
    (likeness,) = found({"ada": OWN, "bob": renamed(OWN), "cleo": REFERENCE})
    assert likeness.students == ("ada", "bob")


def test_students_alike_in_several_exercises_are_one_group() -> None:
    ada, bob = {"first": OWN, "second": OWN}, {"first": OWN, "second": renamed(OWN)}
    (likeness,) = found({"ada": ada, "bob": bob, "cleo": {"first": REFERENCE}})
    assert likeness.exercises == ("first", "second")


def test_what_a_third_of_the_class_wrote_is_no_evidence() -> None:
    many = {f"student{n:02d}": renamed(OWN) if n % 2 else OWN for n in range(10)}
    assert found(others(10) | many) == ()


@pytest.mark.parametrize(
    "text",
    [
        HANDED_OUT,
        REFERENCE,
        # The smallest repair there is, spaced in a way of one's own.
        HANDED_OUT.replace("    time.sleep(1)", "    await   asyncio.sleep( 1 )"),
        # A line that is one's own, and too little to tell anything.
        REFERENCE.replace("await task_a()", "await asyncio.gather(task_a())"),
    ],
    ids=["as handed out", "the reference", "the smallest repair", "one line"],
)
def test_two_who_share_little_of_their_own_are_not_alike(text: str) -> None:
    assert found({"ada": text, "bob": text, "cleo": OWN}) == ()


def test_who_shares_a_passage_and_wrote_the_rest_alone_is_not_nearly_identical() -> None:
    ada = OWN + "".join(f"\nasync def sift{n}(sand, /):\n    return [g async for g in sand]\n" for n in range(9))
    bob = OWN + "".join(f"\nclass Stir{n}:\n    spoon = {n} * 3 if {n} else None\n    p: str = ''\n" for n in range(9))
    assert found({"ada": ada, "bob": bob, "cleo": REFERENCE}) == ()


@pytest.mark.parametrize("text", ["", "\x00" * 99, '"""' * 99, "'", "async def main(:\n", "é" * 999], ids=repr)
def test_any_text_can_be_compared(text: str) -> None:
    found({"ada": text, "bob": text})


def test_independent_right_answers_of_the_bank_are_not_alike() -> None:
    """Written by one hand, they are more alike than those of two students would be."""
    banks = sorted(folder for folder in ROOT.glob("tests/answers/*/*") if folder.is_dir())
    rows = list(zip_longest(*(sorted(folder.glob("right_*.py")) for folder in banks)))
    entries = tuple(
        Entry(
            Student(f"student{n}"),
            "somewhere",
            sources={file.parent.name: file.read_text(encoding="utf-8") for file in row if file},
        )
        for n, row in enumerate(rows)
    )
    columns = tuple(Column(folder.name, folder.name, folder.parent.name, "", 4) for folder in banks)
    texts = [
        {folder.name: (ROOT / tree / folder.parent.name / f"{folder.name}.py").read_text("utf-8") for folder in banks}
        for tree in ("grader/handout", "solutions")
    ]
    result = ClassResult("1.0.0", "3.12.1", "2026-11-24T20:15:00Z", "bwrap", columns, entries)
    assert len(rows) > 3
    assert len(banks) > 50
    assert near_identical(result, *texts) == ()


def test_without_rapidfuzz_it_says_in_a_line_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    with pytest.raises(KitError, match=r"needs rapidfuzz: install it with `pip install rapidfuzz`") as error:
        found({"ada": OWN})
    assert "\n" not in str(error.value)
