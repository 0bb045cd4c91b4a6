"""How long after a save the verdict is on the screen: run it with ``python -m benchmarks.watch``.

``turtles watch`` runs on a terminal of its own, on a copy of the kit, and a different text is saved each time. Measured
is from the save until the verdict of that very save is shown, against the length of the program's longest run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from tests.grader.screens import Terminal

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the median and the worst of what a save costs beyond the program's own time."""
    parser = argparse.ArgumentParser(description="Time from a save to the verdict on the screen.")
    parser.add_argument("names", nargs="*", default=["hello", "two_tasks"], metavar="NAME", help="exercises")
    parser.add_argument("--saves", type=int, default=20, help="saves of each (20)")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "kit")
        copy_kit(root)
        for name in options.names:
            _measure(root, name, options.saves)


def copy_kit(root: Path) -> None:
    """Copy what it takes to practise."""
    for name in ("exercises", "solutions", "tests/hidden", "grader/handout"):
        shutil.copytree(ROOT / name, root / name)


def _measure(root: Path, name: str, saves: int) -> None:
    with Terminal(root, "watch", name) as terminal:
        terminal.until("judged at")
        samples = [save_and_wait(terminal, root, name) for _ in range(saves)]
        terminal.press("q").ended()
    beyond = [took_s - own_s for took_s, own_s in samples]
    own_s = statistics.median(own_s for _, own_s in samples)
    print(
        f"  {name}: {saves} saves, the program itself {own_s:.2f} s; verdict "
        f"{statistics.median(beyond):.3f} s after its end (median), {max(beyond):.3f} s (worst)"
    )


def save_and_wait(terminal: Terminal, root: Path, name: str) -> tuple[float, float]:
    """Save a right answer that is new, and wait for its verdict.

    Returns the seconds from the save to the verdict, and those of the program's longest run.
    """
    (solution,) = (root / "solutions").glob(f"*/{name}.py")
    file = root / "exercises" / solution.relative_to(root / "solutions")
    before = _known(root, name)
    began = time.monotonic()
    file.write_text(f"{solution.read_text(encoding='utf-8')}\n# {os.urandom(8).hex()}\n", encoding="utf-8")
    terminal.until("judging")
    terminal.until(f"✔ {file.parent.name[:2]} {name}", "judged at", gone="judging")
    took_s = time.monotonic() - began
    (key,) = _known(root, name).keys() - before.keys()
    return took_s, _known(root, name)[key]["seconds"]


def _known(root: Path, name: str) -> dict[str, dict[str, float]]:
    """What is remembered of an exercise."""
    data = json.loads((root / ".turtles" / "results.json").read_text(encoding="utf-8"))
    return {key: json.loads(text) for key, text in data["results"].get(name, {}).items()}


if __name__ == "__main__":
    main()
