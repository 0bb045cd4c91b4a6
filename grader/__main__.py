"""``python -m grader`` is the ``turtles`` command."""

import sys

try:
    from grader.cli.app import main
except KeyboardInterrupt:  # while it is being loaded
    sys.exit(130)

if __name__ == "__main__":  # a worker of the judge imports this module as well
    main()
