"""Grades a push for Classroom 50. `turtles class50` wrote this, and writes it anew: change nothing here.

Run in a student's checkout, it sets the kit beside it up outside of it, in a virtual environment from the hashed lock,
takes nothing but exercises from the checkout, and writes result.json, release-body.md and turtles-report.html there.

TURTLES_KEY     the key that opens sealed suites; a bundle that has them does not grade without it
TURTLES_PYTHON  a Python that has the kit's packages already, such as that of a course's own image: nothing is installed

Exit status: 0 graded, whatever the grade; anything else says in one line why nothing was.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

KIT = Path(__file__).resolve().parent / "kit"
WRITTEN = ("result.json", "release-body.md", "turtles-report.html")
NO_NAMESPACES = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")


class Failure(Exception):
    """Nothing was graded; the message says why, and what to do."""


def main() -> None:
    """Grade the checkout that is the working directory."""
    if sys.version_info < (3, 11):  # noqa: UP036 (the course may have another)
        version = ".".join(map(str, sys.version_info[:2]))
        raise Failure(f'Python 3.11 or newer is needed, and this is {version}: set "python" in the runtime block')
    checkout = Path.cwd()
    for name in WRITTEN:
        remove(checkout / name)  # a student may have committed one
    if (KIT / "tests" / "sealed").is_dir() and not os.environ.get("TURTLES_KEY", "").strip():
        raise Failure(
            "there is no TURTLES_KEY, without which only the public checks could be made, and those are no grade: "
            "see docs/bundles.md of the kit for how the key gets here"
        )
    let_the_sandbox_work()
    with tempfile.TemporaryDirectory(prefix="turtles-", dir=os.environ.get("RUNNER_TEMP") or None) as place:
        python = os.environ.get("TURTLES_PYTHON") or install(Path(place) / "venv")
        # What Python reads of the environment is none of the student's, but what another step has set may not fit.
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command = [python, "-m", "grader.classroom.bundle_entry", "class50", str(checkout), str(checkout)]
        try:
            status = subprocess.run(command, cwd=KIT, env=env, stdin=subprocess.DEVNULL).returncode
        except OSError as error:
            raise Failure(f"{python} does not start: {error.strerror or error}") from None
    if status:
        sys.exit(status if status > 0 else 3)


def install(venv: Path) -> str:
    """Make a virtual environment with what the lock names, and nothing else; returns its Python."""
    run([sys.executable, "-m", "venv", str(venv)], "a virtual environment cannot be made")
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, "--require-hashes", "-r", str(KIT / "requirements.txt")], "the kit's packages cannot be installed")
    return python


def run(command: list[str], problem: str) -> None:
    """Run a command of ours; what it says is shown only when it fails, and then GitHub's runner obeys none of it."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace"
    )
    if done.returncode:
        for line in done.stdout.splitlines():
            print("    " + line.replace("::", ": :").replace("##[", "## ["), file=sys.stderr)
        raise Failure(f"{problem}; above is what was said")


def let_the_sandbox_work() -> None:
    """On a machine that GitHub lends for this one job: allow bubblewrap what Ubuntu 24.04 forbids it by default."""
    if os.environ.get("RUNNER_ENVIRONMENT") != "github-hosted" or not shutil.which("bwrap"):
        return
    try:
        forbidden = NO_NAMESPACES.read_text().strip() == "1"
    except OSError:
        return
    if forbidden:
        command = ["sudo", "--non-interactive", "sysctl", "--quiet", "--write", f"kernel.{NO_NAMESPACES.name}=0"]
        try:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError:
            return  # then there is no sandbox, and the release says so


def remove(path: Path) -> None:
    """Remove anything that lies there; of a link, the link itself and not its target."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"turtles: {failure}", file=sys.stderr)
        sys.exit(3)
    except OSError as error:
        print(f"turtles: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(3)
