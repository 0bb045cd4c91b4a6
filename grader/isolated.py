"""How the grader's own processes start: nobody's settings and nobody's folders decide what they import.

Without this, a ``random.py`` in the working directory, a ``rich.py`` on ``PYTHONPATH`` or ``PYTHONWARNINGS=error``
would break the grader. So Python starts with ``-P``, which keeps the working directory out of ``sys.path``, and with
``-E``, which ignores its settings in the environment. Not with ``-I``: that would hide an installation made with
``pip install --user``. The environment itself stays as it is, for the programs that are run in it.
"""

from __future__ import annotations

# Nothing else is imported before the process is isolated: it might be somebody else's.
import os
import sys

import grader

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import grader; del sys.path[0]; "
    "import runpy; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
"""Only ``grader`` itself is looked for where it lies: what else lies there is not for Python to find."""


def is_isolated() -> bool:
    """Whether this process was started so."""
    return sys.flags.safe_path and bool(sys.flags.ignore_environment)


def command(module: str, *arguments: str) -> list[str]:
    """The command line of ``python -m MODULE ARGUMENT...`` for a module of this very grader."""
    home = os.path.dirname(os.path.dirname(os.path.realpath(grader.__file__)))
    return [sys.executable, *_options(), "-c", _BOOT, home, module, *arguments]


def _options() -> list[str]:
    """The options for isolation, and for settings that change nothing of what is imported."""
    options = ["-P", "-E"]
    if sys.flags.utf8_mode:
        options += ["-X", "utf8"]
    if sys.dont_write_bytecode:
        options.append("-B")
    if sys.pycache_prefix:
        options += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    return options
