"""Operators about calls, names, conditions and numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from grader.authoring.operators.mutation_site import Change, Site, operator
from grader.authoring.operators.syntax_queries import (
    bracketed,
    called,
    held_in,
    is_text,
    last_name,
    tests_of,
    written_number,
)
from grader.authoring.source_edits import Edit

# --- calls and names ------------------------------------------------------------------------------------------------


@operator("drop-keyword", ast.Call)
def _drop_keyword(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Call)
    parts: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for keyword in node.keywords:
        if keyword.arg in (None, "strict"):  # zip(strict=True) is an assertion
            continue
        position = parts.index(keyword)
        start, end = site.program.start(keyword), site.program.end(keyword)
        if position > 0:
            start = site.program.end(parts[position - 1])
        elif len(parts) > 1:
            end = site.program.start(parts[1])
        if position > 0 and isinstance(parts[position - 1], ast.expr):
            # What is in brackets of its own ends behind them.
            start += len(re.match(r"[\s)]*", site.program.slice(start, end)).group())  # type: ignore[union-attr]
        yield [Edit(start, end, "")]


@operator("new-each-use", ast.Name, ast.Attribute, ast.Subscript)
def _new_each_use(site: Site, node: ast.AST) -> Iterator[Change]:
    """A lock, a semaphore, a queue or an event made anew where the common one was used."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if text := site.made.get(held_in(node.value) + "[]"):
            yield [site.program.put(node, text, atom=True)]
    elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load) and held_in(node) in site.made:
        yield [site.program.put(node, site.made[held_in(node)], atom=True)]


_OTHER_NAMES: Final = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "popleft": "pop",
    "appendleft": "append",
    "notify": "notify_all",
    "notify_all": "notify",
    "FIRST_COMPLETED": "ALL_COMPLETED",
    "FIRST_EXCEPTION": "ALL_COMPLETED",
    "ALL_COMPLETED": "FIRST_COMPLETED",
    "Queue": "LifoQueue",
    "LifoQueue": "Queue",
    "PriorityQueue": "Queue",
    "BoundedSemaphore": "Semaphore",
    "get_nowait": "get",
    "put_nowait": "put",
}


@operator("first-last", ast.Subscript, ast.Call, ast.Name, ast.Attribute)
def _first_last(site: Site, node: ast.AST) -> Iterator[Change]:
    """The last instead of the first, the least instead of the most, one instead of all."""
    program = site.program
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if written_number(node.slice) in (0, -1):
            yield [program.put(node.slice, "-1" if written_number(node.slice) == 0 else "0", atom=True)]
        elif isinstance(node.slice, ast.Slice) and node.slice.step is None:
            text = program.text(node.slice)
            if text in ("1:", ":-1"):
                yield [program.put(node.slice, ":-1" if text == "1:" else "1:", atom=True)]
    elif isinstance(node, ast.Call):
        if called(node) == "pop" and not node.keywords and isinstance(node.func, ast.Attribute):
            numbers = [written_number(each) for each in node.args]
            if numbers in ([], [0]):
                end = program.end(node)
                yield [Edit(program.end(node.func), end, "()" if numbers else "(0)")]
        if called(node) in ("sorted", "reversed", "set") and node.args:
            yield [program.put(node, f"list({program.text(node.args[0])})", atom=True)]
    elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        other = _OTHER_NAMES.get(last_name(node))
        if other is not None:
            end = program.end(node)
            yield [Edit(end - len(last_name(node)), end, other)]


# --- conditions -----------------------------------------------------------------------------------------------------


@operator("force-condition", ast.If, ast.While, ast.IfExp, ast.comprehension)
def _force_condition(site: Site, node: ast.AST) -> Iterator[Change]:
    """A condition that always holds, or never."""
    for test in tests_of(node):
        for value in ("True", "False"):
            if not isinstance(test, ast.Constant) or value == "False":
                yield [site.program.put(test, value, atom=True)]


@operator("negate-condition", ast.If, ast.While, ast.IfExp, ast.comprehension)
def _negate_condition(site: Site, node: ast.AST) -> Iterator[Change]:
    for test in tests_of(node):
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yield [site.program.put(test, site.program.text(test.operand), test.operand)]
        elif not isinstance(test, ast.Constant):
            loose = isinstance(test, (ast.BoolOp, ast.IfExp, ast.NamedExpr, ast.Lambda))
            text = site.program.text(test)
            yield [site.program.put(test, f"not ({text})" if loose or "\n" in text else f"not {text}")]


@operator("drop-not", ast.UnaryOp)
def _drop_not(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.UnaryOp)
    if isinstance(node.op, ast.Not) and node not in tests_of(site.program.parent(node)):
        yield [site.program.put(node, site.program.text(node.operand), node.operand)]


@operator("drop-operand", ast.BoolOp)
def _drop_operand(site: Site, node: ast.AST) -> Iterator[Change]:
    """A condition without one of its parts."""
    assert isinstance(node, ast.BoolOp)
    word = " and " if isinstance(node.op, ast.And) else " or "
    for left_out in node.values:
        rest = [each for each in node.values if each is not left_out]
        text = word.join(bracketed(site.program, each) for each in rest)
        yield [site.program.put(node, text) if len(rest) > 1 else site.program.put(node, text, rest[0])]


@operator("and-or", ast.BoolOp)
def _and_or(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BoolOp)
    word = " or " if isinstance(node.op, ast.And) else " and "
    yield [site.program.put(node, word.join(bracketed(site.program, each) for each in node.values))]


_COMPARISONS: Final[dict[type[ast.cmpop], tuple[str, ...]]] = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
_COMPARISON = re.compile(r"<=|>=|==|!=|<|>|\bnot\s+in\b|\bin\b|\bis\s+not\b|\bis\b")


@operator("comparison", ast.Compare)
def _comparison(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Compare)
    negated_anyway = len(node.ops) == 1 and node in tests_of(site.program.parent(node))
    for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
        start, end = site.program.end(left), site.program.start(right)
        found = _COMPARISON.search(site.program.slice(start, end))
        others = _COMPARISONS[type(op)]
        if found and not (negated_anyway and len(others) == 1):
            yield from ([Edit(start + found.start(), start + found.end(), other)] for other in others)


# --- numbers --------------------------------------------------------------------------------------------------------

_ARITHMETIC: Final[dict[type[ast.operator], str]] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}


@operator("arithmetic", ast.BinOp)
def _arithmetic(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.BinOp)
    other = _ARITHMETIC.get(type(node.op))
    if other is None or any(is_text(each) or isinstance(each, ast.List) for each in (node.left, node.right)):
        return
    start, end = site.program.end(node.left), site.program.start(node.right)
    found = re.search(r"//|\*\*|[-+*/%|&]", site.program.slice(start, end))
    if found:
        yield [Edit(start + found.start(), start + found.end(), other)]


@operator("augmented", ast.AugAssign)
def _augmented(site: Site, node: ast.AST) -> Iterator[Change]:
    """``-=`` or ``=`` instead of ``+=``."""
    assert isinstance(node, ast.AugAssign)
    start, end = site.program.end(node.target), site.program.start(node.value)
    found = re.search(r"\S+", site.program.slice(start, end))
    other = _ARITHMETIC.get(type(node.op))
    if found:
        for word in (f"{other}=", "=") if other and not is_text(node.value) else ("=",):
            yield [Edit(start + found.start(), start + found.end(), word)]


@operator("constant", ast.Constant)
def _constant(site: Site, node: ast.AST) -> Iterator[Change]:
    """One more, one less, none; of fractions the double and the half."""
    assert isinstance(node, ast.Constant)
    parent = site.program.parent(node)
    negative = isinstance(parent, ast.UnaryOp)
    waits = isinstance(parent, ast.Call) and called(parent) == "sleep"
    for value in _others(node.value):
        if (value == 0 and negative) or (value < 0 and waits):  # -0, and sleep(-1): as good as 0
            continue
        yield [site.program.put(node, repr(value), atom=value >= 0)]


@operator("flip-bool", ast.Constant)
def _flip_bool(site: Site, node: ast.AST) -> Iterator[Change]:
    assert isinstance(node, ast.Constant)
    parent = site.program.parent(node)
    # A keyword that is off is as good as none: drop-keyword makes that change.
    switched_on = isinstance(parent, ast.keyword) and node.value is True
    if isinstance(node.value, bool) and node not in tests_of(parent) and not switched_on:
        yield [site.program.put(node, str(not node.value), atom=True)]


@operator("shift-name", ast.Name)
def _shift_name(site: Site, node: ast.AST) -> Iterator[Change]:
    """One more and one less than a constant of the file says, or the double and the half of it."""
    value = _read_literal(site, node)
    if isinstance(value, ast.Constant) and type(value.value) in (int, float) and isinstance(node, ast.Name):
        for shift in ("+ 1", "- 1") if isinstance(value.value, int) else ("* 2", "/ 2"):
            yield [site.program.put(node, f"{node.id} {shift}")]


@operator("inline-constant", ast.Name)
def _inline_constant(site: Site, node: ast.AST) -> Iterator[Change]:
    """The value of a constant of the file instead of its name, as if it never had another."""
    value = _read_literal(site, node)
    if value is not None and value.lineno == value.end_lineno and isinstance(node, ast.Name) and node.id.isupper():
        yield [site.program.put(node, site.program.text(value), value)]


def _read_literal(site: Site, node: ast.AST) -> ast.expr | None:
    return site.literals.get(node.id) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None


def _others(value: object) -> tuple[int | float, ...]:
    if type(value) is int:
        return tuple(dict.fromkeys(each for each in (value + 1, value - 1, 0) if each != value))
    if type(value) is float:
        return tuple(dict.fromkeys(each for each in (value * 2, value / 2, 0.0) if each != value))
    return ()
