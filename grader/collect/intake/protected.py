"""Files of the kit that a submission changed. None of them is used to judge it, but a teacher wants to know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from grader.collect.intake.items import Item, Unreadable
from grader.load.manifest import NAME as MANIFEST
from grader.text import printable

MAX_MANIFEST: Final = 5_000_000
_MAX_FILES: Final = 5_000
_MAX_FILE: Final = 5_000_000
"""Bytes of a protected file; the kit has none of a tenth of that, so a larger one is another."""
_TOLD: Final = 50

_ACTING: Final = frozenset(
    {"conftest.py", "sitecustomize.py", "usercustomize.py", "pytest.ini", ".pytest.ini", "tox.ini", "setup.cfg"}
)
"""What changes a grading without changing a file of the kit, by being there."""


def changed(items: Mapping[str, Item], root: str, reference: Mapping[str, str]) -> tuple[str, ...]:
    """Files below ``root`` that are not as ``reference`` says (SHA-256 in hex by path), sorted, as paths from there.

    Behind a path stands what is the matter where it is more than another content. Line endings do not count. Folders
    of which nothing is there are named once.
    """
    paths = sorted(reference)[:_MAX_FILES]
    there = {path for path in paths if f"{root}{path}" in items}
    tops = {_top(path[len(root) :]) for path in items if path.startswith(root)}
    gone = {_top(path) for path in paths if "/" in path} - tops
    found = [f"{top}/ (missing)" for top in gone]
    for path in paths:
        if path in there:
            if not _same(items[f"{root}{path}"], reference[path]):
                found.append(path)
        elif _top(path) not in gone:
            found.append(f"{path} (missing)")
    found += [f"{path} (added)" for path in _acting(items, root) if path not in reference]
    told = [printable(path) for path in sorted(found)]
    return tuple(told if len(told) <= _TOLD else [*told[:_TOLD], f"and {len(told) - _TOLD} more"])


def own_manifest(items: Mapping[str, Item], root: str) -> Mapping[str, str] | None:
    """What the submission itself says was handed out: its own word, no more. None where it does not, or not clearly."""
    item = items.get(f"{root}{MANIFEST}")
    if item is None:
        return None
    try:
        raw = item.read(MAX_MANIFEST + 1)
        data = json.loads(raw) if len(raw) <= MAX_MANIFEST else None
    except (Unreadable, ValueError, RecursionError):
        return None
    files = data.get("files") if isinstance(data, dict) else None
    if not isinstance(files, dict) or not all(isinstance(digest, str) for digest in files.values()):
        return None
    return files


def _same(item: Item, digest: str) -> bool:
    try:
        content = item.read(_MAX_FILE + 1)
    except Unreadable:
        return False
    if len(content) > _MAX_FILE:
        return False
    return digest in (_sha256(content), _sha256(content.replace(b"\r\n", b"\n")))


def _acting(items: Iterable[str], root: str) -> list[str]:
    """Paths from the root of what acts on a grading by being there."""
    paths = [path[len(root) :] for path in items if path.startswith(root)]
    return [path for path in paths if PurePosixPath(path).name in _ACTING or path.endswith(".pth")]


def _top(path: str) -> str:
    return path.split("/")[0]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
