#!/bin/sh
# The teacher's pages: teaching.sh BUILD. Their numbers and the grader's words are those of the
# programs, both languages say the same, commands exist, and the op of docs/*/own_op.md works.
build=$1 folder=$1/own_op failed=0
if ! python3 -c pass 2>/dev/null; then
    echo "teaching.sh: skipped: python3 is not here"
    exit 0
fi
docs/teaching.py --check "$build" || failed=1

# The first three blocks of C on the page: the op, its line, and a program that uses it. They are
# compiled beside the library, as a folder of ops with a table of its own.
rm -rf "$folder"
mkdir -p "$folder/mine" || exit 1
awk -v folder="$folder" '
    BEGIN { split("robust.c own.def smooth.c", name, " ") }
    /^```c$/ { inside = 1; count++; next }
    /^```$/ { inside = 0 }
    inside && count in name { print > (folder "/" name[count]) }' docs/en/own_op.md
cat >"$folder/own.h" <<'C'
#include "autograd/node.h"
#include "autograd/op_table.h"
#define OPS_FILE "own.def"
#include "autograd/op_declare.inc"
#undef OPS_FILE
C
cat >"$folder/check.c" <<'C'
#include <stdio.h>
#include "autograd/gradcheck.h"
#define OPS_FILE "own.def"
#define OPS_TABLE own_ops
#include "autograd/op_define.inc"
int main(void) {
    Tape *tape = tape_new();
    GradCheck check = gradcheck(tape, op_robust.example(tape), 1e-5);
    printf("%s\n", gradcheck_passed(&check, 1e-6) ? "passed" : "FAILED");
    return 0;
}
C
compile() {
    program=$1
    shift
    ${CC:-gcc} -std=c11 -O2 -I. -I"$folder" -include "$folder/own.h" -D_DEFAULT_SOURCE \
        -DREAL_DOUBLE -fopenmp "$@" "$build/double/libstylegrad.a" -ljansson -llcms2 -lnettle \
        -lz -lm -o "$folder/$program" || failed=1
}
compile check "$folder/robust.c" "$folder/check.c"
sed 's|return x / (1 + y);|return x;|' "$folder/robust.c" >"$folder/broken.c"
compile broken "$folder/broken.c" "$folder/check.c"
sed '/int main/,$d' "$folder/check.c" >"$folder/record.c"
compile smooth "$folder/robust.c" "$folder/record.c" "$folder/smooth.c"
[ "$("$folder/check")" = passed ] || { echo "own_op.md: the derivative is wrong"; failed=1; }
[ "$("$folder/broken")" = FAILED ] || { echo "own_op.md: a wrong one is not found"; failed=1; }
here=$PWD
mkdir -p "$folder/mine"
ln -sf "$here/assets" "$folder/assets"
said=$(cd "$folder" && ./smooth)
for language in en zh; do
    grep -qF "    $said" "docs/$language/own_op.md" ||
        { echo "docs/$language/own_op.md: the program says \"$said\""; failed=1; }
done
rm -rf "$folder"
[ $failed = 0 ] && echo "the teacher's pages are as they should be"
[ $failed = 0 ]
