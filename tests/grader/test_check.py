"""`turtles check` finds what an author got wrong, and nothing in a kit that is in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.authoring.check import check_kit, kit_notes
from grader.load.kit import load_kit
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit, write

CURRICULUM = "exercises/curriculum.toml"
EXERCISE = "exercises/02_together/two_tasks.py"
HANDED_OUT = "grader/handout/02_together/two_tasks.py"
PAGE = "exercises/02_together/README.md"
SOLUTION = "solutions/02_together/two_tasks.py"
SUITE = "tests/hidden/02_together/test_two_tasks.py"
BANK = "tests/answers/02_together/two_tasks"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_kit(tmp_path)


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in check_kit(load_kit(root))]


def notes(root: Path) -> list[str]:
    return [str(note) for note in kit_notes(load_kit(root))]


def test_nothing_is_wrong_with_a_kit_in_order(tmp_path: Path) -> None:
    root = make_kit(tmp_path, {"01_first": ["hello", "start_it"], "02_together": ["two_tasks"]})
    assert problems(root) == notes(root) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        (PAGE, "`two_tasks`", "`two_tasks_more`", f"{PAGE}: does not mention two_tasks; add it"),
        (
            CURRICULUM,
            "https://docs.python.org/3/library/asyncio-task.html#awaitables",
            "https://example.com/asyncio",
            f"{CURRICULUM}:6: exercise two_tasks: hint 1 links to https://example.com/asyncio; "
            "link to an official page",
        ),
        (
            CURRICULUM,
            '  { text = "gather.", link = "https://docs.python.org/3/library/asyncio-task.html#asyncio.gather" },\n',
            "",
            f"{CURRICULUM}:6: exercise two_tasks: has too few hints (1); write 2 or more, from a nudge to the answer",
        ),
        (
            CURRICULUM,
            'covers = ["gather"]',
            'covers = ["asyncio.gather", "Queue.shutdown"]',
            f"{CURRICULUM}:6: exercise two_tasks: covers 'Queue.shutdown', which its solution does not use",
        ),
        (
            CURRICULUM,
            'covers = ["gather"]',
            'page = "blocking-call"\ncovers = ["gather"]',
            f"{CURRICULUM}:6: exercise two_tasks: leads to 'blocking-call', which has no page in docs/mistakes; "
            "`turtles explain` shows them all",
        ),
        (
            CURRICULUM,
            "points = 3",
            "points = 4",
            f"{SUITE}: its checks are worth 3 points together, but {CURRICULUM} says 4",
        ),
        (
            SUITE,
            '@points(1, "every line is printed")\n',
            "",
            f'{SUITE}:8: test_lines has no points; put @points(1, "what it claims") on it',
        ),
        (
            SUITE,
            '@points(1, "every line is printed")',
            '@points(1, f"every {1} is printed")',
            f"{SUITE}:9: test_lines must say its points and title plainly: "
            '@points(1, "both tasks finish in under 1.5 s")',
        ),
        (
            SUITE,
            '@points(1, "every line is printed")',
            '@points(1, "both tasks finish in under 0.6 s")',
            f"{SUITE}:14: the title 'both tasks finish in under 0.6 s' is on line 9 already; choose another",
        ),
        (SUITE, "def test_time(", "def test_time(:", f"{SUITE}:14: SyntaxError on line 14: invalid syntax"),
        (
            f"{BANK}/right_tasks.py",
            "# Style: a task",
            "# A task",
            f"{BANK}/right_tasks.py:1: does not begin with `# Style: how it differs`",
        ),
        (
            f"{BANK}/wrong_loop.py",
            "# Mistake: a loop",
            "# A loop",
            f"{BANK}/wrong_loop.py:1: does not begin with `# Mistake: what the learner did`",
        ),
        (
            f"{BANK}/wrong_loop.py",
            "# Caught by: both tasks finish in under 0.6 s\n",
            "",
            f"{BANK}/wrong_loop.py:1: does not say `# Caught by: title of a check` at its top",
        ),
        (
            f"{BANK}/wrong_loop.py",
            "# Caught by: both tasks finish in under 0.6 s\n",
            "# Caught by: both tasks finish in under 0.7 s\n",
            f"{BANK}/wrong_loop.py:1: the suite has no check 'both tasks finish in under 0.7 s'; "
            "do you mean 'both tasks finish in under 0.6 s'?",
        ),
    ],
)
def test_one_thing_wrong_is_the_one_thing_found(root: Path, path: str, old: str, new: str, found: str) -> None:
    edit(root / path, old, new)
    about = problems(root)
    assert found in [message.splitlines()[0] for message in about]
    # A check that lost its points or its title takes the answers that name it along.
    assert all("the suite has no check" in message for message in about if message.splitlines()[0] != found)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (PAGE, f"{PAGE}: is missing; write the idea of the chapter, in one page"),
        (HANDED_OUT, f"{HANDED_OUT}: is missing; write it"),
        (SOLUTION, f"{SOLUTION}: is missing; write it"),
        (SUITE, f"{SUITE}: is missing; write it"),
        (f"{BANK}/right_group.py", f"{BANK}: has too few right answers (2); write 3 or more, right_*.py"),
        (f"{BANK}/wrong_loop.py", f"{BANK}: has too few wrong answers (4); write 5 or more, wrong_*.py"),
    ],
)
def test_a_missing_file_is_found(root: Path, path: str, found: str) -> None:
    (root / path).unlink()
    assert problems(root) == [found]


def test_an_exercise_without_a_docstring_is_found(root: Path) -> None:
    write(root / HANDED_OUT, TWO_TASKS.split('"""')[2])
    assert any(
        message.startswith(f"{HANDED_OUT}:1: has no docstring; tell the situation") for message in problems(root)
    )


@pytest.mark.parametrize("count", [19, 20, 60, 61])
def test_an_exercise_that_is_too_short_or_too_long_is_found(root: Path, count: int) -> None:
    blank_ones_between = "\n\n".join(f"x{n} = {n}" for n in range(count - 3))
    write(root / HANDED_OUT, f'"""A situation.\n\nRequired:\n"""\n{blank_ones_between}\n')
    found = f"{HANDED_OUT}: has {count} lines that are not blank; 20 to 60 are allowed"
    assert problems(root) == ([] if 20 <= count <= 60 else [found])


def test_the_lines_of_a_certificate_do_not_count(root: Path) -> None:
    certificate = "-----BEGIN CERTIFICATE-----\n" + "MIIBcDCCARegAwIB\n" * 50 + "-----END CERTIFICATE-----\n"
    lines = "\n".join(f"x{n} = {n}" for n in range(30))
    write(root / HANDED_OUT, f'"""A situation.\n\nRequired:\n"""\n{lines}\nTRUSTED = """\n{certificate}"""\n')
    assert problems(root) == []


@pytest.mark.parametrize(("count", "found"), [(79, True), (80, False), (200, False), (201, True)])
def test_a_capstone_has_80_to_200_lines(tmp_path: Path, count: int, found: bool) -> None:
    root = make_kit(tmp_path, {"12_capstones": ["two_tasks"]})
    path = root / HANDED_OUT.replace("02_together", "12_capstones")
    text = path.read_text(encoding="utf-8")
    lines = sum(1 for line in text.splitlines() if line.strip())
    write(path, text + "x = 1\n" * (count - lines))
    assert (
        any(f"has {count} lines that are not blank; 80 to 200 are allowed" in each for each in problems(root)) == found
    )


def test_an_exercise_that_already_passes_is_found_whatever_its_comments(root: Path) -> None:
    solved = SOLVED.replace("# gather wraps both in tasks at once.", "").replace("Two cooks", "Three cooks")
    write(root / HANDED_OUT, solved)
    assert problems(root) == [
        f"{HANDED_OUT}: is the same program as its solution; an exercise must not pass as it is handed out"
    ]


def test_two_answers_that_are_the_same_program_are_found(root: Path) -> None:
    text = (root / BANK / "wrong_loop.py").read_text()
    write(root / BANK / "wrong_twin.py", text + "# but a comment\n")
    assert problems(root) == [
        f"{BANK}/wrong_twin.py: is the same program as wrong_loop.py; an answer must differ in more than comments"
    ]


def test_a_right_answer_that_is_the_solution_is_found(root: Path) -> None:
    write(root / BANK / "right_same.py", f"# Style: none\n{SOLVED}")
    assert [message.partition(";")[0] for message in problems(root)] == [
        f"{BANK}/right_same.py: is the same program as the solution"
    ]


def test_a_mistake_without_a_page_is_found_in_suites_and_answers(root: Path) -> None:
    write(root / "docs/mistakes/sequential-await.md", "# One after the other\n\nIt takes the sum.\n")
    title = '"both tasks finish in under 0.6 s"'
    edit(root / SUITE, title, f'{title}, means=("sequential-await", "sequental-await")')
    edit(root / BANK / "wrong_loop.py", "# Caught by:", "# Shows: sequential-await, blocking-cal\n# Caught by:")
    assert problems(root) == [
        f"{SUITE}:14: test_time means 'sequental-await', which has no page in docs/mistakes; "
        "did you mean 'sequential-await'?",
        f"{BANK}/wrong_loop.py:1: shows 'blocking-cal', which has no page in docs/mistakes; "
        "`turtles explain` shows them all",
    ]


def test_what_a_check_means_has_to_be_written_out(root: Path) -> None:
    edit(root / SUITE, '"every line is printed"', '"every line is printed", means=NAMES')
    assert any("test_lines must say plainly what it means" in problem for problem in problems(root))


def test_a_suite_that_judges_neither_order_nor_time_is_found(root: Path) -> None:
    edit(root / SUITE, "assert sorted(both.lines) == [", "assert both.returned == [")
    edit(root / SUITE, "assert both.elapsed < 0.6", "assert both.raised is None")
    assert [message.partition(";")[0] for message in problems(root)] == [f"{SUITE}: judges neither order nor time"]


def test_order_judged_through_a_function_of_the_suite_counts(root: Path) -> None:
    edit(root / SUITE, "assert sorted(both.lines) == [", "assert both.returned == [")
    edit(root / SUITE, "assert both.elapsed < 0.6", "is_quick(both)")
    suite = root / SUITE
    write(suite, suite.read_text() + "\n\ndef is_quick(t: Trace) -> None:\n    assert t.elapsed < 0.6 or is_quick(t)\n")
    assert problems(root) == []


def test_a_scenario_that_does_not_compile_is_found(root: Path) -> None:
    write(root / "tests/hidden/02_together/two_tasks_scenario.py", "async def f(:\n")
    assert [message.splitlines()[0] for message in problems(root)] == [
        "tests/hidden/02_together/two_tasks_scenario.py:1: SyntaxError on line 1: invalid syntax"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "solutions/02_together/old_name.py",
        "solutions/01_first/two_tasks.py",
        "grader/handout/02_together/old_name.py",
        "tests/hidden/02_together/test_old_name.py",
        "tests/hidden/02_together/old_name_scenario.py",
        "tests/answers/02_together/two_tasks/rihgt_a.py",
        "tests/answers/02_together/two_tasks/notes.txt",
    ],
)
def test_a_file_of_no_exercise_is_found(root: Path, path: str) -> None:
    write(root / path, "# Style: other\nx = 1\n")
    assert problems(root) == [f"{path}: belongs to no exercise of {CURRICULUM}; rename it, or take it away"]


def test_a_bank_of_no_exercise_is_found_once(root: Path) -> None:
    for name in ("right_a.py", "right_b.py"):
        write(root / "tests/answers/02_together/old_name" / name, "x = 1\n")
    assert [message.partition(":")[0] for message in problems(root)] == ["tests/answers/02_together/old_name"]


@pytest.mark.parametrize(
    "path",
    [
        "tests/hidden/02_together/servers.py",
        "solutions/02_together/__pycache__/old_name.py",
        "tests/answers/02_together/two_tasks/__pycache__/right_group.cpython-311.pyc",
        "tests/answers/.DS_Store",
    ],
)
def test_what_lies_beside_suites_and_what_tools_leave_is_no_problem(root: Path, path: str) -> None:
    write(root / path, "x = 1\n")
    assert problems(root) == []


@pytest.mark.parametrize("folder", ["tests/hidden", "tests/hidden/02_together"])
def test_what_pytest_would_share_among_suites_is_a_problem(root: Path, folder: str) -> None:
    write(root / folder / "conftest.py", "x = 1\n")
    [problem] = problems(root)
    assert problem.startswith(f"{folder}/conftest.py: is not handed out with the suites")


# --- a learner halfway through --------------------------------------------------------------------------------------


def test_a_learners_edit_is_a_note_and_no_problem(root: Path) -> None:
    write(root / EXERCISE, "def broken(:\n")
    assert problems(root) == []
    assert notes(root) == [f"{EXERCISE}: differs from what was handed out"]


def test_a_deleted_exercise_is_a_note_and_no_problem(root: Path) -> None:
    (root / EXERCISE).unlink()
    assert problems(root) == []
    assert notes(root) == [f"{EXERCISE}: is missing; `git checkout -- {EXERCISE}` brings it back"]


def test_a_learners_own_file_is_a_note_and_no_problem(root: Path) -> None:
    write(root / "exercises" / "02_together" / "scratch.py", "x = 1\n")
    assert problems(root) == []
    assert notes(root) == [f"exercises/02_together/scratch.py: is not in {CURRICULUM}, so it is not graded"]


def test_line_ends_are_no_difference(root: Path) -> None:
    (root / EXERCISE).write_bytes(TWO_TASKS.replace("\n", "\r\n").encode())
    assert notes(root) == []
