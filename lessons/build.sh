#!/bin/sh
# Builds make's targets without showing commands, and says how many files are to be
# compiled, how long that takes, and how far it is: MAKE="make -s" build.sh TARGET ...
. "${0%/*}/language.sh"
files=$($MAKE -n "$@" 2>/dev/null | grep -c -- ' -c .* -o [^ ]*\.o$')
[ "$files" -gt 3 ] || exec $MAKE "$@"

jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
# Some five files in a second of one processor.
say 'compiling %d files, about %d s; the next time only those that have changed\n' \
    '编译 %d 个文件，约 %d 秒；下次只编译改动过的\n' "$files" $((files / 5 / jobs + 1))
exec $MAKE TO_COMPILE="$files" "$@"
