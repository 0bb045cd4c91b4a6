"""Text of a learner's program in Markdown, in a log of GitHub Actions and in other systems: it means nothing there."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.errors import UsageError
from grader.kinds import FindingKind, SegmentState
from grader.report.formats import classroom50, github, gradescope_results
from grader.report.markdown import code, fenced, prose, summary
from grader.report.parts import parts
from grader.result import (
    Check,
    CheckVerdict,
    ExerciseResult,
    Finding,
    Place,
    Result,
    Row,
    Segment,
    Timeline,
    Verdict,
)
from grader.text import clean

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])

nasty = st.lists(
    st.sampled_from(
        ["`", "```", "~~~", "\n", "\r", "|", "\\", "<b>", "<!--", "&lt;", "@all", "#1", "GH-7", "://x.org",
         "www.x.org", "![a](b)", "[a](b)", "*", "_", "# ", "- ", "1. ", "> ", "---", "===", "$x$", "::error::",
         "##[error]", " ", "x", "\x1b[31m", "\u202e", "\ufe0f", ":smile:", "0123abcdef", "a-1", "%0A", "\t", "\u2028",
         "\ud800"]
    )
).map("".join)  # fmt: skip
texts = st.one_of(st.text(), nasty)


def failing(exercises: int = 1, points: int = 3, message: str = "", **more: object) -> Result:
    """A result in which every exercise fails the second of its two checks."""
    checks = (
        Check("every line is printed", CheckVerdict.PASSED, 1, 1),
        Check("both tasks finish in under 1.5 s", CheckVerdict.FAILED, 0, points - 1, message),
    )
    found = [
        ExerciseResult(
            f"exercise_{number}", "Two tasks", "02_together", f"exercises/02_together/exercise_{number}.py",
            Verdict.FAILED, 1, points, 2.0, checks,
        )
        for number in range(exercises)
    ]  # fmt: skip
    return Result("1", "3.13", "2026-11-24T20:15:00Z", 1.0, "none", tuple(replace(each, **more) for each in found))  # type: ignore[arg-type]


def hostile(text: str) -> Result:
    """A result with that text wherever a learner's program, or a kit, can put one."""
    row = Row(text, (Segment(0, 1, SegmentState.RUNNING), Segment(1, 2, SegmentState.WAITING, awaits=text)))
    return failing(
        message=text,
        title=text,
        path=text,
        checks=(Check(text, CheckVerdict.PASSED, 1, 1), Check(text, CheckVerdict.FAILED, 0, 2, text)),
        timelines=(Timeline(text, 2.0, (row,)),),
        findings=(Finding(FindingKind.BLOCKING_CALL, text, (Place(3, text),)),),
        mistakes=("blocking-call",),
    )


def inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in (token.children or [])]


# --- Markdown -------------------------------------------------------------------------------------------------------


@given(texts)
def test_a_code_span_shows_what_was_given(text: str) -> None:
    shown = " ".join(clean(text).split())
    tokens = GFM.parse(f"a {code(text)} b")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert [token.content for token in inline(tokens) if token.type == "code_inline"] == [shown] * bool(shown)


@given(texts)
def test_nothing_gets_out_of_a_block_of_code(text: str) -> None:
    (token,) = GFM.parse(fenced(text))
    assert token.type == "fence"
    assert token.content == f"{clean(text)}\n"


@given(texts)
def test_a_title_is_plain_words_or_code(text: str) -> None:
    tokens = GFM.parse(f"# {prose(text)} x")
    assert [token.type for token in tokens] == ["heading_open", "inline", "heading_close"]
    assert {token.type for token in inline(tokens)} <= {"text", "code_inline", "text_special"}


@pytest.mark.parametrize(
    "text",
    ["@everyone", "see #1", "o/r#1", "GH-12", "www.example.org", "http://example.org", "a@example.org", ":tada:",
     "commit 0123abc", "<b>", "$x$", "~x~", "[x](y)", "a.b"],
)  # fmt: skip
def test_what_github_makes_more_of_than_text_is_code(text: str) -> None:
    assert prose(text) == f"`{text}`"


@pytest.mark.parametrize(
    "text", ["Two tasks, one after the other", "What's in a name?", "under 1.5 s: as asked", "Re-use"]
)
def test_plain_words_stay_words(text: str) -> None:
    assert prose(text) == text


OURS = {"heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence"} | {
    f"{part}_{end}" for part in ("table", "thead", "tbody", "tr", "th", "td") for end in ("open", "close")
}


@given(texts)
def test_a_summary_has_the_same_shape_whatever_the_texts(text: str) -> None:
    usual, tokens = GFM.parse(summary(hostile("Plain"))), GFM.parse(summary(hostile(text)))
    assert [token.type for token in tokens] == [token.type for token in usual]
    assert {token.type for token in tokens} <= OURS
    kinds = {"text", "text_special", "code_inline", "strong_open", "strong_close", "softbreak"}
    assert {token.type for token in inline(tokens)} <= kinds
    plain = "".join(token.content for token in inline(tokens) if token.type == "text")
    assert not re.search(r"[@#<>\[\]$~|]|://|www\.", plain)


@given(texts)
def test_no_escape_reaches_a_page(text: str) -> None:
    result = hostile(text)
    for page in (
        summary(result),
        classroom50.release_body(result),
        json.dumps(gradescope_results.results_json(result)),
    ):
        assert page.replace("\n", "").isprintable()


def test_a_summary_keeps_to_its_bounds_by_whole_exercises() -> None:
    result = failing(exercises=300, message="m" * 900)
    whole = summary(result)
    short = summary(result, most_bytes=60_000)
    assert len(short.encode()) <= 60_000 < len(whole.encode())
    told = re.search(r"^\*(\d+) more exercises that need work left out", short, re.MULTILINE)
    assert told
    assert short.count("### ✘") + int(told[1]) == 300 == whole.count("### ✘")
    assert short.count("| ✘ |") == 300
    assert short.count("```") == 2 * short.count("### ✘")


@pytest.mark.parametrize("room", [0, 10, 40, 500, 1_000, 5_000])
def test_a_summary_is_never_longer_than_the_room_there_is(room: int) -> None:
    text = summary(failing(exercises=300), most_bytes=room)
    assert len(text.encode()) <= room
    assert bool(text) == (room >= 40)


def test_a_summary_of_the_public_checks_says_so() -> None:
    public = replace(failing(), suites="public")
    assert "Only the public checks were made" in summary(public)
    assert "public checks only" in classroom50.outputs(public)
    assert any("title=public checks only" in command for command in github.annotation_commands(public))
    assert "public" not in summary(failing())


# --- GitHub Actions -------------------------------------------------------------------------------------------------


@given(texts)
@example("fine\n  ::error::x\n\x1b[31m ::add-mask::x\r::debug::x ##[error]x")
def test_a_log_made_inert_holds_no_command(text: str) -> None:
    made = github.inert(text)
    assert not any(re.match(r"(\s|\x1b\[[0-9;]*m)*::", line) for line in re.split(r"\r\n|\r|\n", made))
    assert "##[" not in made
    assert made.replace(" ", "") == text.replace(" ", "")


def parsed(command: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it."""
    kind, _, rest = command.removeprefix("::").partition(" ")
    properties, _, data = rest.partition("::")

    def unescape(text: str) -> str:
        return re.sub("%(25|0A|0D|3A|2C)", lambda found: chr(int(found[1], 16)), text)

    pairs = (pair.partition("=") for pair in properties.split(","))
    return kind, {key: unescape(value) for key, _, value in pairs}, unescape(data)


@given(texts)
def test_an_annotation_is_one_line_that_reads_back(text: str) -> None:
    (command,) = github.annotation_commands(hostile(text), "sub/folder")
    assert len(command.splitlines()) == 1
    kind, properties, message = parsed(command)
    assert (kind, set(properties)) == ("error", {"file", "line", "title"})
    assert properties["line"] == "3"
    assert properties["title"] == "exercise_0, 1 of 3 points"
    assert properties["file"].startswith("sub/folder/")
    shown = " ".join(clean(text).split())
    assert message.replace(" ", "").startswith(shown[:100].replace(" ", ""))


def test_each_exercise_has_an_annotation_before_any_has_two() -> None:
    twice = Finding(FindingKind.BLOCKING_CALL, "held", (Place(3, "a"), Place(4, "b")))
    found = [parsed(each)[1] for each in github.annotation_commands(failing(exercises=6, findings=(twice,)))]
    assert len(found) == github.MAX_ANNOTATIONS
    assert [each["file"][-4] for each in found] == [*"012345", *"0123"]
    assert [each["line"] for each in found] == ["3"] * 6 + ["4"] * 4


@given(texts)
def test_a_result_for_the_reporter_is_one_word_whatever_the_texts(text: str) -> None:
    value = github.result_value(hostile(text))
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", value)
    tests = json.loads(base64.b64decode(value))["tests"]
    assert [test["score"] for test in tests] == [1, 0, 0]
    assert all("\n" not in test["name"] and "##[" not in test["name"] + test["message"] for test in tests)


def test_messages_are_shortened_before_names_are() -> None:
    value = github.result_value(failing(exercises=100, points=4, message="m" * 900))
    assert len(value) <= github.MAX_RESULT
    tests = json.loads(base64.b64decode(value))["tests"]
    assert [test["name"] for test in tests[1:3]] == [
        "02 exercise_0: both tasks finish in under 1.5 s (1 of 3)",
        "02 exercise_0: both tasks finish in under 1.5 s (2 of 3)",
    ]
    assert 0 < len(tests[1]["message"]) < 900


def test_a_kit_with_three_times_the_points_still_fits() -> None:
    assert len(github.result_value(failing(exercises=13, points=100, message="m"))) <= github.MAX_RESULT


# --- the parts ------------------------------------------------------------------------------------------------------


def test_an_untouched_exercise_has_no_points_whatever_its_checks_say() -> None:
    (exercise,) = failing(verdict=Verdict.UNTOUCHED, score=0).exercises
    assert [(each.score, each.verdict, each.message) for each in parts(exercise)] == [
        (0, CheckVerdict.FAILED, "not started")
    ] * 2


def test_checks_that_do_not_account_for_the_points_are_told_as_one() -> None:
    (exercise,) = failing(max_score=9).exercises
    (part,) = parts(exercise)
    assert (part.title, part.score, part.max_score, part.verdict) == ("Two tasks", 1, 9, CheckVerdict.FAILED)


# --- Classroom 50 ---------------------------------------------------------------------------------------------------


def test_classroom_50_without_its_runner_is_told_what_is_missing() -> None:
    with pytest.raises(UsageError, match=r"^CLASSROOM, SUBMISSION_TAG, COMMIT_URL, RELEASE_URL not set"):
        classroom50.result_json(failing(), {"ASSIGNMENT": "a", "CLASSROOM": ""}, datetime.now(UTC))


@given(texts)
def test_a_line_of_classroom_50s_step_stays_a_line(text: str) -> None:
    assert len(classroom50.outputs(hostile(text)).splitlines()) == 2


def test_files_of_the_step_are_added_to(tmp_path: Path) -> None:
    files = github.StepFiles(tmp_path / "output", tmp_path / "summary")
    files.summary.write_text("earlier")
    for _ in range(2):
        github.write(files, failing(), {"02_together": "Together"})
    assert files.output.read_text(encoding="utf-8").count("\nresult=") == 1
    assert files.summary.read_text(encoding="utf-8").startswith("earlier\n## 1 of 3 points\n")


def test_a_full_summary_is_not_made_too_long(tmp_path: Path) -> None:
    files = github.StepFiles(tmp_path / "output", tmp_path / "summary")
    files.summary.write_text("x" * 1_048_500)
    github.write(files, failing(exercises=50), {})
    assert files.summary.stat().st_size <= 1_048_576
