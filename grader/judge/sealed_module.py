"""A sealed suite becomes a module in memory, as pytest makes one of a file: comparisons explain themselves here, too.

Where a traceback names it there is no line to be shown, because no file and no cache holds one.
"""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.assertion.rewrite import rewrite_asserts  # what pytest's own import hook compiles a test module after

_ENDING = ".py.age"
_SEALED = "<sealed suite of "


def is_sealed(path: Path) -> bool:
    """Whether a file is a sealed suite, by its name."""
    return path.name.endswith(_ENDING)


def load(path: Path, source: str, config: pytest.Config) -> ModuleType:
    """Run the suite that ``path`` holds sealed. Raises what its code raises."""
    name = path.name.removesuffix(_ENDING).removeprefix("test_")
    display = f"{_SEALED}{name}>"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning would show the line
        tree = ast.parse(source, display)
        rewrite_asserts(tree, source.encode(), display, config)
        code = compile(tree, display, "exec", dont_inherit=True)
    # As pytest calls the open one: Hypothesis goes by the names of types as well.
    module = ModuleType(f"tests.hidden.{path.parent.name}.test_{name}")
    module.__file__ = str(path)  # which it is forgotten by, as other suites are
    sys.modules[module.__name__] = module  # where dataclasses look for what annotations name
    exec(code, module.__dict__)
    return module


def fault(error: Exception, path: Path) -> str:
    """What is wrong with a suite that does not load: where in it and which kind of error, but no word of it."""
    trace, line = error.__traceback__, getattr(error, "lineno", None)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.startswith(_SEALED):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{path.name}:{line}\n{type(error).__name__}"
