#!/bin/sh
# Rules of the project that no compiler checks.
set -u
status=0
complain() { echo "lint: $1"; status=1; }

# Folders include only headers of the folders below them.
below() {
    case $1 in
    tensor) echo tensor ;;
    autograd) echo autograd tensor ;;
    nn) echo nn autograd tensor ;;
    losses) echo losses nn autograd tensor ;;
    flow) echo flow autograd tensor ;;
    optim | io) echo "$1" tensor ;;
    single) echo optim losses nn autograd tensor stylegrad_autograd.h ;;
    train) echo train losses nn autograd optim io tensor ;;
    transfer) echo transfer flow losses nn autograd optim io tensor ;;
    errata) echo errata transfer flow losses nn autograd optim io tensor ;;
    app) echo app errata transfer train flow losses nn autograd optim io tensor ;;
    assets) echo assets io tensor ;;
    fuzz) echo fuzz app errata transfer train flow losses nn autograd optim io tensor ;;
    lessons) echo lessons assets errata transfer train flow losses nn autograd optim io tensor ;;
    web) echo web lessons transfer losses nn autograd optim io tensor ;;
    notebooks) echo notebooks lessons errata transfer train flow losses nn autograd optim io tensor ;;
    esac
}
for folder in tensor autograd nn losses flow optim io transfer train errata app assets lessons \
              notebooks fuzz single web; do
    allowed=$(below $folder | tr ' ' '|')
    bad=$(git grep -nE '^ *# *include "' -- "$folder/*.[ch]" "$folder/*.inc" | grep -vE "#include \"($allowed)[/\"]")
    [ -z "$bad" ] || complain "$folder/ may include $(below $folder) only:
$bad"
done

# The same for the folders within tensor/, by the folder of each file: tensor/ itself
# does not depend on kernels, nor kernels_gemm on kernels_fast.
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

# What stands for programs of others sees the installed headers only, and the team of the
# installed library sees none of ours.
bad=$(git grep -nE '^ *# *include "' -- examples tests/library 'library/*.[ch]')
[ -z "$bad" ] || complain "examples/, tests/library/ and library/ include <...> only:
$bad"
for file in $(sed '/^#/d;/^$/d' library/public.txt); do
    [ -f "$file" ] || complain "library/public.txt: there is no $file"
done

# No circle of files anywhere, and no name defined twice.
circle=$(tests/circles.sh)
[ -z "$circle" ] || complain "files include each other in a circle:
$circle"
twice=$(tests/names.sh)
[ -z "$twice" ] || complain "defined twice; give one of them another name:
$twice"

# Exercises are the same in both languages.
differs=$(tests/translated.sh)
[ -z "$differs" ] || complain "exercises in Chinese:
$differs"

# The grader speaks Chinese.
missing=$(tests/catalogue.sh)
[ -z "$missing" ] || complain "what the grader says in Chinese:
$missing"

# What the README says about files is true.
missing=$(tests/readme_paths.sh)
[ -z "$missing" ] || complain "paths of the README:
$missing"

# The pages that are made from other files are as these say.
if python3 -c pass 2>/dev/null; then
    stale=$(docs/pages.py --check 2>&1) || complain "generated pages:
$stale"
    figures=$(python3 docs/figures.py --list 2>&1) || complain "pictures of docs/:
$figures"
else
    echo "lint: docs/pages.py --check skipped: python3 is not here"
fi

# cmocka's float comparisons accept NaN; -Ofast and -ffast-math change results silently.
bad=$(git grep -nE 'assert_(float|double)_(not_)?equal *\(' -- '*.c' '*.h')
[ -z "$bad" ] || complain "use assert_close of tests/test.h:
$bad"
bad=$(git grep -nE -e '-Ofast|-ffast-math|-funsafe-math' -- Makefile '*.c' '*.h')
[ -z "$bad" ] || complain "results would depend on the compiler:
$bad"

# An op that multiplies matrices states its multiply-adds, for `bench` and for the planner.
for file in $(git grep -lE 'kernels->(gemm|conv2d|gram)' -- 'autograd/*.c' 'nn/*.c' 'losses/*.c'); do
    if grep -q '^const Op op_' "$file" && ! grep -q '\.work = ' "$file"; then
        complain "$file calls a product of the kernels, but its op has no .work"
    fi
done

# Files stay readable.
for file in $(git ls-files '*.c' '*.h' ':!single/stylegrad_autograd.h'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || complain "$file has $lines lines, more than 400"
done
# A lesson is one idea, written out.
for file in $(git ls-files 'lessons/[0-9][0-9]_*.c'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 230 ] || complain "$file has $lines lines, more than 230"
done
exit $status
