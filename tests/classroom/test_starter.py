"""``turtles starter`` and ``turtles keygen``: what students get, and what becomes of it when it is updated."""

from __future__ import annotations

import ast
import json
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from grader.classroom.contents import chapters_of, pack, sealed_file
from grader.classroom.public_suite import public_part
from grader.classroom.starter import WrittenStarter, protected, write_starter
from grader.errors import KitError, UsageError
from grader.load.kit import Kit, load_kit
from grader.load.manifest import NAME
from grader.load.sealed_suites import new_key, open_sealed
from tests.grader.command import ROOT, graded, turtles, without_override
from tests.grader.kits import write

KEY = new_key()


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """As much of this kit as is handed out, with its first three chapters; for all tests, so that none changes it."""
    root = tmp_path_factory.mktemp("teacher") / "kit"
    shutil.copytree(ROOT / "grader", root / "grader", ignore=shutil.ignore_patterns("__pycache__", "0*"))
    original = load_kit(ROOT)
    for path, content in pack(original, original.chapters[:3], open_suites=True).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    for file in ("Makefile", "pyproject.toml", "requirements.txt", "requirements-sealed.txt"):
        shutil.copyfile(ROOT / file, root / file)
    return load_kit(root)


@pytest.fixture
def own_kit(kit: Kit, tmp_path: Path) -> Kit:
    """The same, to change something in."""
    shutil.copytree(kit.root, tmp_path / "kit")
    return load_kit(tmp_path / "kit")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "starter"


def snapshot(root: Path) -> dict[str, bytes | str]:
    """Every file and link below a folder."""
    paths = [path for path in sorted(root.rglob("*")) if ".git" not in path.parts]
    return {
        path.relative_to(root).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in paths
        if path.is_symlink() or path.is_file()
    }


def names(paths: tuple[PurePosixPath, ...]) -> list[str]:
    return [str(path) for path in paths]


HELLO = "exercises/01_first_coroutines/hello.py"
START_IT = "exercises/01_first_coroutines/start_it.py"
MANIFEST = PurePosixPath(NAME)


# --- what students get ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Handed:
    """A starter as the commands make it, and a student's clone of it."""

    key: Path
    starter: Path
    clone: Path
    said: str

    def turtles(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The command that is in the clone."""
        return graded(self.clone, *arguments, environ={"PYTHONPATH": str(self.clone), **environ})

    def solve(self, name: str) -> None:
        shutil.copyfile(ROOT / "solutions" / name, self.clone / "exercises" / name)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    folder = tmp_path_factory.mktemp("class")
    key, starter, clone = folder / "turtles.key", folder / "starter", folder / "clone"
    assert turtles(folder, "keygen", str(key)).returncode == 0
    done = turtles(ROOT, "starter", str(starter), "--chapters", "01,04", "--sealed", str(key))
    assert done.returncode == 0, done.stderr
    git = ("git", "-c", "user.name=Teacher", "-c", "user.email=teacher@school.example", "-c", "core.autocrlf=false")
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Hand out"]):
        subprocess.run([*git, *command], cwd=starter, check=True)
    subprocess.run([*git, "clone", "--quiet", str(starter), str(clone)], check=True)
    return Handed(key, starter, clone, done.stdout)


TEACHERS = {"PYTHONSAFEPATH": "1"}
"""Not the grader in the working directory, but the teacher's: a starter's own knows neither check nor verify."""


def test_a_starter_is_a_kit_of_its_own_that_is_in_order(handed: Handed) -> None:
    assert "14 exercises of 2 chapters (01, 04), the hidden suites sealed" in handed.said
    probe = [sys.executable, "-c", "import grader; print(grader.__file__)"]
    found = subprocess.run(probe, cwd=handed.clone, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(handed.clone), "the tests below are about another grader"
    for environ in ({}, {"TURTLES_KEY": handed.key.read_text()}):
        checked = turtles(handed.clone, "check", environ={**TEACHERS, **environ})
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert "14 exercises, 0 problems" in checked.stdout
    assert graded(handed.clone, "verify", "hello", "too_slow", environ=TEACHERS).returncode == 0


def test_without_the_key_programs_run_and_the_public_checks_are_judged(handed: Handed) -> None:
    done = handed.turtles("grade", "start_it")
    assert done.returncode == 1, done.stderr
    assert "✘" in done.stdout
    assert "█ running" in done.stdout
    assert "public point" in done.stdout
    assert "only the public checks were made" in done.stdout


def test_with_the_key_a_solution_has_full_marks(handed: Handed, tmp_path: Path) -> None:
    for name in ("01_first_coroutines/hello.py", "04_timeouts_and_cancellation/too_slow.py"):
        handed.solve(name)
    file = tmp_path / "result.json"
    key = handed.key.read_text()
    done = handed.turtles("grade", "hello", "too_slow", "--json", str(file), TURTLES_KEY=key)
    assert done.returncode == 0, done.stdout + done.stderr
    kit = load_kit(ROOT)
    worth = sum(kit.exercise(name).points for name in ("hello", "too_slow"))
    result = json.loads(file.read_text())
    assert result["score"] == result["max_score"] == worth
    assert "only the public checks" not in done.stdout


def test_nothing_in_a_starter_is_only_for_teachers(handed: Handed) -> None:
    paths = set(snapshot(handed.starter))
    tops = {path.split("/")[0] for path in paths}
    assert tops == {
        *(".editorconfig", ".gitattributes", ".github", ".gitignore", NAME, ".vscode", "LICENSE", "Makefile"),
        *("README.md", "docs", "exercises", "grader", "pyproject.toml", "requirements.txt", "tests"),
    }
    assert {path.split("/")[1] for path in paths if path.startswith("docs/")} == {"mistakes"}
    assert {path.split("/")[1] for path in paths if path.startswith("tests/")} == {"public", "sealed"}
    assert not [path for path in paths if "02_together" in path]
    for part in (
        "authoring/",
        "classroom/",
        "collect/",
        "cluster/",
        "report/class_/",
        "cli/author.py",
        "cli/teacher/",
    ):
        assert not [path for path in paths if path.startswith(f"grader/{part}")], f"a starter carries grader/{part}"


def test_the_help_of_a_starter_lists_no_command_of_an_author_or_a_teacher(handed: Handed) -> None:
    def commands(said: str) -> set[str]:
        return set(re.findall(r"^  ([a-z][a-z0-9]+)  +\S", said.partition("\nCommands:\n")[2], re.MULTILINE))

    here, there = commands(turtles(ROOT, "--help").stdout), commands(handed.turtles("--help").stdout)
    assert here - there >= AUTHORS_AND_TEACHERS
    assert there == {"grade", "watch", "run", "report", "trace", "list", "next", "hint", "explain", "reset", "solution"}
    for command in AUTHORS_AND_TEACHERS:
        assert handed.turtles(command, "--help").returncode == 2, command


AUTHORS_AND_TEACHERS = {
    *("verify", "mutate", "check", "coverage", "handout"),
    *("starter", "keygen", "class50", "gradescope", "class"),
}


def test_no_hidden_text_is_anywhere_in_a_starter(handed: Handed) -> None:
    files = snapshot(handed.starter)
    shown = "\n".join(each.decode("utf-8", "replace") for each in files.values() if isinstance(each, bytes))
    lines = {line.strip() for line in shown.split("\n")}
    kit = load_kit(ROOT)
    # Suites share lines: what one shows to all, another may hide.
    public = {line.strip() for each in kit.exercises for line in public_part(kit.suite(each)).split("\n")}
    hidden_checks = 0
    for exercise in kit.exercises:
        if exercise.chapter not in ("01_first_coroutines", "04_timeouts_and_cancellation"):
            continue
        suite = kit.suite(exercise)
        for line in suite.split("\n"):
            line = line.strip()
            if line.startswith("@points") and "public=True" not in line:
                hidden_checks += 1
            if len(line) >= 40 and line not in public:
                assert line not in lines, f"{exercise.name} shows {line}"
        given = kit.handed_out_file(exercise).read_text()
        for line in kit.solution_file(exercise).read_text().split("\n"):
            line = line.strip()
            if line.startswith("# ") and line not in given:
                assert line not in lines, f"{exercise.name} shows {line}"
    assert hidden_checks > 14
    secret = next(line for line in handed.key.read_text().split("\n") if line.startswith("AGE-SECRET"))
    assert secret not in shown


def test_every_part_of_the_grader_that_is_used_is_handed_out(handed: Handed) -> None:
    there = {path for path in snapshot(handed.starter) if path.endswith(".py") and path.startswith("grader/")}
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in there}
    for path in sorted(there):
        if "/handout/" in path:
            continue
        for node in ast.walk(ast.parse((handed.starter / path).read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
                assert node.module in modules, f"{path} imports {node.module}"


def test_nothing_of_the_grader_is_forgotten() -> None:
    kit = load_kit(ROOT)
    packed = {str(path) for path in pack(kit, kit.chapters, open_suites=True)}
    listed = subprocess.run(["git", "ls-files", "grader"], cwd=ROOT, capture_output=True, text=True, check=True)
    teachers = (
        "grader/classroom/",
        "grader/collect/",
        "grader/cluster/",
        "grader/report/class_/",
        "grader/cli/teacher/",
    )
    left_out = (*teachers, "grader/authoring/", "grader/cli/author.py", "grader/cli/init.py")
    tracked = {path for path in listed.stdout.split() if not path.startswith(left_out) and (ROOT / path).is_file()}
    assert tracked
    assert tracked <= packed


def test_open_suites_are_packed_as_they_are_written() -> None:
    kit = load_kit(ROOT)
    files = pack(kit, chapters_of(kit, "04"), open_suites=True)
    for exercise in chapters_of(kit, "04")[0].exercises:
        place = PurePosixPath(kit.suite_file(exercise).relative_to(ROOT).as_posix())
        assert files[place] == kit.suite_file(exercise).read_bytes()
    assert not [path for path in files if path.parts[:2] in (("tests", "public"), ("tests", "sealed"))]


@pytest.mark.parametrize("readme", [True, False])
def test_the_project_of_a_starter_can_be_installed(handed: Handed, tmp_path: Path, readme: bool) -> None:
    root = shutil.copytree(handed.starter, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    if not readme:  # students delete it, or rename it
        (root / "README.md").unlink()
    build = "import hatchling.build as b; print(b.build_editable('.'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (root / "pyproject.toml").read_text()
    assert "[tool.mypy]" not in text
    assert "dask" not in text
    assert 'sealed = ["pyrage' in text
    assert (root / "requirements.txt").read_bytes() == (ROOT / "requirements-sealed.txt").read_bytes()


def test_every_target_that_a_starter_speaks_of_is_there(handed: Handed) -> None:
    make = ("make", "--no-print-directory", "-C", str(handed.clone))
    spoken = subprocess.run([*make, "help"], capture_output=True, text=True, check=True).stdout
    spoken += (handed.starter / "README.md").read_text()
    spoken += "".join(path.read_text() for path in handed.starter.glob("exercises/*/README.md"))
    tasks = json.loads((handed.starter / ".vscode/tasks.json").read_text())["tasks"]
    targets = set(re.findall(r"(?:^|`)make ([a-z]+)", spoken, re.MULTILINE)) | {task["args"][0] for task in tasks}
    assert targets >= {"grade", "watch", "report", "list", "next", "hint", "explain", "reset", "clean"}
    for target in targets:
        dry = subprocess.run([*make, "--dry-run", target], capture_output=True, text=True, check=False)
        assert dry.returncode == 0, dry.stderr


def test_links_of_a_starters_pages_lead_somewhere(handed: Handed) -> None:
    pages = [path for path in handed.starter.rglob("*.md") if ".git" not in path.parts]
    assert len(pages) > 10
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(handed.starter)} links to {target}"


def test_settings_for_editors_can_be_read(handed: Handed) -> None:
    for file in (handed.starter / ".vscode").iterdir():
        assert json.loads(file.read_text())


@pytest.mark.parametrize(
    ("listed", "numbers"),
    [("01-03", "01 02 03"), ("1,3", "01 03"), ("02_together, 11-", "02 11 12"), ("3,1-2", "01 02 03")],
)
def test_chapters_are_chosen_by_lists(listed: str, numbers: str) -> None:
    assert [chapter.number for chapter in chapters_of(load_kit(ROOT), listed)] == numbers.split()


@pytest.mark.parametrize("listed", ["", "13", "01-99", "4-2", "one", "01;03", "-3"])
def test_a_list_that_stands_for_no_chapter_is_refused(listed: str) -> None:
    with pytest.raises(UsageError, match="chapters are 01 to 12, such as 01-04 or 01,03"):
        chapters_of(load_kit(ROOT), listed)


def test_a_starter_cannot_hand_out_in_turn(handed: Handed) -> None:
    with pytest.raises(KitError, match="handed out itself"):
        pack(load_kit(handed.starter), load_kit(handed.starter).chapters)


# --- bringing it up to date -----------------------------------------------------------------------------------------


def sealed_starter(kit: Kit, out: Path, chapters: str | None = "01") -> WrittenStarter:
    return write_starter(kit, out, chapters=chapters, recipient=KEY.recipient)


def test_a_second_time_changes_nothing(kit: Kit, out: Path) -> None:
    sealed_starter(kit, out)
    before = snapshot(out)
    report = sealed_starter(kit, out, chapters=None).report
    assert not report.new
    assert not report.written
    assert not report.removed
    assert snapshot(out) == before


def test_only_a_suite_that_has_changed_is_sealed_anew(own_kit: Kit, out: Path) -> None:
    sealed_starter(own_kit, out)
    exercise = own_kit.exercise("hello")
    suite = own_kit.suite_file(exercise)
    write(suite, suite.read_text() + "\n# Said only here.\n")
    report = sealed_starter(own_kit, out).report
    assert names(report.written) == [str(sealed_file(exercise))]
    opened = open_sealed((out / sealed_file(exercise)).read_bytes(), KEY.identity)
    assert opened.suite.endswith("# Said only here.\n")


def test_another_key_seals_everything_anew(kit: Kit, out: Path) -> None:
    sealed_starter(kit, out)
    other = new_key()
    report = write_starter(kit, out, recipient=other.recipient).report
    assert names(report.written) == sorted(str(sealed_file(each)) for each in kit.chapters[0].exercises)
    for exercise in kit.chapters[0].exercises:
        assert open_sealed((out / sealed_file(exercise)).read_bytes(), other.identity).suite == kit.suite(exercise)


def test_sealed_suites_do_not_vanish_because_the_key_was_not_named(kit: Kit, out: Path) -> None:
    sealed_starter(kit, out)
    before = snapshot(out)
    with pytest.raises(UsageError, match="--sealed KEYFILE"):
        write_starter(kit, out)
    assert snapshot(out) == before


def hand_out_anew(kit: Kit, name: str) -> bytes:
    """The author changes an exercise."""
    file = kit.handed_out_file(kit.exercise(name))
    file.write_bytes(file.read_bytes() + b"\n# A new remark.\n")
    return file.read_bytes()


def test_an_exercise_that_the_student_changed_stays_and_the_others_are_brought_up_to_date(
    own_kit: Kit, out: Path
) -> None:
    write_starter(own_kit, out, chapters="01")
    write(out / HELLO, "print('mine')\n")
    new = [hand_out_anew(own_kit, name) for name in ("hello", "start_it")]
    report = write_starter(own_kit, out).report
    assert (out / HELLO).read_text() == "print('mine')\n"
    assert (out / START_IT).read_bytes() == new[1]
    assert names(report.students) == [HELLO]
    assert (out / "grader/handout/01_first_coroutines/hello.py").read_bytes() == new[0], "what reset brings back"


def test_the_command_says_in_one_line_which_exercises_it_left(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    write(out / HELLO, "print('mine')\n")
    done = turtles(kit.root, "starter", str(out))
    assert f"changed since they were handed out, and left as they are: {HELLO}\n" in done.stdout


def test_an_exercise_that_was_deleted_comes_back(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    (out / HELLO).unlink()
    assert names(write_starter(kit, out).report.written) == [HELLO]


def test_files_of_the_students_own_are_left_alone(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    mine = {"notes.md": "n", "exercises/01_first_coroutines/mine.py": "m", "grader/mine.txt": "g"}
    for path, text in mine.items():
        write(out / path, text)
    write_starter(kit, out, chapters="02")
    assert {path: (out / path).read_text() for path in mine} == mine


def test_a_file_of_the_students_own_in_a_new_exercises_place_stays(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    write(out / "exercises/02_together/two_tasks.py", "mine")
    report = write_starter(kit, out, chapters="01-02").report
    assert (out / "exercises/02_together/two_tasks.py").read_text() == "mine"
    assert names(report.students) == ["exercises/02_together/two_tasks.py"]


def test_a_page_that_was_edited_stays_and_is_what_was_handed_out_from_then_on(kit: Kit, out: Path) -> None:
    workflow = ".github/workflows/classroom.yml"
    write_starter(kit, out, chapters="01")
    for path in ("README.md", workflow):
        write(out / path, f"The course's own {path}\n")
    report = write_starter(kit, out).report
    assert names(report.edited) == [workflow, "README.md"]
    again = write_starter(kit, out, chapters="01-02").report  # there is something new to say in the README
    assert (out / "README.md").read_text() == "The course's own README.md\n"
    assert names(again.edited) == [workflow, "README.md"]
    assert protected(out)[workflow] == protected_digest(out / workflow)


def protected_digest(path: Path) -> str:
    return subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]


def test_a_page_that_was_not_edited_is_brought_up_to_date(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    report = write_starter(kit, out, chapters="01-02").report
    assert "README.md" in names(report.written)
    assert "02 Together" in (out / "README.md").read_text()


def test_a_change_to_the_grader_is_put_right_and_kept_beside(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    write(out / "grader/grade.py", "print('full marks')\n")
    report = write_starter(kit, out).report
    assert (out / "grader/grade.py").read_bytes() == (kit.root / "grader/grade.py").read_bytes()
    assert names(report.replaced) == ["grader/grade.py"]
    assert report.backup
    assert (out / report.backup / "grader/grade.py").read_text() == "print('full marks')\n"


def test_what_is_no_longer_handed_out_goes_unless_it_was_edited(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01-02")
    write(out / "exercises/02_together/two_tasks.py", "mine")
    report = write_starter(kit, out, chapters="01").report
    left = [path for path in snapshot(out) if "02_together" in path]
    assert left == ["exercises/02_together/two_tasks.py"]
    assert names(report.left) == left
    assert not (out / "tests/public/02_together").exists()
    assert not (out / "grader/handout/02_together").exists()


def test_without_a_list_a_starter_keeps_its_chapters(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01,03")
    assert [chapter.number for chapter in write_starter(kit, out).chapters] == ["01", "03"]


def test_protected_are_the_files_a_grade_rests_on(kit: Kit, out: Path) -> None:
    sealed_starter(kit, out)
    files = protected(out)
    assert {"grader/cli/app.py", "Makefile", "exercises/curriculum.toml", "tests/public/points.json"} <= files.keys()
    assert ".github/workflows/classroom.yml" in files
    assert not {HELLO, "README.md", ".gitignore", NAME} & files.keys()
    assert all(digest == protected_digest(out / path) for path, digest in list(files.items())[::20])


SETTINGS = [".editorconfig", ".github/workflows/classroom.yml", ".vscode/tasks.json"]


def test_settings_that_were_taken_away_stay_away_and_pages_come_back(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    for path in (*SETTINGS, "README.md", "LICENSE"):
        (out / path).unlink()
    for _ in range(2):
        report = write_starter(kit, out).report
        assert names(report.away) == SETTINGS
        assert [path for path in SETTINGS if (out / path).exists()] == []
        assert SETTINGS[1] not in protected(out)
    assert (out / "README.md").exists()
    assert (out / "LICENSE").exists()


def test_a_setting_that_is_back_is_kept_up_to_date_again(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    content = (out / SETTINGS[0]).read_bytes()
    (out / SETTINGS[0]).unlink()
    write_starter(kit, out)
    (out / SETTINGS[0]).write_bytes(content)
    report = write_starter(kit, out).report
    assert not report.away
    assert not report.edited


def test_a_new_starter_that_was_interrupted_is_completed_the_next_time(
    kit: Kit, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target.name == "requirements.txt":
            raise KeyboardInterrupt
        return put(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            sealed_starter(kit, out)
    assert (out / "Makefile").exists()
    assert not (out / "requirements.txt").exists()
    with pytest.raises(UsageError, match="--sealed KEYFILE"):
        write_starter(kit, out)
    assert [chapter.number for chapter in sealed_starter(kit, out, chapters=None).chapters] == ["01"]
    other = out.with_name("other")
    sealed_starter(kit, other)
    whole, found = snapshot(other), snapshot(out)
    sealed = {NAME, *(path for path in whole if path.endswith(".age"))}
    assert found.keys() == whole.keys()
    assert {path for path in whole if found[path] != whole[path]} == sealed
    assert not sealed_starter(kit, out).report.written


def test_an_update_that_was_interrupted_takes_nothing_for_the_students(own_kit: Kit, out: Path) -> None:
    sealed_starter(own_kit, out)
    manifest = (out / NAME).read_bytes()
    hand_out_anew(own_kit, "hello")
    hand_out_anew(own_kit, "start_it")
    old = (out / START_IT).read_bytes()
    sealed_starter(own_kit, out)
    (out / NAME).write_bytes(manifest)  # some files are new, and neither the manifest nor this one is
    (out / START_IT).write_bytes(old)
    report = sealed_starter(own_kit, out).report
    assert not report.students
    assert not report.replaced
    assert names(report.written) == [START_IT]
    assert (out / START_IT).read_bytes() == own_kit.handed_out_file(own_kit.exercise("start_it")).read_bytes()


# --- places that will not do ----------------------------------------------------------------------------------------


def test_a_folder_with_nothing_but_a_git_repository_will_do(kit: Kit, out: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(out)], check=True)
    assert write_starter(kit, out, chapters="01").report.new


def test_a_folder_that_holds_something_else_is_refused(kit: Kit, out: Path) -> None:
    write(out / "thesis.tex", "years of work")
    with pytest.raises(UsageError, match="is not empty, and no starter"):
        write_starter(kit, out, chapters="01")
    assert snapshot(out) == {"thesis.tex": b"years of work"}


def test_a_place_inside_the_kit_is_refused(kit: Kit, tmp_path: Path) -> None:
    before = snapshot(kit.root)
    for place in (kit.root, kit.root / "starter", kit.root / "exercises" / "new"):
        with pytest.raises(UsageError, match="inside this kit"):
            write_starter(kit, place, chapters="01")
    link = tmp_path / "link"
    link.symlink_to(kit.root)
    with pytest.raises(UsageError, match="inside this kit"):
        write_starter(kit, link / "new", chapters="01")
    assert snapshot(kit.root) == before


def test_a_file_and_links_to_nowhere_are_refused(kit: Kit, tmp_path: Path) -> None:
    file, nowhere, loop = write(tmp_path / "file", "f"), tmp_path / "nowhere", tmp_path / "loop"
    nowhere.symlink_to(tmp_path / "not there")
    loop.symlink_to(loop)
    for place in (file, nowhere, loop, file / "below"):
        with pytest.raises(UsageError, match=r"is a file|is a link|cannot be looked into|cannot write"):
            write_starter(kit, place, chapters="01")
    assert file.read_text() == "f"
    assert not (tmp_path / "not there").exists()


@pytest.mark.parametrize("folder", ["exercises/01_first_coroutines", "grader", "tests", ".turtles"])
def test_folders_that_are_links_are_not_followed(own_kit: Kit, out: Path, tmp_path: Path, folder: str) -> None:
    write_starter(own_kit, out, chapters="01")
    elsewhere = tmp_path / "elsewhere"
    if (out / folder).exists():
        (out / folder).rename(elsewhere)
    elsewhere.mkdir(exist_ok=True)
    (out / folder).symlink_to(elsewhere)
    before = snapshot(elsewhere), snapshot(out)
    hand_out_anew(own_kit, "hello")
    with pytest.raises(UsageError, match="is a link where a folder belongs"):
        write_starter(own_kit, out, chapters="01-02")
    assert (snapshot(elsewhere), snapshot(out)) == before


def test_files_that_are_links_are_not_followed(own_kit: Kit, out: Path, tmp_path: Path) -> None:
    write_starter(own_kit, out, chapters="01")
    outside = write(tmp_path / "outside.txt", "precious")
    for path in (HELLO, "README.md", "grader/grade.py"):
        (out / path).unlink()
        (out / path).symlink_to(outside)
    hand_out_anew(own_kit, "hello")
    report = write_starter(own_kit, out, chapters="01-02").report
    assert outside.read_text() == "precious"
    assert (out / HELLO).is_symlink()
    assert (out / "README.md").is_symlink()
    assert not (out / "grader/grade.py").is_symlink()
    assert names(report.students) == [HELLO]
    assert write_starter(own_kit, out, chapters="02").report.left == ()
    assert (out / HELLO).is_symlink()
    assert outside.read_text() == "precious"


def test_a_folder_in_a_files_place_is_told_of(kit: Kit, out: Path) -> None:
    write_starter(kit, out, chapters="01")
    (out / "Makefile").unlink()
    write(out / "Makefile" / "x", "x")
    with pytest.raises(UsageError, match=r"Makefile is a folder where a file belongs.*nothing was changed"):
        write_starter(kit, out, chapters="01-02")
    assert not (out / "exercises/02_together").exists()


def _manifest(**changes: object) -> Mapping[str, object]:
    empty: dict[str, object] = {each: {} for each in ("files", "own", "exercises", "sealed")}
    return {"schema": "turtles/starter/v1", "version": "0.1.0", "chapters": [], "edited": [], **empty, **changes}


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "nonsense", '{"schema": 1}', "[" * 100_000, "\0"),
        json.dumps(_manifest(files=None)),
        json.dumps(_manifest(files={"../outside.txt": "0" * 64})),
        json.dumps(_manifest(own={"/etc/passwd": "0" * 64})),
        json.dumps(_manifest(own={".git/config": "0" * 64})),
        json.dumps(_manifest(exercises={"a\u001b[31m": "0" * 64})),
        json.dumps(_manifest(exercises={"a.py": "short"})),
        json.dumps(_manifest(chapters=[1])),
        json.dumps(_manifest(edited=[None])),
    ],
)
def test_a_damaged_manifest_is_one_clear_error(kit: Kit, out: Path, content: str) -> None:
    write(out / NAME, content)
    with pytest.raises(UsageError, match="is damaged"):
        write_starter(kit, out, chapters="01")
    assert snapshot(out) == {NAME: content.encode()}


def test_a_manifest_of_another_version_is_told_of(kit: Kit, out: Path) -> None:
    write(out / NAME, json.dumps(_manifest(schema="turtles/starter/v2", version="9.0.0")))
    with pytest.raises(UsageError, match=r"another version of Turtles \('9\.0\.0'\)"):
        write_starter(kit, out, chapters="01")


def test_only_starters_have_protected_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no starter"):
        protected(tmp_path)


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_may_not_be_written_to_is_told_of(kit: Kit, out: Path, there: bool) -> None:
    wrapper = without_override()
    if wrapper is None:
        pytest.skip("root cannot be denied anything here")
    closed = out if there else out.parent / "closed"
    if there:
        write_starter(kit, out, chapters="01")
        closed = out / "exercises"
    else:
        closed.mkdir()
    before = snapshot(closed.parent)
    closed.chmod(0o555)
    try:
        place = str(out if there else closed / "starter")
        done = turtles(kit.root, "starter", place, "--chapters", "01-02", wrapper=wrapper)
    finally:
        closed.chmod(0o755)
    assert done.returncode == 2
    assert "ermission" in done.stderr
    assert "nothing was changed" in done.stderr
    assert snapshot(closed.parent) == before


@pytest.fixture
def small_disk() -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, limits[1]))  # as good as full: a write fails halfway
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_leaves_no_half_starter(kit: Kit, out: Path, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("small_disk")
    with pytest.raises(UsageError, match="nothing was changed"):
        write_starter(kit, out, chapters="01")
    assert not out.exists()


def test_a_full_disk_leaves_a_starter_as_it_was(own_kit: Kit, out: Path, request: pytest.FixtureRequest) -> None:
    write_starter(own_kit, out, chapters="01")
    before = snapshot(out)
    write(own_kit.root / "requirements.txt", (own_kit.root / "requirements.txt").read_text() + "# newer\n")
    hand_out_anew(own_kit, "hello")
    request.getfixturevalue("small_disk")
    with pytest.raises(UsageError, match=r"File too large; nothing was changed"):
        write_starter(own_kit, out)
    assert snapshot(out) == before
    assert not (out / ".turtles").exists()


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("LICENSE", "LICENSE cannot be read"),
        ("requirements.txt", "requirements.txt cannot be read"),
        ("grader/handout/01_first_coroutines/hello.py", "hello.py cannot be read"),
        ("exercises/01_first_coroutines/README.md", "README.md cannot be read"),
        ("tests/hidden/01_first_coroutines/test_hello.py", "test_hello.py is missing"),
    ],
)
def test_a_kit_that_is_not_complete_hands_out_nothing(own_kit: Kit, out: Path, lost: str, said: str) -> None:
    (own_kit.root / lost).unlink()
    with pytest.raises(KitError, match=re.escape(said)):
        write_starter(own_kit, out, chapters="01")
    assert not out.exists()


def test_a_suite_without_a_public_check_is_named(own_kit: Kit, out: Path) -> None:
    suite = own_kit.suite_file(own_kit.exercise("hello"))
    write(suite, suite.read_text().replace(", public=True", ""))
    with pytest.raises(KitError, match=r"test_hello\.py: it has no public check"):
        write_starter(own_kit, out, chapters="01")


# --- keys -----------------------------------------------------------------------------------------------------------


def test_keygen_writes_what_age_keygen_writes_for_its_owner_alone(tmp_path: Path) -> None:
    done = turtles(tmp_path, "keygen")
    file = tmp_path / "turtles.key"
    assert done.returncode == 0, done.stderr
    created, public, secret = file.read_text().splitlines()
    assert re.fullmatch(r"# created: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created)
    assert secret.startswith("AGE-SECRET-KEY-1")
    assert file.stat().st_mode & 0o777 == 0o600
    assert public.removeprefix("# public key: ") in done.stdout
    assert secret not in done.stdout + done.stderr
    assert "gh secret set TURTLES_KEY" in done.stdout
    assert "never commit it" in done.stdout


def test_keygen_overwrites_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "turtles.key", "the only one")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("turtles.key", "link", "."):
        done = turtles(tmp_path, "keygen", name)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
    assert file.read_text() == "the only one"
    assert not (tmp_path / "elsewhere").exists()


def test_keygen_says_where_it_cannot_write(tmp_path: Path) -> None:
    done = turtles(tmp_path, "keygen", "no/folder/turtles.key")
    assert done.returncode == 2
    assert "the folder no/folder does not exist" in done.stderr


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0", b"age1nonsense\n", b"AGE-SECRET-KEY-1NONSENSE\n", b"hello\n"])
def test_a_file_without_a_key_is_told_of(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "some.key"
    key.write_bytes(content)
    done = turtles(ROOT, "starter", str(tmp_path / "out"), "--sealed", str(key))
    assert done.returncode == 2
    assert done.stderr.startswith(f"turtles: {key} will not do: ")
    assert not (tmp_path / "out").exists()


def test_a_key_file_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    for name, said in (("none.key", "turtles keygen"), (".", "is no file")):
        done = turtles(ROOT, "starter", str(tmp_path / "out"), "--sealed", str(tmp_path / name))
        assert done.returncode == 2
        assert said in done.stderr


def test_the_public_key_alone_seals(kit: Kit, out: Path, tmp_path: Path) -> None:
    key = write(tmp_path / "public.key", f"{KEY.recipient}\n")
    done = turtles(kit.root, "starter", str(out), "--chapters", "01", "--sealed", str(key))
    assert done.returncode == 0, done.stderr
    exercise = kit.exercise("hello")
    assert open_sealed((out / sealed_file(exercise)).read_bytes(), KEY.identity).suite == kit.suite(exercise)
