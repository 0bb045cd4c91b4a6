"""The pages of a class, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader.assignment import Assignment
from grader.class_result import Entry, Student
from grader.errors import UsageError
from grader.report.class_ import class_figures, class_page
from grader.report.page import WORDS
from grader.result import Verdict
from tests.classroom.class_results import ADA, ALIKE, BOB, CLASS, CLEO, EVE, HELLO, done, of
from tests.grader import browser as browsers

READY = "html[data-ready]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from browsers.start()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    class_page.write_pages(CLASS, folder, ALIKE)
    return folder


@pytest.fixture(scope="module")
def tab(browser: Browser, folder: Path) -> Iterator[Page]:
    with browsers.opened(browser, folder / "index.html", READY, viewport={"width": 1280, "height": 900}) as seen:
        yield seen.page


@pytest.fixture
def page(tab: Page) -> Page:
    """The page of the class, opened anew."""
    tab.goto(tab.url.partition("#")[0])
    tab.wait_for_selector(READY, state="attached")
    return tab


def rows(page: Page) -> list[list[str]]:
    """The heat map as it is shown: who, the total, and each cell."""
    found = page.locator("#heat tbody tr").evaluate_all(
        "rows => rows.map(row => [row.cells[0].firstChild, ...[...row.cells].slice(1)].map(each => each.textContent))"
    )
    return [[str(text) for text in row] for row in found]


def names(page: Page) -> list[str]:
    return [row[0] for row in rows(page)]


def section(page: Page, name: str) -> str:
    return page.locator(f"section[aria-labelledby={name}]").inner_text()


# --- the heat map ---------------------------------------------------------------------------------------------------


def test_the_page_opens_without_an_error_and_asks_the_network_for_nothing(page: Page) -> None:
    expect(page).to_have_title("Turtles: a class of 5")
    addresses = page.locator("[src], [href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert all(each.startswith(("#", "students/")) for each in addresses)


def test_the_heat_map_shows_what_the_gradebook_says(page: Page) -> None:
    assert {row[0][:4].strip(): row[1:] for row in rows(page)} == {
        "Ada": ["8", "2", "4", "2"],
        "Bob": ["2.7", "1", "2", "–"],
        "Cleo": ["?", "?", "✘", "○"],
        "Dora": ["–", "–", "–", "–"],
        "=Eve": ["1", "1", "–", "–"],
    }
    ada, bob = page.locator("#heat tbody tr").nth(0), page.locator("#heat tbody tr").nth(1)
    assert ada.locator("td.cell").nth(0).get_attribute("class") == "cell level-3"
    assert bob.locator("td.cell").evaluate_all("all => all.map(each => [each.ariaLabel, each.className])") == [
        ["failed, 1 of 2", "cell level-2"],
        ["failed, 2 of 4", "cell level-2 first"],
        ["not handed in", "cell idle"],
    ]


def test_the_heat_map_is_a_table_with_headings(page: Page) -> None:
    columns = page.locator("#heat thead th[scope=col]").all_inner_texts()
    assert columns == ["student", "of 10", "hello", "two_tasks", "in_order"]
    assert page.locator("#heat thead th[scope=colgroup]").all_inner_texts() == ["01 First steps", "02 Together"]
    expect(page.locator("#heat tbody th[scope=row]")).to_have_count(5)
    expect(page.locator("#heat caption")).to_have_text("Points of each exercise, 5 students")


def test_a_verdict_is_never_told_by_colour_alone(page: Page) -> None:
    assert all(cell for row in rows(page) for cell in row)


def test_the_columns_can_be_chapters(page: Page) -> None:
    page.locator("#columns").select_option("chapters")
    assert rows(page)[0] == ["Ada Lovelace", "8", "2", "6"]
    assert rows(page)[3] == ["Cleo", "?", "0 ?", "0"]


def test_a_search_finds_by_name_and_by_id(page: Page) -> None:
    page.locator("#search").fill("lovelace")
    assert names(page) == ["Ada Lovelace"]
    expect(page.locator("#shown")).to_have_text("1 of 5 students shown")
    page.locator("#search").fill("BOB")
    assert names(page) == ["Bob"]
    page.locator("#search").fill("nobody")
    expect(page.locator("#heat caption")).to_have_text("No student is like that.")


def test_students_to_look_at_can_be_shown_alone(page: Page) -> None:
    page.get_by_role("button", name="late 1").click()
    assert names(page) == ["Bob"]
    page.get_by_role("button", name="not judged 1").click()
    assert names(page) == ["Bob", "Cleo"]
    page.get_by_role("button", name="Show everybody").click()
    expect(page.locator("#shown")).to_have_text("5 students")


def test_rows_are_sorted_by_total_name_or_an_exercise(page: Page) -> None:
    assert [row[1] for row in rows(page)] == ["8", "2.7", "1", "?", "–"]
    page.locator("#turn").click()
    assert [row[1] for row in rows(page)] == ["?", "–", "1", "2.7", "8"]
    page.locator("#sort").select_option("name")
    assert names(page)[1:] == ["Ada Lovelace", "Bob", "Cleo", "Dora"]
    page.locator("#heat th.column", has_text="two_tasks").click()
    assert [row[3] for row in rows(page)] == ["–", "–", "✘", "2", "4"]
    expect(page.locator("#heat th[aria-sort]")).to_have_text("two_tasks")


def test_a_cell_leads_to_the_exercise_on_the_students_page(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    page.locator("#heat tbody tr", has_text="Bob").locator("td.cell").nth(1).click()
    page.wait_for_url("**/students/bob.html#two_tasks")
    expect(page.locator("#two_tasks .path")).to_be_visible()
    page.close()


def test_a_large_class_is_drawn_in_parts(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "large.html"
    file.write_text(class_page.render(of(3000), ()), encoding="utf-8")
    with browsers.opened(browser, file, READY) as seen:
        expect(seen.page.locator("#heat tbody tr")).to_have_count(250)
        for _ in range(11):
            seen.page.locator("#on").click()
        expect(seen.page.locator("#where")).to_have_text("2751 to 3000 of 3000")
        expect(seen.page.locator("#on")).to_be_disabled()
        seen.page.locator("#search").fill("s02999")
        assert names(seen.page) == ["Student 2999"]
        expect(seen.page.locator("#pager")).to_be_hidden()


def test_a_class_of_a_thousand_takes_less_than_a_megabyte() -> None:
    assert len(class_page.render(of(1000), ()).encode()) < 1_000_000


# --- beside the heat map --------------------------------------------------------------------------------------------


def test_the_totals_are_drawn_and_told(page: Page) -> None:
    plot = page.locator(".histogram svg")
    expect(plot).to_have_attribute(
        "aria-label",
        "How many students have how many points: 1 student from 1, 1 student from 2, 1 student from 8.",
    )
    heights = plot.locator("rect").evaluate_all("all => all.map(each => +each.getAttribute('height'))")
    assert [number for number, height in enumerate(heights) if height] == [1, 2, 8]
    assert "Of 3 students with a grade" in section(page, "totals")


def test_whoever_wants_to_be_looked_at_is_named(page: Page) -> None:
    assert "Cleo (cleo): hello" in section(page, "rerun")
    assert "Bob (bob): grader/judge/verdict.py" in section(page, "kit")
    assert "Bob (bob): 1 d 1 h, 10 % of the points taken" in section(page, "late")
    assert "a link out of the folder" in section(page, "problems")
    assert "no submission" in section(page, "unread")


def test_near_identical_submissions_are_a_reason_to_look_and_no_proof(page: Page) -> None:
    told = section(page, "alike")
    assert "a reason to look, and no proof" in told
    assert "Ada Lovelace (ada), Bob (bob)" in told
    assert "93 % alike in two_tasks" in told
    assert "limit = asyncio.Semaphore(7)" in told
    assert "Nobody looked" in class_page.render(CLASS)
    assert "No two students" in class_page.render(CLASS, ())


def test_mistakes_are_named_with_how_many_students_show_them(page: Page) -> None:
    assert page.locator("section[aria-labelledby=mistakes] tbody tr").all_inner_texts() == [
        "blocking-call\t1\thello 1, two_tasks 1",
        "sequential-await\t1\ttwo_tasks 1",
        # Cleo's file is as it was handed out: its mistake is not hers.
        "wrong-order\t1\tin_order 1",
    ]


def test_the_hardest_check_comes_first() -> None:
    checks = [(each.exercise, each.title, each.passed, each.worked_on) for each in class_figures.checks(CLASS)]
    assert checks == [
        ("in_order", "both are quick", 0, 1),
        ("hello", "both are quick", 1, 3),
        # Cleo's does not load, and so passes nothing.
        ("two_tasks", "both are quick", 1, 3),
        ("two_tasks", "every line is printed", 2, 3),
        ("hello", "every line is printed", 3, 3),
        ("in_order", "every line is printed", 1, 1),
    ]


def test_an_exercise_is_measured_by_those_who_worked_on_it() -> None:
    hello, two_tasks, in_order = class_figures.exercises(CLASS)
    assert (hello.handed_in, hello.worked_on, hello.passed) == (4, 3, 1)
    assert hello.mean == pytest.approx(4 / 3)
    assert (two_tasks.handed_in, two_tasks.worked_on, two_tasks.passed, two_tasks.mean) == (3, 3, 1, 2.0)
    assert (in_order.handed_in, in_order.worked_on, in_order.mistakes) == (2, 1, (("wrong-order", 1),))


def test_an_exercises_mean_is_in_points_of_the_assignment() -> None:
    weighted = replace(
        CLASS, assignment=Assignment("HW1", weights={"hello": 1, "two_tasks": 3, "in_order": 1}, total=10)
    )
    hello, two_tasks, _ = class_figures.exercises(weighted)
    assert (hello.worth, two_tasks.worth, two_tasks.mean) == (2, 6, 3)
    assert ">1.33 of 2<" in class_page.render(weighted)


def test_full_marks_are_in_the_last_bar() -> None:
    full = replace(CLASS, exercises=(HELLO,), entries=(replace(ADA, results={"hello": ADA.results["hello"]}),))
    assert [bar.students for bar in class_figures.totals(full).bars] == [0] * 9 + [1]


# --- for everybody --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_keeps_people_out(browser: Browser, folder: Path, scheme: str, width: int) -> None:
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    with browsers.opened(browser, folder / "index.html", READY, **look) as seen:
        for columns in ("chapters", "exercises"):
            seen.page.locator("#columns").select_option(columns)
            assert browsers.faults(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_number_can_be_read_on_every_colour_of_the_heat_map(browser: Browser, folder: Path, scheme: str) -> None:
    """axe-core leaves single characters to whoever looks."""
    with browsers.opened(browser, folder / "index.html", READY, color_scheme=scheme) as seen:
        colours = seen.page.locator(".legend i[class^=level]").evaluate_all(
            "all => all.map(getComputedStyle).map(style => [style.color, style.backgroundColor])"
        )
    assert len({background for _, background in colours}) == 4
    for text, background in colours:
        lighter, darker = sorted((luminance(text), luminance(background)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (text, background)


def luminance(colour: str) -> float:
    """As WCAG defines it, of ``rgb(1, 2, 3)``."""
    shares = (int(each) / 255 for each in re.findall(r"\d+", colour))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_on_paper_stand_all_that_were_found(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "class.html"
    file.write_text(class_page.render(of(300), ()), encoding="utf-8")
    with browsers.opened(browser, file, READY) as seen:
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(seen.page.locator("#heat tbody tr")).to_have_count(300)
        seen.page.emulate_media(media="print")
        expect(seen.page.locator("#pager")).to_be_hidden()
        seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(seen.page.locator("#heat tbody tr")).to_have_count(250)


def test_without_scripts_everything_is_there_but_the_heat_map(browser: Browser, folder: Path) -> None:
    with browsers.opened(browser, folder / "index.html", java_script_enabled=False) as seen:
        expect(seen.page.locator("#undrawn")).to_contain_text("scripts are switched off")
        expect(seen.page.locator(".filters")).to_be_hidden()
        assert "Bob (bob)" in section(seen.page, "late")


def test_hostile_names_are_text(page: Page, folder: Path, browser: Browser) -> None:
    expect(page.locator("img")).to_have_count(0)
    assert "<img src=x onerror=alert(1)>" in section(page, "kit")
    assert "\\u202e" in section(page, "alike")
    assert "\x1b" not in page.content()
    (eve,) = (folder / "students").glob("eve-*.html")
    with browsers.opened(browser, eve, READY) as seen:
        expect(seen.page.locator("img")).to_have_count(0)
        expect(seen.page.locator("#hello")).to_contain_text("killed <img")


# --- the students' pages --------------------------------------------------------------------------------------------


def test_a_students_page_holds_nothing_of_anybody_else(browser: Browser, folder: Path) -> None:
    with browsers.opened(browser, folder / "students" / "bob.html", READY) as seen:
        header = seen.page.locator("header").inner_text()
        assert "Bob (bob)" in header
        assert "2.7 of 10 points" in header.replace("\n", " ")
        assert "Late by 1 d 1 h, 10 % of the points taken: 3 of 10 points before" in header
        assert "Not handed in: in_order" in header
        expect(seen.page.locator("#hello .timeline")).to_have_count(1)
        expect(seen.page.locator("#in_order .verdict")).to_have_text(WORDS[Verdict.UNTOUCHED])
    text = (folder / "students" / "bob.html").read_text(encoding="utf-8")
    assert not any(name in text for name in ("Ada", "Lovelace", "Cleo", "Dora", "=Eve", "index.html"))


def test_a_page_for_whoever_handed_in_nothing_says_so() -> None:
    dora = next(entry for entry in CLASS.entries if entry.student.id == "dora")
    assert "Nothing was handed in that could be judged" in class_page.student_page(CLASS, dora)


# --- the files ------------------------------------------------------------------------------------------------------


def test_a_page_is_called_as_its_student_where_a_file_can_be() -> None:
    assert class_page.file_names(["ada", "S-1234567", "anna.smith@example.edu"]) == {
        "ada": "ada.html",
        "S-1234567": "S-1234567.html",
        "anna.smith@example.edu": "anna.smith@example.edu.html",
    }


def test_whatever_students_are_called_each_has_a_file_of_their_own() -> None:
    ids = ["../../etc/passwd", "a/b", "a\\b", "a b", ".", "..", "", "-rf", "Ada", "ada", "CON", "nul.txt", "ä", "ß"]
    ids += ["a" * 500, "a\x00b", "\udc80", "index", "\u202egpj", "a:b", "%2e%2e"]
    # Whoever calls themselves as another's page is called.
    ids += [class_page.file_names(["Ada", "ada"])["ada"].removesuffix(".html")]
    names = class_page.file_names(ids)
    assert list(names) == ids
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert name.isascii()
        assert len(name) < 100
        assert not set(name) & set('/\\:*?"<>|% \0')
        assert name[0].isalnum()
        assert name.partition(".")[0].casefold() not in ("con", "nul")


def test_pages_of_students_who_are_gone_are_removed_and_other_files_are_not(tmp_path: Path) -> None:
    class_page.write_pages(CLASS, tmp_path)
    (tmp_path / "students" / "notes.html").write_text("mine")
    (tmp_path / "mine.txt").write_text("mine")
    class_page.write_pages(replace(CLASS, entries=(ADA, BOB)), tmp_path)
    assert sorted(each.name for each in (tmp_path / "students").iterdir()) == ["ada.html", "bob.html", "notes.html"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["index.html", "mine.txt", "students"]


@pytest.mark.parametrize("name", ["index.html", "students/ada.html"])
def test_what_is_no_page_of_a_class_is_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / "students").mkdir()
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="is no page of a class; name another folder"):
        class_page.write_pages(CLASS, tmp_path)
    assert (tmp_path / name).read_text() == "mine"
    assert [each for each in tmp_path.rglob("*.html") if each != tmp_path / name] == []


def test_a_folder_that_cannot_be_made_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="there is a file of that name"):
        class_page.write_pages(CLASS, tmp_path / "file")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_an_empty_class_is_a_page_as_well(browser: Browser, tmp_path: Path) -> None:
    class_page.write_pages(replace(CLASS, entries=(), exercises=(), problems=()), tmp_path, ())
    with browsers.opened(browser, tmp_path / "index.html", READY) as seen:
        expect(seen.page.locator("header")).to_contain_text("0 students")
        assert browsers.faults(seen.page) == []


def test_a_class_without_a_sandbox_says_what_that_means() -> None:
    assert "Without a sandbox" not in class_page.render(CLASS)
    assert "Without a sandbox" in class_page.render(replace(CLASS, sandbox="none"))


def test_a_long_list_is_counted_and_not_shown_whole() -> None:
    late = tuple(replace(BOB, student=Student(f"s{n:03d}")) for n in range(300))
    text = class_page.render(replace(CLASS, entries=late))
    assert "and 100 more: the heat map can show only these" in text
    many = replace(EVE, problems=tuple(f"problem {n}" for n in range(50)))
    assert "problem 19; and 30 more" in class_page.render(replace(CLASS, entries=(many,)))


def test_a_check_that_only_noise_kept_from_a_verdict_counts_for_nobody() -> None:
    doubtful = done(HELLO, Verdict.INCONCLUSIVE, True, False)
    entries: tuple[Entry, ...] = (ADA, replace(CLEO, results={"hello": doubtful}))
    hello = [each for each in class_figures.checks(replace(CLASS, entries=entries)) if each.exercise == "hello"]
    assert [(each.passed, each.worked_on) for each in hello] == [(1, 1), (1, 1)]
