"""What grading costs, against its alternatives: ``python -m benchmarks.bench`` (``make bench``) on an idle machine.

    make bench                                          every section, and the page docs/benchmarks.md
    make bench ARGS="--only start-up,growth"            these sections; the others stay as they were measured
    make bench ARGS="--quick --docs /tmp/docs"          small sizes, to see that it works; the page goes elsewhere
    make bench ARGS=--page                              the page alone, from the JSON files

Each section writes docs/benchmarks/NAME.json with all its samples, its commands, the machine and the date.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks import page
from benchmarks.measured import ROOT, Options, measure
from benchmarks.sections import SECTIONS
from grader.errors import TurtlesError

_IDLE = 0.5
"""The most load of a machine that has nothing else to do."""


def main() -> None:
    """Measure what was asked for, and write the page."""
    options = _options()
    folder: Path = options.docs / page.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for name in [] if options.page else options.only:
            section = SECTIONS[name]
            load = os.getloadavg()[0]
            busy = f" (this machine is busy: load {load:.1f})" if load > _IDLE else ""
            print(f"{name}: {section.title}{busy}", flush=True)
            measured = measure(section, Options(options.quick, options.rounds, options.every))
            (folder / f"{name}.json").write_text(measured.to_json(), encoding="utf-8")
            page.write(options.docs)
            print(f"{name}: measured in {measured.took_s:.0f} s", flush=True)
        print(page.write(options.docs))
    except TurtlesError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description="What grading costs.")
    parser.add_argument(
        "--only", type=_sections, default=list(SECTIONS), metavar="LIST", help=f"these sections: {','.join(SECTIONS)}"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes and one round, to see that it works")
    parser.add_argument("--rounds", type=int, metavar="N", help="so many rounds in each section")
    parser.add_argument("--every", type=int, default=3, metavar="N", help="judge every N-th answer and mutant (3)")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", metavar="DIR", help="where the page goes (docs)")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page from the JSON files")
    options = parser.parse_args()
    if min(options.every, options.rounds or 1) < 1:
        parser.error("--rounds and --every take numbers from 1 on")
    return options


def _sections(text: str) -> list[str]:
    wanted = text.split(",")
    for name in wanted:
        if name not in SECTIONS:
            raise argparse.ArgumentTypeError(f"there is no section {name!r}")
    return [name for name in SECTIONS if name in wanted]


if __name__ == "__main__":
    main()
