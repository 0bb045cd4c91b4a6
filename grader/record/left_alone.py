"""What a program changed of what it had to leave alone, and how that is put back.

A suite names what its exercise says to leave alone: ``LEAVE_ALONE = ("fetch", "METERS")``. Each such name that a
recording's world does not replace has, in that recording, the definition that was handed out, whatever the learner's
file makes of it. Found out here, from the texts alone; done in the learner's process, by ``grader.runner.restoring``.
"""

from __future__ import annotations

import ast
import copy
import difflib
import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from grader.errors import KitError
from grader.runner.restoring import Definition, bound_by, bound_names

NAME = "LEAVE_ALONE"
"""Of a suite: the names, in a tuple."""

_MUCH_LONGER = 20
_MOST_LINES = 400
"""Longer definitions are not aligned line by line."""


@dataclass(frozen=True)
class LeftAlone:
    """The names that a program had to leave alone, and what it made of them."""

    kept: tuple[str, ...] = ()
    """Names that are bound anew once the file is loaded: ``globals()["fetch"] = ...`` gains nothing."""
    changed: tuple[Definition, ...] = ()
    """What the file changed, as it was handed out."""

    def request(self, world: Mapping[str, object]) -> dict[str, Any]:
        """As it travels to the learner's process, for a run in that world."""
        return {
            "keep": [name for name in self.kept if name not in world],
            "restore": [asdict(each) for each in self.restored(world)],
        }

    def restored(self, world: Mapping[str, object]) -> tuple[Definition, ...]:
        """What is put back in that world."""
        return tuple(each for each in self.changed if each.name not in world)


@functools.lru_cache(maxsize=128)
def names_of(suite: str) -> tuple[str, ...]:
    """The names in a suite's ``LEAVE_ALONE``; none where it has no such line, or does not compile.

    Raises ``KitError`` where they are not written out as a tuple of names.
    """
    if NAME not in suite:
        return ()
    try:
        body = ast.parse(suite).body
    except SyntaxError:  # which is told when the suite is loaded
        return ()
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == NAME:
                return _written_out(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == NAME:
                return _written_out(value)
    return ()


def _written_out(value: ast.expr) -> tuple[str, ...]:
    match value:
        case ast.Tuple(elts=items):
            names = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if len(names) == len(items) and all(name.isidentifier() for name in names):
                return tuple(names)
    raise KitError(f'{NAME} must be a tuple of names, written out: {NAME} = ("fetch", "METERS")')


def compare(handed_out: str, source: str, names: Sequence[str]) -> LeftAlone:
    """What ``source`` changed of these names of the file as handed out. Both have to compile.

    A name counts as changed where the statements that bind it at the top level are not the same, but for layout,
    comments, docstrings and the type hints of functions, or where a function rebinds it by ``global``. One that the
    handed-out file does not define by a single plain statement is passed over; ``turtles check`` complains of it.
    """
    if not names:
        return LeftAlone()
    original = _read(handed_out)
    try:
        theirs = _Program.read(source)
    except (RecursionError, MemoryError):  # nested so deeply that it may just compile: then nothing of it is trusted
        theirs = _Program((), ())
    plain = [name for name in names if original.plain(name) is not None]
    changed = [name for name in plain if _differs(name, original, theirs)]
    in_order = sorted(changed, key=lambda name: original.places[name][0])
    return LeftAlone(
        kept=tuple(name for name in plain if name not in original.rebound),
        changed=tuple(_definition(name, original, theirs) for name in in_order),
    )


@dataclass(frozen=True)
class _Program:
    """A program's top level."""

    lines: Sequence[str]
    body: Sequence[ast.stmt]
    places: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By name, the positions of the statements that bind it."""
    rebound: frozenset[str] = frozenset()
    """Names that functions declare global."""

    @classmethod
    def read(cls, source: str) -> _Program:
        tree = ast.parse(source)
        places: dict[str, list[int]] = {}
        walrus = ":=" in source
        for index, statement in enumerate(tree.body):
            for name in bound_names(statement, walrus=walrus):
                places.setdefault(name, []).append(index)
        found = (node for node in ast.walk(tree) if isinstance(node, ast.Global)) if "global" in source else ()
        return cls(_lines(source), tree.body, places, frozenset(name for node in found for name in node.names))

    def plain(self, name: str) -> ast.stmt | None:
        """The statement that defines a name, if it is the only one and no ``if``, ``try`` or other block."""
        places = self.places.get(name, ())
        statement = self.body[places[0]] if len(places) == 1 else None
        return statement if isinstance(statement, _PLAIN) else None

    def text(self, index: int) -> tuple[int, list[str]]:
        """The number of a statement's first line, decorators included, and its lines."""
        statement = self.body[index]
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        return first, list(self.lines[first - 1 : statement.end_lineno])


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PLAIN = (*_DEFINITIONS, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)


@functools.lru_cache(maxsize=128)
def _read(handed_out: str) -> _Program:
    """The same file is compared with many answers."""
    return _Program.read(handed_out)


def is_plain(source: str, name: str) -> bool:
    """Whether a program defines a name by one plain statement of its top level, as what is to be left alone has to."""
    return _read(source).plain(name) is not None


def _lines(source: str) -> list[str]:
    """The lines as Python counts them: not by form feeds and the like, as ``str.splitlines`` does."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _differs(name: str, original: _Program, theirs: _Program) -> bool:
    if name in theirs.rebound and name not in original.rebound:
        return True
    places = [program.places.get(name, ()) for program in (original, theirs)]
    if len(places[0]) != len(places[1]):
        return True
    return any(_are_different(original, one, theirs, other) for one, other in zip(*places, strict=True))


def _are_different(original: _Program, place: int, theirs: _Program, other: int) -> bool:
    one, two = original.text(place)[1], theirs.text(other)[1]
    if one == two:
        return False
    # What is so much longer is different for certain, and would take long to look at.
    if sum(map(len, two)) > _MUCH_LONGER * (sum(map(len, one)) + 100):
        return True
    return _dump(original.body[place]) != _dump(theirs.body[other])


def _dump(statement: ast.stmt) -> object:
    """What a statement does. Type hints of functions and docstrings do nothing, and may be improved."""
    try:
        statement = copy.deepcopy(statement)
        for node in ast.walk(statement):
            if isinstance(node, ast.arg):
                node.annotation = None
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                node.returns = None
                if len(node.body) > 1 and ast.get_docstring(node, clean=False) is not None:
                    del node.body[0]
        return ast.dump(statement)
    except RecursionError:  # so deep is nothing that was handed out
        return object()


def _definition(name: str, original: _Program, theirs: _Program) -> Definition:
    place = original.places[name][0]
    statement = original.body[place]
    _, text = original.text(place)
    source = "\n".join(text)
    if len(ast.parse(source).body) != 1:  # more than one statement on a line
        source = ast.unparse(statement)
        text = source.split("\n")
    used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    if found := theirs.places.get(name, ()):
        index = found[0]
        line, old = theirs.text(index)
        lines = _aligned(text, old, line)
    else:
        index = _place_for(used, original, theirs)
        line, above = 0, theirs.body[index - 1] if index else None
        lines = [(above.end_lineno if above else None) or 1] * len(text)
    imports = tuple(_missing_imports(used, original, theirs))
    return Definition(name, source, tuple(lines), index, imports, name not in original.rebound, line)


def _aligned(text: Sequence[str], old: Sequence[str], first: int) -> list[int]:
    """For each line of the handed-out text, the line of the learner's definition that stands for it."""
    last = len(old) - 1
    lines = [min(number, last) for number in range(len(text))]
    if max(len(text), len(old)) <= _MOST_LINES:
        pair = [line.strip() for line in text], [line.strip() for line in old]
        for _, start, end, at, until in difflib.SequenceMatcher(None, *pair, autojunk=False).get_opcodes():
            most = max(until - 1, at - 1, 0)
            for number in range(start, end):
                lines[number] = min(at + number - start, most)
    return [first + number for number in lines]


def _place_for(used: set[str], original: _Program, theirs: _Program) -> int:
    """Where a definition goes that is gone: after the imports, and after what it uses."""
    imports = itertools.takewhile(lambda pair: not isinstance(pair[1], _DEFINITIONS), enumerate(theirs.body))
    first = [index for index, each in imports if isinstance(each, ast.Import | ast.ImportFrom)]
    needed = [theirs.places[name][0] for name in used & original.places.keys() & theirs.places.keys()]
    return 1 + max([*first, *needed], default=-1)


def _missing_imports(used: set[str], original: _Program, theirs: _Program) -> list[str]:
    found = []
    for statement in original.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            gone = [each for each in statement.names if bound_by(each) in used - theirs.places.keys()]
            for alias in gone:
                if isinstance(statement, ast.Import):
                    found.append(ast.unparse(ast.Import([alias])))
                else:
                    found.append(ast.unparse(ast.ImportFrom(statement.module, [alias], statement.level)))
    return found
