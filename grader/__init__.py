"""Turtles: an auto-graded exercise kit for asyncio."""

__version__ = "0.1.0"
