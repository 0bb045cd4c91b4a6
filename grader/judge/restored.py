"""Tell the learner what was put back before the program ran."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.judge.outcome import Outcome
from grader.result import Finding

KIND = "restored"
"""The kind of the finding. It is there after passing as well, since it says what was graded."""


def told_of_restored(outcomes: Iterable[Outcome]) -> tuple[Finding, ...]:
    """One finding about everything that was put back for the checks; none where nothing was.

    It names no place: what is wrong with the program is somewhere else.
    """
    recordings = (recording for outcome in outcomes for recording in outcome.recordings)
    changed = {each.name: each for recording in recordings for each in recording.restored}
    if not changed:
        return ()
    them = "it" if len(changed) == 1 else "them"
    lines = [str(each.line) for each in changed.values() if each.line]
    where = f" ({'line' if len(lines) == 1 else 'lines'} {_listed(lines)})" if lines else ""
    return (Finding(KIND, f"graded with {_listed(list(changed))} as handed out: your file changes {them}{where}"),)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
