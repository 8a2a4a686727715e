#!/bin/sh
# single/stylegrad_autograd.h is what its sources give, and does what the library does:
#
#     tests/single.sh PROGRAM        single/program.c, linked with the double library
#
# It is copied alone into an empty folder and compiled there without warnings as C11 and as
# C++17, in float and in double, in double with the sanitizers. Every gradient is checked there, and
# what is computed in double is that of the library to 1e-12. Two files that include it link
# together; float and double do not. A wrong sign in a backward pass is noticed.
set -eu
library=$1
cd "$(dirname "$0")/.."
python3 single/make.py --check

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/empty"
cp single/stylegrad_autograd.h "$folder/empty"
cp single/program.c "$folder/empty/program.c"
cp single/program.c "$folder/empty/program.cpp"
"$library" >"$folder/expected"
cd "$folder/empty"

# Another file of the same program, without the implementation, in both languages.
cat >other.c <<'END'
#include "stylegrad_autograd.h"
size_t other(void);
size_t other(void) {
    SgShape shape = {1, 2, 3, 4};
    return sg_shape_size(shape);
}
END
cp other.c other.cpp

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Werror"
sanitizers="-fsanitize=address,undefined -fno-sanitize-recover=all"
flags="-O1 -g -ffp-contract=off $warnings"
fail() { echo "single: $1" >&2; exit 1; }

# close A B: every line of A, "name number", is in B with the same number to 1e-12.
close() {
    awk 'NR == FNR { expected[$1] = $2; next }
         !($1 in expected) { print "single: the library has no " $1; bad = 1; next }
         { d = $2 - expected[$1]; d = d < 0 ? -d : d
           size = expected[$1] < 0 ? -expected[$1] : expected[$1]
           if (!(d <= 1e-12 * (size > 1 ? size : 1))) {
               print "single: " $1 " is " $2 ", in the library " expected[$1]; bad = 1 } }
         END { exit bad }' "$2" "$1"
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || { echo "single: no $compiler here, left out"; continue; }
    case $compiler in gcc) plus=g++ ;; *) plus=clang++ ;; esac
    languages=c
    if command -v $plus >/dev/null; then languages="c cpp"; else echo "single: no $plus here"; fi
    for language in $languages; do
        command="$compiler -std=c11" && [ $language = c ] || command="$plus -std=c++17"
        for width in -USTYLEGRAD_DOUBLE -DSTYLEGRAD_DOUBLE; do
            watched=$sanitizers
            [ $width = -DSTYLEGRAD_DOUBLE ] || watched=
            # shellcheck disable=SC2086 # lists of flags
            $command $flags $watched $width -DSINGLE program.$language other.$language \
                -lm -o program || fail "$command $width: does not compile"
            ./program >out || fail "$command $width: see above"
            [ $width = -USTYLEGRAD_DOUBLE ] || close out "$folder/expected" ||
                fail "$command $width: see above"
        done
    done
done

# The program of the page, in both languages.
for language in c cpp; do
    awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' \
        "$OLDPWD/docs/en/single_file.md" >page.$language
done
awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' \
    "$OLDPWD/docs/zh/single_file.md" | cmp - page.c || fail "the program of docs/zh is another one"
# shellcheck disable=SC2086
gcc -std=c11 $flags page.c -lm -o page && ./page | tail -1 | grep -q '^99 ' ||
    fail "the program of docs/en/single_file.md does not run"
if command -v g++ >/dev/null; then
    # shellcheck disable=SC2086
    g++ -std=c++17 $flags page.cpp -lm -o page || fail "the program of the page is no C++"
fi

# The implementation in C serves a program in C++.
if command -v g++ >/dev/null; then
    printf '#define STYLEGRAD_AUTOGRAD_IMPLEMENTATION\n#include "stylegrad_autograd.h"\n' >only.c
    cat >user.cpp <<'END'
#include "stylegrad_autograd.h"
int main() {
    SgTape *tape = sg_tape_new();
    SgNode *x = sg_tape_example_variable(tape, SgShape{1, 1, 2, 3});
    sg_tape_backward(tape, ag_sum(ag_square(x)));
    sg_real difference = x->grad[5] - 2 * x->value[5];
    sg_tape_free(tape);
    return difference != 0;
}
END
    # shellcheck disable=SC2086
    gcc -std=c11 $flags -c only.c && g++ -std=c++17 $flags user.cpp only.o -lm -o user && ./user ||
        fail "an implementation in C does not serve C++"
fi

# Float and double do not link, and the linker says what to do.
gcc -c -DSTYLEGRAD_DOUBLE other.c -o other.o
if gcc -DSINGLE program.c other.o -lm -o mixed 2>said; then fail "float and double link together"; fi
grep -q STYLEGRAD_DOUBLE said || fail "the linker does not say what to do: $(cat said)"

# A wrong backward pass is noticed: here those of square, matmul, Gram and conv2d.
for change in 's|return 2 \* x;|return -2 * x;|' 's|multiply(dy, sg_matmul_transposed(b), da|multiply(dy, b, da|' \
              's|(double)dg\[b \* c + a\]|(double)dg[a * c + b]|' \
              's|dx\[at\] += w \* dy|dx[at] -= w * dy|'; do
    sed "$change" "$OLDPWD/single/stylegrad_autograd.h" >stylegrad_autograd.h
    if cmp -s stylegrad_autograd.h "$OLDPWD/single/stylegrad_autograd.h"; then
        fail "nothing to change for $change"
    fi
    gcc -O1 -DSTYLEGRAD_DOUBLE -DSINGLE program.c -lm -o wrong
    if ./wrong >/dev/null 2>&1; then fail "this change is not noticed: $change"; fi
done
echo "single: all passed"
