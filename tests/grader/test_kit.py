"""The curriculum is read whole, and each fault in it is one KitError that says where."""

from __future__ import annotations

import sys
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import KitError, UsageError
from grader.load.kit import Kit, find_root, load_kit
from tests.grader.kits import ENTRY, edit, make_kit, write

TWO_CHAPTERS = {"01_first": ["hello", "start_it"], "02_together": ["two_tasks"]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_kit(tmp_path, TWO_CHAPTERS)


@pytest.fixture
def curriculum(root: Path) -> Path:
    return root / "exercises" / "curriculum.toml"


def complaint(root: Path) -> str:
    with pytest.raises(KitError) as caught:
        load_kit(root)
    return str(caught.value)


def line_of(path: Path, text: str, nth: int = 0) -> int:
    return [n for n, line in enumerate(path.read_text().splitlines(), 1) if text in line][nth]


def test_exercises_come_in_the_order_of_the_curriculum(root: Path) -> None:
    kit = load_kit(root)
    assert [chapter.id for chapter in kit.chapters] == ["01_first", "02_together"]
    assert [exercise.name for exercise in kit.exercises] == ["hello", "start_it", "two_tasks"]


def test_an_entry_is_read_whole(root: Path, curriculum: Path) -> None:
    text = curriculum.read_text()
    last = text.rindex("rules = []")
    new = 'rules = ["ASYNC251"]\npython = "3.13"\npackages = ["httpx2"]'
    curriculum.write_text(text[:last] + new + text[last + len("rules = []") :])
    exercise = load_kit(root).exercise("two_tasks")
    assert (exercise.title, exercise.points, exercise.mistake) == ("Two tasks at once", 3, "sequential-await")
    assert (exercise.chapter, exercise.file) == ("02_together", PurePosixPath("02_together/two_tasks.py"))
    assert (exercise.covers, exercise.rules, exercise.packages) == (("gather",), ("ASYNC251",), ("httpx2",))
    assert exercise.python == "3.13"
    assert [hint.text for hint in exercise.hints] == ["Who waits for whom?", "gather."]


def test_an_exercise_knows_when_this_python_is_too_old_for_it(root: Path, curriculum: Path) -> None:
    older, newer = f"3.{sys.version_info[1]}", f"3.{sys.version_info[1] + 1}"
    edit(curriculum, 'name = "hello"', f'name = "hello"\npython = "{older}"')
    edit(curriculum, 'name = "start_it"', f'name = "start_it"\npython = "{newer}"')
    needs = [exercise.needs_newer_python for exercise in load_kit(root).exercises]
    assert needs == [None, f"needs Python {newer}", None]


def test_the_files_of_an_exercise_lie_where_the_author_put_them(root: Path) -> None:
    kit = load_kit(root)
    exercise = kit.exercise("two_tasks")
    for place in (kit.exercise_file, kit.handed_out_file, kit.solution_file, kit.suite_file):
        assert place(exercise).is_file()
    assert kit.scenario_file(exercise).name == "two_tasks_scenario.py"


def test_the_bank_says_what_is_right_and_what_catches_the_wrong(root: Path) -> None:
    kit = load_kit(root)
    answers = kit.answers(kit.exercise("two_tasks"))
    assert [answer.right for answer in answers] == [True] * 3 + [False] * 5
    assert answers[0].path.name == "right_group.py"
    assert (answers[0].note, answers[0].caught_by) == ("a TaskGroup", None)
    assert answers[3].note == "awaits the task before it starts the other"
    assert answers[3].caught_by == "both tasks finish in under 0.6 s"
    assert answers[3].shows == ()


def test_a_wrong_answer_may_say_what_kinds_of_mistake_it_shows(root: Path) -> None:
    kit = load_kit(root)
    exercise = kit.exercise("two_tasks")
    write(kit.answers_folder(exercise) / "wrong_eager.py", "# Mistake: two\n# Shows: deadlock, lost-exception\n")
    shown = {answer.path.name: answer.shows for answer in kit.answers(exercise)}
    assert shown["wrong_eager.py"] == ("deadlock", "lost-exception")


def test_an_answer_may_need_a_newer_or_an_older_python(root: Path) -> None:
    kit = load_kit(root)
    exercise = kit.exercise("two_tasks")
    write(kit.answers_folder(exercise) / "right_group.py", "# Style: new\n# Python: 3.99\n")
    write(kit.answers_folder(exercise) / "right_tasks.py", "# Style: old\n# Python: 3.11\n")
    write(kit.answers_folder(exercise) / "wrong_eager.py", "# Mistake: of the past\n# Python: 3.9 to 3.10\n")
    write(kit.answers_folder(exercise) / "wrong_polls.py", "# Mistake: of today\n# Python: 3.11 to 3.99\n")
    needs = {answer.path.name: answer.needs_other_python for answer in kit.answers(exercise)}
    assert (needs["right_group.py"], needs["right_tasks.py"]) == ("needs Python 3.99", None)
    assert (needs["wrong_eager.py"], needs["wrong_polls.py"]) == ("needs Python 3.10 or older", None)


@pytest.mark.parametrize("pythons", ["newest", "3.11 to", "3.11 to newest", "up to 3.13"])
def test_an_answer_says_plainly_which_pythons_it_is_for(root: Path, pythons: str) -> None:
    kit = load_kit(root)
    exercise = kit.exercise("two_tasks")
    write(kit.answers_folder(exercise) / "right_tasks.py", f"# Style: none\n# Python: {pythons}\n")
    with pytest.raises(KitError, match=rf"right_tasks\.py: .*{pythons}.* version"):
        kit.answers(exercise)


def test_comments_after_the_head_of_an_answer_are_not_read(root: Path) -> None:
    kit = load_kit(root)
    exercise = kit.exercise("two_tasks")
    write(kit.answers_folder(exercise) / "wrong_eager.py", '"""Late."""\n# Caught by: never\n')
    assert {answer.path.name: answer.caught_by for answer in kit.answers(exercise)}["wrong_eager.py"] is None


def test_no_bank_is_an_empty_one(root: Path) -> None:
    kit = load_kit(root)
    for path in kit.answers_folder(kit.exercise("hello")).iterdir():
        path.unlink()
    assert kit.answers(kit.exercise("hello")) == ()


def test_an_unknown_exercise_is_wrong_usage(root: Path) -> None:
    with pytest.raises(UsageError, match=r"no exercise 'nix'.*turtles list"):
        load_kit(root).exercise("nix")


def test_the_root_is_found_from_anywhere_inside(root: Path) -> None:
    assert find_root(root) == find_root(root / "exercises" / "01_first") == root.resolve()


def test_outside_a_kit_the_message_says_so(tmp_path: Path) -> None:
    with pytest.raises(KitError, match=r"is not a Turtles kit: there is no exercises/curriculum\.toml"):
        find_root(tmp_path)


# --- faults ---------------------------------------------------------------------------------------------------------


def test_a_syntax_error_is_shown_with_its_line(root: Path, curriculum: Path) -> None:
    edit(curriculum, 'id = "02_together"', 'id = "02_together')
    line = line_of(curriculum, "02_together")
    assert complaint(root).startswith(f"exercises/curriculum.toml:{line}: not valid TOML: ")
    assert '\n    id = "02_together' in complaint(root)


def test_a_curriculum_cut_short_is_shown_at_its_last_line(root: Path, curriculum: Path) -> None:
    text = curriculum.read_text()
    curriculum.write_text(text[: text.index("  { text")])
    assert complaint(root).startswith(f"exercises/curriculum.toml:{line_of(curriculum, 'hints = [')}: not valid TOML")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "{}"', 'nam = "{}"', "unknown key 'nam'; did you mean 'name'?"),
        (
            'name = "{}"',
            'name = "{}"\npionts = 3',
            "exercise 2 of 01_first: unknown key 'pionts'; did you mean 'points'?",
        ),
        ('name = "{}"', 'name = "{}"\nzzz = 3', "unknown key 'zzz'; known keys are name, title, points"),
        ('name = "{}"', 'name = "Start-It"', "name 'Start-It' will not do; write something like \"two_tasks\""),
        ('name = "{}"', 'name = "../start_it"', "name '../start_it' will not do"),
        ('name = "{}"', "name = 3", "name must be a text in quotes, not a whole number"),
        ('name = "{}"', 'name = "{}"\npython = 3.13', "python must be a text in quotes, not a number"),
        ('name = "{}"', 'name = "{}"\npython = "3.x"', "python '3.x' will not do; write something like \"3.13\""),
        ('name = "{}"', 'name = "hello"', "'hello' is there already, in 01_first; choose another name"),
    ],
)
def test_a_fault_in_an_entry_names_the_line_and_the_way_out(
    root: Path, curriculum: Path, old: str, new: str, said: str
) -> None:
    edit(curriculum, old.format("start_it"), new.format("start_it"))
    line = line_of(curriculum, new.format("start_it").splitlines()[-1], 1 if "hello" in new else 0)
    assert complaint(root).startswith(f"exercises/curriculum.toml:{line}: ")
    assert said in complaint(root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 3", "points = 0", "exercise two_tasks: points must be 1 or more, not 0"),
        ("points = 3", "points = true", "points must be a whole number, not true"),
        ("points = 3", 'points = "3"', "points must be a whole number, not a text"),
        ("points = 3", "", "'points' is missing; add it"),
        ('title = "Two tasks at once"', 'title = " "', "title is empty"),
        ('"sequential-await"', '"Sequential Await"', "mistake 'Sequential Await' will not do"),
        ('covers = ["gather"]', 'covers = "gather"', "covers must be a list of texts, not a text"),
        ('covers = ["gather"]', "covers = [1]", "covers must hold texts in quotes, not 1"),
        ("rules = []", 'rules = ["251"]', "rules: '251' will not do; write something like \"ASYNC251\""),
        ("hints = [", 'hints = ["why?"]\n[more]\nhints = [', "hints must be a list of tables; write hints = ["),
        ('{ text = "gather.", link', '{ text = "gather.", url', "hint 2: unknown key 'url'; known keys are text, link"),
        ('"gather.", link = "https:', '"gather.", link = "http:', "hint 2: link 'http://docs.python.org"),
        ('{ text = "Who waits for whom?"', '{ text = ""', "hint 1: text is empty"),
    ],
)
def test_a_fault_in_the_last_entry_is_not_blamed_on_the_first(
    root: Path, curriculum: Path, old: str, new: str, said: str
) -> None:
    text = curriculum.read_text()
    at = text.rindex(old)
    write(curriculum, text[:at] + new + text[at + len(old) :])
    header = line_of(curriculum, "[[chapter.exercise]]", 2)
    changed = text[:at].count("\n") + 1
    expected = changed if new else header
    if "[more]" in new:  # hints of another type, and what follows out of the way
        write(curriculum, text[:at] + new.split("\n")[0] + "\n")
    assert complaint(root).startswith(f"exercises/curriculum.toml:{expected}: ")
    assert said in complaint(root)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "02_together"', 'id = "together"', "chapter 2: id 'together' will not do; write something like"),
        ('id = "02_together"', 'id = "01_together"', "'01' is there already, in chapter 01_first"),
        ('title = "Together"', "", "chapter 02_together: 'title' is missing"),
        ('title = "Together"', 'title = "Together"\norder = 2', "unknown key 'order'"),
    ],
)
def test_a_fault_in_a_chapter_is_named(root: Path, curriculum: Path, old: str, new: str, said: str) -> None:
    edit(curriculum, old, new)
    assert complaint(root).startswith("exercises/curriculum.toml:")
    assert said in complaint(root)


def test_a_chapter_without_exercises_is_a_fault(root: Path, curriculum: Path) -> None:
    curriculum.write_text('[[chapter]]\nid = "01_first"\ntitle = "First"\n\n' + curriculum.read_text())
    assert complaint(root).startswith("exercises/curriculum.toml:2: chapter 01_first: it has no exercises; add")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "chapter = []\n"])
def test_a_curriculum_without_chapters_is_a_fault(root: Path, curriculum: Path, text: str) -> None:
    curriculum.write_text(text)
    assert "there is no chapter; add a [[chapter]]" in complaint(root)


def test_no_line_is_better_than_a_wrong_one(root: Path, curriculum: Path) -> None:
    edit(curriculum, 'title = "First"', 'title = """\n[[chapter.exercise]]\n"""')
    edit(curriculum, 'name = "two_tasks"', 'name = "Two"')
    assert complaint(root).startswith("exercises/curriculum.toml: exercise 1 of 02_together: name 'Two' will not do")


def test_a_misspelt_table_is_shown_with_its_line(root: Path, curriculum: Path) -> None:
    curriculum.write_text("\n[[chapters]]\n")
    assert complaint(root).startswith("exercises/curriculum.toml:2: unknown key 'chapters'")


def test_a_single_table_in_place_of_a_list_is_shown_with_its_line(root: Path, curriculum: Path) -> None:
    curriculum.write_text('[chapter]\nid = "01_first"\n')
    assert complaint(root).startswith("exercises/curriculum.toml:1: the curriculum: chapter must be a list of tables")


def test_bytes_that_are_no_text_are_shown_with_their_line(root: Path, curriculum: Path) -> None:
    curriculum.write_bytes(b"# one\n# \xff\n")
    assert complaint(root).startswith("exercises/curriculum.toml:2: not UTF-8")


def test_a_missing_curriculum_says_how_to_get_it_back(root: Path, curriculum: Path) -> None:
    curriculum.unlink()
    assert "git checkout -- exercises/curriculum.toml" in complaint(root)


def test_windows_line_ends_change_nothing(root: Path, curriculum: Path) -> None:
    before = load_kit(root)
    curriculum.write_bytes(curriculum.read_bytes().replace(b"\n", b"\r\n"))
    assert load_kit(root) == before


# --- anything at all ------------------------------------------------------------------------------------------------

VALID = '[[chapter]]\nid = "01_first"\ntitle = "First"\n' + ENTRY.format(name="a") + ENTRY.format(name="b")
TOKENS = ["[", "]", "[[chapter]]", "[[chapter.exercise]]", "{", "}", '"', "=", "\n", "3", "true", "name = 1\n", "[a]\n"]


def load_text(folder: Path, text: str) -> Kit | str:
    """What ``load_kit`` makes of that curriculum: a kit, or the message of its KitError."""
    write(folder / "exercises" / "curriculum.toml", text)
    try:
        return load_kit(folder)
    except KitError as error:
        return str(error)


def is_complaint(loaded: Kit | str) -> bool:
    return isinstance(loaded, str) and loaded.startswith("exercises/curriculum.toml")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_arbitrary_text_raises_nothing_but_a_kit_error(scratch: Path, text: str) -> None:
    assert is_complaint(load_text(scratch, text))


@settings(deadline=None)
@given(
    start=st.integers(0, len(VALID)),
    length=st.integers(0, 40),
    put=st.lists(st.sampled_from(TOKENS), max_size=4).map("".join),
)
def test_a_valid_curriculum_with_a_dent_raises_nothing_but_a_kit_error(
    scratch: Path, start: int, length: int, put: str
) -> None:
    loaded = load_text(scratch, VALID[:start] + put + VALID[start + length :])
    assert is_complaint(loaded) or (isinstance(loaded, Kit) and loaded.exercises)


@pytest.mark.parametrize("value", ["[" * 5000, "9" * 5000, "{a=" * 2000, "0x" + "f" * 9000, "1979-99-99"])
def test_values_beyond_all_bounds_raise_nothing_but_a_kit_error(scratch: Path, value: str) -> None:
    assert is_complaint(load_text(scratch, f"{VALID}points = {value}\n"))
    assert is_complaint(load_text(scratch, f"chapter = {value}\n"))
