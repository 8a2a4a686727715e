#!/bin/sh
# Grades what is in mine/: grade_all.sh MINE PROGRAMS RESULTS NN_name ...
# What the grader says of NN_name is RESULTS/NN_name.txt, and for programs NN_name.json.
mine=$1 programs=$2 results=$3
shift 3
mkdir -p "$results" || exit 1
rm -f "$results"/[0-9]*.json "$results"/[0-9]*.txt
for name; do
    # A program that is older than the answer is of an answer before this one, which
    # does not compile.
    if [ ! "$programs/$name" -nt "$mine/$name.c" ]; then
        echo '{"compiles": false}' >"$results/$name.json"
        continue
    fi
    GRADE_FILE="$mine/$name.c" GRADE_JSON="$results/$name.json" "$programs/$name" >"$results/$name.txt" 2>&1 || :
done
