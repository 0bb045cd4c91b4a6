"""Mutants of a reference solution: the same program with one small change in the part that was repaired.

What a learner is not asked to repair is left alone: functions, methods and statements that are as they were handed
out, and the names that a suite lists as ``LEAVE_ALONE``.
"""

from __future__ import annotations

import ast
import copy
import difflib
import hashlib
import io
import sys
import tokenize
import warnings
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeGuard

from grader.authoring.operators import OPERATORS, Site, changes
from grader.authoring.source_edits import Edit, Program
from grader.load.curriculum import Exercise
from grader.load.kit import Kit
from grader.load.submission import read_submission

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Function = ast.FunctionDef | ast.AsyncFunctionDef

_OTHER_TRIALS: Final = frozenset({"constant", "inline-constant", "first-last", "skip-item", "swap-statements"})
"""In a test that a learner writes, these choose other trials than the reference: other numbers, another order, one
fewer of many. As right as before, as long as the wrong programs are found; those are in the suite, and the bank has
tests that let each of them through."""

_AT_THE_TOP: Final = "module"
"""Where a change lies that is in no function."""


@dataclass(frozen=True)
class Mutant:
    """A program that differs from a reference by one change."""

    id: str
    """``drop-await.forecast.3fa9c1``: the operator, the function, and a hash of what changes. It stays the same when
    other lines of the reference move or change."""
    operator: str
    function: str
    source: str
    reference: str

    @cached_property
    def diff(self) -> str:
        """What changes, as a unified diff with two lines of context, without the names of files."""
        lines = difflib.unified_diff(self.reference.splitlines(), self.source.splitlines(), n=2, lineterm="")
        return "\n".join(list(lines)[2:])


def mutants_of(
    kit: Kit, exercise: Exercise, only: Container[str] | None = None, *, every_python: bool = False
) -> tuple[Mutant, ...]:
    """The mutants of the exercise's reference, in the order of its text; ``only``: those of some operators.

    What the reference does under another version of Python only is left alone, except with ``every_python``. There are
    no mutants where the reference or the file as handed out is missing or does not compile; ``turtles check`` says so.
    """
    reference = read_submission(kit.solution_file(exercise), "")
    handed_out = read_submission(kit.handed_out_file(exercise), "")
    if reference.fault or handed_out.fault or reference.source is None or handed_out.source is None:
        return ()
    suite = kit.suite(exercise) if kit.suite_file(exercise).is_file() else ""
    alone = left_alone(suite)
    if exercise.writes_a_test:
        only = {name for name in OPERATORS if (only is None or name in only) and name not in _OTHER_TRIALS}
    return tuple(make_mutants(reference.source, handed_out.source, alone, only, every_python=every_python))


def left_alone(suite: str) -> frozenset[str]:
    """The names in a suite's ``LEAVE_ALONE``; none where it has no such list, or does not compile."""
    try:
        body = ast.parse(suite).body
    except SyntaxError:
        return frozenset()
    for statement in body:
        match statement:
            case ast.AnnAssign(ast.Name("LEAVE_ALONE"), _, ast.Tuple(names)) | ast.Assign(
                [ast.Name("LEAVE_ALONE")], ast.Tuple(names)
            ):
                return frozenset(str(each.value) for each in names if _is_string(each))
    return frozenset()


def _is_string(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def make_mutants(
    reference: str,
    handed_out: str,
    alone: frozenset[str] = frozenset(),
    only: Container[str] | None = None,
    *,
    every_python: bool = False,
) -> Iterator[Mutant]:
    """The mutants of a program; each compiles, and is another program than the two given and than all before it."""
    program = Program(reference)
    site = Site.of(program)
    seen = {ast.dump(program.tree), ast.dump(ast.parse(handed_out))}
    ids: Counter[str] = Counter()
    bare = _bare_lines(reference)
    repaired = _repaired(program.tree.body, ast.parse(handed_out).body, alone, "", every_python=every_python)
    sites = (site for statement, prefix in repaired for site in _nodes(statement, prefix))
    for function, node in sites:
        for operator, edits in changes(site, node, only):
            mutated = _mutated(program, edits)
            if mutated is None or mutated[1] in seen:
                continue
            source, dump = mutated
            seen.add(dump)
            change = _change(bare, _bare_lines(source))
            ids[f"{operator} {function} {change}"] += 1
            number = ids[f"{operator} {function} {change}"]
            digest = hashlib.sha256(f"{operator}\n{function}\n{change}\n{number}".encode()).hexdigest()
            yield Mutant(f"{operator}.{function}.{digest[:6]}", operator, function, source, reference)


def _mutated(program: Program, edits: Sequence[Edit]) -> tuple[str, str] | None:
    """The text with the edits and the dump of its tree; None where it is no program."""
    source = program.apply(edits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            compile(tree, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return source, ast.dump(tree)


# --- the part that was repaired -------------------------------------------------------------------------------------


def _repaired(
    body: Sequence[ast.stmt],
    as_handed_out: Sequence[ast.stmt],
    alone: frozenset[str],
    prefix: str,
    *,
    every_python: bool,
) -> Iterator[tuple[ast.stmt, str]]:
    """The statements of a module or class that differ from what was handed out, each with the name of its class.

    Of a class these are statements of its body, and of ``if sys.version_info >= ...`` those of its branches.
    """
    definitions = {each.name: each for each in as_handed_out if isinstance(each, _Definition)}
    dumps = {_dump(each) for each in as_handed_out}
    for statement in body:
        if _names(statement) & {name.removeprefix(prefix) for name in alone} or _dump(statement) in dumps:
            continue
        if isinstance(statement, ast.ClassDef):
            before = definitions.get(statement.name)
            members = before.body if isinstance(before, ast.ClassDef) else []
            inner = f"{prefix}{statement.name}."
            yield from _repaired(statement.body, members, alone, inner, every_python=every_python)
        elif isinstance(statement, ast.If) and (holds := _version(statement.test)) is not None:
            branches = [statement.body] * (every_python or holds) + [statement.orelse] * (every_python or not holds)
            for branch in branches:
                yield from _repaired(branch, as_handed_out, alone, prefix, every_python=every_python)
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement, prefix


def _names(statement: ast.stmt) -> set[str]:
    """The names that a statement defines."""
    if isinstance(statement, _Definition):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _version(test: ast.expr) -> bool | None:
    """Whether this Python fulfils a comparison with ``sys.version_info``; None for any other condition."""
    match test:
        case ast.Compare(
            ast.Attribute(ast.Name("sys"), "version_info"), [ast.GtE() | ast.Lt() as op], [ast.Tuple() as least]
        ):
            return (sys.version_info >= ast.literal_eval(least)) is isinstance(op, ast.GtE)
    return None


def _dump(statement: ast.stmt) -> str:
    """The statement without docstrings and annotations."""
    return ast.dump(_Bare().visit(copy.deepcopy(statement)))


class _Bare(ast.NodeTransformer):
    """Takes docstrings and annotations away."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _Definition) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        if isinstance(node, _Function):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        return super().generic_visit(node)


def _nodes(node: ast.AST, prefix: str, function: str = "") -> Iterator[tuple[str, ast.AST]]:
    """A node and all in it, but no annotations, docstrings, and parts of f-strings.

    Python 3.11 does not know where the parts of an f-string lie, and the mutants are to be the same for every version.
    """
    if isinstance(node, _Function):
        function = f"{prefix}{node.name}" if not function else f"{function}.{node.name}"
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        defaults = [each for each in [*node.args.defaults, *node.args.kw_defaults] if each is not None]
        children: list[ast.AST] = [*node.decorator_list, *defaults, *body]
    else:
        yield function or f"{prefix}{_AT_THE_TOP}", node
        children = [] if isinstance(node, ast.JoinedStr) else list(_children(node))
    for child in children:
        yield from _nodes(child, prefix, function)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        if isinstance(node, ast.Call) and name == "func" and isinstance(value, ast.Subscript):
            yield value.value  # of `asyncio.Queue[str]()` the part in brackets is a type
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, ast.AST))
        elif isinstance(value, ast.AST):
            yield value


# --- identity -------------------------------------------------------------------------------------------------------

_NO_PART = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)


_FSTRING_START, _FSTRING_END = (getattr(tokenize, name, -1) for name in ("FSTRING_START", "FSTRING_END"))


def _bare_lines(source: str) -> list[str]:
    """The logical lines of a program, without comments, layout and indentation; the same in every version of Python."""
    rows = source.splitlines(keepends=True)
    lines = [""]
    begun: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        # An f-string is one token up to Python 3.11, and many from 3.12 on: taken as it is written.
        if token.type == _FSTRING_START:
            begun.append(token.start)
        elif token.type == _FSTRING_END:
            start = begun.pop()
            if not begun:
                lines[-1] += _between(rows, start, token.end)
        elif begun:
            continue
        elif token.type == tokenize.NEWLINE:
            lines.append("")
        elif token.type not in _NO_PART:
            lines[-1] += token.string
    return lines


def _between(rows: Sequence[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The text from one place to another: rows from 1, columns from 0."""
    (first, column), (last, end_column) = start, end
    if first == last:
        return rows[first - 1][column:end_column]
    return "".join([rows[first - 1][column:], *rows[first : last - 1], rows[last - 1][:end_column]])


def _change(before: Sequence[str], after: Sequence[str]) -> str:
    """The lines that go and those that come, without what is the same at the beginning and at the end."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    gone, come = before[first : len(before) - last], after[first : len(after) - last]
    return "\n".join([*(f"-{line}" for line in gone), *(f"+{line}" for line in come)])
