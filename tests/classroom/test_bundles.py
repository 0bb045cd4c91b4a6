"""Bundles as the systems use them that grade with them: packed, unpacked elsewhere, and started as those do.

Of what they do only the installing is left out: the kit's packages are those that these tests run with.
"""

from __future__ import annotations

import io
import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.classroom import bundle_entry, class50
from grader.classroom.bundle_entry import tell_gradescope_of
from grader.classroom.class50 import write_bundle
from grader.classroom.gradescope_zip import write_zip
from grader.errors import UsageError
from grader.load.kit import load_kit
from grader.load.sealed_suites import new_key
from tests.grader.command import ROOT, environment, turtles
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit, write

SCHEMAS = Path(__file__).parent / "schemas"
KEY = new_key()
CHAPTER = "02_together"
NAMES = ["solved", "half", "untouched", "linked", "hostile"]
HALF = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")
HOSTILE = SOLVED.replace(
    'print("Task A starts")',
    'print("::error::forged\\n##[error]forged\\nstatus=success\\n</code><img src=x onerror=alert(1)> @everyone")',
)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A teacher's kit with five small exercises in one chapter, and one in another."""
    root = make_kit(tmp_path_factory.mktemp("teacher"), {CHAPTER: NAMES, "03_more": ["other"]})
    ignored = shutil.ignore_patterns("__pycache__", "handout")
    shutil.copytree(ROOT / "grader", root / "grader", ignore=ignored, dirs_exist_ok=True)
    shutil.copytree(ROOT / "docs" / "mistakes", root / "docs" / "mistakes")
    for file in ("LICENSE", "Makefile", "pyproject.toml", "requirements.txt", "requirements-sealed.txt"):
        shutil.copyfile(ROOT / file, root / file)
    return root


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def check_schema(name: str, value: object) -> None:
    jsonschema.validate(value, json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


def only_line(text: str) -> str:
    """The one line that was said."""
    (line,) = text.splitlines()
    assert line.startswith("turtles: ")
    return line


# --- Classroom 50 ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Runner:
    """Classroom 50's shared runner, with a bundle that it downloaded."""

    temporary: Path
    entry: Path

    def start(self, checkout: Path, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run the bundle's autograder.py in a checkout, with what the runner gives it and ``environ``."""
        given = {
            "CLASSROOM": "async",
            "ASSIGNMENT": "hw1",
            "SUBMISSION_TAG": "submit/2026-11-26T10-00-00Z-abc1234",
            "PAGES_BASE_URL": "https://school.example/classroom50",
            "USERNAME": "alice",
            "OWNER": "alice",
            "ASSIGNMENT_TYPE": "individual",
            "COMMIT_URL": "https://github.example/async-hw1-alice/commit/abc1234",
            "RELEASE_URL": "https://github.example/async-hw1-alice/releases/tag/submit",
            "REVIEW_URL": "https://github.example/async-hw1-alice/compare/a...b",
            "CLASSROOM50_BUNDLE_DIR": str(self.entry.parent),
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.temporary / "output"),
            "RUNNER_TEMP": str(self.temporary),
            "CI": "true",
            "TURTLES_PYTHON": sys.executable,
        }
        (self.temporary / "output").write_text("earlier=step\n", encoding="utf-8")
        return subprocess.run(
            [sys.executable, str(self.entry)],
            cwd=checkout,
            env=environment(**{**given, **environ}),
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=150,
            check=False,
        )

    @property
    def output(self) -> str:
        return (self.temporary / "output").read_text(encoding="utf-8")


def fetched(bundle: Path, temporary: Path) -> Runner:
    """Pack a bundle as it is published, and unpack it as the runner does."""
    packed, place = temporary / "hw1.tar.gz", temporary / "classroom50-runtime"
    subprocess.run(["tar", "-czf", str(packed), "-C", str(bundle.parent), bundle.name], check=True)
    assert packed.stat().st_size < 10 * 2**20
    place.mkdir()
    subprocess.run(["tar", "-xzf", str(packed), "-C", str(place)], check=True)
    packed.unlink()
    return Runner(temporary, place / bundle.name / "autograder.py")


@pytest.fixture(scope="module")
def sealed_bundle(teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("config")
    key = write(folder / "turtles.key", f"# public key: {KEY.recipient}\n")
    bundle = folder / "async" / "autograders" / "hw1"
    done = turtles(teacher, "class50", str(bundle), "--chapters", "02", "--sealed", str(key))
    assert done.returncode == 0, done.stderr
    return bundle


@pytest.fixture
def runner(sealed_bundle: Path, tmp_path: Path) -> Runner:
    (tmp_path / "runner").mkdir()
    return fetched(sealed_bundle, tmp_path / "runner")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A student's repository, in which the student has done what a student can do."""
    root, outside = tmp_path / "checkout", tmp_path / "outside"
    write(outside / "solved.py", SOLVED)
    write(outside / "victim", "as it was")
    for name, text in {"solved": SOLVED, "half": HALF, "untouched": TWO_TASKS, "hostile": HOSTILE}.items():
        write(root / "exercises" / CHAPTER / f"{name}.py", text)
    (root / "exercises" / CHAPTER / "linked.py").symlink_to(outside / "solved.py")
    for name in ("grader/__init__", "sitecustomize", "conftest", "pytest", "json", "tests/hidden/conftest"):
        write(root / f"{name}.py", f"open({str(outside / 'ran')!r}, 'w')\n")
    write(root / "pytest.ini", "[pytest]\naddopts = --collect-only\n")
    (root / "result.json").symlink_to(outside / "victim")
    (root / "turtles-report.html").symlink_to(outside / "victim")
    write(root / "release-body.md" / "a-folder", "")
    git = ("git", "-c", "user.name=Alice", "-c", "user.email=alice@school.example")
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "All of it"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    return root


def test_a_push_is_graded_by_every_check_and_by_nothing_that_the_student_brought(
    runner: Runner, checkout: Path, tmp_path: Path
) -> None:
    before = snapshot(runner.entry.parent)
    done = runner.start(checkout, {"TURTLES_KEY": f"{KEY.identity}\n", "PYTHONSAFEPATH": "1"})

    assert (done.returncode, done.stdout, done.stderr) == (0, "turtles: 6 of 15 points\n", "")
    result = json.loads((checkout / "result.json").read_bytes())
    check_schema("classroom50-result", result)
    assert (result["score"], result["max-score"], result["assignment"]) == (6, 15, "hw1")
    assert points(result) == {"solved": 3, "half": 1, "untouched": 0, "linked": 0, "hostile": 2}

    assert runner.output.startswith("earlier=step\nstatus=failure\nsummary=6/15 points: ")
    assert runner.output.count("\n") == 3
    body = (checkout / "release-body.md").read_text(encoding="utf-8")
    assert body.startswith("## 6 of 15 points\n")
    assert "protected files" not in body, "what is not taken does not matter"
    assert "links are not followed" in body.rpartition("```text\n")[2], "what was not read is said"
    page = (checkout / "turtles-report.html").read_text(encoding="utf-8")
    assert "6 of 15" in page
    assert "<img src=x" not in page

    assert (tmp_path / "outside" / "victim").read_text(encoding="utf-8") == "as it was"
    assert not (tmp_path / "outside" / "ran").exists()
    assert KEY.identity not in "".join(str(content) for content in snapshot(checkout).values())
    left = {name for name in snapshot(runner.entry.parent).keys() - before.keys() if "__pycache__" not in name}
    assert all(name.startswith("kit/.turtles/") for name in left), "suites are opened in memory only"
    assert {path.name for path in runner.temporary.iterdir()} == {"classroom50-runtime", "output"}


def points(result: Mapping[str, Any]) -> dict[str, int]:
    """Points by exercise, of what Classroom 50 or Gradescope reads."""
    scores = dict.fromkeys(NAMES, 0)
    for test in result["tests"]:
        scores[test.get("test-name", test.get("name")).split()[1].rstrip(":")] += test["score"]
    return scores


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "there is no TURTLES_KEY"),
        ({"TURTLES_KEY": " "}, "there is no TURTLES_KEY"),
        ({"TURTLES_KEY": new_key().identity}, "TURTLES_KEY does not open the suites"),
        ({"TURTLES_KEY": KEY.identity, "TURTLES_PYTHON": "/nowhere/python"}, "/nowhere/python does not start"),
    ],
)
def test_what_cannot_be_graded_ends_with_one_line_and_with_no_result_of_the_students_own(
    runner: Runner, checkout: Path, environ: Mapping[str, str], said: str
) -> None:
    done = runner.start(checkout, environ)

    assert done.returncode in (2, 3)
    assert said in only_line(done.stderr)
    assert not done.stdout
    assert runner.output == "earlier=step\n"
    assert not any((checkout / name).is_symlink() or (checkout / name).exists() for name in class50_writes())


def class50_writes() -> list[str]:
    return ["result.json", "release-body.md", "turtles-report.html"]


def test_a_python_without_the_kits_packages_is_said_to_be_one(runner: Runner, checkout: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    python = str(tmp_path / "bare" / "bin" / "python")
    done = runner.start(checkout, {"TURTLES_KEY": KEY.identity, "TURTLES_PYTHON": python})

    assert done.returncode == 3
    assert f"the kit's packages are not all installed in {python}" in only_line(done.stderr)


def test_an_installation_that_fails_is_no_grade_and_leaves_nothing_behind(runner: Runner, checkout: Path) -> None:
    environ = {"TURTLES_KEY": KEY.identity, "TURTLES_PYTHON": "", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}
    done = runner.start(checkout, environ)

    assert done.returncode == 3
    *shown, last = done.stderr.splitlines()
    assert last == "turtles: the kit's packages cannot be installed; above is what was said"
    assert shown
    assert all(line.startswith("    ") for line in shown)
    assert {path.name for path in runner.temporary.iterdir()} == {"classroom50-runtime", "output"}


def test_a_bundle_of_public_checks_says_that_it_makes_no_grade_and_one_without_a_sandbox_says_so(
    teacher: Path, checkout: Path, tmp_path: Path
) -> None:
    write_bundle(load_kit(teacher), tmp_path / "public", chapters="02")
    (tmp_path / "runner").mkdir()
    runner = fetched(tmp_path / "public", tmp_path / "runner")
    write(tmp_path / "bin" / "empty", "")
    done = runner.start(checkout, {"PATH": str(tmp_path / "bin")})

    assert done.returncode == 0, done.stderr
    result = json.loads((checkout / "result.json").read_bytes())
    assert result["max-score"] == 2 * len(NAMES)
    assert "(public checks only)" in runner.output
    body = (checkout / "release-body.md").read_text(encoding="utf-8")
    assert "Only the public checks were made, which is no grade" in body
    assert "not sandboxed: bubblewrap is" in body
    assert "not sandboxed: bubblewrap is" in (checkout / "turtles-report.html").read_text(encoding="utf-8")


def test_a_bundle_has_no_suite_that_anybody_can_read_and_no_answer(sealed_bundle: Path) -> None:
    files = snapshot(sealed_bundle)
    assert {name for name in files if name.startswith("kit/tests/sealed/")} == {
        f"kit/tests/sealed/{CHAPTER}/test_{name}.py.age" for name in NAMES
    }
    everything = b"\n".join(files.values())
    assert b"every line is printed" not in everything, "the check that is not public"
    assert b"await asyncio.gather(task_a(), task_b())" not in everything


def test_a_bundle_written_again_changes_what_has_changed_and_loses_what_is_no_longer_in_it(
    teacher: Path, tmp_path: Path
) -> None:
    own = tmp_path / "kit"
    shutil.copytree(teacher, own)
    bundle = tmp_path / "bundle"
    write_bundle(load_kit(own), bundle, recipient=KEY.recipient)
    first = snapshot(bundle)
    write_bundle(load_kit(own), bundle, recipient=KEY.recipient)
    assert snapshot(bundle) == first, "what is sealed once is not sealed anew"

    edit(own / "tests" / "hidden" / CHAPTER / "test_half.py", "in under 0.6 s", "in under 0.7 s")
    write_bundle(load_kit(own), bundle, chapters="02", recipient=KEY.recipient)
    second = snapshot(bundle)
    assert first.keys() - second.keys() >= {
        "kit/exercises/03_more/other.py",
        "kit/tests/sealed/03_more/test_other.py.age",
    }
    assert {name for name, content in second.items() if name.endswith(".age") and content != first[name]} == {
        f"kit/tests/sealed/{CHAPTER}/test_half.py.age"
    }
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_holds_anything_else_is_left_as_it_is(teacher: Path, tmp_path: Path) -> None:
    kit, bundle = load_kit(teacher), tmp_path / "bundle"
    write_bundle(kit, bundle, chapters="02")
    write(bundle / "kit" / "tests.json", "{}")
    before = snapshot(bundle)
    with pytest.raises(UsageError, match=r"holds kit/tests\.json, which `turtles class50` did not write"):
        write_bundle(kit, bundle)
    assert snapshot(bundle) == before

    write(tmp_path / "course" / "notes.md", "mine")
    for wrong in ("course", "course/notes.md"):
        done = turtles(teacher, "class50", str(tmp_path / wrong))
        assert done.returncode == 2
        only_line(done.stderr)
    assert snapshot(tmp_path / "course") == {"notes.md": b"mine"}
    with pytest.raises(UsageError, match="lies inside this kit"):
        write_bundle(kit, teacher / "exercises" / "bundle")


def test_a_bundle_that_classroom_50_would_not_take_is_not_written(
    teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class50, "MOST_BYTES", 100_000)
    with pytest.raises(UsageError, match="bundle fewer chapters"):
        write_bundle(load_kit(teacher), tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


# --- Gradescope -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gradescope:
    """A machine of Gradescope's, with an autograder that was set up."""

    root: Path

    @property
    def submission(self) -> Path:
        return self.root / "submission"

    def start(self) -> dict[str, Any]:
        """Run the autograder; returns what it wrote."""
        done = subprocess.run(
            [str(self.root / "run_autograder"), str(self.root)],
            cwd=self.root,
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert [path.name for path in (self.root / "results").iterdir()] == ["results.json"]
        return dict(json.loads((self.root / "results" / "results.json").read_bytes()))


@pytest.fixture(scope="module")
def uploaded(teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("upload") / "autograder.zip"
    done = turtles(teacher, "gradescope", str(archive), "--chapters", "02")
    assert done.returncode == 0, done.stderr
    return archive


@pytest.fixture
def gradescope(uploaded: Path, tmp_path: Path) -> Gradescope:
    root = tmp_path / "autograder"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    with zipfile.ZipFile(uploaded) as archive:
        for entry in archive.infolist():
            Path(archive.extract(entry, root / "source")).chmod(entry.external_attr >> 16 & 0o777)
    shutil.copy2(root / "source" / "run_autograder", root / "run_autograder")
    (root / "source" / ".venv").symlink_to(sys.prefix)
    return Gradescope(root)


def test_files_that_are_uploaded_on_their_own_are_graded_by_the_hidden_suites(gradescope: Gradescope) -> None:
    for name, text in {"solved": SOLVED, "half": HALF, "hostile": HOSTILE}.items():
        write(gradescope.submission / f"{name}.py", text)
    write(gradescope.root / "outside.py", SOLVED)
    (gradescope.submission / "linked.py").symlink_to(gradescope.root / "outside.py")
    results = gradescope.start()

    check_schema("gradescope-results", results)
    assert results["score"] == 6
    assert sum(test["max_score"] for test in results["tests"]) == 15
    assert points(results) == {"solved": 3, "half": 1, "untouched": 0, "linked": 0, "hostile": 2}
    assert "not handed in, and counted as untouched: untouched, linked" in results["output"]
    assert "<img" not in results["output"].replace("```", "\0").split("\0")[0]


def test_a_repository_is_graded_wherever_in_the_submission_it_lies(gradescope: Gradescope) -> None:
    top = gradescope.submission / "async-main"
    for name in NAMES:
        write(top / "exercises" / CHAPTER / f"{name}.py", SOLVED)
        write(top / "grader" / "handout" / CHAPTER / f"{name}.py", TWO_TASKS)
        write(top / ".turtles" / "backup" / CHAPTER / f"{name}.py", "(")
    assert gradescope.start()["score"] == 15


def test_a_zip_of_a_repository_is_looked_into(gradescope: Gradescope) -> None:
    with zipfile.ZipFile(gradescope.submission / "async-main.zip", "w") as archive:
        archive.writestr(f"async-main/exercises/{CHAPTER}/solved.py", SOLVED)
        archive.writestr(f"../../exercises/{CHAPTER}/half.py", SOLVED)
    assert points(gradescope.start()) == dict.fromkeys(NAMES, 0) | {"solved": 3}


def test_a_submission_with_nothing_in_it_is_graded_and_told_so(gradescope: Gradescope) -> None:
    results = gradescope.start()
    check_schema("gradescope-results", results)
    assert results["score"] == 0
    assert "not handed in" in results["output"]


def not_set_up(source: Path) -> None:
    (source / ".venv").unlink()


def killed(source: Path) -> None:
    (source / ".venv").unlink()
    write(source / ".venv" / "bin" / "python", "#!/bin/sh\nkill -9 $$\n").chmod(0o755)


def crashing(source: Path) -> None:
    (source / "kit" / "grader" / "result.py").unlink()


def slow(source: Path) -> None:
    (source / ".venv").unlink()
    write(source / ".venv" / "bin" / "python", "#!/bin/sh\nexec sleep 30\n").chmod(0o755)
    edit(source.parent / "run_autograder", "most=540", "most=0.1")


def unjudged(source: Path) -> None:
    suite = source / "kit" / "tests" / "hidden" / CHAPTER / "test_half.py"
    edit(suite, "both = record", "async def drive(run):\n    raise OSError\n\n\nboth = record")
    edit(suite, '"main")', '"main", drive=drive)')
    write(source.parent / "submission" / "half.py", SOLVED)


def incomplete(source: Path) -> None:
    (source / "kit" / "tests" / "hidden" / CHAPTER / "test_half.py").unlink()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (not_set_up, "the autograder was not set up"),
        (killed, "most likely for lack of memory"),
        (crashing, "the autograder ended with status 1"),
        (incomplete, "test_half.py is missing"),
        (slow, "it took more than 0.1 seconds"),
        (unjudged, "No grade yet: the machine was too busy"),
    ],
)
def test_an_autograder_that_fails_says_so_and_gives_no_score(
    gradescope: Gradescope, harm: Callable[[Path], None], said: str
) -> None:
    write(gradescope.root / "results" / "results.json", '{"score": 100}')
    harm(gradescope.root / "source")
    results = gradescope.start()

    assert said in results["output"]
    assert results.keys().isdisjoint({"score", "tests"})
    check_schema("gradescope-results", results | {"score": 0})


def test_what_lies_in_a_results_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim = write(tmp_path / "victim", "as it was")
    for place in ("link", "folder"):
        (tmp_path / place).mkdir()
    (tmp_path / "link" / "results.json").symlink_to(victim)
    write(tmp_path / "folder" / "results.json" / "a-file", "")
    for place in ("link", "folder"):
        tell_gradescope_of("a reason", tmp_path / place)
        assert "a reason" in json.loads((tmp_path / place / "results.json").read_bytes())["output"]
        assert [path.name for path in (tmp_path / place).iterdir()] == ["results.json"]
    assert victim.read_text(encoding="utf-8") == "as it was"


def test_the_same_kit_gives_the_same_zip_and_its_scripts_can_be_run(
    teacher: Path, uploaded: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"
    for _ in range(2):
        write_zip(load_kit(teacher), again, chapters="02")
        assert again.read_bytes() == uploaded.read_bytes()
    with zipfile.ZipFile(again) as archive:
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert {name for name, mode in modes.items() if mode & stat.S_IXUSR} == {"setup.sh", "run_autograder"}


def test_no_zip_is_overwritten_but_an_autograder(teacher: Path, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("alice/two_tasks.py", "mine")
    (tmp_path / "submissions.zip").write_bytes(packed.getvalue())
    done = turtles(teacher, "gradescope", str(tmp_path / "submissions.zip"))
    assert done.returncode == 2
    assert "is there already" in only_line(done.stderr)
    assert (tmp_path / "submissions.zip").read_bytes() == packed.getvalue()
    for wrong in (tmp_path, tmp_path / "no" / "such.zip"):
        with pytest.raises(UsageError):
            write_zip(load_kit(teacher), wrong)


def test_an_image_without_a_python_that_will_do_is_named_when_it_is_built(
    gradescope: Gradescope, tmp_path: Path
) -> None:
    for name, script in {"apt-get": "exit 100", "apt-cache": "exit 100", "python3": "exit 1"}.items():
        write(tmp_path / "bin" / name, f"#!/bin/sh\n{script}\n").chmod(0o755)
    done = subprocess.run(
        [str(shutil.which("bash")), str(gradescope.root / "source" / "setup.sh"), str(gradescope.root)],
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        encoding="utf-8",
        timeout=150,
        check=False,
    )
    assert done.returncode == 1
    assert "without a sandbox" in done.stderr
    assert "Python 3.11 or newer is needed; this image has none and offers none" in done.stderr.splitlines()[-1]


def test_without_the_runners_environment_nothing_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELEASE_URL", raising=False)
    monkeypatch.setattr(bundle_entry, "run", lambda *_: pytest.fail("it was graded"))
    with pytest.raises(UsageError, match="RELEASE_URL not set in the environment"):
        bundle_entry.grade_for_class50(make_kit(tmp_path), tmp_path, tmp_path)
