#!/bin/bash
# The installed library, as another project meets it: library.sh PREFIX
#
# Compiles every installed header in C and in C++; builds examples/ and the programs of
# tests/library/ outside of this repository, with the flags of pkg-config and with CMake,
# runs them and looks at what they print; checks which symbols are exported, that the wrong
# width does not link, and the manual and the completions. Skips, with a sentence, what
# needs a program that is not here.
set -euo pipefail
prefix=$1
here=$(cd "$(dirname "$0")/.." && pwd)
cc=${CC:-gcc}
case $cc in *clang*) cxx=clang++ ;; *) cxx=g++ ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'echo "library: stopped in line $LINENO" >&2' ERR
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig LD_LIBRARY_PATH=$prefix/lib LC_ALL=C
unset OMP_NUM_THREADS OMP_WAIT_POLICY GOMP_SPINCOUNT STYLEGRAD_ASSETS STYLEGRAD_RECIPES
status=0
complain() {
    echo "library: $1" >&2
    status=1
}
have() { command -v "$1" >/dev/null 2>&1; }
skip() { echo "library: skipped: $1"; }
# Which compiler the library was built with decides whose threads it has.
threads_of_its_own=yes
if "$cc" --version | grep -q clang; then threads_of_its_own=no; fi

warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wdouble-promotion -Werror)
c11=("$cc" -std=c11 -O2 "${warnings[@]}")
c17=("$cxx" -std=c++17 -O2 "${warnings[@]}")

# given COMMAND...: what it prints, as the list `given` of arguments.
given() { read -ra given <<<"$("$@" | tr '\n' ' ')"; }
# What a program that uses this library is compiled and linked with.
flags() { pkg-config --cflags --libs "$1"; }
static_flags() {
    pkg-config --cflags "$1"
    echo "$prefix/lib/lib$1.a"
    needed "$1"
}
# What the archive of a library needs.
needed() { pkg-config --static --libs-only-l --libs-only-other "$1" | sed "s/-l$1 / /"; }

# runs PROGRAM ARGUMENT...: runs it in the folder; what it prints goes to PROGRAM.txt.
runs() {
    (cd "$work" && "./$1" "${@:2}" >"$1.txt" 2>&1) || {
        complain "$1 fails"
        cat "$work/$1.txt" >&2
    }
}
# says PROGRAM PATTERN: that it has printed this.
says() {
    grep -qE "$2" "$work/$1.txt" || {
        complain "$1 does not say '$2'"
        cat "$work/$1.txt" >&2
    }
}
# Sources are copied: nothing is found beside them by chance.
cp "$here"/examples/*.c "$here"/tests/library/* "$work"
cd "$work"

# ---- Exported symbols ----
for name in stylegrad stylegrad-double; do
    so=$prefix/lib/lib$name.so archive=$prefix/lib/lib$name.a
    begins=stylegrad_
    [ $name = stylegrad ] || begins=stylegrad_double_
    for list in "$(nm -D --defined-only "$so")" "$(nm --defined-only --extern-only "$archive")"; do
        names=$(awk 'NF == 3 { print $3 }' <<<"$list")
        [ "$(wc -l <<<"$names")" -gt 100 ] || complain "lib$name exports too little: $names"
        other=$(grep -v "^$begins" <<<"$names" || :)
        [ -z "$other" ] || complain "lib$name exports names that do not begin with $begins: $other"
    done
    # A library never starts the program again, and does not bring a second OpenMP.
    wanted=$(nm -D --undefined-only "$so" | awk '{ print $NF }' | sed 's/@.*//')
    [ -z "$(grep -E '^f?exec' <<<"$wanted" || :)" ] || complain "lib$name.so calls exec"
    [ $threads_of_its_own = no ] || [ -z "$(grep '^GOMP_' <<<"$wanted" || :)" ] ||
        complain "lib$name.so needs libgomp"
done
both=$(for name in stylegrad stylegrad-double; do
    nm -D --defined-only "$prefix/lib/lib$name.so" | awk 'NF == 3 { print $3 }'
done | sort | uniq -d)
[ -z "$both" ] || complain "both libraries export: $both"

# ---- Every header alone, in C and in C++ ----
mkdir headers
(cd "$prefix/include" && find stylegrad -name '*.h' ! -name elementwise.h) |
    while read -r header; do
    printf '#include <%s>\nextern int nothing;\n' "$header" >"headers/$(tr / _ <<<"$header").c"
done
for width in -USTYLEGRAD_DOUBLE -DSTYLEGRAD_DOUBLE; do
    for compiler in gcc clang; do
        have $compiler || continue
        $compiler -std=c11 "${warnings[@]}" $width -I"$prefix/include" -fsyntax-only headers/*.c ||
            complain "a header in C11, $compiler $width"
    done
    for compiler in g++ clang++; do
        have $compiler || continue
        $compiler -std=c++17 "${warnings[@]}" $width -x c++ -I"$prefix/include" -fsyntax-only \
            headers/*.c || complain "a header in C++17, $compiler $width"
    done
done
if grep -rnE '#\s*include "|REAL_DOUBLE\b' "$prefix/include"; then
    complain "an installed header includes or names what is not installed"
fi

# ---- Examples ----
# build PROGRAM LIBRARY: from PROGRAM.c.
build() {
    given flags "$2"
    "${c11[@]}" "$1.c" "${given[@]}" -o "$1" || complain "$1.c does not compile"
}
build own_loss stylegrad-double
runs own_loss
says own_loss 'worst|error'
says own_loss 'the loss fell from 0\.[0-9]+ to 0\.00'
build own_op stylegrad-double
runs own_op
build classifier stylegrad
runs classifier
right=$(sed -n 's/ of 180 points are in the right class//p' classifier.txt)
[ "${right:-0}" -ge 171 ] || complain "the classifier knows $right of 180 points, less than 95 %"
build paint stylegrad
runs paint "$here/assets/scene.png" "$here/assets/painting.png" out.png
says paint 'step 40 of 40'
[ "$(head -c 8 out.png | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ] ||
    complain "paint leaves no PNG"
# Each step's loss is on the line: it falls.
losses=$(tr '\r' '\n' <paint.txt | sed -n 's/.*loss //p' | sed -n '1p;40p' | tr '\n' ' ')
awk '{ exit !($2 < $1 / 2) }' <<<"$losses" || complain "painting lowers the loss from to: $losses"
if have gnuplot; then
    [ -s own_loss.png ] || complain "own_loss draws no curve"
fi
for example in own_loss own_op classifier paint; do
    lines=$(wc -l <"$example.c")
    if [ "$lines" -lt 30 ] || [ "$lines" -gt 80 ]; then
        complain "$example.c has $lines lines"
    fi
done

# A wrong derivative is found from out there, too.
sed 's/? d : x\[i\] < -d ? -d : x\[i\]/? d : x[i] < -d ? d : x[i]/' own_op.c >wrong_op.c
cmp -s own_op.c wrong_op.c && complain "own_op.c has changed: this test breaks its derivative"
build wrong_op stylegrad-double
if ./wrong_op >wrong_op.txt; then complain "a wrong derivative passes the gradient check"; fi

# ---- Ops and networks of one's own, CHECK, threads ----
given flags stylegrad-double
"${c11[@]}" -I"$work" own_table.c "${given[@]}" -o own_table ||
    complain "own_table.c does not compile"
runs own_table
says own_table 'bell: passed'
says own_table 'huber: passed'
build block stylegrad-double
runs block
says block '192 parameters'
build survives stylegrad
runs survives
says survives 'survived: .*shape_size'
given flags stylegrad
"${c17[@]}" survives.cpp "${given[@]}" -o survives_plus || complain "survives.cpp does not compile"
runs survives_plus
says survives_plus 'survived 3, minimum at (3\.00|2\.99)'

"${c11[@]}" -fopenmp threads.c "${given[@]}" -pthread -o threads ||
    complain "threads.c does not compile"
runs threads
build sleeper stylegrad
for count in 1 2 3; do
    printed=$(OMP_NUM_THREADS=$count ./sleeper)
    [ "${printed%% *}" = $count ] || complain "OMP_NUM_THREADS=$count gives ${printed%% *} threads"
done
limited=$(OMP_THREAD_LIMIT=2 ./sleeper 4)
[ "${limited%% *}" = 2 ] || complain "OMP_THREAD_LIMIT=2 gives ${limited%% *} threads"
if [ $threads_of_its_own = yes ]; then
    # The best of three: other programs disturb a measurement, but only upwards.
    waits=$(for _ in 1 2 3; do ./sleeper 2; done | awk '{ print $2 - $3 }' | sort -g | head -1)
    awk '{ exit !($1 < 2) }' <<<"$waits" ||
        complain "waiting costs $waits ms of processor time after each pass"
else
    skip "a library made by clang waits as clang's OpenMP does"
fi

# ---- Statically ----
for pair in "own_op stylegrad-double" "classifier stylegrad"; do
    read -r program library <<<"$pair"
    given static_flags "$library"
    "${c11[@]}" "$program.c" "${given[@]}" -o static ||
        complain "$program does not link with lib$library.a"
    env -u LD_LIBRARY_PATH ./static >/dev/null ||
        complain "$program does not run with lib$library.a"
    if nm -D --undefined-only static | grep -q stylegrad_; then
        complain "$program uses the shared library"
    fi
done

# ---- Both widths in one program ----
given pkg-config --cflags stylegrad
"${c11[@]}" -c width.c "${given[@]}" -o width_float.o
given pkg-config --cflags stylegrad-double
"${c11[@]}" -c width.c "${given[@]}" -o width_double.o
for kind in so a; do
    libraries=("$prefix/lib/libstylegrad.$kind" "$prefix/lib/libstylegrad-double.$kind")
    given needed stylegrad
    "${c11[@]}" both.c width_float.o width_double.o "${libraries[@]}" "${given[@]}" -o both ||
        complain "both widths do not link into one program, .$kind"
    runs both
done

# ---- The wrong width ----
for pair in "stylegrad stylegrad-double" "stylegrad-double stylegrad"; do
    read -r ours other <<<"$pair"
    advice=stylegrad_float_program__link_lstylegrad_or_compile_with_DSTYLEGRAD_DOUBLE
    [ "$ours" = stylegrad ] ||
        advice=stylegrad_double_program__link_lstylegrad_double_or_compile_without_DSTYLEGRAD_DOUBLE
    given pkg-config --cflags "$ours"
    compile=("$cc" -std=c11 "${given[@]}")
    for library in "$prefix/lib/lib$other.so" "$prefix/lib/lib$other.a"; do
        given needed "$other"
        for source in own_op.c width.c; do
            if "${compile[@]}" $source "$library" "${given[@]}" -o wrong 2>wrong.txt; then
                complain "$source, compiled for $ours, links with $library"
            elif ! grep -q "$advice" wrong.txt; then
                complain "the linker does not say what is wrong between $ours and $library"
            fi
        done
    done
done

# ---- CMake ----
if have cmake; then
    cat >CMakeLists.txt <<END
cmake_minimum_required(VERSION 3.13)
project(examples C CXX)
find_package(stylegrad 0.1 REQUIRED)
add_executable(painter paint.c)
target_link_libraries(painter PRIVATE stylegrad::stylegrad)
add_executable(loss own_loss.c)
target_link_libraries(loss PRIVATE stylegrad::double)
add_executable(plus survives.cpp)
target_compile_features(plus PRIVATE cxx_std_17)
target_link_libraries(plus PRIVATE stylegrad::stylegrad)
message(STATUS "data in \${stylegrad_DATA_DIR}")
END
    {
        cmake -S . -B cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" &&
            cmake --build cmake && env -u LD_LIBRARY_PATH cmake/loss &&
            env -u LD_LIBRARY_PATH cmake/plus &&
            env -u LD_LIBRARY_PATH cmake/painter "$here"/assets/{scene,painting}.png cmake.png
    } >cmake.txt 2>&1 || {
        cat cmake.txt
        complain "CMake"
    }
    grep -q "data in $prefix/share/stylegrad" cmake.txt ||
        complain "CMake does not say where the data are"
    sed 's/stylegrad 0.1 REQUIRED/stylegrad 9.0 REQUIRED/' CMakeLists.txt >later.txt
    mkdir later && mv later.txt later/CMakeLists.txt
    if cmake -S later -B later/build -DCMAKE_PREFIX_PATH="$prefix" >/dev/null 2>&1; then
        complain "CMake takes this version for 9.0"
    fi
else
    skip "cmake is not installed"
fi

# ---- Versions ----
version=$(pkg-config --modversion stylegrad)
cat >version.c <<'END'
#include <stylegrad/tensor/version.h>
#include <stdio.h>
#include <string.h>
int main(void) {
    puts(stylegrad_version());
    return strcmp(stylegrad_version(), STYLEGRAD_VERSION) != 0;
}
END
build version stylegrad
runs version
[ "$(cat version.txt)" = "$version" ] || complain "stylegrad_version() and pkg-config differ"
"$prefix/bin/stylegrad" --version | grep -qF "$version" ||
    complain "stylegrad --version is not $version"
grep -qF "## $version" "$here/CHANGELOG.md" || complain "CHANGELOG.md does not name $version"

# ---- Manual and completion ----
commands=$("$prefix/bin/stylegrad" --help |
    awk '/^  [a-z]/ && $1 != "stylegrad" { print $1 }' | xargs)
page=$prefix/share/man/man1/stylegrad.1
for command in $commands; do
    grep -qi "^\.SH \"*THE COMMAND $command" "$page" ||
        complain "the manual page has no section on $command"
done
if have man; then
    man -l "$page" >page.txt 2>page_errors.txt || complain "man cannot show the page"
    grep -qE -- '--style-weight' page.txt || complain "the manual page does not name --style-weight"
    [ ! -s page_errors.txt ] || complain "the manual page: $(cat page_errors.txt)"
else
    skip "man is not installed"
fi

# options COMMAND BEGINNING: those of its --help that begin so, in one line.
options() {
    "$prefix/bin/stylegrad" "$1" --help | sed -nE 's/^(-.,|   ) (--[a-z0-9-]+).*/\2/p' |
        grep -- "^$2" | xargs
}
# completes 'EXPECTED WORDS' WORD...: what bash offers for the last word.
completes() {
    local offered
    offered=$(bash -c '. "$1/share/bash-completion/completions/stylegrad"
        shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _stylegrad
        echo "${COMPREPLY[*]}"' _ "$prefix" "$prefix/bin/stylegrad" "${@:2}")
    [ "$offered" = "$1" ] || complain "bash completes '${*:2}' with '$offered', not '$1'"
}
completes "--help --version $commands" ''
completes 'paint' pai
completes 'style luminance match' paint --colors ''
completes 'luminance' paint --colors l
completes 'luminance' paint --colors = l
completes 'style luminance match' paint --colors =
completes 'gatys gatys-author gatys-formula' paint --recipe gat
completes "$(options paint --style)" paint --style
completes '' paint photo
# The same for zsh, whose own functions here only print what they are given.
zsh_completes() {
    local offered
    offered=$(zsh -f -c '
        _describe() { print -r -- ${(P)2%%:*}; }
        compadd() { print -r -- ${(P)2}; }
        _files() { print files; }
        function_file=$1
        shift
        words=("$@") CURRENT=$#
        set --
        source $function_file' _ "$prefix/share/zsh/site-functions/_stylegrad" \
        "$prefix/bin/stylegrad" "${@:2}" | xargs)
    [ "$offered" = "$1" ] || complain "zsh completes '${*:2}' with '$offered', not '$1'"
}
if have zsh; then
    zsh_completes "$commands" ''
    zsh_completes 'style luminance match' paint --colors ''
    zsh_completes 'files' paint photo
    zsh_completes "$(options features --)" features -
else
    skip "zsh is not installed"
fi

[ $status = 0 ] && echo "library: installed, linked, run"
exit $status
