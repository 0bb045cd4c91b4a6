"""Which editor opens a file, and whether it needs the terminal."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_OWN_WINDOW = {
    "atom", "code", "code-insiders", "codium", "cursor", "gedit", "gnome-text-editor", "gvim", "idea", "kate", "macvim",
    "mate", "mousepad", "mvim", "open", "pycharm", "subl", "windsurf", "xdg-open", "zed",
}  # fmt: skip
"""Editors with a window of their own: the terminal stays ours, and nobody waits for their end."""


@dataclass(frozen=True)
class Editor:
    """A command that opens a file, which is added to it."""

    command: tuple[str, ...]

    @property
    def name(self) -> str:
        return Path(self.command[0]).name

    @property
    def own_window(self) -> bool:
        """Whether it leaves the terminal alone."""
        return Path(self.name).stem in _OWN_WINDOW


def find_editor(environ: Mapping[str, str]) -> Editor | None:
    """VS Code inside VS Code's own terminal; else ``$VISUAL`` or ``$EDITOR``; else VS Code where installed."""
    code = shutil.which("code", path=environ.get("PATH"))
    if code and environ.get("TERM_PROGRAM") == "vscode":
        return Editor((code, "--reuse-window"))
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:  # a quote that is not closed
            continue
        if words:
            return Editor(tuple(words))
    return Editor((code,)) if code else None
