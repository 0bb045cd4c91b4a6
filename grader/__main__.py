"""``python -m grader`` is the ``turtles`` command, and the command's own script starts here as well."""

import os
import sys

_WINDOWS = (
    "turtles: Turtles runs on Linux and macOS, and on Windows in WSL 2. In PowerShell, `wsl --install -d Ubuntu` sets "
    "that up; then install Turtles in Ubuntu's terminal. docs/windows.md has every step."
)


def start() -> None:
    """Run the command in a Python that nobody's settings change."""
    if sys.platform == "win32":
        sys.exit(_WINDOWS)
    from grader import isolated

    if not isolated.is_isolated() and sys.executable:
        # Before anything is imported that somebody may have put another module in the place of.
        os.execv(sys.executable, isolated.command("grader", *sys.argv[1:]))
    try:
        from grader.cli.app import main
    except KeyboardInterrupt:  # while it is being loaded
        sys.exit(130)
    main()


if __name__ == "__main__":  # a worker of the judge imports this module as well
    start()
