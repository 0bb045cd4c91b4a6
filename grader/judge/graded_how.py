"""Tell the learner how the program was graded, where that is not as it stands in the file."""

from __future__ import annotations

from collections.abc import Iterable

from grader.judge.outcome import Outcome
from grader.kinds import FindingKind
from grader.report import sentences
from grader.result import Finding


def told_of_restored(outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
    """One finding about everything that was put back for the checks; none where nothing was.

    It names no place: what is wrong with the program is somewhere else.
    """
    recordings = (recording for outcome in outcomes for recording in outcome.recordings)
    changed = {each.name: each for recording in recordings for each in recording.restored}
    if not changed:
        return ()
    lines = [definition.line for definition in changed.values() if definition.line]
    return (Finding(FindingKind.RESTORED, sentences.restored(list(changed), lines)),)


def told_of_own_noise(outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
    """Findings about noise that the program made itself, so that what was seen counts; none where there was none."""
    recordings = (recording for outcome in outcomes for recording in outcome.recordings)
    kinds = {recording.own_noise for recording in recordings if recording.own_noise}
    return tuple(Finding(FindingKind.OWN_NOISE, sentences.own_noise(kind)) for kind in sorted(kinds))
