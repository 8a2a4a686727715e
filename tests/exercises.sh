#!/bin/sh
# Runs graded programs, several at a time: exercises, answers and wrong answers. See
# tests/exercise.sh for what each must say. exercises.sh PROGRAM...
one=$(dirname "$0")/exercise.sh
wrong=$(printf '%s\n' "$@" | grep -c /check/wrong/)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
if printf '%s\0' "$@" | xargs -0 -n 1 -P "$jobs" "$one"; then
    echo "$# exercises, answers and wrong answers ($wrong), graded as they should"
else
    echo "$# exercises, answers and wrong answers ($wrong): see above for those that are not" \
        "graded as they should" >&2
    exit 1
fi
