"""The parts of the page on what grading costs, in their order."""

from __future__ import annotations

from benchmarks.measured import Section
from benchmarks.sections.classes import CLASSES
from benchmarks.sections.growth import GROWTH
from benchmarks.sections.kit import KIT
from benchmarks.sections.one_exercise import ONE_EXERCISE
from benchmarks.sections.start_up import START_UP
from benchmarks.sections.steadiness import STEADINESS
from benchmarks.sections.verdicts import VERDICTS

SECTIONS: dict[str, Section] = {
    each.name: each for each in (KIT, ONE_EXERCISE, GROWTH, STEADINESS, VERDICTS, CLASSES, START_UP)
}
