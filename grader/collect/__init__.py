"""Collect: the submissions of a class, read safely, judged by this copy of the kit, and kept in a gradebook."""
