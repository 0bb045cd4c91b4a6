"""Files that were probably meant as exercises and are none: ``hello_final.py``, a notebook, an archive of another kind.

They are never taken for an exercise. They are told, with what to do, for they may cost a student the exercise.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

from grader.collect.intake.archive import FOREIGN
from grader.text import shown

_TEXTS: Final = (".py.txt", ".pyw", ".py", ".txt")
_NOTEBOOK: Final = ".ipynb"
_ALIKE: Final = 0.85
"""How much of a misspelled name has to be right; ``two_taks`` for ``two_tasks`` is 0.94."""


def refusal(path: str, missing: Collection[str], known: Collection[str]) -> str:
    """Why a file cannot be used and what to do, in a line; empty for one that nobody means as an exercise.

    ``missing`` are the exercises that were not handed in, ``known`` all names of exercises that there are.
    """
    name = path.rsplit("/", 1)[-1]
    lower = name.lower()
    if lower.endswith(FOREIGN):
        return f"{shown(path)}: archives of this kind are not read; ask for a zip, or unpack it into a folder"
    if lower.endswith(_NOTEBOOK):
        meant = _meant(lower.removesuffix(_NOTEBOOK), missing)
        return f"{shown(path)} is a notebook; ask for the program as {meant or 'NAME'}.py"
    ending = next((text for text in _TEXTS if lower.endswith(text)), "")
    stem = lower.removesuffix(ending)
    if not ending or (ending == ".py" and stem in known):
        return ""
    meant = stem if ending == ".txt" and stem in missing else _meant(stem, missing) if ending != ".txt" else ""
    return f"{shown(path)} looks like {meant}.py; rename it if it is, and grade again" if meant else ""


def _meant(stem: str, missing: Collection[str]) -> str:
    """The exercise that a name without its ending is nearest to; empty for none."""
    plain = re.sub(r"[^a-z0-9]+", "_", stem).strip("_")
    inside = [name for name in missing if re.search(rf"(?:^|_){re.escape(name)}\d*(?:_|$)", plain)]
    if inside:
        return max(inside, key=len)
    return next(iter(get_close_matches(plain, missing, 1, _ALIKE)), "")
