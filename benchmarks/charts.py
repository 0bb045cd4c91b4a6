"""Charts of a section as SVG, to be read on a light page and on a dark one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from benchmarks.measured import Column, Measured, Row, Section

_GREY = "#808080"
_COLOURS = ("#2f81c7", "#d97706", "#4d9a52")
"""Each with a contrast of at least 3 to 1 against white and against GitHub's dark grey."""

_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "turtles",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _GREY,
    "axes.labelcolor": _GREY,
    "axes.edgecolor": _GREY,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def draw(section: Section, measured: Measured, folder: Path) -> list[Path]:
    """Draw the section's charts into the folder. Returns their files, in order."""
    columns = {column.key: column for column in section.columns}
    files = []
    for key in section.charts:
        rows = [row for row in measured.rows if row.figures.get(key)]
        if not rows:
            continue
        with mpl.rc_context(_SETTINGS):
            lines = rows[0].x is not None
            figure = Figure(figsize=(7.2, 3.2 if lines else 0.7 + 0.42 * len(rows)), layout="constrained")
            axes = figure.add_subplot()
            (_draw_lines if lines else _draw_bars)(axes, section, columns[key], rows)
            files.append(folder / chart_name(section, key))
            figure.savefig(files[-1], format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return files


def chart_name(section: Section, key: str) -> str:
    """The file of a chart."""
    return f"{section.name}-{key.removesuffix('_s').removesuffix('_ms').removesuffix('_mb')}.svg"


def _middle(row: Row, column: Column) -> tuple[float, list[list[float]]]:
    """The figure of a row, and how far its spread reaches to both sides."""
    samples = row.figures[column.key]
    if column.total:
        return sum(samples), [[0.0], [0.0]]
    median = statistics.median(samples)
    return median, [[median - min(samples)], [max(samples) - median]]


def _draw_bars(axes: Axes, section: Section, column: Column, rows: Sequence[Row]) -> None:
    del section
    for place, row in enumerate(rows):
        value, spread = _middle(row, column)
        axes.barh(place, value, 0.6, color=_COLOURS[0], xerr=spread, ecolor=_GREY, capsize=3)
        axes.annotate(
            f"{value:.{column.digits}f}",
            (value + spread[1][0], place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlim(left=0)
    axes.set_xlabel(column.title)


def _draw_lines(axes: Axes, section: Section, column: Column, rows: Sequence[Row]) -> None:
    for colour, marker, series in zip(_COLOURS, "osD", dict.fromkeys(row.series for row in rows), strict=False):
        some = [row for row in rows if row.series == series]
        middles = [_middle(row, column) for row in some]
        axes.errorbar(
            [row.x or 0 for row in some],
            [value for value, _ in middles],
            yerr=[[spread[side][0] for _, spread in middles] for side in (0, 1)],
            color=colour,
            marker=marker,
            capsize=3,
            label=series,
        )
    if section.log_x:
        axes.set_xscale("log")
        values = [value for row in rows if row.figures[column.key] for value in row.figures[column.key]]
        if min(values) > 0:
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.set_xticks(sorted({row.x or 0 for row in rows}))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(ScalarFormatter())
    if axes.get_yscale() == "linear":
        axes.set_ylim(bottom=0)
    axes.set_xlabel(section.x_title)
    axes.set_ylabel(column.title)
    axes.legend()
