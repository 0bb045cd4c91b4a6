#!/usr/bin/env bash
# Sets the autograder up, once, when Gradescope builds its image: Python, the sandbox, and the kit's packages by the
# hashed lock. `turtles gradescope` wrote this, and writes it anew: change nothing here.
#
# `setup.sh FOLDER` tries it in a folder that is laid out as /autograder is. What is there already is not installed.
set -euo pipefail
root=${1:-/autograder}
kit=$root/source/kit
venv=$root/source/.venv
export DEBIAN_FRONTEND=noninteractive

usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
  local name
  for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do
    if usable "$name"; then
      echo "$name"
      return
    fi
  done
  return 1
}
install() { apt-get install -qq --yes --no-install-recommends "$@" >/dev/null; }

if ! command -v bwrap >/dev/null || ! find_python >/dev/null; then
  apt-get update -qq || echo 'turtles: the lists of packages could not be brought up to date' >&2
fi
command -v bwrap >/dev/null || install bubblewrap ||
  echo 'turtles: bubblewrap cannot be installed, so programs will run without a sandbox' >&2
if ! find_python >/dev/null; then
  for version in 3.15 3.14 3.13 3.12 3.11; do
    if apt-cache show "python$version-venv" >/dev/null 2>&1 && install "python$version" "python$version-venv"; then
      break
    fi
  done
fi
if ! python=$(find_python); then
  echo 'turtles: Python 3.11 or newer is needed; this image has none and offers none. Choose Ubuntu 22.04 or newer as' \
    'the base image, where the autograder is configured.' >&2
  exit 1
fi

rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$kit/requirements.txt"
cd "$kit"
"$venv/bin/python" -m grader list >/dev/null
echo "turtles: set up with $("$venv/bin/python" --version)"
