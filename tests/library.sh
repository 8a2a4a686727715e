#!/bin/sh
# The installed library, as another project meets it: library.sh PREFIX
#
# Builds examples/ with the flags of pkg-config and with CMake, from C and C++, runs them,
# and checks which symbols are exported and that the wrong width does not link.
set -eu
prefix=$1
here=$(cd "$(dirname "$0")/.." && pwd)
cc=${CC:-gcc} cxx=${CXX:-g++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib
export PKG_CONFIG_PATH LD_LIBRARY_PATH
status=0
complain() { echo "library: $1" >&2; status=1; }

# flags NAME: what a program that uses this library is compiled and linked with.
flags() { pkg-config --cflags --libs "$1"; }
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Werror'

# ---- Exported symbols ----
for name in stylegrad stylegrad-double; do
    other=$(nm -D --defined-only "$prefix/lib/lib$name.so" | awk '$2 != "A" { print $3 }' | grep -v '^stylegrad_' || :)
    [ -z "$other" ] || complain "lib$name.so exports names without the prefix: $(echo $other)"
    other=$(nm --defined-only --extern-only "$prefix/lib/lib$name.a" | awk 'NF == 3 { print $3 }' | grep -v '^stylegrad_' || :)
    [ -z "$other" ] || complain "lib$name.a exports names without the prefix: $(echo $other)"
done
both=$(nm -D --defined-only "$prefix/lib/libstylegrad.so" "$prefix/lib/libstylegrad-double.so" |
    awk 'NF == 3 && $2 != "A" { print $3 }' | sort | uniq -d | grep -v '^stylegrad_version$' || :)
[ -z "$both" ] || complain "both libraries export: $both"

# ---- Every header alone, in C and in C++ ----
(cd "$prefix/include" && find stylegrad -name '*.h' ! -name elementwise.h | sort) >"$work/headers"
while read -r header; do
    for width in '' -DSTYLEGRAD_DOUBLE; do
        echo "#include <$header>" >"$work/one.c"
        # shellcheck disable=SC2086
        $cc -std=c11 $warnings $width -I"$prefix/include" -fsyntax-only "$work/one.c" ||
            complain "$header in C $width"
        # shellcheck disable=SC2086
        $cxx -std=c++17 $warnings $width -x c++ -I"$prefix/include" -fsyntax-only "$work/one.c" ||
            complain "$header in C++17 $width"
    done
done <"$work/headers"

# ---- Examples ----
# build EXAMPLE LIBRARY
build() {
    # shellcheck disable=SC2046,SC2086
    $cc -std=c11 -O2 $warnings "$here/examples/$1.c" $(flags "$2") -lm -o "$work/$1"
}
for example in "$here"/examples/*.c; do
    name=$(basename "$example" .c)
    case $name in paint | classifier) library=stylegrad ;; *) library=stylegrad-double ;; esac
    build "$name" $library || complain "examples/$name.c does not compile"
    (cd "$work" && case $name in
        paint) ./paint "$here/assets/scene.png" "$here/assets/painting.png" out.png ;;
        *) ./"$name" ;;
    esac >"$name.txt" 2>&1) || { cat "$work/$name.txt"; complain "examples/$name fails"; }
done
[ -s "$work/out.png" ] || complain "examples/paint left no image"

# ---- Statically ----
# shellcheck disable=SC2046
$cc -std=c11 "$here/examples/own_op.c" $(pkg-config --cflags stylegrad-double) \
    "$prefix/lib/libstylegrad-double.a" $(pkg-config --static --libs-only-l stylegrad-double |
        sed 's/-lstylegrad-double//') -fopenmp -lm -o "$work/static" &&
    env -u LD_LIBRARY_PATH "$work/static" >/dev/null || complain "libstylegrad-double.a"

# ---- From C++ ----
cat >"$work/plus.cpp" <<'END'
#include <stylegrad/stylegrad.h>

#include <cstdio>

int main() {
    Arena *arena = arena_new();
    Tensor x = tensor_alloc(arena, Shape{1, 1, 1, 3});
    tensor_fill(x, 2);
    Tape *tape = tape_new();
    Node *v = tape_variable(tape, x);
    tape_backward(tape, ag_sum(ag_square(v)));
    std::printf("%g %s\n", static_cast<double>(v->grad[1]), stylegrad_version());
    tape_free(tape);
    arena_free(arena);
}
END
# shellcheck disable=SC2046,SC2086
$cxx -std=c++17 $warnings "$work/plus.cpp" $(flags stylegrad) -o "$work/plus" &&
    [ "$("$work/plus" | cut -d' ' -f1)" = 4 ] || complain "a program in C++17"

# ---- The wrong width ----
for pair in "stylegrad stylegrad-double" "stylegrad-double stylegrad"; do
    set -- $pair
    # shellcheck disable=SC2046
    if $cc -std=c11 "$here/examples/own_op.c" $(pkg-config --cflags "$1") $(pkg-config --libs "$2") \
        -lm -o "$work/wrong" 2>"$work/wrong.txt"; then
        complain "a program compiled for $1 links with $2"
    elif ! grep -q 'undefined reference to .stylegrad_.*_library' "$work/wrong.txt"; then
        complain "the linker does not say what is wrong between $1 and $2"
    fi
done

# ---- CMake ----
if command -v cmake >/dev/null; then
    cat >"$work/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.13)
project(examples C)
find_package(stylegrad 0.1 REQUIRED)
add_executable(painter "$here/examples/paint.c")
target_link_libraries(painter PRIVATE stylegrad::stylegrad)
add_executable(loss "$here/examples/own_loss.c")
target_link_libraries(loss PRIVATE stylegrad::double)
END
    { cmake -S "$work" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" && cmake --build "$work/cmake"; } \
        >"$work/cmake.txt" 2>&1 && "$work/cmake/loss" >/dev/null ||
        { cat "$work/cmake.txt"; complain "CMake"; }
else
    echo "library: skipped: cmake is not installed"
fi

# ---- Manual and completion ----
man=$prefix/share/man/man1/stylegrad.1
for command in $("$prefix/bin/stylegrad" --help | awk '/^  [a-z]/ && $1 != "stylegrad" { print $1 }'); do
    grep -qi "^\.SH \"*THE COMMAND $command" "$man" || complain "the manual page has no section on $command"
done
words=$(bash -c '. "$1/share/bash-completion/completions/stylegrad"
    COMP_WORDS=("$1/bin/stylegrad" paint --colors "") COMP_CWORD=3; _stylegrad; echo "${COMPREPLY[*]}"' _ "$prefix")
[ "$words" = "style luminance match" ] || complain "bash completes --colors with '$words'"

[ $status = 0 ] && echo "library: installed, linked, run"
exit $status
