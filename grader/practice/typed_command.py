"""How this user starts Turtles: what to type for the ``turtles`` command, however it was installed."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Final

from grader.files import typed_path

DISTRIBUTION: Final = "asyncio-turtles"
"""What is installed; it brings the command under this name as well, for ``uvx`` and ``pipx run``."""

_OF_UVX: Final = ("archive-v", "environments-v")
"""How the folders of uv's cache begin that hold environments for one command."""


def portable_command() -> str:
    """What to type where the command is on the path, or is fetched when it is wanted."""
    parts = Path(sys.prefix).parts
    if any(part.startswith(_OF_UVX) for part in parts):
        return f"uvx {DISTRIBUTION}"
    if "pipx" in parts and {"cache", ".cache"} & set(parts):
        return f"pipx run {DISTRIBUTION}"
    return "turtles"


def turtles_command() -> str:
    """The same, but the path of the command where the shell does not find the command, or finds another one."""
    own = Path(sys.executable).with_name("turtles")
    if (portable := portable_command()) != "turtles":
        return portable
    found = shutil.which("turtles")
    if (found and own.exists() and Path(found).samefile(own)) or not own.exists():
        return "turtles"
    return shlex.quote(typed_path(own))
