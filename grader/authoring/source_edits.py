"""A program as text and syntax tree together, so that a small change leaves the rest of the text as it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Block = list[ast.stmt]
Placed = ast.expr | ast.stmt | ast.excepthandler | ast.keyword
"""A node that has a place in the text."""


class CannotEdit(Exception):
    """The change is not possible here without touching text that does not belong to it."""


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from ``start`` to ``end`` of the program's UTF-8 text."""

    start: int
    end: int
    text: str


_ATOMS = (
    ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.JoinedStr,
)  # fmt: skip
"""Expressions that need no brackets around them wherever they stand."""

_BINDS = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Await, ast.Attribute, ast.Subscript, ast.Starred, ast.IfExp,
    ast.Call, ast.NamedExpr,
)  # fmt: skip
"""Expressions in which a part that is not an atom may need brackets."""


class Program:
    """The text of a program and its tree. Raises ``SyntaxError`` for a text that is no program."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self._raw = source.encode()
        self._lines = self._raw.split(b"\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self.parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._inside_text = {
            line
            for node in ast.walk(self.tree)
            if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
            for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
        }
        """Lines that begin within a string, whose indentation belongs to it."""

    # -- reading -----------------------------------------------------------------------------------------------------

    def start(self, node: Placed) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: Placed) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def slice(self, start: int, end: int) -> str:
        return self._raw[start:end].decode()

    def text(self, node: Placed) -> str:
        return self.slice(self.start(node), self.end(node))

    def parent(self, node: ast.AST) -> ast.AST:
        return self.parents[node]

    def block(self, statement: ast.stmt) -> Block:
        """The list of statements that it belongs to."""
        for _, value in ast.iter_fields(self.parents[statement]):
            if isinstance(value, list) and any(each is statement for each in value):
                return value
        raise CannotEdit

    def enclosing(self, node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> ast.AST | None:
        """The nearest node of one of the kinds around it."""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, kinds):
                return node
        return None

    # -- changing ----------------------------------------------------------------------------------------------------

    def apply(self, edits: Sequence[Edit]) -> str:
        """The text with all the edits, which do not overlap; what is inserted where another begins comes before it."""
        raw = self._raw
        for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
            raw = raw[: edit.start] + edit.text.encode() + raw[edit.end :]
        return raw.decode()

    def put(self, node: ast.expr, text: str, by: ast.expr | None = None, *, atom: bool = False) -> Edit:
        """Put a text in the place of an expression, in brackets where it needs some; ``by``: its tree, where it has."""
        parent = self.parent(node)
        binds = isinstance(parent, _BINDS) and not (isinstance(parent, ast.Call) and node is not parent.func)
        loose = not atom and not isinstance(by, _ATOMS)
        if loose and (binds or "\n" in text):
            text = f"({text})"
        return Edit(self.start(node), self.end(node), text)

    def delete(self, statement: ast.stmt) -> Edit:
        """Take a statement away, with its lines; where it is alone, ``pass`` takes its place."""
        if len(self.block(statement)) == 1:
            return Edit(self.start(statement), self.end(statement), "pass")
        first, last = self.lines(statement)
        return self.replace_lines(first, last, "")

    def lines(self, statement: ast.stmt) -> tuple[int, int]:
        """Its first and last line, decorators included. Raises ``CannotEdit`` where it shares one with another."""
        first = min([statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))])
        last = statement.end_lineno or first
        before = self.slice(self._starts[first - 1], self.start(statement)) if first == statement.lineno else ""
        after = self.slice(self.end(statement), self._starts[last] - 1).strip()
        if before.strip() or (after and not after.startswith("#")):
            raise CannotEdit
        return first, last

    def replace_lines(self, first: int, last: int, text: str) -> Edit:
        """Put a text, which is empty or ends with a newline, in the place of whole lines."""
        return Edit(self._starts[first - 1], min(self._starts[last], len(self._raw)), text)

    def insert_before(self, line: int, text: str) -> Edit:
        """Put whole lines before a line."""
        return Edit(self._starts[line - 1], self._starts[line - 1], text)

    def moved(self, first: int, last: int, by: int) -> str:
        """The text of whole lines, indented ``by`` more columns, or fewer where it is negative."""
        if any(line in self._inside_text for line in range(first, last + 1)):
            raise CannotEdit
        return "".join(f"{line}\n" for line in _moved((self._line(n) for n in range(first, last + 1)), by))

    def body_lines(self, block: Block) -> tuple[int, int]:
        """The lines of a block, and those of comments above its first statement."""
        first = self.lines(block[0])[0]
        while first > 1 and re.fullmatch(r"\s*(#.*)?", self._line(first - 1)):
            first -= 1
        while not self._line(first).strip():
            first += 1
        return first, self.lines(block[-1])[1]

    def indented(self, column: int, text: str) -> str:
        """A whole line that begins at a column."""
        return f"{' ' * column}{text}\n"

    def _line(self, number: int) -> str:
        return self._lines[number - 1].decode()


def _moved(lines: Iterator[str], by: int) -> Iterator[str]:
    for line in lines:
        if by >= 0:
            yield " " * by + line if line.strip() else line
        else:  # a line within brackets may begin further to the left
            yield line[min(-by, len(line) - len(line.lstrip(" "))) :]


def without_item(program: Program, node: ast.With | ast.AsyncWith, item: ast.withitem, instead: str) -> Edit:
    """The block without one of its context managers, and with a line before it."""
    first, last = program.lines(node)
    column = node.col_offset
    lines = program.indented(column, instead) if instead else ""
    rest = [each for each in node.items if each is not item]
    body_first, body_last = program.body_lines(node.body)
    if not rest:
        lines += program.moved(body_first, body_last, column - node.body[0].col_offset)
    else:
        word = "async with" if isinstance(node, ast.AsyncWith) else "with"
        items = ", ".join(_item_text(program, each) for each in rest)
        lines += program.indented(column, f"{word} {items}:") + program.moved(body_first, body_last, 0)
    return program.replace_lines(first, last, lines)


def _item_text(program: Program, item: ast.withitem) -> str:
    name = f" as {program.text(item.optional_vars)}" if item.optional_vars is not None else ""
    return f"{program.text(item.context_expr)}{name}"
