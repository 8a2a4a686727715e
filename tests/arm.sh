#!/bin/sh
# Cross-compiles for ARM64 and runs tests and lessons under qemu: called by make check-arm,
# which says how to build (MAKE). With --sample a few of them, which take two minutes.
#
# qemu translates every instruction, so numbers are those of ARM and times are not. What the
# emulation itself does otherwise is skipped by the tests, with a sentence.
set -eu
cd "$(dirname "$0")/.."
tools=${ARM_TOOLS:-aarch64-linux-gnu} build=build/arm

for program in "$tools-gcc" "$tools-ar" qemu-aarch64; do
    command -v "$program" >/dev/null || {
        echo "check-arm: $program is missing; ./setup.sh --arm installs it" >&2
        exit 1
    }
done

tests='' lessons='01_tensor 02_tape 03_gradcheck 04_conv 05_pooling 06_features 08_gram
    14_errata'
if [ "${1:-}" = --sample ]; then
    tests='test_tensor test_sums test_image test_errata test_lbfgs test_app_errata'
    lessons='02_tape 05_pooling'
else
    for file in tests/test_*.c; do
        name=$(basename "$file" .c)
        case $name in # hours under qemu: the sweeps over shapes, and many paintings
        test_fast_* | test_kernels* | test_winograd | test_narrow_conv | test_tiles | \
            test_distill | test_oracle_recipes | test_app_paint | test_same_picture) ;;
        *) tests="$tests $name" ;;
        esac
    done
fi

compile() { # TARGET...
    # shellcheck disable=SC2086  # a command with its options
    MAKE="${MAKE:-make -s}" lessons/build.sh BUILD=$build CC="$tools-gcc" AR="$tools-ar" "$@"
}

emulated() { # PROGRAM WRAPPER: a script that stands for the program
    mkdir -p "$(dirname "$2")"
    printf '#!/bin/sh\nexec qemu-aarch64 "%s" "$@"\n' "$PWD/$1" >"$2"
    chmod +x "$2"
}

programs=''
for name in $tests; do programs="$programs $build/float/tests/$name"; done
wrappers='' originals=''
for name in $lessons; do
    originals="$originals $build/double/lessons/$name"
    wrappers="$wrappers $build/qemu/$name"
    emulated "$build/double/lessons/$name" "$build/qemu/$name"
done
emulated $build/float/stylegrad $build/qemu/stylegrad
# shellcheck disable=SC2086  # lists of names
compile $build/float/stylegrad $programs $originals

# shellcheck disable=SC2086
RUN=qemu-aarch64 STYLEGRAD=$build/qemu/stylegrad tests/run.sh $programs
# shellcheck disable=SC2086
lessons/run.sh $wrappers

# The picture of this machine, byte for byte.
${MAKE:-make -s} build/float/stylegrad
for program in $build/qemu/stylegrad build/float/stylegrad; do
    $program paint assets/scene.png assets/painting.png --size 64 --steps 3 \
        -o $build/painted.png 2>/dev/null
    sha256sum <$build/painted.png
done | uniq | { read -r _ && ! read -r _; } || {
    echo "check-arm: ARM64 and this machine paint different pictures" >&2
    exit 1
}
echo "check-arm: the same picture on both"
