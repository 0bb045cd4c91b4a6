"""Batches that are really judged, and what comes of them."""

from __future__ import annotations

from grader.collect.batches import Delivery, Judges
from grader.result import Verdict


def decided(judges: Judges) -> Delivery:
    """The next delivery; when noise left something of it undecided, its batch is judged again, twice at most."""
    delivery = judges.next()
    for _ in range(2):
        if all(result.verdict is not Verdict.INCONCLUSIVE for result in delivery.results.values()):
            break
        judges.send(delivery.batch)
        delivery = judges.next()
    return delivery
