# A thin face on the `turtles` command, in a virtual environment of its own (.venv) made from the lock.
# `make help` says what there is. It holds for GNU make 3.81 (macOS) and for paths with spaces: relative paths only.

PYTHON ?= python3
UV ?= uv

# Neither the working directory nor the environment's settings for Python decide what it imports.
TURTLES := .venv/bin/python -P -E -m grader

# The stamps are made last, so that a setup that was interrupted is begun anew.
READY := .venv/.ready
READY_DEV := .venv/.ready-dev
READY_CLASSROOM := .venv/.ready-classroom

# A virtual environment holds absolute paths: when the tree was moved or copied, or its Python is gone, it is made anew.
# It is as well when another Python is asked for than the one it was made with.
ifeq ($(origin PYTHON),file)
ASKED :=
else
ASKED := $(PYTHON)
endif
STALE := $(shell test ! -e $(READY) || { test -x .venv/bin/python && test "$$(cat .venv/.place)" = "$$(pwd -P)" && \
  { test -z "$(ASKED)" || test "$$(cat .venv/.python)" = "$(ASKED)"; }; } || echo stale)

.DEFAULT_GOAL := help
.PHONY: help grade watch run report list next hint explain reset solution verify mutate check class classroom test torture bench lint lock clean stale

help:
	@echo 'make grade                    grade what you have changed, and show the first exercise that you have not started'
	@echo 'make grade EX=two_tasks       grade one ("EX=hello turtles" in quotes for several; a path or the start of a name will do)'
	@echo '     DIR=solutions            grade another tree of the same layout'
	@echo '     JSON=result.json         write the result to a file as well'
	@echo '     ARGS="--all --jobs 1"    anything else that `turtles grade --help` knows'
	@echo 'make watch                    practise: an exercise is judged each time you save it, and everything else is one key away'
	@echo 'make report                   how far you are as a page, report.html (ARGS=--open opens it)'
	@echo 'make list                     the exercises and how far you are'
	@echo 'make next                     which exercise comes next, and how to go about it'
	@echo 'make run EX=two_tasks         run your file as it is, each line with its second, errors included'
	@echo 'make hint EX=two_tasks        a hint, one more each time (ARGS=--all for all; without EX, for what comes next)'
	@echo 'make explain NAME=deadlock    a kind of mistake: how it looks, why, how to repair it (without NAME, the list)'
	@echo 'make solution EX=two_tasks    the reference answer, after passing or when asked twice (ARGS=--diff to compare)'
	@echo 'make reset EX=two_tasks       put the file back as it was handed out; asks, and keeps what you wrote'
	@echo 'make class DIR=submissions    for teachers: grade what a class handed in (ARGS="--roster students.csv --html pages")'
	@echo 'make classroom                for teachers: install what sealed suites, likeness and a cluster need'
	@echo 'make test                     prove the kit: the tests of the grader, then `make verify` without its attacks'
	@echo 'make verify                   every solution passes, every handed-out file and wrong answer fails, no attack gains'
	@echo 'make mutate                   holes in the suites: small changes to the solutions that no check notices (EX=...)'
	@echo 'make torture                  grade solutions and wrong answers on a busy machine; ARGS="--help" tells how'
	@echo 'make bench                    measure what grading costs, for docs/benchmarks.md (some 20 min on an idle machine; ARGS="--help" tells how)'
	@echo 'make check                    the kit is complete and consistent'
	@echo 'make lint                     ruff and mypy'
	@echo 'make lock                     renew the four requirements files (needs uv)'
	@echo 'make clean                    remove everything that was made; your exercises and .turtles/backup stay as they are'

# Given on the command line and nowhere else: a variable DIR that happens to be in the environment is not meant.
# EX, DIR, JSON and NAME reach the shell as variables, so that any character in them is only a character.
EX :=
DIR :=
JSON :=
NAME :=
ARGS :=
export EX DIR JSON NAME

grade: $(READY)
	@$(TURTLES) grade $$EX $${DIR:+--exercises "$$DIR"} $${JSON:+--json "$$JSON"} $(ARGS)

# Ctrl-C is one way to leave it, and no error of make's.
watch: $(READY)
	@$(TURTLES) watch $${EX:+"$$EX"} $(ARGS) || { status=$$?; test $$status -eq 130 || exit $$status; }

report: $(READY)
	@$(TURTLES) report $(ARGS)

list: $(READY)
	@$(TURTLES) list $(ARGS)

next: $(READY)
	@$(TURTLES) next $(ARGS)

explain: $(READY)
	@$(TURTLES) explain $${NAME:+"$$NAME"} $(ARGS)

hint reset solution run: $(READY)
	@$(TURTLES) $@ $${EX:+"$$EX"} $(ARGS)

verify: $(READY)
	@$(TURTLES) verify $$EX $(ARGS)

mutate: $(READY)
	@$(TURTLES) mutate $$EX $${JSON:+--json "$$JSON"} $(ARGS)

check: $(READY)
	@$(TURTLES) check $(ARGS)

class: $(READY_CLASSROOM)
	@test -n "$$DIR" || { echo 'Which submissions? make class DIR=path/to/submissions' >&2; exit 1; }
	@$(TURTLES) class grade "$$DIR" $(ARGS)

classroom: $(READY_CLASSROOM)

# With a name, only that: make torture EX="two_tasks too_many".
torture: $(READY_DEV)
	@.venv/bin/python -m benchmarks.torture $${EX:+--only} $$EX $(ARGS)

bench: $(READY_DEV)
	@.venv/bin/python -m benchmarks.bench $(ARGS)

test: $(READY_DEV)
	@.venv/bin/python -m pytest -W error -n 3 --dist loadfile
	@$(TURTLES) verify --no-attack

lint: $(READY_DEV)
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m mypy

# UPGRADE=1 takes the newest versions; without it, what still fits stays as it is.
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)

# hatchling is in all of them: the project itself is installed from source without anything from outside the lock.
lock:
	@command -v "$(UV)" >/dev/null || { echo 'make lock needs uv: `pip install uv`, or UV=path/to/uv.' >&2; exit 1; }
	@echo hatchling | $(COMPILE) pyproject.toml - --output-file requirements.txt >/dev/null
	@echo hatchling | $(COMPILE) --extra sealed --constraint requirements.txt pyproject.toml - --output-file requirements-sealed.txt >/dev/null
	@echo hatchling | $(COMPILE) --extra classroom --constraint requirements-sealed.txt pyproject.toml - --output-file requirements-classroom.txt >/dev/null
	@$(COMPILE) --extra dev --constraint requirements-classroom.txt pyproject.toml --output-file requirements-dev.txt >/dev/null

clean:
	@test ! -d .turtles || find .turtles -mindepth 1 -maxdepth 1 ! -name backup -exec rm -rf {} +
	@rmdir .turtles 2>/dev/null || :
	@rm -rf .venv .hypothesis .pytest_cache .mypy_cache .ruff_cache .coverage .coverage.* htmlcov dist report.html
	@find . -path ./.git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

stale:

# $(call quietly,COMMAND): a dot every two seconds; what the command says is shown only if it fails.
quietly = { $(1); } >.venv/setup.log 2>&1 || failed=yes; $(OVER) test -z "$$failed" || { \
    echo 'failed:' >&2; cat .venv/setup.log >&2; echo "Turtles could not be set up. $$($(WHY)) \`make\` again starts anew." >&2; exit 1; }
# The dots end when this shell does, however that ends.
ALIVE = { while sleep 2 >/dev/null 2>&1 && kill -0 $$$$; do printf . >&2; done & }; unset $(NOT_OURS);
OVER = kill $$! 2>/dev/null;
WHY = case $$(cat .venv/setup.log) in \
    (*'No space left'*) echo 'The disk is full: make room.';; \
    (*'Permission denied'*) echo 'A file may not be written: see which above.';; \
    (*onnection*|*'No matching distribution'*|*'Max retries'*|*'imed out'*) echo 'Is the package index within reach?';; \
    (*) echo 'The last lines above say why.';; esac
# The user's settings for Python, and those for pip by which packages would go somewhere else, are not for this place.
NOT_OURS := PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONWARNINGS PIP_DRY_RUN PIP_NO_DEPS PIP_PREFIX PIP_REQUIRE_HASHES PIP_ROOT PIP_TARGET PIP_USER
SET_PIP := printf '[%s]\ndry-run = no\nno-deps = no\nprefix =\nrequire-hashes = no\nroot =\ntarget =\nuser = no\n' global install >.venv/pip.conf
PIP := .venv/bin/python -I -m pip install --disable-pip-version-check --no-input

OLD_PYTHON := import sys; v = sys.version_info; v >= (3, 11) or sys.exit( \
  "Turtles needs Python 3.11 or newer, and $(PYTHON) is %d.%d. Say which to use: make grade PYTHON=python3.13" % v[:2])
NO_VENV := import sys; from importlib.util import find_spec; find_spec("venv") and find_spec("ensurepip") or sys.exit( \
  "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: sudo apt install python%d.%d-venv" % sys.version_info[:2])

# The way to this folder is made relative: up to 3.12, Python cannot read it under LC_ALL=POSIX if it is not ASCII.
$(READY): requirements.txt pyproject.toml $(STALE)
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo 'Turtles needs Python 3.11 or newer, and there is no $(PYTHON). Say which to use: make grade PYTHON=python3.13' >&2; exit 1; }
	@"$(PYTHON)" -I -c '$(OLD_PYTHON)'
	@"$(PYTHON)" -I -c '$(NO_VENV)'
	@test ! -e .venv || test -w .venv || { \
	  echo "Another user made .venv, and you may not change it: remove it as $$(ls -ld .venv | awk '{print $$3}'), or work in a copy of this folder." >&2; exit 1; }
	@if test -e $@ && test -z "$(STALE)"; then \
	  rm -f $@; printf 'Bringing Turtles up to date ... ' >&2; \
	else \
	  printf 'Setting up Turtles for the first time (about 20 s) ... ' >&2; \
	  rm -rf .venv && mkdir .venv || exit 1; $(ALIVE) $(call quietly,"$(PYTHON)" -I -m venv .venv); \
	fi
	@$(SET_PIP); $(ALIVE) $(call quietly,$(PIP) --require-hashes -r requirements.txt && $(PIP) --no-deps --no-build-isolation -e .)
	@for link in .venv/lib/python*/site-packages/_asyncio_turtles.pth; do echo ../../../.. >"$$link"; done
	@echo '$(PYTHON)' >.venv/.python; pwd -P >.venv/.place; touch $@; echo 'ready.' >&2

$(READY_CLASSROOM): requirements-classroom.txt $(READY)
	@printf 'Adding what a class needs (about 15 s) ... ' >&2; rm -f $@
	@$(SET_PIP); $(ALIVE) $(call quietly,$(PIP) --require-hashes -r requirements-classroom.txt)
	@touch $@; echo 'ready.' >&2

$(READY_DEV): requirements-dev.txt $(READY)
	@printf 'Adding the tools for tests and lint (about 15 s) ... ' >&2; rm -f $@
	@$(SET_PIP); $(ALIVE) $(call quietly,$(PIP) --require-hashes -r requirements-dev.txt)
	@touch $@; echo 'ready.' >&2
