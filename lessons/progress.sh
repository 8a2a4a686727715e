#!/bin/sh
# File number $1 of $2 is compiled now: on a terminal one line that changes, in a log a
# line for each tenth. A message of the compiler is written over the former.
. "${0%/*}/language.sh"
if [ -t 1 ]; then
    say '  %d of %d\r' '  %d / %d\r' "$1" "$2"
    [ "$1" -lt "$2" ] || echo
elif [ $(($1 * 10 / $2)) -gt $((($1 - 1) * 10 / $2)) ]; then
    say '  %d of %d\n' '  %d / %d\n' "$1" "$2"
fi
