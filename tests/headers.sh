#!/bin/sh
# Every header compiles alone and beside all others, in either order: it includes what it
# needs, and no name is defined twice. In float and double, as C11 and as the next C. For
# `make syntax`, with the compiler and its flags as arguments.
set -u
# A header of tests offers functions that not every test calls.
compiler="$* -fsyntax-only -Werror -Wno-unused-function"
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

# Three headers are templates: the file that includes one gives it the functions it calls. One
# takes the place of a header of the system.
headers=$(git ls-files '*.h' | grep -vx 'autograd/elementwise.h\|losses/tv_differences.h\|losses/distance.h\|web/libc/pthread.h')
# Headers of tests are not compiled together: each is made for one kind of test. The single
# file declares the ag_ functions with types of its own.
public=$(echo "$headers" | grep -v '^tests/\|^single/')

# A file that includes the headers given. It defines something, as a file of C must.
includes() {
    printf '#include "%s"\n' "$@"
    echo 'int headers_end;'
}

for header in $headers; do
    includes "$header" >"$folder/$(echo "$header" | tr / _).c"
done
# shellcheck disable=SC2046,SC2086 # one argument for each header
includes $public >"$folder/together.c"
# shellcheck disable=SC2046,SC2086
includes $(echo "$public" | sort -r) >"$folder/together_backwards.c"

status=0
for width in -UREAL_DOUBLE -DREAL_DOUBLE; do
    for standard in c11 c2x; do
        find "$folder" -name '*.c' -print0 |
            xargs -0 -n 16 -P 2 $compiler -std=$standard $width || {
            echo "headers: see above ($width -std=$standard)"
            status=1
        }
    done
done
exit $status
