"""slow_file: a named pipe, and a gauge that is slow to write."""

import asyncio
import os
import threading
import time

import pytest
from doubles import double, longest_gap

# Read as text, the first is the highest.
LEVELS, HIGHEST = ["8.42", "-21.37", "12.95", "1.58"], "12.95"
EBB, EBB_HIGHEST = ["-6.21", "-3.74", "-15.33"], "-3.74"


@pytest.fixture
def run(exercise, monkeypatch, tmp_path):
    """Runs the program beside a gauge; returns what the lamp and the gauge did and when."""
    pipe = str(tmp_path / "gauge")
    os.mkfifo(pipe)

    def go(levels, late_s, pause_s, stay_s=0.0):
        flash, flashes = double()
        shown, written = [], []

        def gauge():
            time.sleep(late_s)
            with open(pipe, "w", buffering=1) as lines:  # noqa: PTH123
                for level in levels:
                    time.sleep(pause_s)
                    lines.write(f"{level}\n")
                    written.append(time.monotonic())
                time.sleep(0.2)
            written.append(time.monotonic())

        async def then_stay():
            await exercise.main(pipe)
            returned = time.monotonic()
            await asyncio.sleep(stay_s)
            return returned

        monkeypatch.setattr(exercise, "flash", flash)
        monkeypatch.setattr(
            "builtins.print", lambda *args, **_: shown.append((time.monotonic(), " ".join(map(str, args))))
        )
        thread = threading.Thread(target=gauge, daemon=True)
        thread.start()
        start = time.monotonic()
        returned = asyncio.run(then_stay())
        thread.join()
        return flashes, shown, written, start, returned

    return go


def test_night(run):
    flashes, shown, written, start, _ = run(LEVELS, 0.6, 0.4)
    assert [line for _, line in shown] == [*(f"{level} m" for level in LEVELS), f"highest: {HIGHEST} m"]
    for (at, line), wrote in zip(shown, written, strict=True):
        assert at - wrote < 0.55, line
    moments = [call.start for call in flashes.made if call.start < written[-1]]
    assert moments
    assert moments[0] - start < 0.5
    assert longest_gap([*moments, written[-1]]) < 0.55


def test_ebb(run):
    flashes, shown, _, _, returned = run(EBB, 0.2, 0.1, stay_s=0.9)
    assert shown[-1][1] == f"highest: {EBB_HIGHEST} m"
    assert flashes.made
    assert all(call.start < returned + 0.3 for call in flashes.made)
