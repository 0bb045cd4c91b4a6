"""Hand-ins of every shape in one folder, with the grade of each student computed by hand.

``hello`` is worth 4 of 10 points and ``two_tasks`` 6. The reference answer has all of them; ``HALF`` prints every line
and is too slow, which is one of three: 1.33 and 2. It was due on 1 December at 17:00 UTC, and lateness takes 10 % for
each day that has begun, from an hour on.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.grader.kits import SOLVED, TWO_TASKS, make_kit, write

CHAPTERS: Final = {"01_first": ["hello"], "02_together": ["two_tasks"]}
HALF: Final = SOLVED.replace("asyncio.gather(task_a(), task_b())", "task_a()\n    await task_b()")
ASSIGNMENT: Final = """\
name = "HW1"
exercises = ["hello", "two_tasks"]
total = 10
due = 2026-12-01T18:00:00+01:00
late = "10%/day after 1h"
[weights]
hello = 2
two_tasks = 3
[extensions]
lee = 2026-12-03T18:00:00+01:00
"""
_ROSTER: Final = """\
id;name;sid;email;group;due
ada;Ada Ash;;ada@school.example;;
bob;Bob Birch;;;;
cleo;Cleo Cedar;;;;
dan;Dan Dogwood;;;;
eva;Eva Elm;;;;
finn;Finn Fir;;;;
gina;Gina Gorse;;;;2026-12-02T17:00:00Z
hana;Hana Hazel;;;;
ira;Ira Moss;1001;;;
jon;Jon Moss;1002;;;
ira2;Ira Moss;1003;;;
kay;Kay Kapok;k1;;;
lee;Lee Larch;l1;;;
max;Max Maple;m1;;;
noah;Noah Nutmeg;2001;;;
olga;Olga Oak;2002;;;
pia;Pia Pine;;;;
quinn;Quinn Quince;;;;
rosa;Rosa Rowan;;;;
sam;Sam Sorrel;;;;
tom;Tom Teak;;;;
uma;Uma Umbrella;;;;
vic;Vic Vine;;;;
wes;Wes Willow;;;team-red;
xia;Xia Xylem;;;team-red;
yan;Yan Yew;;;blue;
zoe;Zoe Zelkova;;;blue;
zed;Zed Zinnia;;;;
amy;Amy Alder;;;;
ben;Ben Beech;;;;
cam;Cam Camphor;;;;
eli;Eli Ebony;;;;
"""
_METADATA: Final = """\
submission_1:
  :submitters:
  - :name: Kay Kapok
    :sid: k1
    :email: kay@school.example
  - :name: Lee Larch
    :sid: l1
  :created_at: 2026-12-02 10:00:00 Z
submission_2:
  :submitters:
  - :name: Max Maple
    :sid: m1
  :created_at: 2026-12-01 16:59:59 Z
"""
IN_TIME: Final = (2026, 12, 1, 12, 0, 0)
LATE: Final = (2026, 12, 2, 19, 0, 0)


@dataclass(frozen=True)
class Known:
    """What is known of a student."""

    score: float | None
    timing: str | None = "time not known"
    place: str | None = None
    partners: tuple[str, ...] = ()
    refused: str = ""
    """What a line about the submission must say."""


KNOWN: Final[Mapping[str, Known]] = {
    "ada": Known(10, place="ada"),
    "bob": Known(6, "in time", "bob.zip"),
    "cleo": Known(8, "late", "cleo.zip"),  # 26 hours: the second day has begun
    "dan": Known(1.33, "in time", "dan"),  # two_tasks was not handed in
    "eva": Known(10, "late", "eva"),  # by half an hour, which costs nothing
    "finn": Known(9, "late", "finn"),
    "gina": Known(10, "in time", "gina"),  # the roster gives her a day more
    "hana": Known(4, "in time", "hw1-hana"),
    "ira": Known(10, place="moodle.zip/Ira Moss_1001"),  # the zip's dates are those of the download
    "jon": Known(1.33, place="moodle.zip/Jon Moss_1002"),
    "ira2": Known(2, "in time", "moodle.zip/Ira Moss_1003"),  # which her own zip tells
    "kay": Known(9, "late", "gradescope/submission_1", ("lee",)),
    "lee": Known(10, "in time", "gradescope/submission_1", ("kay",)),  # the assignment gives them two days more
    "max": Known(6, "in time", "gradescope/submission_2"),  # his hello is broken
    "noah": Known(10, "late", "canvas.zip/nutmegnoah_2001"),  # by Canvas's mark, and perhaps by less than an hour
    "olga": Known(4, place="canvas.zip/oakolga_2002"),
    "pia": Known(None, place="pia.7z", refused="archives of this kind are not read; ask for a zip"),
    "quinn": Known(None, place="quinn", refused="hello_final.py looks like hello.py; rename it if it is"),
    "rosa": Known(None, place="rosa", refused="is a notebook; ask for the program as two_tasks.py"),
    "sam": Known(None, place="sam_hello.py", refused="sam_hello.py looks like hello.py"),
    "tom": Known(None, place="tom", refused="there is no exercise of this kit in it"),
    "uma": Known(None, None, ""),
    "vic": Known(None, place="vic.zip", refused="it is no zip"),
    "wes": Known(10, "in time", "hw1-team-red", ("xia",)),
    "xia": Known(10, "in time", "hw1-team-red", ("wes",)),
    "yan": Known(10, place="yan", partners=("zoe",)),
    "zoe": Known(10, place="yan", partners=("yan",)),
    "zed": Known(2, "in time", "zed", refused="handed in more than once: zed counts, not zed.zip"),
    "mallory": Known(4, place="mallory", refused="nobody on the roster is mallory"),
    "amy": Known(4, place="tuesday-submissions/amy"),
    "ben": Known(6, "in time", "tuesday-submissions/ben.zip"),
    "cam": Known(0, place="cam"),  # handed in as handed out, which is a number
    "eli": Known(10, place="eli.tar.gz"),
}
"""By student id."""


def packed(files: Mapping[str, str | bytes], when: tuple[int, int, int, int, int, int] = IN_TIME) -> bytes:
    """A zip whose entries have this date."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, when), content)
    return file.getvalue()


def make(folder: Path) -> Path:
    """A kit with an assignment, a roster and the hand-ins; returns its folder. Its times are UTC."""
    root = make_kit(folder, CHAPTERS)
    write(root / "hw1.toml", ASSIGNMENT)
    (root / "students.csv").write_bytes(_ROSTER.encode("utf-16"))
    submissions = root / "submissions"
    both = {"hello.py": SOLVED, "two_tasks.py": SOLVED}
    late = {"exercises/01_first/hello.py": SOLVED, "exercises/02_together/two_tasks.py": SOLVED}
    _folder(submissions / "ada", both)
    _put(submissions / "bob.zip", packed({"hello.py": SOLVED, "hw/two_tasks.py": HALF}))
    _put(submissions / "cleo.zip", packed(both, LATE))
    _clone(submissions / "dan", {"01_first/hello.py": HALF}, "2026-12-01T16:00:00Z")
    _clone(submissions / "eva", late, "2026-12-01T17:30:00Z")
    _clone(submissions / "finn", late, "2026-12-01T19:00:00Z")
    _clone(submissions / "gina", late, "2026-12-01T19:00:00Z")
    _clone(submissions / "hw1-hana", {"hello.py": SOLVED}, "2026-12-01T16:00:00Z")
    _put(submissions / "moodle.zip", packed({
        **{f"Ira Moss_1001_assignsubmission_file_/{name}": text for name, text in both.items()},
        "Jon Moss_1002_assignsubmission_file_hello.py": HALF,
        "Ira Moss_1003_assignsubmission_file_/work.zip": packed({"two_tasks.py": HALF}),
    }, LATE))  # fmt: skip
    _folder(submissions / "gradescope", {
        "submission_metadata.yml": _METADATA,
        **{f"submission_1/{name}": text for name, text in both.items()},
        "submission_2/hello.py": "def broken(:", "submission_2/two_tasks.py": SOLVED,
    })  # fmt: skip
    _put(submissions / "canvas.zip", packed({
        "nutmegnoah_LATE_2001_501_hello.py": SOLVED, "nutmegnoah_LATE_2001_502_two_tasks.py": SOLVED,
        "oakolga_2002_503_hello.py": HALF, "oakolga_2002_504_hello-1.py": SOLVED,
    }, LATE))  # fmt: skip
    _put(submissions / "pia.7z", b"7z\xbc\xaf")
    _folder(submissions / "quinn", {"hello_final.py": SOLVED})
    _folder(submissions / "rosa", {"hello.py": SOLVED, "two_tasks.ipynb": "{}"})
    _folder(submissions, {"sam_hello.py": SOLVED, "tom/README.md": "tomorrow"})
    _put(submissions / "vic.zip", b"PK")
    _clone(submissions / "hw1-team-red", late, "2026-12-01T16:00:00Z")
    _folder(submissions / "yan", both)
    _clone(submissions / "zed", {"two_tasks.py": HALF}, "2026-12-01T16:00:00Z")
    _put(submissions / "zed.zip", packed(both))
    _folder(submissions / "mallory", {"hello.py": SOLVED})
    _folder(submissions / "tuesday-submissions" / "amy", {"hello.py": SOLVED})
    _put(submissions / "tuesday-submissions" / "ben.zip", packed({"two_tasks.py": SOLVED}))
    _folder(submissions / "cam", {"hello.py": TWO_TASKS, "two_tasks.py": TWO_TASKS})
    with tarfile.open(submissions / "eli.tar.gz", "w:gz") as made:
        made.add(_folder(root / "eli", both), "eli")
    return root


def _folder(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        write(folder / name, text)
    return folder


def _put(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _clone(folder: Path, files: Mapping[str, str], committed: str) -> None:
    _folder(folder, files)
    ours = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    dates = {"GIT_COMMITTER_DATE": committed, "GIT_AUTHOR_DATE": committed}
    who = ("-c", "user.name=x", "-c", "user.email=x@x.example")
    for command in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "--message", "done")):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **ours, **dates}, check=True)
