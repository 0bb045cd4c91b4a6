"""poison_pill: every worker is stopped, after the work, and stops in order."""

import heapq
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, latest, points, record

Pages = Sequence[tuple[float, Sequence[str]]]
"""For each page: seconds until it is listed, and its links; the last one has none."""

WORKERS = 4
LINKS = fresh.words(8)
STATES = {link: fresh.token() for link in LINKS}
# The queue is empty for a while before the second page; the checks differ, so the workers are not through together.
PAGES: Pages = [(0.1, LINKS[:3]), (0.6, LINKS[3:]), (0.1, [])]
CHECKS = dict(zip(LINKS, [0.2, 0.3, 0.8, 0.5, 0.3, 0.3, 0.7, 0.5], strict=True))
LOG_OUT = 0.3


def starts(pages: Pages, checks: Mapping[str, float], workers: int) -> dict[str, float]:
    """When each check can begin."""
    free = [0.0] * workers
    times: dict[str, float] = {}
    listed = 0.0
    for pause, links in pages:
        listed += pause
        for link in links:
            times[link] = max(listed, heapq.heappop(free))
            heapq.heappush(free, times[link] + checks[link])
    return times


def site(
    pages: Pages, checks: Mapping[str, float], states: Mapping[str, str], workers: int, out: float
) -> dict[str, Any]:
    """The doubles for a site."""

    def page(nth: int) -> tuple[float, Sequence[str]]:
        return pages[nth - 1] if nth <= len(pages) else (0.0, [])

    return {
        "WORKERS": workers,
        "list_page": double("list_page", delay=lambda nth: page(nth)[0], reply=lambda nth: list(page(nth)[1])),
        "check": double("check", delay=lambda _, link: checks[link], reply=lambda _, link: states[link]),
        "log_out": double("log_out", delay=out),
    }


def sessions_in_order(trace: Trace, workers: int) -> str:
    """What is wrong with the workers' sessions; empty when nothing is."""
    for number in range(1, workers + 1):
        checks = [call for call in trace.calls("check") if call.args[0] == number]
        out = [call for call in trace.calls("log_out") if call.args == (number,)]
        if len(out) != 1:
            return f"worker {number} logged out {len(out)} times"
        if out[0].outcome != "replied":
            return f"worker {number} had not logged out when crawl returned"
        # As plain numbers: what happened in one process is in order, and no noise can change that.
        if any(float(earlier.end) > float(later.start) for earlier, later in pairwise([*checks, out[0]])):
            return f"worker {number} began something while it was still checking a link"
    others = [
        call
        for call in trace.calls()
        if call.name in ("check", "log_out") and call.args[0] not in range(1, workers + 1)
    ]
    return f"there is no worker {others[0].args[0]}" if others else ""


as_it_is = record(None, deadline_s=3.5)
crawled = record("crawl", world=site(PAGES, CHECKS, STATES, WORKERS, LOG_OUT), deadline_s=4)


@points(1, "the program checks five links, logs three workers out and ends, after about 1.6 s", public=True)
def test_program(as_it_is: Trace, crawled: Trace) -> None:
    checked = [line for line in as_it_is.lines if line.endswith(" ok")]
    assert checked == ["home ok", "news ok", "shop ok", "help ok", "jobs ok"], f"checked: {', '.join(checked)}"
    for number in (1, 2, 3):
        assert as_it_is.at(f"worker {number} logged out") < 2.1
    assert as_it_is.lines[-1] == "5 links checked"
    assert 1.4 < as_it_is.elapsed < 2.1
    problem = sessions_in_order(crawled, WORKERS)
    assert not problem, f"here it ends in order, but with {len(LINKS)} links and {WORKERS} workers {problem}"
    through = len({call.args[1] for call in crawled.calls("check")})
    assert through == len(LINKS), f"here five links are checked, but of {len(LINKS)} other links {through}"


@points(1, "every link is checked once, and crawl returns what check returned")
def test_checked(crawled: Trace) -> None:
    checked = [call.args[1] for call in crawled.calls("check")]
    assert sorted(checked) == sorted(LINKS), f"listed: {', '.join(LINKS)}; checked: {', '.join(checked) or 'nothing'}"
    for call in crawled.calls("check"):
        assert call.outcome == "replied", f"{call} was broken off or not waited for"
    assert crawled.returned == STATES, f"crawl returned {crawled.returned}; expected {STATES}"


@points(1, "a link is checked as soon as a worker is free for it")
def test_pace(crawled: Trace) -> None:
    began = {call.args[1]: call.start for call in reversed(crawled.calls("check"))}
    missing = [link for link in LINKS if link not in began]
    assert not missing, f"never checked: {', '.join(missing)}"
    late, message = latest(
        (began[link] - free, f"a worker was free for {link} at {free:.2f} s; it was checked at {began[link]:.2f} s")
        for link, free in starts(PAGES, CHECKS, WORKERS).items()
    )
    assert late < 0.35, message


@points(2, "each worker logs out once, after its last check, before crawl returns")
def test_log_out(crawled: Trace) -> None:
    problem = sessions_in_order(crawled, WORKERS)
    assert not problem, f"{problem} (there are {WORKERS} workers)"


@points(1, "crawl ends when all are logged out, and nobody waits for another")
def test_end(crawled: Trace) -> None:
    times = starts(PAGES, CHECKS, WORKERS)
    last = max(times[link] + CHECKS[link] for link in LINKS)
    out = len([call for call in crawled.calls("log_out") if call.outcome == "replied"])
    assert out >= WORKERS, f"crawl ended at {crawled.elapsed:.2f} s, and {out} of {WORKERS} workers had logged out"
    assert crawled.elapsed < last + LOG_OUT + 0.6, (
        f"the last check could end at {last:.2f} s, and logging out takes {LOG_OUT} s; "
        f"crawl took {crawled.elapsed:.2f} s"
    )


@points(2, "all of this holds for any pages and any number of workers")
@given(
    workers=st.integers(1, 4),
    drawn=st.lists(st.tuples(st.integers(0, 3), st.lists(st.integers(1, 4), min_size=1, max_size=4)), max_size=3),
)
def test_any_site(virtual: Virtual, workers: int, drawn: list[tuple[int, list[int]]]) -> None:
    checks: dict[str, float] = {}
    pages: list[tuple[float, list[str]]] = []
    for nth, (pause, seconds) in enumerate(drawn, start=1):
        links = [f"{nth}-{number}" for number in range(1, len(seconds) + 1)]
        checks.update(zip(links, map(float, seconds), strict=True))
        # Never at the moment at which a check ends: who is first then is nobody's mistake.
        pages.append((pause + 0.3, links))
    pages.append((1.0, []))
    states = {link: f"state of {link}" for link in checks}
    trace = virtual("crawl", world=site(pages, checks, states, workers, 1.0))
    shown = "; ".join(
        f"{', '.join(f'{link} ({checks[link]:g} s)' for link in links)} after {pause:g} s"
        for pause, links in pages[:-1]
    )
    when = f"when WORKERS is {workers} and the pages list {shown or 'no link'}"
    checked = [call.args[1] for call in trace.calls("check")]
    assert sorted(checked) == sorted(checks), f"{when}: checked {', '.join(checked) or 'nothing'}"
    times = starts(pages, checks, workers)
    for call in trace.calls("check"):
        assert call.outcome == "replied", f"{when}: {call.args[1]} was broken off or not waited for"
        free = times[call.args[1]]
        assert abs(call.start - free) < 0.1, (
            f"{when}: {call.args[1]} was checked at {call.start:g} s; expected {free:g} s"
        )
    assert trace.returned == states, f"{when}: crawl returned {trace.returned}"
    problem = sessions_in_order(trace, workers)
    assert not problem, f"{when}: {problem}"
    listed = sum(pause for pause, _ in pages)
    end = max([listed] + [times[link] + checks[link] for link in checks])
    assert trace.elapsed < end + 1.1, f"{when}: crawl took {trace.elapsed:g} s; expected {end + 1:g} s"
