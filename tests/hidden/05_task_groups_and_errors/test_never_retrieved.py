"""never_retrieved: an error in the background is told at once, and the foreground goes on."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

KEYS = [*fresh.word(), ""]
FAULT = f"{fresh.word()} is full"
# The page is saved after 0.3 s, then again at 0.7 s, while the writer thinks for a second. That fails at 0.8 s.
THINKS = [0.15, 0.35, 1.0, 0.1, 0.1, 0.1, 0.1]
TYPED_BY = sum(THINKS)
SLOW = [0.2] * len(KEYS)
ERRORS = [OSError, RuntimeError, TimeoutError, ValueError]

as_it_is = record(None)
full = record(
    "main",
    world={
        "INTERVAL": 0.3,
        "next_key": double("next_key", delay=lambda number: THINKS[number], reply=lambda number: KEYS[number]),
        "save": double("save", delay=0.1, raises=lambda page: RuntimeError(FAULT) if len(page) > 1 else None),
        "warn": double("warn", blocking=True),
        "close": double("close", delay=0.6),
    },
)
quiet = record(
    "main",
    world={
        "INTERVAL": 0.3,
        "next_key": double("next_key", delay=lambda number: SLOW[number], reply=lambda number: KEYS[number]),
        "save": double("save", delay=0.1),
        "warn": double("warn", blocking=True),
        "close": double("close", delay=0.6),
    },
)


@points(1, "the program warns after 0.6 s", public=True)
def test_program(as_it_is: Trace, full: Trace) -> None:
    assert as_it_is.lines == ["saved: on", "warning: the disk is full", "the page: once", "closed"]
    assert as_it_is.at("warning: the disk is full") < 0.9
    assert as_it_is.elapsed < 1.9
    said = [call.args[0] for call in full.calls("warn")]
    assert said == [FAULT], (
        f"here the writer is warned, but when the second save fails with {FAULT!r}, of {said or 'nothing'}"
    )
    failed = max((call.end for call in full.calls("save") if call.outcome == "raised"), key=float)
    late = full.call("warn").start - failed
    assert late < 0.4, (
        f"here the warning comes in time, but when a save fails at {failed:.2f} s, while the writer thinks, "
        f"it comes {late:.2f} s later"
    )


@points(1, "the writer is warned as soon as saving has failed, and only once")
def test_warned(full: Trace) -> None:
    said = [call.args[0] for call in full.calls("warn")]
    assert said == [FAULT], f"saving failed with {FAULT!r}; the writer was told {said or 'nothing'}"
    failures = [call.end for call in full.calls("save") if call.outcome == "raised"]
    assert failures, "no save has failed, so none was begun at about 0.7 s"
    late = full.call("warn").start - failures[0]
    assert late < 0.35, f"saving failed at {failures[0]:.2f} s, but the writer was told {late:.2f} s later"


@points(1, "after the failure the writer can go on, and nothing more is saved")
def test_goes_on(full: Trace) -> None:
    page = "".join(KEYS)
    assert full.lines == [f"the page: {page}"]
    assert full.call("close").start < TYPED_BY + 0.4, (
        f"the page was typed by {TYPED_BY:.2f} s, but the writer was done only at {full.call('close').start:.2f} s"
    )
    failed = [save.end for save in full.calls("save") if save.outcome == "raised"]
    later = [save.start for save in full.calls("save") if failed and save.start > failed[0] + 0.05]
    assert not later, f"saving failed at {failed[0]:.2f} s, but another save was begun at {later[0]:.2f} s"


@points(1, "without a failure there are saves and no complaints, and the end of writing is the end of saving")
def test_quiet(quiet: Trace) -> None:
    assert quiet.lines == [f"the page: {''.join(KEYS)}"]
    said = [call.args[0] for call in quiet.calls("warn")]
    assert not said, f"nothing has failed, but the writer was told {said}"
    assert "Traceback" not in quiet.stderr, (
        f"nothing has failed, but there is a traceback, which ends with {quiet.stderr.strip().splitlines()[-1]!r}"
    )
    saves = quiet.calls("save")
    assert len(saves) > 1, f"expected a save every 0.4 s for {sum(SLOW):.1f} s, but {len(saves)} were begun"
    for save in saves:
        assert "".join(KEYS).startswith(save.args[0]), f"{save.args[0]!r} was saved, which nobody has typed"
    closing = quiet.call("close").start
    late = [save for save in saves if save.end - closing > 0.25]
    assert not late, f"writing was over at {closing:.2f} s, but there was still a save at {late[0].end:.2f} s"


@points(2, "whenever saving fails and however slow the keys are, the writer is told at that moment")
@given(
    thinks=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    failing=st.integers(0, 6),
    error=st.sampled_from(ERRORS),
)
def test_any_page(virtual: Virtual, thinks: list[int], failing: int, error: type[Exception]) -> None:
    keys = ["x"] * (len(thinks) - 1) + [""]
    number = itertools.count(1)
    trace = virtual(
        "write",
        world={
            "INTERVAL": 1.3,
            "next_key": double("next_key", delay=lambda n: float(thinks[n]), reply=lambda n: keys[n]),
            "save": double("save", delay=0.47, raises=lambda _: error("no space") if next(number) == failing else None),
            "warn": double("warn", blocking=True),
        },
    )
    # The n-th save ends after n * 1.77 s, which is never the moment of a key.
    done, failed = float(sum(thinks)), failing * 1.77
    when = f"when the keys take {thinks} s and " + (
        f"save number {failing} raises {error.__name__} at {failed:.2f} s" if failing else "no save fails"
    )
    told = [(call.args[0], round(float(call.start), 2)) for call in trace.calls("warn")]
    expected = [("no space", round(failed, 2))] if failing and failed < done else []
    assert told == expected, f"{when}: expected {_warnings(expected)}, got {_warnings(told)}"
    assert trace.returned == "".join(keys), f"{when}: write returned {trace.returned!r}, expected {''.join(keys)!r}"
    assert done - 0.1 < trace.elapsed < done + 0.1, f"{when}: took {trace.elapsed:g} s, expected {done:g} s"
    wanted = failing if expected else sum((n * 1.77 + 1.3) < done for n in range(30))
    begun = len(trace.calls("save"))
    assert begun == wanted, f"{when}: {begun} saves were begun, expected {wanted}"


def _warnings(told: list[tuple[str, float]]) -> str:
    return ", ".join(f"the warning {text!r} at {at} s" for text, at in told) or "no warning"
