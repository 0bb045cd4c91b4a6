"""The pages on kinds of mistake: ``docs/mistakes/NAME.md``. What pages there are says what kinds have a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import KitError, UsageError
from grader.load.kit import Kit


@dataclass(frozen=True)
class MistakePage:
    """One page: a heading, a paragraph whose first sentence says it all, and the rest."""

    name: str
    """``blocking-call``."""
    text: str
    """The whole page, in Markdown."""

    @property
    def summary(self) -> str:
        """The first sentence below the heading, without its marks."""
        _, _, below = self.text.partition("\n\n")
        sentence = " ".join(below.partition("\n\n")[0].split()).partition(". ")[0]
        return re.sub("[`*]", "", sentence).rstrip(".")


def mistakes_folder(kit: Kit) -> Path:
    """Where the pages lie."""
    return kit.home / "docs" / "mistakes"


def mistake_names(kit: Kit) -> tuple[str, ...]:
    """The names of all kinds that have a page, in alphabetical order."""
    return tuple(sorted(path.stem for path in mistakes_folder(kit).glob("*.md") if path.stem != "README"))


def mistake_page(kit: Kit, name: str) -> MistakePage:
    """The page of that name; raises ``UsageError``, with the nearest names, when there is none."""
    names = mistake_names(kit)
    if name not in names:
        raise UsageError(f"there is no mistake called {name!r}; {nearest(name, names)}")
    path = mistakes_folder(kit) / f"{name}.md"
    try:
        return MistakePage(name, path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KitError(f"{kit.shown(path)} cannot be read: {error}") from error


def nearest(name: str, names: Sequence[str]) -> str:
    """``did you mean 'blocking-call'?``, or where to see them all when none is near."""
    from difflib import get_close_matches  # only for a message

    wanted = name.lower().replace("_", "-").replace(" ", "-")
    alike = [name for name in names if any(len(word) > 3 and word in name for word in wanted.split("-"))]
    near = list(dict.fromkeys([*get_close_matches(wanted, names, 3, 0.6), *alike]))[:3]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else "`turtles explain` shows them all"
