"""cpu_hog: a real computation, long enough to be seen on any machine."""

import asyncio
import time

from doubles import double, longest_gap

# Two primes: they are a short cut for the test, which need not compute what the program has to.
P, Q = 2**900 + 693, 2**986 + 2463
BASE = 7_310_442


def squarings_in(seconds):
    """How many squarings this machine makes in so much of a processor's time."""
    before = time.thread_time()
    pow(BASE, 2**2000, P * Q)
    return max(50_000, int(2000 * seconds / max(time.thread_time() - before, 1e-4)))


def test_clock_goes_on(exercise, monkeypatch, capsys):
    tick, ticks = double()
    monkeypatch.setattr(exercise, "tick", tick)
    squarings = squarings_in(0.75)
    price = pow(BASE, pow(2, squarings, (P - 1) * (Q - 1)), P * Q) % 10_000

    async def then_stay():
        start = time.monotonic()
        await exercise.main(BASE, squarings, P * Q)
        returned = time.monotonic()
        await asyncio.sleep(0.8)
        return start, returned

    start, returned = asyncio.run(then_stay())
    assert capsys.readouterr().out.splitlines() == [f"the bid is {price}"]
    moments = [call.start for call in ticks.made]
    assert moments
    assert moments[0] - start < 0.5
    assert longest_gap([*(each for each in moments if each < returned), returned]) < 0.45
    assert moments[-1] < returned + 0.3
