#!/bin/sh
# What the house forbids and no compiler sees.
set -u
status=0
complain() { echo "lint: $1"; status=1; }

# Folders include only what lies below them.
below() {
    case $1 in
    tensor) echo tensor ;;
    autograd) echo autograd tensor ;;
    nn) echo nn autograd tensor ;;
    losses) echo losses nn autograd tensor ;;
    optim | io) echo "$1" tensor ;;
    train) echo train losses nn autograd optim io tensor ;;
    transfer) echo transfer losses nn autograd optim io tensor ;;
    errata) echo errata transfer losses nn autograd optim io tensor ;;
    app) echo app errata transfer train losses nn autograd optim io tensor ;;
    assets) echo assets io tensor ;;
    fuzz) echo fuzz app errata transfer train losses nn autograd optim io tensor ;;
    lessons) echo lessons errata transfer train losses nn autograd optim io tensor ;;
    notebooks) echo notebooks lessons errata transfer train losses nn autograd optim io tensor ;;
    esac
}
for folder in tensor autograd nn losses optim io transfer train errata app assets lessons \
              notebooks fuzz; do
    allowed=$(below $folder | tr ' ' '|')
    bad=$(git grep -nE '^ *# *include "' -- "$folder/*.[ch]" "$folder/*.inc" | grep -vE "#include \"($allowed)/")
    [ -z "$bad" ] || complain "$folder/ may include $(below $folder) only:
$bad"
done

# So do the folders within tensor/, each file by the folder that it is in: tensor/ itself
# knows nothing of kernels, and kernels_gemm nothing of kernels_fast.
layers="tensor tensor/kernels/simd tensor/kernels tensor/kernels/ref tensor/kernels/gemm
        tensor/kernels/fast"
allowed=
for folder in $layers; do
    allowed="$allowed${allowed:+|}$folder"
    bad=$(git grep -nE '^ *# *include "' -- ":(glob)$folder/*.[ch]" ":(glob)$folder/*.inc" |
        grep -vE "#include \"($allowed)/[a-z0-9_]+\.(h|inc)\"")
    [ -z "$bad" ] || complain "$folder/ may include $allowed only:
$bad"
done

# No circle of files within tensor/, where x.h, x.c and x.inc count as one file.
circle=$(git grep -E '^ *# *include "' -- 'tensor/*.[ch]' 'tensor/*.inc' |
    sed -E 's/\.[a-z]+: *# *include "/ /; s/\.[a-z]+"$//' | awk '$1 != $2' | tsort 2>&1 >/dev/null)
[ -z "$circle" ] || complain "files of tensor/ include each other in a circle:
$circle"

# cmocka's float comparisons accept NaN; -Ofast and -ffast-math change results silently.
bad=$(git grep -nE 'assert_(float|double)_(not_)?equal *\(' -- '*.c' '*.h')
[ -z "$bad" ] || complain "use assert_close of tests/test.h:
$bad"
bad=$(git grep -nE -e '-Ofast|-ffast-math|-funsafe-math' -- Makefile '*.c' '*.h')
[ -z "$bad" ] || complain "results would depend on the compiler:
$bad"

# Whoever multiplies matrices says how many products that is, for `bench` and for the plan.
for file in $(git grep -lE 'kernels->(gemm|conv2d|gram)' -- 'autograd/*.c' 'nn/*.c' 'losses/*.c'); do
    if grep -q '^const Op op_' "$file" && ! grep -q '\.work = ' "$file"; then
        complain "$file calls a product of the kernels, but its op has no .work"
    fi
done

# Files stay readable.
for file in $(git ls-files '*.c' '*.h'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || complain "$file has $lines lines, more than 400"
done
# A lesson is one idea, written out.
for file in $(git ls-files 'lessons/[0-9][0-9]_*.c'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 230 ] || complain "$file has $lines lines, more than 230"
done
exit $status
