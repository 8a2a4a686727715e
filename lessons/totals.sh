#!/bin/sh
# Prints the points of exercises, from the tables of their graders: NN_name:POINTS for each
# argument NN_name.
for name; do
    sum=0
    for points in $(grep -oE '\{"[a-z0-9_]+", [0-9]+, [a-z0-9_]+\}' "lessons/check/$name.c" | sed 's/[^,]*, //; s/,.*//'); do
        sum=$((sum + points))
    done
    echo "$name:$sum"
done
