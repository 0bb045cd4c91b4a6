"""poison_pill: every worker is stopped, after the work, and stops in order."""

import asyncio
import heapq
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from grader.suite import Run, Trace, Virtual, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("WORKERS", "PAGES", "SECONDS", "list_page", "check", "log_out")

AT_ONCE_S = 1e-4
"""On the virtual clock."""

Pages = Sequence[tuple[float, Sequence[str]]]
"""For each page: seconds until it is listed, and its links; the last one has none."""

WORKERS = 4
LINKS = fresh.words(8)
STATES = {link: fresh.token() for link in LINKS}
# The queue is empty for a while before the second page; the checks differ, so the workers do not finish together.
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
        "list_page": double(
            "list_page",
            delay=lambda nth: page(nth)[0],
            reply=lambda nth: list(page(nth)[1]),
            raises=lambda nth: IndexError("list index out of range") if nth > len(pages) else None,
        ),
        "check": double("check", delay=lambda _, link: checks[link], reply=lambda _, link: states[link]),
        "log_out": double("log_out", delay=out),
    }


def sessions_in_order(trace: Trace, workers: int) -> str:
    """What is wrong with the workers' sessions; empty when nothing is."""
    for number in range(1, workers + 1):
        checks = [call for call in trace.calls("check") if call.args[0] == number]
        out = [call for call in trace.calls("log_out") if call.args == (number,)]
        if len(out) != 1:
            often = {0: "never logged out", 2: "logged out twice"}
            return f"worker {number} {often.get(len(out), f'logged out {len(out)} times')}"
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
    return f"{others[0]} was called, but there is no worker {others[0].args[0]}" if others else ""


async def give_up(run: Run) -> None:
    """The mistake of this exercise is a program that hangs: such a run is ended, and what it did is judged."""
    await asyncio.sleep(4.0)
    run.stop()


as_it_is = record(None, deadline_s=3.5)
crawled = record("crawl", world=site(PAGES, CHECKS, STATES, WORKERS, LOG_OUT), drive=give_up, allow=("stop",))


def shown(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"


@points(1, "the program checks five links, logs out three workers and ends", public=True)
def test_program(as_it_is: Trace, crawled: Trace) -> None:
    checked = [line for line in as_it_is.lines if line.endswith(" ok")]
    assert checked == ["home ok", "news ok", "shop ok", "help ok", "jobs ok"], (
        f"printed: {shown(list(map(repr, as_it_is.lines)))}"
    )
    for number in (1, 2, 3):
        assert as_it_is.at(f"worker {number} logged out") < 2.1
    assert as_it_is.lines[-1] == "5 links checked"
    assert 1.4 < as_it_is.elapsed < 2.1
    problem = sessions_in_order(crawled, WORKERS)
    assert not problem, f"your workers log out, but with {len(LINKS)} links and {WORKERS} workers, {problem}"
    through = len({call.args[1] for call in crawled.calls("check")})
    assert through == len(LINKS), f"your five links are checked, but of {len(LINKS)} others only {through}"


@points(1, "every link is checked once, and crawl returns what check returned")
def test_checked(crawled: Trace) -> None:
    checked = [call.args[1] for call in crawled.calls("check")]
    assert sorted(checked) == sorted(LINKS), f"{shown(LINKS)} were listed; check was called for {shown(checked)}"
    for call in crawled.calls("check"):
        assert call.outcome == "replied", f"{call} was cancelled, or not awaited to its end"
    assert crawled.ended != "stopped", "every link was checked, but crawl never returned"
    assert crawled.returned == STATES, f"crawl returned {crawled.returned}; expected {STATES}"


@points(1, "a link is checked as soon as a worker is free for it")
def test_pace(crawled: Trace) -> None:
    began = {call.args[1]: call.start for call in reversed(crawled.calls("check"))}
    missing = [link for link in LINKS if link not in began]
    assert not missing, f"never checked: {shown(missing)}"
    late, message = latest(
        (
            began[link] - free,
            f"a worker was free for {link} at {free:.2f} s; it was checked at {began[link]:.2f} s (graded with "
            f"{WORKERS} workers)",
        )
        for link, free in starts(PAGES, CHECKS, WORKERS).items()
    )
    assert late < 0.35, message


@points(2, "each worker logs out once, after its last check, before crawl returns")
def test_log_out(crawled: Trace) -> None:
    problem = sessions_in_order(crawled, WORKERS)
    assert not problem, f"{problem} (graded with {WORKERS} workers)"


@points(1, "no worker waits for another to log out; crawl returns after the last")
def test_end(crawled: Trace) -> None:
    times = starts(PAGES, CHECKS, WORKERS)
    last = max(times[link] + CHECKS[link] for link in LINKS)
    out = len([call for call in crawled.calls("log_out") if call.outcome == "replied"])
    how = "crawl never returned" if crawled.ended == "stopped" else f"crawl returned at {crawled.elapsed:.2f} s"
    assert out >= WORKERS, f"expected {WORKERS} workers to log out; {how}, and {out} had logged out"
    assert crawled.elapsed < last + LOG_OUT + 0.6, (
        f"the last check could end at {last:.2f} s, and logging out takes {LOG_OUT} s, but crawl took "
        f"{crawled.elapsed:.2f} s"
    )


@points(2, "all of this holds for any pages and any number of workers")
# More than the small number that a queue or a semaphore may have been given room for.
@example(workers=2, drawn=[(137, [1713] * 7), (251, [2371] * 7), (313, [1009])], last_ms=137, out_ms=137)
@given(
    workers=st.integers(1, 4),
    drawn=st.lists(
        st.tuples(st.integers(0, 3000), st.lists(st.integers(137, 4000), min_size=1, max_size=4)), max_size=3
    ),
    last_ms=st.integers(0, 3000),
    out_ms=st.sampled_from([0, 137, 1713]),
)
def test_any_site(
    virtual: Virtual, workers: int, drawn: list[tuple[int, list[int]]], last_ms: int, out_ms: int
) -> None:
    checks: dict[str, float] = {}
    pages: list[tuple[float, list[str]]] = []
    for nth, (pause, times_ms) in enumerate(drawn, start=1):
        links = [f"{nth}-{number}" for number in range(1, len(times_ms) + 1)]
        checks.update(zip(links, (ms / 1000 for ms in times_ms), strict=True))
        pages.append((pause / 1000, links))
    pages.append((last_ms / 1000, []))
    out_s = out_ms / 1000
    times = starts(pages, checks, workers)
    listed = [sum(pause for pause, _ in pages[: nth + 1]) for nth in range(len(pages))]
    # Never at the moment at which a check ends: then either may come first.
    assume(all(abs(times[link] + checks[link] - at) > 0.001 for link in checks for at in listed))
    states = {link: f"state of {link}" for link in checks}
    trace = virtual("crawl", world=site(pages, checks, states, workers, out_s), allow=("raise",))
    each = "; ".join(
        f"{', '.join(f'{link} ({checks[link]:g} s)' for link in links)} after {pause:g} s"
        for pause, links in pages[:-1]
    )
    when = f"when WORKERS is {workers} and the pages list {each or 'no link'}"
    assert trace.raised is None, f"{when}: " + (
        "crawl never returns" if trace.raised and trace.raised.type == "Deadlock" else f"crawl raised {trace.raised}"
    )
    asked = [call.args[0] for call in trace.calls("list_page")]
    wanted = list(range(1, len(pages) + 1))
    assert asked == wanted, f"{when}: list_page was called for {asked}; expected {wanted}"
    for call, free in zip(trace.calls("list_page"), [0.0, *listed], strict=False):
        assert abs(call.start - free) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
    checked = [call.args[1] for call in trace.calls("check")]
    assert sorted(checked) == sorted(checks), f"{when}: check was called for {shown(checked)}"
    for call in trace.calls("check"):
        assert call.outcome == "replied", f"{when}: {call} was cancelled, or not awaited to its end"
        free = times[call.args[1]]
        assert abs(call.start - free) < AT_ONCE_S, f"{when}: {call} began at {call.start:g} s; expected {free:g} s"
    assert trace.returned == states, f"{when}: crawl returned {trace.returned}"
    problem = sessions_in_order(trace, workers)
    assert not problem, f"{when}: {problem}"
    end = max([listed[-1]] + [times[link] + checks[link] for link in checks]) + out_s
    assert abs(trace.elapsed - end) < AT_ONCE_S, (
        f"{when}, and logging out takes {out_s:g} s: crawl took {trace.elapsed:g} s; expected {end:g} s"
    )
