"""give_way: a long loop of short steps."""

import asyncio
import time
from collections import Counter

from doubles import blocking_double, double, longest_gap

LOOKS = [f"leaf-{number}" for number in range(110)]
LEAVES = [*LOOKS, *LOOKS[5:35]]
KIND = {leaf: ("first", "second", "dust")[sum(map(ord, leaf)) % 3] for leaf in LOOKS}
STEP_S = 0.01


def test_belt_goes_on(exercise, monkeypatch, capsys):
    judge, judged = blocking_double(STEP_S, KIND.__getitem__)
    nudge, nudges = double(0.01)
    monkeypatch.setattr(exercise, "judge", judge)
    monkeypatch.setattr(exercise, "nudge", nudge)
    start = time.monotonic()
    asyncio.run(exercise.main(LEAVES))
    took = time.monotonic() - start
    assert judged.args == LEAVES
    assert judged.peak == 1
    kinds = Counter(KIND[leaf] for leaf in LEAVES)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"first: {kinds['first']}, second: {kinds['second']}, dust: {kinds['dust']}"
    first, end = judged.made[0].start, judged.made[-1].end
    assert longest_gap([first, *(call.start for call in nudges.made if first < call.start < end), end]) < 0.55
    judging = sum(call.end - call.start for call in judged.made)
    assert took - judging < 0.5 * len(LEAVES) * STEP_S + 0.3


def test_belt_stops(exercise, monkeypatch, capsys):
    judge, _ = blocking_double(STEP_S, "second")
    nudge, nudges = double(0.01)
    monkeypatch.setattr(exercise, "judge", judge)
    monkeypatch.setattr(exercise, "nudge", nudge)

    async def then_stay():
        await exercise.main(LOOKS[:15])
        returned = time.monotonic()
        await asyncio.sleep(0.9)
        return returned

    returned = asyncio.run(then_stay())
    assert capsys.readouterr().out.splitlines()[-1] == "first: 0, second: 15, dust: 0"
    assert all(call.start < returned + 0.3 for call in nudges.made)
