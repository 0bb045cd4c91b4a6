"""A timeline in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open.

Each row is a thread of it, named by a metadata event (``"ph": "M"``); what it did is told by complete events
(``"ph": "X"``), whose ``ts`` and ``dur`` are microseconds.
"""

from __future__ import annotations

import json
from typing import Any

from grader.result import Segment, Timeline
from grader.text import clean

_PROCESS = 1


def render(timeline: Timeline) -> str:
    """The JSON object format: ``traceEvents`` in the order of their time, after the names."""
    named: list[dict[str, Any]] = [_name("process_name", 0, timeline.title or "program")]
    events: list[dict[str, Any]] = []
    for number, row in enumerate(timeline.rows, 1):
        named.append(_name("thread_name", number, row.label))
        named.append({**_name("thread_sort_index", number, ""), "args": {"sort_index": number}})
        events += [_event(segment, row.label, number) for segment in row.segments]
    events.sort(key=lambda event: event["ts"])
    return json.dumps({"traceEvents": [*named, *events], "displayTimeUnit": "ms"}, ensure_ascii=False) + "\n"


def _name(kind: str, thread: int, name: str) -> dict[str, Any]:
    return {"name": kind, "ph": "M", "pid": _PROCESS, "tid": thread, "ts": 0, "args": {"name": clean(name)}}


def _event(segment: Segment, label: str, thread: int) -> dict[str, Any]:
    category = "held" if segment.held_by else segment.state
    start = round(segment.start_s * 1e6)
    event: dict[str, Any] = {
        "name": clean(segment.held_by or segment.awaits or (label if category == "running" else category)),
        "cat": category,
        "ph": "X",
        "pid": _PROCESS,
        "tid": thread,
        # Both ends are rounded, not the length: neighbours must neither overlap nor part.
        "ts": start,
        "dur": round(segment.end_s * 1e6) - start,
        "args": {"state": segment.state},
    }
    if segment.state == "waiting":
        event["cname"] = "grey"
    return event
