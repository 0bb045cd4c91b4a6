"""Without fork: a new interpreter for each run, and the same recordings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.record.launch import ForkServer, Spawner
from grader.record.recorder import Job, Recorder
from grader.record.recording import Recording
from grader.record.spec import Double, RecordingSpec
from grader.report import sentences
from tests.grader import runs
from tests.grader.timed import timed

PROGRAM = """
    import asyncio
    async def fetch(city): ...
    async def one(city):
        print(f"asks {city}")
        answer = await fetch(city)
        print(f"{city}: {answer}")
    async def main(*cities):
        await asyncio.gather(*map(one, cities))
        return len(cities)
"""
RECIPE = RecordingSpec(
    "main",
    ("oslo", "bonn"),
    world={"fetch": Double("fetch", delay=lambda city: 0.2 if city == "oslo" else 0.0, reply=str.upper)},
)
ENDS = {
    "raises": "def main(): raise KeyError('a')",
    "exits": "import sys\ndef main(): sys.exit(3)",
    "dies": "import os\ndef main(): os._exit(4)",
    "crashes": "import ctypes\ndef main(): ctypes.string_at(0)",
    "hangs": "import signal, time\ndef main():\n signal.signal(15, signal.SIG_IGN)\n time.sleep(60)",
    "broken": "1 / 0",
    "floods": "def main():\n while True: print('x' * 1000)",
    "reads": "def main(): input()",
}


@pytest.fixture(scope="module", params=["plain", "walled"])
def spawning(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    yield from runs.recorder(walled=request.param == "walled", spawn=True)


@pytest.fixture(scope="module")
def forking() -> Iterator[Recorder]:
    yield from runs.recorder()


def gist(recording: Recording) -> object:
    """What does not differ from run to run."""
    trace = recording.trace
    calls = [(str(span), span.outcome, span.reply) for span in trace.calls()]
    end = (
        trace.ended,
        trace.returned,
        trace.exit_status,
        str(trace.raised),
        sentences.stopped(trace.stop),
        recording.broken,
    )
    lines = trace.lines[:3]
    return lines, calls, end, recording.fault


def test_spawning_is_spawning(spawning: Recorder, forking: Recorder) -> None:
    assert isinstance(spawning._launcher, Spawner)
    assert isinstance(forking._launcher, ForkServer)


def test_without_fork_it_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with Recorder(runs.NO_WALL) as found:
        assert isinstance(found._launcher, Spawner)


@timed
def test_a_recording_is_the_same(spawning: Recorder, forking: Recorder) -> None:
    subject = runs.subject(PROGRAM)
    found = [each.record_all({0: Job(subject, RECIPE)})[0] for each in (spawning, forking)]
    assert gist(found[0]) == gist(found[1])
    assert found[0].trace.order() == found[1].trace.order()
    assert 0.19 < found[0].trace.elapsed < 0.6
    assert found[0].explanations


def test_every_end_is_the_same(spawning: Recorder, forking: Recorder) -> None:
    found = [runs.record_each(each, ENDS, deadline_s=1) for each in (spawning, forking)]
    assert {name: gist(each) for name, each in found[0].items()} == {
        name: gist(each) for name, each in found[1].items()
    }


def test_virtual_time_is_the_same(spawning: Recorder, forking: Recorder) -> None:
    subject = runs.subject(PROGRAM)
    spec = RecordingSpec("main", RECIPE.args, world=RECIPE.world, virtual=True)
    found = [each.explore(subject, spec, alone=alone) for each in (spawning, forking) for alone in (False, True, False)]
    assert len({repr(gist(each)) for each in found}) == 1
    assert {float(each.trace.elapsed) for each in found} == {0.2}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_nothing_is_left(spawning: Recorder) -> None:
    before = (runs.descriptors(), runs.children())
    runs.record_each(spawning, dict(list(ENDS.items())[:5]), deadline_s=0.8)
    assert runs.gone(before[1])
    assert runs.descriptors() == before[0]
