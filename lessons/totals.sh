#!/bin/sh
# Prints the points of exercises, NN_name:POINTS for each argument NN_name: the sum of what
# lessons/exercises/points.txt has for their functions.
for name; do
    awk -v name="$name" '$1 == name { sum += $3 } END { print name ":" sum + 0 }' \
        lessons/exercises/points.txt
done
