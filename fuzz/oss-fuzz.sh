#!/bin/sh
# Builds all targets as OSS-Fuzz wants them: with its compilers ($CC, $CXX) and flags
# ($CFLAGS, $CXXFLAGS), linked with $LIB_FUZZING_ENGINE, into $OUT, with dictionaries,
# seed corpora and the libraries that the runner does not have. The project is in
# $SRC/stylegrad, or where this script is. To try it without OSS-Fuzz:
#
#     CC=clang CXX=clang++ CFLAGS='-O1 -fsanitize=fuzzer-no-link,address' \
#     CXXFLAGS="$CFLAGS" LIB_FUZZING_ENGINE=-fsanitize=fuzzer OUT=/tmp/out fuzz/oss-fuzz.sh
set -eu
: "${CC:?}" "${CXX:?}" "${CFLAGS?}" "${CXXFLAGS?}" "${LIB_FUZZING_ENGINE:?}" "${OUT:?}"
if [ -n "${SRC:-}" ] && [ -d "$SRC/stylegrad" ]; then
    cd "$SRC/stylegrad"
else
    cd "$(dirname "$0")/.."
fi
build=build/oss-fuzz
make -s -j"$(getconf _NPROCESSORS_ONLN)" CC="$CC" CFLAGS="$CFLAGS" BUILD=$build fuzz-objects

mkdir -p "$OUT/lib" "$OUT/recipes"
cp recipes/*.recipe "$OUT/recipes/"
help=$(find $build/bare/fuzz -name '*.o' ! -name 'target_*')
app=$(find $build/bare/app -name '*.o' ! -name stylegrad.o)
for object in "$build"/bare/fuzz/target_*.o; do
    name=$(basename "$object" .o)
    name=${name#target_}
    # shellcheck disable=SC2086,SC2016  # lists; and the loader reads $ORIGIN
    $CXX $CXXFLAGS -fopenmp "$object" $help $app $build/bare/libstylegrad.a \
        $LIB_FUZZING_ENGINE -ljansson -llcms2 -lnettle -lz -lm \
        -Wl,-rpath,'$ORIGIN/lib' -o "$OUT/$name"
    cp "fuzz/dictionaries/$name.dict" "$OUT/$name.dict"
    python3 -m zipfile -c "$OUT/${name}_seed_corpus.zip" "fuzz/corpus/$name"/*
    ldd "$OUT/$name" | sed -n 's/.* => \(.*lib\(jansson\|lcms2\|nettle\|z\|omp\).*\) (.*/\1/p' |
        while read -r library; do
            case $library in "$OUT"/*) ;; *) cp -L "$library" "$OUT/lib/" ;; esac
        done
done
