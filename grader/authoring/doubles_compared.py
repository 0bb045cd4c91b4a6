"""Doubles beside what they stand for, by the source of both: a double is awaited, returns and raises as that does.

What the visible function does is read from its signature and its ``raise`` statements (and those of the file's own
functions that it calls); what a double does, from the suite's ``double(...)``. The suite's code is followed only as
far as it is plain: through names, lambdas, functions, dictionaries, comprehensions. What is not, is listed as not
compared, and nothing is concluded from it.

A double may raise more than the visible function does: near misses are what tells ``except ValueError`` from
``except Exception``. But where the visible function raises, some double of it has to raise that very class.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from grader.record.spec import named
from grader.record.trace import Span

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)

_DEPTH: Final = 5
"""Of names that lead to names."""

_PLAIN: Final = frozenset({"str", "int", "float", "bool", "bytes", "list", "tuple", "dict", "set", "None"})

_TEXT_METHODS: Final = frozenset({"upper", "lower", "title", "capitalize", "join", "format", "replace", "strip", "hex"})
_FRESH_LISTS: Final = frozenset({"words", "towns", "first_names", "dishes", "things"})
_FRESH_TEXTS: Final = frozenset({"word", "token", "town", "first_name", "dish", "thing"})
_RESULTS: Final = {
    "str": "str", "repr": "str", "int": "int", "len": "int", "float": "float", "bool": "bool", "list": "list",
    "sorted": "list", "dict": "dict", "tuple": "tuple", "set": "set", "chr": "str", "ord": "int",
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What came of comparing the doubles of one suite."""

    complaints: tuple[tuple[int, str], ...]
    """Each with its line in the suite."""
    not_compared: tuple[str, ...]


def compare_doubles(handed_out: str, suite: str) -> Comparison:
    """Compare every double of a suite with the function of the same name in the file as handed out."""
    file, judged_by = ast.parse(handed_out), ast.parse(suite)
    visible = {node.name: node for node in file.body if isinstance(node, _FUNCTIONS)}
    calls: dict[str, list[ast.Call]] = {}
    for call in _doubles_of(judged_by):
        if (name := _name_of(call)) in visible:
            calls.setdefault(name, []).append(call)
    names = _Names(judged_by)
    complaints: list[tuple[int, str]] = []
    not_compared = [
        f"{name}: its double is not written out as double({name!r}, ...)"
        for name in sorted(_replaced(judged_by) & visible.keys() - calls.keys())
    ]
    for name, made in calls.items():
        function = visible[name]
        complaints += _kinds(function, made)
        for compare in (_returns, _raises):
            found, unclear = compare(file, function, made, names)
            complaints += found
            not_compared += [f"{name}: {why}" for why in unclear]
    return Comparison(tuple(sorted(complaints)), tuple(not_compared))


def compare_replies(handed_out: str, spans: Iterable[Span]) -> Iterator[str]:
    """What is wrong with the replies that doubles really gave, beside what the visible functions say they return."""
    file = ast.parse(handed_out)
    allowed = {node.name: _annotated(node.returns, file) for node in file.body if isinstance(node, _FUNCTIONS)}
    told = set()
    for span in spans:
        kind = "None" if span.reply is None else type(span.reply).__name__
        types = allowed.get(span.name)
        if span.outcome == "replied" and types is not None and kind not in types and (span.name, kind) not in told:
            told.add((span.name, kind))
            returns = f"{span.name} as handed out returns {' or '.join(sorted(types))}"
            yield f"{returns}, but its double replied {span.reply!r}"


def _doubles_of(suite: ast.Module) -> list[ast.Call]:
    calls = (node for node in ast.walk(suite) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "double"]


def _name_of(call: ast.Call) -> str:
    first = call.args[0] if call.args else _argument(call, "name")
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _replaced(suite: ast.Module) -> set[str]:
    """The names that some dictionary of the suite gives a value that is no plain one: worlds, for the most part."""
    found = set()
    for node in ast.walk(suite):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and not isinstance(value, ast.Constant):
                    found.add(key.value)
    return found


_Found: TypeAlias = tuple[list[tuple[int, str]], list[str]]


def _kinds(function: _Function, made: Iterable[ast.Call]) -> Iterator[tuple[int, str]]:
    for call in made:
        blocking = _argument(call, "blocking")
        plain = isinstance(blocking, ast.Constant) and blocking.value is True
        if plain is isinstance(function, ast.AsyncFunctionDef):
            is_, of = ("async def", "blocking=True") if plain else ("def", "no blocking=True")
            yield call.lineno, f"{function.name} is handed out as `{is_} {function.name}`, but its double has {of}"


# --- returning ------------------------------------------------------------------------------------------------------


def _returns(file: ast.Module, function: _Function, made: Iterable[ast.Call], names: _Names) -> _Found:
    visible = _annotated(function.returns, file)
    if visible is None:
        says = f"-> {ast.unparse(function.returns)}" if function.returns else "no annotation"
        return [], [f"what it returns ({says} is no plain type)"]
    complaints, unclear = [], []
    for call in made:
        reply, raises = _argument(call, "reply"), _argument(call, "raises")
        returns = True if reply is not None or raises is None else names.may_be_none(raises)
        if returns is False:
            continue
        shapes = {"None"} if reply is None else names.shapes(reply)
        if shapes is None or (returns is None and not shapes <= visible):
            unclear.append(f"the reply on line {call.lineno}")
        elif more := shapes - visible:
            says = f"{function.name} as handed out returns {' or '.join(sorted(visible))}"
            complaints.append((call.lineno, f"{says}, but its double replies {' or '.join(sorted(more))}"))
    return complaints, unclear


def _annotated(node: ast.expr | None, file: ast.Module) -> set[str] | None:
    """The plain types that an annotation allows; None where it says anything else."""
    match node:
        case ast.Constant(value=None):
            return {"None"}
        case ast.Constant(value=str(text)):
            return _annotated(ast.parse(text, mode="eval").body, file)
        case ast.Name(id=name) if name in _PLAIN:
            return {name}
        case ast.Name(id=name):
            aliases = [each.value for each in file.body if isinstance(each, ast.Assign) and _targets(each) == [name]]
            return _annotated(aliases[0], file) if len(aliases) == 1 else None
        case ast.Subscript(value=value):
            return _annotated(value, file)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            one, other = _annotated(left, file), _annotated(right, file)
            return None if one is None or other is None else one | other
    return None


def _targets(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


# --- raising --------------------------------------------------------------------------------------------------------


def _raises(file: ast.Module, function: _Function, made: Sequence[ast.Call], names: _Names) -> _Found:
    visible = _raised_in(file, function)
    if not visible:
        return [], []
    given = [raises for call in made if (raises := _argument(call, "raises")) is not None]
    found = [names.exceptions(expression) for expression in given]
    raised: set[str] = set().union(*(classes for classes, _ in found))
    missing = sorted(visible - raised)
    if missing and not all(whole for _, whole in found):
        return [], [f"whether its doubles raise {', '.join(missing)}"]
    others = f"raise only {', '.join(sorted(raised))}" if raised else "never raise"
    return [
        (made[0].lineno, f"{function.name} as handed out raises {name}, but its doubles {others}") for name in missing
    ], []


def _raised_in(file: ast.Module, function: _Function) -> set[str]:
    """The classes that a function raises by name, itself or through functions of its file that it calls."""
    functions = {node.name: node for node in file.body if isinstance(node, _FUNCTIONS)}
    imports = _imports(file)
    waiting, seen, found = [function], [function], set()
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                if name := _exception(raised, imports, file):
                    found.add(name)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = functions.get(node.func.id)
                if called is not None and called not in seen:
                    seen.append(called)
                    waiting.append(called)
    return found


def _imports(tree: ast.Module) -> dict[str, str]:
    """What imported names stand for: ``{"gaierror": "socket.gaierror"}``."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update({each.asname or each.name: each.name for each in node.names})
        elif isinstance(node, ast.ImportFrom):
            found.update({each.asname or each.name: f"{node.module}.{each.name}" for each in node.names})
    return found


def _exception(node: ast.expr, imports: dict[str, str], file: ast.Module | None = None) -> str:
    """The exception class that an expression names, under one name for each; empty when it names none."""
    match node:
        case ast.Name(id=name) if name in imports:
            dotted = imports[name]
        case ast.Name(id=name):
            defined = file is not None and any(isinstance(n, ast.ClassDef) and n.name == name for n in file.body)
            if defined:
                return name
            dotted = f"builtins.{name}"
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in imports:
            dotted = f"{imports[module]}.{name}"
        case _:
            return ""
    module, _, name = dotted.rpartition(".")
    found = named(module, name)
    if not (isinstance(found, type) and issubclass(found, BaseException)):
        return ""
    return found.__qualname__ if found.__module__ == builtins.__name__ else f"{found.__module__}.{found.__qualname__}"


# --- the suite's side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Definition:
    """Something that a name of the suite stands for: a value, or (``item``) one of the items of it."""

    node: ast.AST
    item: bool = False


@dataclass
class _Names:
    """What the names of a suite may stand for, in any scope."""

    tree: ast.Module
    _known: dict[str, list[_Definition]] = field(default_factory=dict)
    _imported: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._imported = _imports(self.tree)
        drawn = {
            keyword.arg
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "given"
            for keyword in node.keywords
        }
        for node in ast.walk(self.tree):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._bind(target, value)
                case (
                    ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value)
                ):
                    self._bind(target, value)
                case ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over):
                    self._bind(ast.Tuple([target]), over)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self._known.setdefault(name, []).append(_Definition(node))
                case ast.arg(arg=name) if name not in drawn:
                    self._known.setdefault(name, []).append(_Definition(ast.arg(name)))
                case ast.Call(func=ast.Name(id="given"), keywords=keywords):
                    for keyword in keywords:
                        if keyword.arg:
                            self._known.setdefault(keyword.arg, []).append(_Definition(ast.Starred(keyword.value)))

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._known.setdefault(target.id, []).append(_Definition(value))
        elif isinstance(target, ast.Tuple | ast.List):
            for position, each in enumerate(target.elts):
                one = value.elts[position] if isinstance(value, ast.Tuple) and position < len(value.elts) else None
                if isinstance(each, ast.Name):
                    found = _Definition(one) if one is not None else _Definition(value, item=True)
                    self._known.setdefault(each.id, []).append(found)
                else:
                    self._unclear(each)

    def _unclear(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self._known.setdefault(node.id, []).append(_Definition(ast.arg(node.id)))

    def may_be_none(self, raises: ast.AST, depth: int = 0) -> bool | None:
        """Whether a double that raises this sometimes returns, as its ``raises`` gives None; None when nobody knows."""
        known: list[bool | None] = []
        match raises:
            case ast.Constant(value=None):
                return True
            case ast.Lambda(body=body):
                return self.may_be_none(body, depth)
            case ast.IfExp(body=one, orelse=other):
                known = [self.may_be_none(one, depth), self.may_be_none(other, depth)]
            case ast.FunctionDef() if depth < _DEPTH:
                given = [each.value for each in _own(raises) if isinstance(each, ast.Return)]
                if any(value is None for value in given) or not isinstance(raises.body[-1], ast.Return):
                    return True  # it ends without one, or may
                known = [self.may_be_none(value, depth + 1) for value in given if value is not None]
            case ast.Name(id=name) if depth < _DEPTH:
                known = [self.may_be_none(each.node, depth + 1) for each in self._known.get(name, ()) if not each.item]
            case ast.Call(func=ast.Attribute(attr="get"), args=[_]):
                return True
            case ast.Call(func=ast.Subscript()):
                return False  # a class out of a table
            case ast.Call(func=called) if _exception(called, self._imported):
                return False
            case ast.Call(func=ast.Name(id=name)) if depth < _DEPTH:
                known = [self.may_be_none(each.node, depth + 1) for each in self._known.get(name, ()) if not each.item]
        return True if True in known else None if None in known or not known else False

    # -- shapes ------------------------------------------------------------------------------------------------------

    def shapes(self, node: ast.AST, seen: frozenset[int] = frozenset()) -> set[str] | None:
        """The types that a value may have, or, if it is a function, its results; None when that is not plain."""
        if id(node) in seen:
            return None
        seen |= {id(node)}
        match node:
            case ast.Constant(value=value):
                return {type(value).__name__} if value is not None else {"None"}
            case ast.JoinedStr():
                return {"str"}
            case ast.List() | ast.ListComp():
                return {"list"}
            case ast.Tuple():
                return {"tuple"}
            case ast.Dict() | ast.DictComp():
                return {"dict"}
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return {"bool"}
            case ast.UnaryOp(operand=operand):
                return self.shapes(operand, seen)
            case ast.IfExp(body=one, orelse=other):
                return self._all([one, other], seen)
            case ast.BoolOp(values=values):
                return self._all(values, seen)
            case ast.BinOp():
                return self._arithmetic(node, seen)
            case ast.Lambda(body=body):
                return self.shapes(body, seen)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                returned = [each.value for each in _own(node) if isinstance(each, ast.Return)]
                return self._all([each or ast.Constant(None) for each in returned], seen) if returned else {"None"}
            case ast.Name(id=name):
                return self._of_name(name, seen)
            case ast.Subscript(value=value) | ast.Starred(value=value):
                return self.items(value, seen)
            case ast.Call():
                return self._of_call(node, seen)
        return None

    def _all(self, nodes: Iterable[ast.AST], seen: frozenset[int]) -> set[str] | None:
        found: set[str] = set()
        for node in nodes:
            shapes = self.shapes(node, seen)
            if shapes is None:
                return None
            found |= shapes
        return found or None

    def _of_name(self, name: str, seen: frozenset[int]) -> set[str] | None:
        found: set[str] = set()
        for each in self._known.get(name, ()):
            shapes = self._iterated(each.node, seen) if each.item else self.shapes(each.node, seen)
            if shapes is None:
                return None
            found |= shapes
        return found or None

    def _arithmetic(self, node: ast.BinOp, seen: frozenset[int]) -> set[str] | None:
        left, right = self.shapes(node.left, seen), self.shapes(node.right, seen)
        if left == {"str"} or (right == {"str"} and isinstance(node.op, ast.Add)):
            return {"str"}
        if left is None or right is None or len(left) != 1 or len(right) != 1:
            return None
        (one,), (other,) = left, right
        if {one, other} <= {"int", "float", "bool"}:
            return {"float" if "float" in (one, other) or isinstance(node.op, ast.Div) else "int"}
        return {one} if one == other or isinstance(node.op, ast.Mult) else None

    def _of_call(self, call: ast.Call, seen: frozenset[int]) -> set[str] | None:
        match call.func:
            case ast.Name(id="round"):
                return {"float" if len(call.args) > 1 else "int"}
            case ast.Name(id=name) if name in _RESULTS:
                return {_RESULTS[name]}
            case ast.Name(id=name):
                functions = [
                    each for each in self._known.get(name, ()) if isinstance(each.node, (*_FUNCTIONS, ast.Lambda))
                ]
                return self._of_name(name, seen) if functions else None
            case ast.Attribute(value=ast.Name(id="fresh"), attr=name):
                if name in _FRESH_TEXTS:
                    return {"str"}
                return {"int"} if name == "number" else {"list"}
            case ast.Attribute(attr=name) if name in _TEXT_METHODS:
                return {"str"}
            case ast.Attribute(value=value, attr="get"):
                items = self.items(value, seen)
                other = self.shapes(call.args[1], seen) if len(call.args) > 1 else {"None"}
                return None if items is None or other is None else items | other
        return None

    def items(self, node: ast.AST, seen: frozenset[int] = frozenset()) -> set[str] | None:
        """The types that the items of a list, or the values of a dictionary, may have."""
        match node:
            case ast.Dict(values=values):
                return self._all(values, seen)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return self._all(elements, seen)
            case ast.Starred(value=value):  # the argument of a property, or part of a list
                return self.items(value, seen)
            case ast.DictComp(value=value):
                return self.shapes(value, seen)
            case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element):
                return self.shapes(element, seen)
            case ast.Constant(value=str()) | ast.JoinedStr():
                return {"str"}
            case ast.Name(id=name):
                found: set[str] = set()
                for each in self._known.get(name, ()):
                    items = (
                        None if each.item or id(each.node) in seen else self.items(each.node, seen | {id(each.node)})
                    )
                    if items is None:
                        return None
                    found |= items
                return found or None
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                one, other = self.items(left, seen), self.items(right, seen)
                return None if one is None or other is None else one | other
            case ast.BinOp(op=ast.Mult(), left=left):
                return self.items(left, seen)
            case ast.Call(func=ast.Name(id="dict"), args=[ast.Call(func=ast.Name(id="zip"), args=[_, values])]):
                return self.items(values, seen)
            case ast.Call(func=ast.Name(id="sorted" | "list" | "tuple" | "reversed"), args=[value, *_]):
                return self._iterated(value, seen)
            case ast.Call(func=ast.Name(id="range")):
                return {"int"}
            case ast.Call(func=ast.Attribute(value=ast.Name(id="fresh"), attr=name), args=arguments):
                if name == "shuffled":
                    return self.items(arguments[0], seen)
                return {"str"} if name in _FRESH_LISTS | _FRESH_TEXTS else {"float"} if name == "delays" else None
        return None

    def _iterated(self, node: ast.AST, seen: frozenset[int]) -> set[str] | None:
        """As ``items``, of a value that is iterated over: of a dictionary those are its keys, which nobody knows."""
        shapes = self.shapes(node, seen)
        return None if shapes is None or "dict" in shapes else self.items(node, seen)

    # -- exceptions --------------------------------------------------------------------------------------------------

    def exceptions(self, node: ast.AST) -> tuple[set[str], bool]:
        """The exception classes that a value, or what a function gives, may be of; and whether those are all.

        They may not be all where it leads to an argument, or to an attribute: the caller decides.
        """
        found: set[str] = set()
        whole, waiting, seen = True, [node], set()
        while waiting:
            each = waiting.pop()
            if id(each) in seen:
                continue
            seen.add(id(each))
            match each:
                case ast.Constant():
                    pass
                case ast.Lambda(body=body):
                    waiting.append(body)
                case ast.FunctionDef():
                    waiting += [part.value for part in _own(each) if isinstance(part, ast.Return) and part.value]
                case ast.IfExp(body=one, orelse=other):
                    waiting += [one, other]
                case ast.BoolOp(values=values):
                    waiting += values
                case ast.Call(func=ast.Name(id="of_file")):
                    found.add(_name_of(each))
                case ast.Call(func=called) if name := _exception(called, self._imported):
                    found.add(name)
                case ast.Call(func=ast.Name() as called):
                    waiting.append(called)
                case ast.Name(id=name):
                    waiting += [definition.node for definition in self._known.get(name, ())]
                case ast.arg():
                    whole = False
                case ast.Attribute(value=ast.Name(id="self")):
                    whole = False
                case _:
                    classes = self._mentioned(each)
                    found |= classes
                    whole = whole and bool(classes)
        return found, whole

    def _mentioned(self, node: ast.AST) -> set[str]:
        """The exception classes named anywhere in an expression, or in what its names stand for."""
        found: set[str] = set()
        waiting, seen = [node], {id(node)}
        while waiting:
            for each in ast.walk(waiting.pop()):
                if isinstance(each, ast.expr) and (name := _exception(each, self._imported)):
                    found.add(name)
                elif isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                    for definition in self._known.get(each.id, ()):
                        if id(definition.node) not in seen:
                            seen.add(id(definition.node))
                            waiting.append(definition.node)
        return found


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, but not those of functions inside of it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
