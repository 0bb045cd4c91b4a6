"""``turtles check`` sees by the source where a double is not what it stands for."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from grader.authoring.check import check_kit, kit_notes
from grader.authoring.doubles_compared import Comparison, compare_doubles, compare_replies
from grader.authoring.verify import verify
from grader.kinds import CallOutcome
from grader.load.kit import load_kit
from grader.record.seconds import Seconds
from grader.record.trace import Span
from tests.grader import runs
from tests.grader.kits import edit, make_kit

FILE = """
import socket
from subprocess import TimeoutExpired

Reading = tuple[str, int]


class BadGauge(Exception):
    pass


async def fetch(city: str) -> str:
    return city


async def bare(city):
    return city


async def pair(city: str) -> Reading:
    return city, 1


async def maybe(n: int) -> str | None:
    return None


def fails(n: int) -> None:
    raise BadGauge("stuck")


def server(host: str) -> list[object]:
    if host:
        raise socket.gaierror(2, "no")
    return check(host)


def check(host: str) -> list[object]:
    if not host:
        raise TimeoutExpired("x", 3)
    raise errors[0]
"""


def compared(suite: str) -> Comparison:
    return compare_doubles(FILE, textwrap.dedent(suite))


FINE = [
    'double("fetch", reply="x")',
    'double("fetch", reply=lambda city: f"in {city}")',
    'A = fresh.words(3)\nB = dict(zip(A, fresh.towns(3), strict=True))\ndouble("fetch", reply=lambda city: B[city])',
    'A = {n: n.upper() for n in "ab"}\ndouble("fetch", reply=lambda city: A.get(city, "none"))',
    'def found(city):\n    if city:\n        return "a"\n    return "b"\ndouble("fetch", reply=found)',
    'A, B = fresh.words(2)\ndouble("fetch", reply=B)',
    'double("fetch", reply=str(3) + "s" if x else "a" * 3)',
    'double("fetch", raises=OSError("down"))',
    'double("pair", reply=("a", 2))',
    'double("maybe", reply=lambda n: NAMES[n] if n else None)\nNAMES = ["a", *"bc"]',
    'double("maybe")',
    'double("fails", blocking=True, raises=of_file("BadGauge", "x"))',
    'double("server", blocking=True, reply=[], raises=lambda h: socket.gaierror(1, "") if h else late)\n'
    'import socket, subprocess\nlate = subprocess.TimeoutExpired("y", 1)',
    "@given(kind=st.sampled_from([socket.gaierror, TimeoutExpired, OSError]))\ndef test_it(kind):\n"
    '    double("server", blocking=True, reply=[], raises=lambda h: kind("x"))\n'
    "import socket\nfrom subprocess import TimeoutExpired",
    'ERRORS = {"a": BadGauge}\ndouble("fetch", reply="", raises=lambda n: ERRORS.get(n))\nclass BadGauge: pass',
    'double("another")',
    'WAYS = [OSError, ValueError]\ndouble("fetch", raises=lambda n: WAYS[n]("down"))',
    'def down(n):\n    return OSError("x")\ndouble("fetch", raises=down)',
]


@pytest.mark.parametrize("suite", FINE)
def test_a_double_that_is_what_it_stands_for_is_passed_over(suite: str) -> None:
    assert compared(suite) == Comparison((), ())


WRONG = {
    'double("fetch", reply=3)': "fetch as handed out returns str, but its double replies int",
    'double("fetch")': "fetch as handed out returns str, but its double replies None",
    'double("fetch", raises=lambda c: OSError("x") if c else None)': "returns str, but its double replies None",
    'def down(n):\n    if n:\n        return OSError("x")\ndouble("fetch", raises=down)': "its double replies None",
    'A = {"x": OSError()}\ndouble("fetch", raises=lambda n: A.get(n))': "but its double replies None",
    'A = fresh.delays(2, 0, 1)\ndouble("fetch", reply=lambda n: A[n])': "returns str, but its double replies float",
    'A = {"a": "b"}\ndouble("fetch", reply=A.get)\ndouble("fetch", reply=lambda c: A.get(c))': "replies None",
    'double("pair", reply=["a", 2])': "pair as handed out returns tuple, but its double replies list",
    'double("fetch", reply="", blocking=True)': "is handed out as `async def fetch`, but its double has blocking",
    'double("fails", raises=of_file("BadGauge"))': "fails is handed out as `def fails`, but its double has no blocking",
    'double("fails", blocking=True)': "fails as handed out raises BadGauge, but its doubles never raise",
    'import socket, subprocess\ndouble("server", blocking=True, reply=[], raises=socket.gaierror(1, ""))': (
        "server as handed out raises subprocess.TimeoutExpired, but its doubles raise only socket.gaierror"
    ),
    'def no(h):\n    return OSError(2, "x") if h else None\ndouble("server", blocking=True, reply=[], raises=no)': (
        "server as handed out raises socket.gaierror, but its doubles raise only OSError"
    ),
}


@pytest.mark.parametrize("suite", WRONG)
def test_where_it_is_not_the_author_is_told(suite: str) -> None:
    complaints = [message for _, message in compared(suite).complaints]
    assert any(WRONG[suite] in message for message in complaints), compared(suite)


UNCLEAR = {
    'def make(error):\n    return double("fetch", raises=error)': "fetch: the reply on line 2",
    'double("bare", reply="x")': "bare: what it returns (no annotation is no plain type)",
    'double("fetch", reply=lambda city: made[city])': "fetch: the reply on line 1",
    'def make(text):\n    return double("fetch", reply=text)': "fetch: the reply on line 2",
    'A = {"a": 1}\nB = list(A)\ndouble("fetch", reply=lambda n: B[n])': "fetch: the reply on line 3",
    'world = {"fetch": made()}': "fetch: its double is not written out as double('fetch', ...)",
    'def make(error):\n    return double("fails", blocking=True, raises=error)': (
        "fails: whether its doubles raise BadGauge"
    ),
}


@pytest.mark.parametrize("suite", UNCLEAR)
def test_what_is_not_plain_is_listed_and_nothing_is_concluded(suite: str) -> None:
    assert compared(suite) == Comparison((), (UNCLEAR[suite],))


def span(name: str, reply: object, outcome: CallOutcome = CallOutcome.REPLIED) -> Span:
    return Span(name, Seconds(0), Seconds(1), outcome=outcome, reply=reply)


def test_what_a_double_really_replied_is_compared_as_well() -> None:
    spans = [
        span("fetch", "x"), span("fetch", 3), span("fetch", 4),
        span("fetch", None, CallOutcome.CANCELLED), span("bare", 1),
        span("maybe", None), span("pair", ("a", 1)), span("pair", ["a", 1]), span("server", []), span("another", 1),
    ]  # fmt: skip
    assert list(compare_replies(FILE, spans)) == [
        "fetch as handed out returns str, but its double replied 3",
        "pair as handed out returns tuple, but its double replied ['a', 1]",
    ]


def test_verify_tells_of_such_a_reply(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    edit(
        root / "tests/hidden/02_together/test_two_tasks.py",
        'both = record("main")\n',
        "from grader.suite import double\n\n"
        'both = record("main", world={"task_a": double("task_a", delay=0.4, reply=[7][0])})\n',
    )
    kit = load_kit(root)
    complaints = verify(kit, kit.exercises, runs.NO_WALL).complaints
    assert any("task_a as handed out returns None, but its double replied 7" in each for each in complaints)


def test_check_says_both(tmp_path: Path) -> None:
    root = make_kit(tmp_path)
    edit(
        root / "tests/hidden/02_together/test_two_tasks.py",
        'both = record("main")\n',
        'both = record("main", world={"task_a": double("task_a", reply=3), "task_b": double("task_b", reply=[][0])})\n',
    )
    kit, suite = load_kit(root), "tests/hidden/02_together/test_two_tasks.py"
    told = "task_a as handed out returns None, but its double replies int"
    assert f"{suite}:5: {told}" in [str(each) for each in check_kit(kit)]
    note = f"{suite}: doubles not compared with what they stand for, since it is not plain: task_b: the reply on line 5"
    assert note in [str(each) for each in kit_notes(kit)]
