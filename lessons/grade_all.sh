#!/bin/sh
# Grades what is in mine/, one after the other: grade_all.sh PROGRAMS RESULTS NN_name ...
# What the grader says of NN_name is RESULTS/NN_name.txt, and for programs NN_name.json.
programs=$1 results=$2
shift 2
mkdir -p "$results" || exit 1
rm -f "$results"/[0-9]*.json "$results"/[0-9]*.txt
for name; do
    # A program that is older than the answer is of an answer before this one, which
    # does not compile.
    [ "$programs/$name" -nt "mine/$name.c" ] || continue
    GRADE_JSON="$results/$name.json" "$programs/$name" >"$results/$name.txt" 2>&1 || :
done
