"""Load: the kit, what was asked for, what was handed in, and what is known already.

Nothing here runs a learner's code, and nothing here imports asyncio, pytest or rich: when nothing changed, these
modules and the result are all that a grading needs.
"""
