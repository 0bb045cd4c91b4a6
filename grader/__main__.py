"""``python -m grader`` is the ``turtles`` command."""

from grader.cli import main

main()
