"""slow_command: a tool that is run once for each recording."""

import sys

import pytest
from doubles import longest_hold, timed

TOOL = """
import os, signal, sys, time
name = sys.argv[1]
with open("begun", "a") as begun:
    begun.write(name + "\\n")
time.sleep({"interview 7.wav": 1.0, "jingle 3.wav": 0.8, "live concert.wav": 0.9}.get(name, 0.1))
if name == "opera.wav":
    sys.stderr.write("." * 480_000)
if name == "drums.wav":
    sys.stdout.write("." * 480_000)
    sys.exit("too long by 12 s")
if name == "news.wav":
    print("warning: clipped", file=sys.stderr)
if name == "weather.wav":
    print("-9.1 LUFS")
    sys.exit("cannot read block 812")
if name == "traffic.wav":
    print("out of memory", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGTERM)
print(f"  -{len(name)}.4 LUFS")
"""
NAMES = ["interview 7.wav", "jingle 3.wav", "live concert.wav"]


@pytest.fixture(autouse=True)
def tool(exercise, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tool.py").write_text(TOOL, encoding="utf-8")
    monkeypatch.setattr(exercise, "TOOL", [sys.executable, "-I", "-S", "tool.py"])


def result(name):
    failed = {
        "drums.wav": "too long by 12 s", "weather.wav": "cannot read block 812", "traffic.wav": "out of memory"
    }  # fmt: skip
    return f"{name}: failed: {failed[name]}" if name in failed else f"{name}: -{len(name)}.4 LUFS"


def test_measured(exercise, capsys, tmp_path):
    _, took = timed(exercise.main(NAMES))
    assert capsys.readouterr().out.splitlines() == [result(name) for name in NAMES]
    assert sorted((tmp_path / "begun").read_text(encoding="utf-8").splitlines()) == sorted(NAMES)
    assert 0.9 < took < 1.0 + 0.7


@pytest.mark.parametrize("names", [["news.wav", "weather.wav", "traffic.wav", "sport.wav"], ["opera.wav", "drums.wav"]])
def test_failures_and_much_text(exercise, capsys, names):
    timed(exercise.main(names))
    assert capsys.readouterr().out.splitlines() == [result(name) for name in names]


def test_loop_is_free(exercise):
    assert longest_hold(exercise.main(NAMES)) < 0.45
