"""The page that a student gets back: the grade that counts, the code beside what failed, and what a person wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from grader.assignment import Assignment
from grader.class_result import ClassResult, Override
from grader.report.class_ import class_page
from tests.classroom.class_results import BOB, CLASS, HOSTILE, graded
from tests.grader import browser as browsers

READY = "html[data-ready]"
SOURCE = "".join(f"line_{number} = {number}\n" for number in range(1, 13)) + f"# {HOSTILE}\n"
ENTRY = replace(
    BOB,
    sources={"hello": SOURCE},
    partners=(CLASS.entries[1].student,),
    overrides={
        "two_tasks": Override(3, f"Nearly.\nSee {HOSTILE}", "ms stone", "2026-12-02T12:00:00Z"),
        "": Override(None, "Good work", "ms stone", "2026-12-02T12:00:00Z"),
    },
)
RESULT: ClassResult = graded(
    replace(CLASS, entries=(ENTRY,), assignment=replace(CLASS.assignment, title="HW1", total=20))
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from browsers.start()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "bob.html"
    file.write_text(class_page.student_page(RESULT, RESULT.entries[0]), encoding="utf-8")
    return file


def test_the_headline_is_the_grade_that_counts(browser: Browser, file: Path) -> None:
    with browsers.opened(browser, file, READY) as seen:
        header = " ".join(seen.page.locator("header").inner_text().split())
        # hello: 1 of 2 points, which are 2 of 4 here; two_tasks: 3 by hand; less a tenth.
        assert "HW1 4.5 of 20 points" in header
        assert "Good work" in header
        assert "Handed in together with" in header
        expect(seen.page).to_have_title("HW1: 4.5 of 20 points")
        expect(seen.page.locator("#hello .points").first).to_have_text("2 of 4 points")
        expect(seen.page.locator("#two_tasks .points").first).to_have_text("3 of 8 points, by hand")
        expect(seen.page.locator("#two_tasks .comment")).to_contain_text("Nearly.")


def test_the_lines_that_a_failure_speaks_of_are_marked_in_the_students_code(browser: Browser, file: Path) -> None:
    with browsers.opened(browser, file, READY) as seen:
        lines = seen.page.locator("#hello .code .line")
        expect(lines).to_have_count(13)
        expect(seen.page.locator("#hello .code .marked")).to_have_count(1)
        expect(seen.page.locator("#hello .code .marked")).to_contain_text("line_9 = 9")
        expect(seen.page.locator("img")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_keeps_a_student_out(browser: Browser, file: Path, scheme: str, width: int) -> None:
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with browsers.opened(browser, file, READY, **look) as seen:
        seen.page.locator("#open-all").click()
        assert browsers.faults(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        # No word is broken to make room for the points.
        assert seen.page.locator(".verdict").first.evaluate("each => each.clientHeight") < 40


def test_a_student_without_a_grade_is_told_so() -> None:
    (entry,) = graded(replace(CLASS, entries=(replace(BOB, refused=("x.7z: …",)),), assignment=Assignment())).entries
    page = class_page.student_page(CLASS, entry)
    assert "<strong>no</strong> grade yet" in page
    assert "worth 4 points" in page
