"""The script that ``turtles trace`` starts in the place of a program, with the program's own Python.

It leaves no trace of itself where the program might look: neither in ``sys.path`` nor, by its name, in ``sys.modules``,
so a project that has a package ``grader`` gets its own.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run what the arguments say; ``grader.tracing.traced_program`` tells which they are."""
    if not sys.flags.safe_path:
        del sys.path[0]
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    from grader.tracing import traced_program

    del sys.path[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]
    traced_program.main(sys.argv[1:])


if __name__ == "__main__":
    main()
