"""The page of ``turtles report``, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader.kinds import FindingKind, SegmentState
from grader.report import html
from grader.result import (
    Check,
    CheckVerdict,
    ExerciseResult,
    Finding,
    OutputLine,
    Place,
    ProgramOutput,
    Result,
    Row,
    Segment,
    Skipped,
    Timeline,
    Verdict,
)
from tests.grader import browser as browsers

READY = "html[data-ready]"
PAGES = {
    "blocking-call": (
        "# A blocking call\n\nIt *waits*.\n\n```python\ntime.sleep(1)\n```\n\n"
        "- [the docs](https://docs.python.org/3/)\n- [not a place](javascript:alert(1))\n"
    ),
    "polling": "# Polling\n",
}
CHAPTERS = {"01_first": "First steps", "02_together": "Together", "03_later": "Later"}

SLOW = Timeline(
    "both are quick",
    2.0,
    (
        Row("task_a", (Segment(0.0, 1.0, SegmentState.RUNNING, held_by="time.sleep(1), line 9"),)),
        Row(
            "task_b",
            (
                Segment(1.0, 1.5, SegmentState.RUNNING),
                Segment(1.5, 2.0, SegmentState.WAITING, awaits="queue.get(), line 12"),
            ),
        ),
    ),
    checks=(0, 1),
    output=ProgramOutput((OutputLine(1.0, "Task A ends"),), 0, ("ValueError: no",), "it returned after 2.00 s"),
)
FAST = Timeline(
    "every line is printed",
    1.0,
    (
        Row("task_a", (Segment(0.0, 1.0, SegmentState.WAITING),)),
        Row("task_b", (Segment(0.25, 1.0, SegmentState.WAITING),)),
    ),
    checks=(0, 1),
)
OTHER = Timeline("every line is printed", 0.5, (Row("other", (Segment(0.1, 0.4, SegmentState.WAITING),)),), checks=(0,))


def checks(*verdicts: CheckVerdict) -> tuple[Check, ...]:
    titles = ("every line is printed", "both are quick", "nothing is lost")
    return tuple(
        Check(
            title, verdict, int(verdict is CheckVerdict.PASSED), 1, "" if verdict is CheckVerdict.PASSED else "took 2 s"
        )
        for title, verdict in zip(titles, verdicts, strict=False)
    )


def exercise(name: str, verdict: Verdict, chapter: str = "02_together", **more: object) -> ExerciseResult:
    passed = verdict is Verdict.PASSED
    own = checks(CheckVerdict.PASSED, CheckVerdict.PASSED if passed else CheckVerdict.FAILED)
    score = 0 if verdict in (Verdict.UNTOUCHED, Verdict.BROKEN) else sum(check.score for check in own)
    path = f"exercises/{chapter}/{name}.py"
    fields = {"checks": own, "timelines": (SLOW, OTHER)} | more
    return ExerciseResult(name, f"Title of {name}", chapter, path, verdict, score, 2, 2.0, **fields)  # type: ignore[arg-type]


HELD = Finding(FindingKind.BLOCKING_CALL, "time.sleep(1) held the event loop for 1.00 s", (Place(9, "task_a"),))
RESULT = Result(
    kit_version="1.0.0",
    python_version="3.12.1",
    started="2026-11-24T20:15:00Z",
    seconds=3.4,
    sandbox="bwrap",
    exercises=(
        exercise("hello", Verdict.PASSED, "01_first", timelines=(FAST,)),
        exercise("two_tasks", Verdict.FAILED, findings=(HELD,), mistakes=("blocking-call",)),
        exercise("in_order", Verdict.BROKEN, timelines=(), message="SyntaxError: '(' was never closed", message_line=7),
        exercise("killed", Verdict.CRASHED, message="it was still running after 5 s"),
        exercise("doubtful", Verdict.INCONCLUSIVE, "03_later", message="the machine is too noisy to judge"),
        exercise("fresh", Verdict.UNTOUCHED, "03_later", findings=(HELD,), mistakes=("polling",)),
    ),
    skipped=(Skipped("newer", "03_later", "needs Python 3.99"),),
)
REFERENCE = replace(RESULT, exercises=(exercise("two_tasks", Verdict.PASSED, timelines=(FAST,)),), skipped=())


def written(folder: Path, result: Result, reference: Result | None = None) -> Path:
    file = folder / "report.html"
    page = html.render(
        result, CHAPTERS, reference, pages=PAGES, next_step=lambda exercise: f"make hint EX={exercise.name}"
    )
    file.write_text(page, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from browsers.start()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("report"), RESULT, REFERENCE)


@pytest.fixture(scope="module")
def tab(browser: Browser, file: Path) -> Iterator[Page]:
    with browsers.opened(browser, file, READY) as seen:
        yield seen.page


@pytest.fixture
def page(tab: Page) -> Page:
    """The report, opened anew."""
    tab.goto(tab.url.partition("#")[0])
    tab.wait_for_selector(READY, state="attached")
    return tab


def shown(page: Page) -> list[str]:
    """The exercises that can be seen."""
    return [name for card in page.locator("details.exercise:visible").all() if (name := card.get_attribute("id"))]


# --- what is on it --------------------------------------------------------------------------------------------------


def test_a_report_of_programs_without_a_sandbox_says_what_that_means() -> None:
    assert "Without a sandbox" not in html.render(RESULT, CHAPTERS)
    unwalled = html.render(replace(RESULT, sandbox="none"), CHAPTERS, notes=["not sandboxed: no bubblewrap"])
    assert re.search("<details class=.unwalled.>\n<summary>Without a sandbox</summary>", unwalled)
    assert "not sandboxed: no bubblewrap" in unwalled


def test_the_page_opens_without_an_error_and_asks_the_network_for_nothing(page: Page) -> None:
    expect(page).to_have_title("Turtles: 5 of 12 points")
    assert shown(page) == ["hello", "two_tasks", "in_order", "killed", "doubtful", "fresh"]
    # What needs nothing from anywhere names no address either.
    assert not re.search(r"(?:src|href)=\"(?!#)", page.content().partition('class="mistakes"')[0])


def test_progress_is_told_for_the_whole_and_for_each_chapter(page: Page) -> None:
    expect(page.locator("header")).to_contain_text("5 of 12 points")
    expect(page.locator("header")).to_contain_text("1 of 6 exercises passed")
    assert page.locator(".chapters > li > .quiet").all_inner_texts() == [
        "1 of 1 passed, 2 of 2 points",
        "0 of 3 passed, 2 of 6 points",
        "0 of 2 passed, 1 of 4 points",
    ]
    bar = page.locator(".chapters .bar").nth(1)
    assert width(bar.locator("i")) == pytest.approx(width(bar) * 2 / 6, abs=1)
    expect(page.locator("#\\30 3_later")).to_contain_text("newer skipped: needs Python 3.99")


def test_an_exercise_shows_its_checks_messages_and_findings(page: Page) -> None:
    page.locator("#open-all").click()
    two_tasks = page.locator("#two_tasks")
    assert two_tasks.locator(".checks li").all_inner_texts() == [
        "✔\npassed:\nevery line is printed\n1 of 1",
        "✘\nfailed:\nboth are quick\ntook 2 s\n0 of 1",
    ]
    expect(two_tasks.locator(".findings")).to_contain_text("time.sleep(1) held the event loop for 1.00 s")
    expect(two_tasks.locator(".findings")).to_contain_text("line 9 in task_a")
    expect(two_tasks.locator(".badge")).to_have_text("blocking-call")
    expect(two_tasks.locator(".next")).to_have_text("make hint EX=two_tasks")
    expect(page.locator("#in_order")).to_contain_text("SyntaxError: '(' was never closed")
    expect(page.locator("#in_order .path")).to_have_text("exercises/02_together/in_order.py:7")
    expect(page.locator("#doubtful")).to_contain_text("Not judged: no points lost: run it again")
    expect(page.locator("#fresh")).to_contain_text("nothing changed yet")


def test_of_what_was_not_started_it_says_what_is_asked_and_not_what_is_wrong(page: Page) -> None:
    page.locator("#open-all").click()
    fresh = page.locator("#fresh")
    assert fresh.locator(".checks li").all_inner_texts() == [
        "every line is printed\n1 point",
        "both are quick\n1 point",
    ]
    assert fresh.locator(".badge, .kinds, .findings, .timeline, .mark.failed").count() == 0
    expect(fresh.locator(".next")).to_be_visible()


def test_a_link_leads_to_the_page_on_that_kind_of_mistake(page: Page) -> None:
    page.locator("#two_tasks .kinds a").click()
    article = page.locator("#mistake-blocking-call")
    expect(article).to_be_in_viewport()
    expect(article.locator("h3")).to_have_text("A blocking call")
    expect(article.locator("pre").first).to_contain_text("time.sleep(1)")
    expect(article.locator("a")).to_have_attribute("href", "https://docs.python.org/3/")
    assert page.locator(".mistake").count() == 1


def test_the_bars_are_explained_once_on_the_page(page: Page) -> None:
    page.locator("#open-all").click()
    expect(page.get_by_text("held the event loop: nobody else could run")).to_have_count(1)
    assert page.locator("figcaption").count() == 0


def test_what_needs_work_first_is_open_and_a_link_opens_another(page: Page) -> None:
    assert page.locator("details.exercise[open]").evaluate_all("all => all.map(each => each.id)") == ["two_tasks"]
    page.locator('.dots a[href="#killed"]').click()
    expect(page.locator("#killed .path")).to_be_visible()
    expect(page.locator("#killed > summary")).to_be_focused()


# --- timelines ------------------------------------------------------------------------------------------------------


def width(locator: object) -> float:
    box = locator.bounding_box()  # type: ignore[attr-defined]
    assert box
    return float(box["width"])


def bars(page: Page, nth: int) -> list[tuple[float, float, float]]:
    """The bars of the open exercise's timelines: start and width as shares of the plot, and the middle in rows."""
    return [
        tuple(each)
        for each in page.locator("#two_tasks .timeline-plot")
        .nth(nth)
        .evaluate(
            """plot => {
                const box = plot.getBoundingClientRect();
                const rects = [...plot.querySelectorAll("g:not([class]) > rect")];
                return rects.map(rect => rect.getBoundingClientRect()).map(at =>
                    [(at.left - box.left) / box.width, at.width / box.width, (at.top + at.height / 2 - box.top) / 24]);
            }"""
        )
    ]


def test_the_bars_stand_where_the_data_says(page: Page) -> None:
    expected = [(0.0, 0.5, 0.5), (0.5, 0.25, 1.5), (0.75, 0.25, 1.5)]
    assert bars(page, 0) == [pytest.approx(bar, abs=0.01) for bar in expected]


def test_the_reference_stands_beside_on_the_same_scale(page: Page) -> None:
    assert page.locator("#two_tasks h6").all_inner_texts()[:2] == ["Your program 2.00 s", "Reference 1.00 s"]
    left, right = (page.locator("#two_tasks .timeline-scroll").nth(nth).bounding_box() for nth in range(2))
    assert left
    assert right
    assert left["x"] + left["width"] < right["x"]
    expected = [(0.0, 0.5, 0.5), (0.125, 0.375, 1.5)]
    assert bars(page, 1) == [pytest.approx(bar, abs=0.01) for bar in expected]


def test_a_bar_tells_under_the_pointer_what_it_is(page: Page) -> None:
    page.locator("#two_tasks rect.held").first.hover()
    detail = page.locator("#two_tasks .timeline-detail").first
    expect(detail).to_have_text("task_a: held the loop 0.00–1.00 s: time.sleep(1), line 9")


def test_further_runs_are_unpacked_and_drawn(page: Page) -> None:
    more = page.locator("#two_tasks details.more")
    expect(more.locator("rect").first).to_be_hidden()
    more.locator("summary").click()
    expect(more.locator("h5")).to_have_text("every line is printed")
    expect(page.locator("#two_tasks h5").first).to_have_text("both are quick and 1 other check")
    # It ends where its last bar does.
    assert bars(page, 2) == [pytest.approx((0.25, 0.75, 0.5), abs=0.01)]
    expect(more.locator(".timeline-tools")).to_be_visible()


# --- filters --------------------------------------------------------------------------------------------------------


def test_filters_work_by_mouse(page: Page) -> None:
    page.get_by_role("button", name="failed 1").click()
    assert shown(page) == ["two_tasks"]
    page.get_by_role("button", name="crashed 1").click()
    assert shown(page) == ["two_tasks", "killed"]
    expect(page.get_by_role("status").first).to_have_text("2 of 6 exercises shown")
    page.get_by_role("button", name="Show everything").click()
    page.locator("#chapter").select_option("03 Later")
    assert shown(page) == ["doubtful", "fresh"]
    assert page.locator("section.chapter:visible").count() == 1
    page.get_by_label("Search").fill("FRESH title")
    assert shown(page) == ["fresh"]
    page.get_by_label("Search").fill("no such thing")
    assert shown(page) == []
    expect(page.get_by_text("No exercise is like that.")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    assert len(shown(page)) == 6
    expect(page.get_by_role("status").first).to_have_text("6 exercises")


def test_filters_work_by_keyboard(page: Page) -> None:
    press = page.keyboard.press
    press("/")
    page.keyboard.type("never closed")
    assert shown(page) == ["in_order"]
    press("Control+a")
    press("Delete")
    press("Tab")
    page.keyboard.type("02")
    assert shown(page) == ["two_tasks", "in_order", "killed"]
    press("Tab")
    press("Space")
    assert page.locator(":focus").get_attribute("aria-pressed") == "true"
    assert shown(page) == []
    press("Tab")
    press("Enter")
    assert shown(page) == ["two_tasks"]
    page.locator("#two_tasks > summary").focus()
    press("Enter")
    expect(page.locator("#two_tasks .path")).to_be_hidden()


def test_a_link_leads_to_an_exercise_that_was_filtered_out(page: Page) -> None:
    page.get_by_role("button", name="failed 1").click()
    page.locator('.dots a[href="#fresh"]').click()
    expect(page.locator("#fresh .path")).to_be_visible()


# --- for everybody --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Browser, file: Path, scheme: str) -> None:
    with browsers.opened(browser, file, READY, color_scheme=scheme) as seen:
        seen.page.locator("#open-all").click()
        for more in seen.page.locator("details.more > summary").all():
            more.click()
        assert browsers.faults(seen.page) == []
        seen.page.get_by_role("button", name="failed 1").click()
        assert browsers.faults(seen.page) == []


def test_a_phone_scrolls_down_and_not_across(browser: Browser, file: Path) -> None:
    with browsers.opened(browser, file, READY, viewport={"width": 320, "height": 640}) as seen:
        seen.page.locator("#open-all").click()
        for more in seen.page.locator("details.more > summary").all():
            more.click()
        assert seen.page.evaluate("document.documentElement.scrollWidth") == 320


def test_on_paper_stands_what_was_worked_on(browser: Browser, file: Path) -> None:
    with browsers.opened(browser, file, READY, color_scheme="dark") as seen:
        page = seen.page
        page.evaluate(
            "addEventListener('beforeprint', () => "
            "{ window.printed = [...document.querySelectorAll('details.exercise[open]')].map(each => each.id) })"
        )
        page.pdf()
        assert page.evaluate("printed") == ["hello", "two_tasks", "in_order", "killed", "doubtful"]
        assert page.locator("details.exercise[open]").count() == 1
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        expect(page.locator(".filters")).to_be_hidden()
        expect(page.locator("#two_tasks .timeline-plot").first).to_be_visible()


def test_without_scripts_everything_is_there_but_the_filters(browser: Browser, file: Path) -> None:
    with browsers.opened(browser, file, java_script_enabled=False) as seen:
        expect(seen.page.locator(".filters")).to_be_hidden()
        expect(seen.page.locator("#two_tasks .timeline-plot")).to_have_count(2)
        assert len(shown(seen.page)) == 6


# --- hostile text ---------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onclick=alert(3) ]]></script><!--</style></svg>&amp;"
    "{{ 7*7 }}"
    "\x1b[31m\x00\x07\u202e\u2066\u200b\ud800 javascript:alert(4)"
)


def hostile(name: str) -> ExerciseResult:
    rows = (
        Row(
            HOSTILE,
            (Segment(0, 1, SegmentState.WAITING, awaits=HOSTILE), Segment(1, 2, SegmentState.RUNNING, held_by=HOSTILE)),
        ),
    )
    output = ProgramOutput((OutputLine(0.5, HOSTILE),), 1, (HOSTILE,), HOSTILE)
    timelines = (Timeline(HOSTILE, 2.0, rows, checks=(0,), output=output), Timeline(HOSTILE, 2.0, rows))
    return ExerciseResult(
        name, HOSTILE, "01_first", HOSTILE, Verdict.CRASHED, 0, 1, 1.0,
        checks=(Check(HOSTILE, CheckVerdict.FAILED, 0, 1, f"message {HOSTILE}"),),
        message=HOSTILE, message_line=3, timelines=timelines,
        findings=(Finding(FindingKind.BLOCKING_CALL, HOSTILE, (Place(1, HOSTILE),)),),
    )  # fmt: skip


def test_hostile_text_neither_runs_nor_breaks_the_page(browser: Browser, tmp_path: Path) -> None:
    result = Result(
        HOSTILE, HOSTILE, "2026-11-24T20:15:00Z", 1.0, "none", (hostile("first"), hostile("second")),
        (Skipped("later", "01_first", HOSTILE),),
    )  # fmt: skip
    file = tmp_path / "report.html"
    source = html.render(result, {"01_first": HOSTILE}, result, [HOSTILE])
    file.write_text(source, encoding="utf-8")
    with browsers.opened(browser, file, READY) as seen:
        page = seen.page
        page.locator("#open-all").click()
        for more in page.locator("details.more > summary").all():
            more.click()
        assert page.locator("script").count() == 2
        assert page.locator("img, iframe, object, link, base").count() == 0
        assert shown(page) == ["first", "second"]
        assert page.locator(".timeline-plot:visible").count() == 8
        page.locator("#first g:not([class]) > rect").first.hover()
        expect(page.locator("#first .timeline-detail").first).to_contain_text("<script>alert(1)</script>")
        page.get_by_label("Search").fill("<script>")
        assert shown(page) == ["first", "second"]
        text = page.evaluate("document.documentElement.outerHTML")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
        assert browsers.faults(page) == []


def test_a_script_that_is_not_the_pages_own_does_not_run(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    smuggled = "<img src=x onerror='document.title=1'><script>document.title = 2</script></body>"
    file.write_text(html.render(RESULT, CHAPTERS).replace("</body>", smuggled), encoding="utf-8")
    with browsers.opened(browser, file, READY) as seen:
        expect(seen.page).to_have_title("Turtles: 5 of 12 points")
        refused = [each for each in seen.trouble if "Content Security Policy" in each]
        assert [sum(what in each for each in refused) for what in ("handler", "image", "inline script")] == [1, 1, 1]
        seen.trouble.clear()


# --- without a browser ----------------------------------------------------------------------------------------------


def partners(mine: list[Timeline], references: list[Timeline], failed: tuple[int, ...] = ()) -> list[float | None]:
    """How long the partner of each of my timelines took."""
    verdicts = [CheckVerdict.FAILED if position in failed else CheckVerdict.PASSED for position in range(3)]
    result = replace(exercise("two_tasks", Verdict.FAILED), checks=checks(*verdicts), timelines=tuple(mine))
    return [each.elapsed_s if each else None for each in html._partners(result, references)]


def run(seconds: float, *resting: int) -> Timeline:
    return replace(FAST, elapsed_s=seconds, checks=resting)


def test_a_run_is_compared_with_the_run_that_the_same_checks_rest_on() -> None:
    references = [run(1, 0), run(2, 1, 2), run(3, 2)]
    assert partners([run(9, 2), run(9, 0), run(9, 1, 2)], references) == [3, 1, 2]
    # A check that failed early has not asked for all that it would have.
    assert partners([run(9, 1)], references) == [2]
    assert partners([run(9, 0)], []) == [None]


def test_runs_of_one_check_are_compared_by_the_order_in_which_it_asked_for_them() -> None:
    references = [run(1, 1), run(2, 1), run(3, 1)]
    assert partners([run(9, 1), run(9, 1), run(9, 1)], references) == [1, 2, 3]
    # The last one that a failed check asked for was put first.
    assert partners([run(9, 1), run(9, 1), run(9, 1)], references, failed=(1,)) == [3, 1, 2]


def test_the_whole_kit_takes_less_than_a_megabyte() -> None:
    rows = tuple(Row(f"worker {n}", tuple(map(stretch, range(4)))) for n in range(4))
    timelines = tuple(Timeline("both are quick", 2.0, rows, checks=(1,)) for _ in range(4))
    exercises = tuple(exercise(f"exercise_{n}", Verdict.FAILED, timelines=timelines) for n in range(63))
    result = replace(RESULT, exercises=exercises)
    assert len(html.render(result, CHAPTERS, result).encode()) < 1_000_000


def stretch(number: int) -> Segment:
    start_s = number * 0.487
    if number % 2:
        return Segment(start_s, start_s + 0.0123, SegmentState.RUNNING)
    return Segment(start_s, start_s + 0.4747, SegmentState.WAITING, awaits="asyncio.sleep(0.5), line 14")


def test_an_empty_result_is_a_page_as_well(browser: Browser, tmp_path: Path) -> None:
    with browsers.opened(browser, written(tmp_path, replace(RESULT, exercises=(), skipped=())), READY) as seen:
        expect(seen.page.locator("header")).to_contain_text("0 of 0 points")


def test_what_a_failed_program_printed_unfolds_below_its_timeline(browser: Browser, tmp_path: Path) -> None:
    with browsers.opened(browser, written(tmp_path, RESULT), READY) as seen:
        printed = seen.page.locator("details.printed").first
        expect(printed.locator("pre")).not_to_be_visible()
        printed.locator("summary").click()
        expect(printed.locator("pre")).to_contain_text(" 1.00  Task A ends")
        expect(printed.locator(".error")).to_have_text("ValueError: no")
        expect(printed).to_contain_text("It returned after 2.00 s.")
