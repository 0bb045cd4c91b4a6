"""Wording that must not come back: in what learners read, each of these was found once and had to be read twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from grader.authoring.task_text import LISTS_DEMANDED, has_requirements
from grader.load.curriculum import Exercise
from grader.load.kit import Kit

_NO_PLURALS: Final = (
    "always|across|asks|as|begins|comes|does|ends|fails|gets|goes|has|is|its|leaves|less|minus|needs|perhaps|plus|"
    "raises|returns|runs|stands|starts|stays|takes|this|thus|times|unless|waits|wants|was"
)
_EVERYWHERE: Final = (
    (r"(?<![\d.])1 times\b", "say once"),
    (rf"(?<![\d.,:-])\b1 (?!(?:{_NO_PLURALS})\b)[a-z]{{2,}}s\b", "1 is no plural"),
    (r"\bmay not change\b", "may not reads as might not; say leave alone"),
    (r";\s*;|: ;|; expected ;|printed ;|got ;", "an empty list in a sentence; say printed nothing"),
    (r"\bit [A-Z]\w+Error\b", "a verb is missing"),
)
_IN_MESSAGES: Final = (
    *_EVERYWHERE,
    (r"\b(?:raised|raises) (?:Deadlock|Runaway)\b", "a name of the grader's own; say who waits where, and for what"),
    (r"\bdoubles?\b(?! (?:room|bed|speed|the|that|as))", "a word of the grader's own; say which function"),
    (r"\bscenarios?\b", "a word of the grader's own"),
    (
        r"<(?:listcomp|setcomp|dictcomp|genexpr|lambda|locals)>",
        "a name of Python's own; say which function of the file",
    ),
    (r"\b_Run\._main\b|\b_Run\b|\bgrader's own channel\b", "a name of the grader's own"),
)

_QUOTED: Final = re.compile(r"(?<!\w)'[^'\n]*'(?!\w)")
"""What a message quotes, such as a line that the program printed, is in the program's own words."""

DEMANDED: Final = False
"""Whether `turtles verify` fails for messages that are worded so. Until all are rewritten, it only lists them."""

TASK: Final = "task"
MESSAGE: Final = "message"


@dataclass(frozen=True)
class WordingFault:
    """A place where such wording stands."""

    where: str
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text!r}: {self.why}"


def faults_in(text: str, where: str, kind: str = MESSAGE) -> Iterator[WordingFault]:
    """What is wrong with a text for learners; ``kind``: ``MESSAGE``, or ``TASK`` for docstrings, hints and titles."""
    own = _QUOTED.sub(_blanked, text) if kind == MESSAGE else text
    for pattern, why in _IN_MESSAGES if kind == MESSAGE else _EVERYWHERE:
        if found := re.search(pattern, own):
            yield WordingFault(where, _around(text, *found.span()), why)
    for quote in '"`':
        if text.count(quote) % 2:
            yield WordingFault(where, text[:80], f"{quote} is opened and not closed, or the other way round")


def _blanked(quoted: re.Match[str]) -> str:
    return "'" + "." * (len(quoted[0]) - 2) + "'"


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - 30) : end + 30]


def kit_faults(kit: Kit) -> Iterator[WordingFault]:
    """What is wrong with the texts of a kit, without running anything: tasks, hints, titles and messages of suites."""
    for exercise in kit.exercises:
        docstring = _docstring(kit, exercise)
        if has_requirements(docstring) or LISTS_DEMANDED:
            yield from faults_in(docstring, kit.handed_out_file(exercise).name, TASK)
        for hint in exercise.hints:
            yield from faults_in(hint.text, f"a hint of {exercise.name}", TASK)
        suite = kit.suite_file(exercise).name
        for line, text, kind in texts_of_suite(kit.suite(exercise)):
            yield from faults_in(text, f"{suite}:{line}", kind)


def _docstring(kit: Kit, exercise: Exercise) -> str:
    return ast.get_docstring(ast.parse(kit.handed_out_file(exercise).read_text(encoding="utf-8-sig"))) or ""


def texts_of_suite(source: str) -> Iterator[tuple[int, str, str]]:
    """The titles and the messages of a suite, each with its line and its kind; what is filled in is written ``{}``.

    Messages are what ``assert`` and ``pytest.fail`` say, and the texts of f-strings: suites put messages together from
    those.
    """
    nodes = list(ast.walk(ast.parse(source)))
    formats = {id(node.format_spec) for node in nodes if isinstance(node, ast.FormattedValue)}  # the .2f of {x:.2f}
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="points"), args=[_, ast.Constant(value=str(title))]):
                yield node.lineno, title, TASK
            case ast.Assert(msg=ast.Constant(value=str(text))):
                yield node.lineno, text, MESSAGE
            case ast.JoinedStr(values=values) if id(node) not in formats:
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values)
                yield node.lineno, text, MESSAGE
