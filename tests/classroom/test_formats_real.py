"""One real grading in a step of GitHub Actions, with every verdict in it and a hostile program, in each format.

What others do with it is written down here once more, from their sources: how the runner finds commands in a log, and
how GitHub Classroom's reporter counts.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from grader.report.formats import classroom50, gradescope_results
from grader.report.formats.github import MAX_RESULT, result_value
from grader.result import Result, Verdict
from tests.classroom.test_formats_text import failing
from tests.grader.command import ROOT, conclusive, turtles
from tests.grader.kits import SOLVED, TWO_TASKS, edit, make_kit, write

SCHEMAS = Path(__file__).parent / "schemas"
HALF = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")
CHAPTERS = {
    "01_first": ["passed", "half", "untouched", "later"],
    "02_together": ["broken", "crashed", "hostile", "unjudged"],
}

COMMANDS = (
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
)  # fmt: skip

HOSTILE = """\
import asyncio

LINES = [
    "::set-output name=result::forged",
    "\\r::add-mask::e",
    "   ::stop-commands::never",
    "all is well ##[stop-commands]never",
    "##[add-mask]a",
    "```\\n</code></pre><img src=x onerror=alert(1)> @everyone fixes #1 ![x](http://example.org/x.png)",
    "| a | b |\\n|---|---|\\n# heading\\n- [link](http://example.org)\\n---",
    "\\x1b[2J\\x1b]0;title\\x07 \\u202egnol",
]


async def task_a() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    tasks = [asyncio.create_task(task_a(), name=line) for line in LINES]
    await asyncio.gather(*tasks)
    raise RuntimeError("\\n".join(["", *LINES, *reversed(LINES)]))
"""


@dataclass(frozen=True)
class Step:
    """What a step of GitHub Actions left behind."""

    root: Path
    done: subprocess.CompletedProcess[str]
    output: str
    summary: str

    @property
    def result(self) -> Result:
        return Result.from_json(json.loads((self.root / "result.json").read_text(encoding="utf-8")))

    @property
    def undecided(self) -> list[str]:
        return [each.name for each in self.result.exercises if each.verdict is Verdict.INCONCLUSIVE]


def in_a_step(root: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The command with the environment of a step. Without ``CI`` unchanged files are not judged again."""
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(root / "output"),
        "GITHUB_STEP_SUMMARY": str(root / "summary"),
        "GITHUB_WORKSPACE": str(root.parent),
        **changes,
    }
    return turtles(root, *arguments, environ=environ)


@pytest.fixture(scope="module")
def step(tmp_path_factory: pytest.TempPathFactory) -> Step:
    root = make_kit(tmp_path_factory.mktemp("step"), CHAPTERS)
    files = {
        "01_first/passed": SOLVED,
        "01_first/half": HALF,
        "02_together/broken": "def broken(:\n",
        "02_together/crashed": TWO_TASKS.replace('    print("Task A starts")', "    __import__('os').abort()"),
        "02_together/hostile": HOSTILE,
        "02_together/unjudged": SOLVED,
    }
    for name, source in files.items():
        write(root / "exercises" / f"{name}.py", source)
    edit(root / "exercises" / "curriculum.toml", 'name = "later"', 'name = "later"\npython = "3.99"')
    suite = root / "tests" / "hidden" / "02_together" / "test_unjudged.py"
    edit(suite, "both = record", "async def drive(run):\n    raise OSError\n\n\nboth = record")
    edit(suite, '"main")', '"main", drive=drive)')

    def attempt() -> Step:
        write(root / "output", "earlier=1")
        (root / "summary").unlink(missing_ok=True)
        done = in_a_step(root, "grade", "--github", "--json", "result.json", "--jobs", "4")
        texts = [(root / name).read_text(encoding="utf-8") for name in ("output", "summary")]
        return Step(root, done, *texts)

    return conclusive(attempt, lambda found: found.undecided == ["unjudged"])


def validate(name: str, value: object) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(value)


# --- the step -------------------------------------------------------------------------------------------------------


def test_every_verdict_is_in_it(step: Step) -> None:
    verdicts = {each.name: each.verdict.value for each in step.result.exercises}
    assert verdicts == {
        "passed": "passed",
        "half": "failed",
        "untouched": "untouched",
        "broken": "broken",
        "crashed": "crashed",
        "hostile": "failed",
        "unjudged": "inconclusive",
    }
    assert step.done.returncode == step.result.exit_status == 3


def obeyed(log: str) -> Iterator[tuple[str, str]]:
    """The commands that the runner finds in a log, each with its line (``ActionCommand.cs``, both forms)."""
    for line in re.split(r"\r\n|\r|\n", log):
        trimmed = line.lstrip()
        end = trimmed.find("::", 2) if trimmed.startswith("::") else -1
        if end >= 0 and (name := trimmed[2:end].partition(" ")[0]).lower() in COMMANDS:
            yield name, trimmed
            continue
        at = line.find("##[")
        end = line.find("]", at) if at >= 0 else -1
        if end >= 0 and (name := line[at + 3 : end].partition(" ")[0]).lower() in COMMANDS:
            yield name, line


def test_the_hostile_program_would_be_obeyed_if_it_were_let() -> None:
    said = [
        command for command, _ in obeyed("  ::stop-commands::x\nfine ##[add-mask]e\r::error::\n: :error::\n## [error]")
    ]
    assert said == ["stop-commands", "add-mask", "error"]


@pytest.mark.parametrize("option", ["--github", "--no-color"])
def test_the_runner_obeys_nothing_but_our_own_annotations(step: Step, option: str) -> None:
    done = in_a_step(step.root, "grade", "hostile", "half", option)
    assert "stop-commands" in done.stdout
    found = list(obeyed(done.stdout + done.stderr))
    assert {command for command, _ in found} <= {"error"}
    ours = [line for line in done.stdout.splitlines() if line.startswith("::error file=kit/exercises/")]
    assert [line for _, line in found] == ours
    assert bool(ours) == (option == "--github")


def test_annotations_stand_on_the_learners_lines(step: Step) -> None:
    found = [line for _, line in obeyed(step.done.stdout)]
    assert any(
        line.startswith("::error file=kit/exercises/02_together/broken.py,line=1,title=broken%2C 0") for line in found
    )
    assert any(line.startswith("::warning file=kit/exercises/02_together/unjudged.py,") for line in found)
    assert not any("untouched.py" in line or "passed.py" in line for line in found)


def test_the_output_stands_alone_on_its_line(step: Step) -> None:
    earlier, ours = step.output.splitlines()
    assert earlier == "earlier=1"
    assert re.fullmatch(r"result=[A-Za-z0-9+/]+=*", ours)
    assert ours == f"result={result_value(step.result)}"


def test_the_summary_shows_the_picture_and_what_to_do_next(step: Step) -> None:
    assert f"## {step.result.score} of {step.result.max_score} points\n" in step.summary
    block = step.summary[step.summary.index("### ✘ 01 `half`") :]
    assert re.search(r"^task_b +•─+•$", block, re.MULTILINE)
    assert "✘ both tasks finish in under 0.6 s: took 0.8" in block
    assert "`make hint EX=half` for a hint." in block


def test_the_page_comes_from_memory(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    shutil.rmtree(root / "solutions")  # a starter has none
    write(root / "exercises" / "02_together" / "two_tasks.py", "def broken(:\n")  # no noise has a say in it
    assert in_a_step(root, "grade", "--all", "--github", CI="true").returncode == 1
    memory = root / ".turtles" / "results.json"
    before = memory.stat().st_mtime_ns
    done = in_a_step(root, "report", "--output", "report.html", CI="false")
    assert done.returncode == 0, done.stderr
    assert (root / "report.html").is_file()
    assert memory.stat().st_mtime_ns == before


def test_without_the_runners_variables_nothing_is_run(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    for environ, missing in (
        ({}, "GITHUB_OUTPUT and GITHUB_STEP_SUMMARY are"),
        ({"GITHUB_OUTPUT": "o"}, "GITHUB_STEP_SUMMARY is"),
    ):
        done = turtles(root, "grade", "--github", environ=environ)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("turtles: --github is for a step of GitHub Actions")
        assert f"{missing} not set" in done.stderr
    assert not (root / ".turtles").exists()


def test_a_file_of_the_step_that_cannot_be_written_does_not_cost_the_grade(step: Step, tmp_path: Path) -> None:
    done = in_a_step(step.root, "grade", "passed", "--github", GITHUB_STEP_SUMMARY=str(tmp_path))
    assert done.returncode == 2
    assert "3 of 3 points" in done.stdout
    assert done.stderr == f"turtles: cannot write {tmp_path}: Is a directory\n"


# --- what others make of it -----------------------------------------------------------------------------------------


def reported(value: str) -> tuple[dict[str, Any], set[float]]:
    """What GitHub Classroom's reporter decodes, and the score by each of its versions' ways to count."""
    results = json.loads(base64.b64decode(value).decode("utf-8"))
    tests = results["tests"]
    by_tests = sum(test["status"] == "pass" for test in tests) / len(tests) * (results["max_score"] or 1)
    by_scores = sum(test["score"] for test in tests)
    return results, {by_tests, by_scores}


def test_github_classroom_counts_what_we_counted_in_both_of_its_ways(step: Step) -> None:
    value = step.output.rpartition("result=")[2].strip()
    results, scores = reported(value)
    validate("github-classroom-result", results)
    assert scores == {step.result.score}
    assert results["max_score"] == step.result.max_score == len(results["tests"])
    assert results["status"] == "error"


@pytest.mark.parametrize("verdict", [*Verdict, "none"])
def test_github_classroom_agrees_whatever_the_verdict(step: Step, verdict: str) -> None:
    chosen = tuple(each for each in step.result.exercises if each.verdict == verdict)
    result = Result("1", "3.13", "2026-11-24T20:15:00Z", 1.0, "none", chosen)
    results, scores = reported(result_value(result))
    validate("github-classroom-result", results)
    assert scores == {result.score}
    assert results["status"] == {0: "pass", 1: "fail", 3: "error"}[result.exit_status]


def test_nothing_that_the_reporter_prints_is_a_command(step: Step) -> None:
    results, _ = reported(result_value(step.result))
    log = [
        f"\x1b[31m❌ {test['name']} - line {test['line_no']}\x1b[0m\nError: {test['message']}"
        for test in results["tests"]
    ]
    assert any("stop-commands" in line for line in log)
    assert not list(obeyed("\n".join(log)))


ENV = {
    "CLASSROOM": "cs-principles",
    "ASSIGNMENT": "turtles",
    "SUBMISSION_TAG": "submit/2026-11-24T20-15-00Z-a1b2c3d",
    "COMMIT_URL": "https://github.com/o/r/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/o/r/releases/tag/x",
}
NOW = datetime(2026, 11, 24, 20, 15, tzinfo=UTC)


def test_classroom_50_takes_the_result(step: Step) -> None:
    value = classroom50.result_json(step.result, ENV, NOW)
    validate("classroom50-result", json.loads(json.dumps(value)))
    assert (value["score"], value["max-score"]) == (step.result.score, step.result.max_score)
    for key in ("score", "max-score"):
        assert value[key] == sum(test[key] for test in value["tests"])
    assert all(test["score"] <= test["max-score"] for test in value["tests"])
    assert value["review"] == ENV["COMMIT_URL"]
    assert classroom50.result_json(step.result, {**ENV, "REVIEW_URL": "r"}, NOW)["review"] == "r"


def test_classroom_50s_step_gets_two_lines(step: Step) -> None:
    status, summary = classroom50.outputs(step.result).splitlines()
    assert status == "status=error"
    assert summary.startswith(f"summary={step.result.score}/{step.result.max_score} points: 1 passed, 2 failed")
    assert len(summary) < 150


def test_gradescope_takes_the_result(step: Step) -> None:
    value = gradescope_results.results_json(step.result)
    validate("gradescope-results", json.loads(json.dumps(value)))
    assert value["score"] == step.result.score == sum(test["score"] for test in value["tests"])
    assert sum(test["max_score"] for test in value["tests"]) == step.result.max_score
    assert len({test["number"] for test in value["tests"]}) == len(value["tests"])


def test_the_real_kits_result_fits_in_the_reporters_variable() -> None:
    curriculum = (ROOT / "exercises" / "curriculum.toml").read_text(encoding="utf-8")
    points = sum(map(int, re.findall(r"^points = (\d+)", curriculum, re.MULTILINE)))
    result = failing(exercises=points // 4, points=4, message="expected 'A' " * 12)
    value = result_value(result)
    results, scores = reported(value)
    assert len(value) <= MAX_RESULT < 131_072
    assert all(test["name"].startswith("02 exercise_") for test in results["tests"])
    assert scores == {result.score}


# --- the workflows --------------------------------------------------------------------------------------------------

WORKFLOW = ROOT / "grader" / "classroom" / "templates" / "classroom.yml"


WORKFLOWS = [WORKFLOW, *sorted((ROOT / ".github" / "workflows").iterdir())]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_valid_by_githubs_schema(file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_zizmor_finds_no_weakness_in_a_workflow(file: Path) -> None:
    # Among others: an action that is not pinned by its hash, a permission or a secret that is given too widely, and a
    # value of an event that is pasted into a script.
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--no-config", "--persona", "pedantic", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_pinned_action_says_which_version_it_is(file: Path) -> None:
    for line in file.read_text(encoding="utf-8").splitlines():
        if "uses:" in line:
            assert re.fullmatch(r" +(- )?uses: [\w/-]+@[0-9a-f]{40} # (v\d+(\.\d+){0,2})", line), line


def references(value: object) -> Iterator[str]:
    """The expressions (``${{ ... }}``) in a part of a workflow."""
    if isinstance(value, dict):
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, str):
        yield from re.findall(r"\${{(.*?)}}", value)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_what_a_workflow_refers_to_is_there(file: Path) -> None:
    # What actionlint would say of it; its binary is not to be had from the package index.
    from ruamel.yaml import YAML

    workflow = YAML(typ="safe").load(file)
    for name, job in workflow["jobs"].items():
        needs = job.get("needs", [])
        assert set([needs] if isinstance(needs, str) else needs) <= workflow["jobs"].keys(), name
        before: set[str] = set()
        for step in job["steps"]:
            for reference in [*references(step), str(step.get("if", ""))]:
                assert set(re.findall(r"steps\.([\w-]+)", reference)) <= before, (name, reference)
                used = set(re.findall(r"matrix\.([\w-]+)", reference))
                assert used <= job.get("strategy", {}).get("matrix", {}).keys(), (name, reference)
            before |= {step["id"]} if "id" in step else set()


def test_the_workflow_gives_the_reporter_what_the_grading_step_wrote() -> None:
    from ruamel.yaml import YAML

    workflow = YAML(typ="safe").load(WORKFLOW)
    assert workflow["name"] == "Autograding Tests"
    assert workflow["permissions"] == {"contents": "read"}, "the reporter only writes to the log"
    assert list(workflow["jobs"]) == ["run-autograding-tests"]
    job = workflow["jobs"]["run-autograding-tests"]
    assert job["if"] == "github.actor != 'github-classroom[bot]'"
    steps = {each.get("id") or each.get("name") or each["uses"]: each for each in job["steps"]}
    reporter = steps["Report the score"]
    (runner,) = reporter["with"]["runners"].split(",")
    assert runner.isalnum()
    assert reporter["env"] == {f"{runner.upper()}_RESULTS": f"${{{{ steps.{runner}.outputs.result }}}}"}
    assert "grade --all --github --sandbox bwrap" in steps[runner]["run"]
    with_key = [name for name, each in steps.items() if "TURTLES_KEY" in json.dumps(each)]
    assert with_key == [runner]
    assert steps["Keep the page"]["if"] == "always()"
