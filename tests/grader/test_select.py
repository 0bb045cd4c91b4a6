"""A learner names exercises in whatever way comes to hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.load.kit import Kit, load_kit
from grader.load.select import select
from tests.grader.kits import make_kit

CHAPTERS = {
    "01_first": ["hello", "start_it"],
    "02_together": ["two_tasks", "too_eager"],
    "03_blocking": ["turtles", "turtles_again"],
}
ALL = [name for names in CHAPTERS.values() for name in names]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    return load_kit(make_kit(tmp_path_factory.mktemp("select"), CHAPTERS))


def selected(kit: Kit, *names: str, exercises: Path | None = None) -> list[str]:
    return [exercise.name for exercise in select(kit, names, exercises)]


def complaint(kit: Kit, *names: str) -> str:
    with pytest.raises(UsageError) as caught:
        select(kit, names)
    return str(caught.value)


def test_no_names_mean_all_exercises(kit: Kit) -> None:
    assert selected(kit) == ALL


@pytest.mark.parametrize(
    "name",
    [
        "two_tasks",
        "two",
        "two_tasks.py",
        "02_together/two_tasks.py",
        "02_together/two_tasks",
        "exercises/02_together/two_tasks.py",
        "./exercises/02_together/two_tasks.py",
        "exercises//02_together/two_tasks.py",
    ],
)
def test_a_name_a_prefix_and_a_path_mean_the_same(kit: Kit, name: str) -> None:
    assert selected(kit, name) == ["two_tasks"]


def test_an_absolute_path_means_the_exercise_there(kit: Kit) -> None:
    assert selected(kit, str(kit.exercise_file(kit.exercise("hello")))) == ["hello"]


def test_a_path_is_read_from_where_the_user_is(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(kit.root / "exercises" / "02_together")
    assert selected(kit, "./two_tasks.py") == ["two_tasks"]
    assert selected(kit, "../01_first/hello.py") == ["hello"]
    assert selected(kit, ".") == CHAPTERS["02_together"]


def test_a_path_through_a_link_means_the_exercise_behind_it(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(kit.root)
    assert selected(kit, str(tmp_path / "link" / "exercises" / "01_first" / "hello.py")) == ["hello"]


@pytest.mark.parametrize("name", ["2", "02", "02_together", "exercises/02_together", "02_together/"])
def test_a_chapter_means_all_its_exercises(kit: Kit, name: str) -> None:
    assert selected(kit, name) == CHAPTERS["02_together"]


def test_the_folder_of_exercises_means_all(kit: Kit) -> None:
    assert selected(kit, "exercises/") == selected(kit, str(kit.root / "exercises")) == ALL


def test_the_kits_order_is_kept_and_nothing_comes_twice(kit: Kit) -> None:
    assert selected(kit, "turtles", "2", "hello", "two_tasks", "hello") == [
        "hello",
        *CHAPTERS["02_together"],
        "turtles",
    ]


def test_an_exact_name_wins_over_longer_ones(kit: Kit) -> None:
    assert selected(kit, "turtles") == ["turtles"]


def test_a_prefix_of_several_lists_them(kit: Kit) -> None:
    assert complaint(kit, "t") == (
        "'t' could be two_tasks, too_eager, turtles or turtles_again; write more of the name"
    )


def test_a_prefix_of_very_many_lists_some(tmp_path: Path) -> None:
    many = load_kit(make_kit(tmp_path, {"01_first": [f"job_{n:02}" for n in range(12)]}))
    assert complaint(many, "job").endswith("job_06, job_07 or one of 4 more; write more of the name")


@pytest.mark.parametrize(
    ("name", "near"),
    [("two_taks", "two_tasks"), ("helo.py", "hello"), ("02_together/to_eager.py", "too_eager"), ("eager", "too_eager")],
)
def test_an_unknown_name_suggests_the_nearest(kit: Kit, name: str, near: str) -> None:
    assert complaint(kit, name).startswith(f"there is no exercise '{name}'; did you mean {near}")


@pytest.mark.parametrize("name", ["xyzzy", "99", "/", "..", "-", "\x1b[31m", "../../etc/passwd", "x" * 5000])
def test_a_name_like_no_other_points_to_the_list(kit: Kit, name: str) -> None:
    assert complaint(kit, name).endswith("`turtles list` shows them all")


@pytest.mark.parametrize("name", ["", "  ", "two\0tasks"])
def test_an_empty_name_does_not_mean_everything(kit: Kit, name: str) -> None:
    assert "an empty name" in complaint(kit, name)


def test_a_file_of_another_tree_is_not_taken_for_the_exercise(kit: Kit) -> None:
    solution = kit.solution_file(kit.exercise("two_tasks"))
    assert "is not in the exercises; to grade another tree use --exercises DIR" in complaint(kit, str(solution))
    assert selected(kit, str(solution), exercises=kit.root / "solutions") == ["two_tasks"]
