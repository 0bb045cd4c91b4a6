"""What the docstring of an exercise promises, as far as a program can read it, and whether the suite keeps it.

Every task has a paragraph ``Leave alone: `fetch` and `METERS`.`` and a list ``Required:``. The names in the first are
those of the suite's ``LEAVE_ALONE``: what is put back before a run, or replaced in it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from grader.errors import KitError
from grader.record import left_alone

LISTS_DEMANDED: Final = True
"""Whether every docstring has to have its two lists. Until all are rewritten, one that has neither is passed over."""

LEAVE_ALONE: Final = "Leave alone:"
REQUIRED: Final = "Required:"

_TO_THE_FULL_STOP = re.compile(rf"^{LEAVE_ALONE}((?:[^`.]|`[^`]*`)*)(\.?)", re.MULTILINE)
_QUOTED = re.compile(r"`([A-Za-z_]\w*)[^`]*`")
_HAS_REQUIRED = re.compile(r"^Required\b.*:$", re.MULTILINE)  # "Required of `main(hosts)`:" as well


def names_left_alone(docstring: str) -> tuple[str, ...] | None:
    """The names in backticks from ``Leave alone:`` to the first full stop, ``main`` of `` `main()` ``.

    None where there is no such paragraph.
    """
    found = _TO_THE_FULL_STOP.search(docstring)
    return tuple(dict.fromkeys(_QUOTED.findall(found[1]))) if found else None


def has_requirements(docstring: str) -> bool:
    """Whether there is a list of what is required."""
    return bool(_HAS_REQUIRED.search(docstring))


def complaints_about_suite(handed_out: str, suite: str) -> Iterator[str]:
    """What is wrong with a suite's ``LEAVE_ALONE``, beside the file as handed out."""
    try:
        enforced = left_alone.names_of(suite)
    except KitError as error:
        yield f"{error}"
        return
    for name in enforced:
        if not left_alone.is_plain(handed_out, name):
            yield (
                f"{left_alone.NAME} has {name!r}, which the file as handed out does not define by one plain statement "
                "at its top level, and so cannot be put back"
            )
    for name in sorted({each for each in enforced if enforced.count(each) > 1}):
        yield f"{left_alone.NAME} has {name!r} twice"
    promised = names_left_alone(ast.get_docstring(ast.parse(handed_out)) or "")
    if promised is None and enforced:
        yield f"{left_alone.NAME} is not told to the learner: the docstring has no paragraph `{LEAVE_ALONE}`"
    if promised is None:
        return
    if missing := [name for name in promised if name not in enforced]:
        yield f"the docstring says to leave {', '.join(missing)} alone, but {left_alone.NAME} does not have that"
    if untold := [name for name in enforced if name not in promised]:
        yield f"{left_alone.NAME} has {', '.join(untold)}, which the docstring does not say to leave alone"


def complaints_about_docstring(docstring: str) -> Iterator[str]:
    """What a docstring lacks."""
    lists = names_left_alone(docstring) is not None, has_requirements(docstring)
    if not any(lists) and not LISTS_DEMANDED:
        return
    if not lists[1]:
        yield f"its docstring has no list `{REQUIRED}`; write one line for each thing that a check looks at"
