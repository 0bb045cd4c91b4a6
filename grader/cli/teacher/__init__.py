"""The commands for teachers: hand out, seal, bundle, collect."""

from grader.cli.teacher.teacher_commands import add_to

__all__ = ["add_to"]
