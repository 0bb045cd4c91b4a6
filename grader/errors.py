"""Errors for people: what happened, where, and what to do next."""

from __future__ import annotations


class TurtlesError(Exception):
    """The kit cannot go on; the message is for a person and says what to do.

    ``exit_status`` is what the ``turtles`` command ends with:
    2 for wrong usage or a broken kit, 3 for a judgement that could not be made.
    """

    exit_status = 2


class UsageError(TurtlesError):
    """The command was called with something that does not exist or does not fit."""


class KitError(TurtlesError):
    """The kit itself is broken: a missing file, an invalid curriculum.toml."""


class JudgeError(TurtlesError):
    """The grader could not judge: an error of its own, or of a suite."""

    exit_status = 3


class InternalError(JudgeError):
    """An error of the grader's own while it judged programs: some of them may have caused it, and others did not."""
