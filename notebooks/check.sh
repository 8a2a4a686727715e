#!/bin/sh
# Tests the kernel, and runs all notebooks without a browser: called by make check-notebooks,
# which says how to build (MAKE) and where the kernel is registered (JUPYTER_PATH).
#
# If a tool is missing, nothing can be run; that is a message and no failure, except in CI
# (STYLEGRAD_CI=1), where everything is installed.
set -u
export LANGUAGE=en # what is expected
cd "$(dirname "$0")/.."
python=/usr/bin/python3

missing=''
need() { missing="$missing $1"; }
for program in clang-repl-19 clang-19; do
    command -v $program >/dev/null 2>&1 || { need clang-tools-19; break; }
done
$python -c 'import ipykernel' 2>/dev/null || need python3-ipykernel
$python -c 'import nbconvert' 2>/dev/null || need jupyter-nbconvert
$python -c 'import numpy' 2>/dev/null || need python3-numpy
command -v gnuplot >/dev/null 2>&1 || need gnuplot-nox
command -v dot >/dev/null 2>&1 || need graphviz
if [ -n "$missing" ]; then
    echo "SKIPPED: notebooks need$missing; ./setup.sh --notebooks installs them"
    [ -z "${STYLEGRAD_CI:-}" ]
    exit
fi

MAKE="${MAKE:-make -s}" lessons/build.sh notebook-ready || exit 1
export JUPYTER_PATH="${JUPYTER_PATH:-$PWD/build/jupyter}"
# The exercises that are solved here are not the student's.
STYLEGRAD_MINE=$(mktemp -d) || exit 1
trap 'rm -rf "$STYLEGRAD_MINE"' EXIT
export STYLEGRAD_MINE
export PYTHONDONTWRITEBYTECODE=1 PYDEVD_DISABLE_FILE_VALIDATION=1
$python notebooks/make_ipynb.py --check || exit 1
if [ -d notebooks/tests ]; then
    $python -W ignore -m unittest discover -q -b -s notebooks/tests || exit 1
else
    echo "notebooks/tests is not in this folder, as in every handout: the kernel is not tested"
fi
$python -W ignore notebooks/run_notebooks.py "$@"
