"""The page on what grading costs, ``docs/benchmarks.md``: made from the JSON files beside it, and from nothing else."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.charts import chart_name, draw
from benchmarks.measured import Column, Measured, Row, Section
from benchmarks.sections import SECTIONS

PAGE = "benchmarks.md"
FOLDER = "benchmarks"
NOTES = "notes.md"
"""In the folder, if somebody has written it: what was slow, what was done, and what it brought."""

_HEAD = """# What grading costs

`make bench` measures every figure on this page and writes the page from the JSON files in [benchmarks](benchmarks);
`make bench ARGS="--only start-up,growth"` measures some sections anew, and `make bench ARGS=--help` tells the rest. All
alternatives of a section are measured in the same run, by turns. Figures are medians, with the smallest and the largest
value in brackets where there are several. Processor time is that of a command and of all processes it started.
"""


def read(docs: Path) -> dict[str, Measured]:
    """What was measured, by section, in the order of the page."""
    files = {name: docs / FOLDER / f"{name}.json" for name in SECTIONS}
    return {
        name: Measured.from_json(file.read_text(encoding="utf-8")) for name, file in files.items() if file.is_file()
    }


def write(docs: Path) -> Path:
    """Write the page and its charts. Returns the page."""
    for name, measured in read(docs).items():
        draw(SECTIONS[name], measured, docs / FOLDER)
    page = docs / PAGE
    page.write_text(make(docs), encoding="utf-8")
    return page


def out_of_date(docs: Path) -> list[str]:
    """What keeps the page from being what the JSON files say; a line each."""
    measured, page = read(docs), docs / PAGE
    if not measured:
        return [f"{PAGE} is there, but nothing was measured"] if page.exists() else []
    if not page.exists() or page.read_text(encoding="utf-8") != make(docs):
        return [f"{PAGE} is not what the JSON files beside it say: run `make bench ARGS=--page`"]
    charts = [
        chart_name(SECTIONS[name], key) for name, each in measured.items() for key in _drawn(SECTIONS[name], each)
    ]
    return [f"{FOLDER}/{chart} is missing" for chart in charts if not (docs / FOLDER / chart).is_file()]


def make(docs: Path) -> str:
    """The text of the page."""
    parts = [_HEAD]
    for name, measured in read(docs).items():
        parts.append(_section(SECTIONS[name], measured))
    notes = docs / FOLDER / NOTES
    if notes.is_file():
        parts.append(notes.read_text(encoding="utf-8"))
    return "\n".join(parts)


def _section(section: Section, measured: Measured) -> str:
    machine = measured.machine
    columns = [column for column in section.columns if any(row.figures.get(column.key) for row in measured.rows)]
    lines = [f"## {section.title}", "", section.text, ""]
    lines.append("| | " + " | ".join(column.title for column in columns) + " |")
    lines.append("|---|" + "---:|" * len(columns))
    lines += [f"| {row.name} | " + " | ".join(_cell(row, column) for column in columns) + " |" for row in measured.rows]
    for key in _drawn(section, measured):
        title = next(column.title for column in columns if column.key == key)
        lines += ["", f"![{section.title}: {title}]({FOLDER}/{chart_name(section, key)})"]
    lines += ["", "Commands:", ""]
    commands: dict[str, list[str]] = {}
    for row in measured.rows:
        commands.setdefault(row.command, []).append(row.name)
    lines += [f"- {', '.join(names)}: `{command}`" for command, names in commands.items()]
    small = " With `--quick`: too small a run to rely on." if measured.quick else ""
    lines += [
        "",
        f"Measured on {measured.date}, commit {measured.commit}, in {measured.took_s:.0f} s: {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}, "
        f"sandbox {machine['sandbox']}; the load before was {machine['load']}.{small}",
        "",
    ]
    return "\n".join(lines)


def _drawn(section: Section, measured: Measured) -> list[str]:
    return [key for key in section.charts if any(row.figures.get(key) for row in measured.rows)]


def _cell(row: Row, column: Column) -> str:
    samples = row.figures.get(column.key)
    if not samples:
        return "–"
    if column.total:
        return f"{sum(samples):.0f}"
    text = f"{statistics.median(samples):.{column.digits}f}"
    if len(samples) > 1:
        text += f" ({min(samples):.{column.digits}f}–{max(samples):.{column.digits}f})"
    return text
