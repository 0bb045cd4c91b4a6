"""The mutation operators: each makes one small change, of the kind that a learner makes, to a repaired program.

What mutmut and cosmic-ray change (conditions, comparisons, numbers, arguments, exceptions, ``break`` and ``continue``)
is here as well, by their names where those are in use; most operators are about concurrency, which those leave alone.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

# Imported in this order they register their operators; where two make the same change, the first has it.
from grader.authoring.operators import await_operators, block_operators, except_operators, value_operators  # noqa: F401
from grader.authoring.operators.mutation_site import OPERATORS, Change, Site
from grader.authoring.source_edits import CannotEdit

__all__ = ["OPERATORS", "Site", "changes"]


def changes(site: Site, node: ast.AST, only: Container[str] | None = None) -> Iterator[tuple[str, Change]]:
    """All changes of one node, each with the name of its operator. ``only``: names of the operators to use."""
    for name, (kinds, function) in OPERATORS.items():
        if (only is None or name in only) and isinstance(node, kinds):
            try:
                for change in function(site, node):
                    yield name, change
            except CannotEdit:
                continue
