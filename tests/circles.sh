#!/bin/sh
# Prints the circles of the import graph, one after the other: files that include each other.
#
# What is compared is modules. x.h, x.c, x.inc and x.def are the module x, and so is x_y.c
# when there is no x_y.h but x.h. In tests/, where test_y.c is a program, it is not.
set -u
list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT
git ls-files '*.h' | sed 's/\.h$//' >"$list"

git grep -E '^ *# *include "' -- '*.[ch]' '*.inc' '*.def' |
    sed -E 's/: *# *include "/ /; s/".*//' |
    awk -v headers="$list" '
        function module(file,    name, shorter) {
            name = file
            sub(/\.[a-z]+$/, "", name)
            if (name in header || file !~ /\.(c|inc)$/ || file ~ /^tests\//) return name
            for (shorter = name; sub(/_[a-z0-9]+$/, "", shorter);)
                if (shorter in header) return shorter
            return name
        }
        BEGIN { while ((getline name <headers) > 0) header[name] = 1 }
        { from = module($1); to = module($2) }
        from != to { print from, to }' |
    sort -u | tsort 2>&1 >/dev/null |
    sed -E 's/^tsort: (-: )?//; s/^input contains a loop:/a circle:/'
