"""Runs in a learner's program before it begins (``grader.practice.run_program``), and tells that it is about to.

What every exercise imports is imported here, so that the seconds count from the program's own beginning.
"""

import asyncio  # noqa: F401 (see above)
import os
import sys
from pathlib import Path

_TELL = "TURTLES_TELL_BEGIN"
_HERE = str(Path(__file__).parent)

sys.path[:] = [folder for folder in sys.path if folder != _HERE]
_paths = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder not in ("", _HERE)]
if _paths:
    os.environ["PYTHONPATH"] = os.pathsep.join(_paths)
else:
    os.environ.pop("PYTHONPATH", None)
if _TELL in os.environ:
    _fd = int(os.environ.pop(_TELL))
    os.write(_fd, b".")
    os.close(_fd)
