#!/bin/sh
# Makes fuzz/corpus again, for `make fuzz-corpus`, from the corpus, the seeds, the files of
# tests and what fuzzing has found: as few files as reach every edge of the readers.
# minimise.sh FOLDER-OF-PROGRAMS BUILD TARGET ...
set -eu
programs=$1 build=$2
shift 2
out=out/fuzz
export OMP_NUM_THREADS=1
mkdir -p $out/seeds
for width in float double; do
    "$build/$width/fuzz/seeds" $out/seeds
    mkdir -p $out/seeds/manifest
    "$build/$width/stylegrad" paint tests/golden/photo.png tests/golden/photo_420.png \
        --size 32 --steps 1 --pyramid 1 -o $out/seeds/painted.png \
        --manifest "$out/seeds/manifest/$width" >$out/seeds/log 2>&1 ||
        { cat $out/seeds/log >&2; exit 1; }
done

# Files of tests that are seeds as they are; and texts of the project.
take() {
    target=$1
    shift
    mkdir -p "$out/seeds/$target"
    for file; do
        [ "$(wc -c <"$file")" -gt 16384 ] || cp "$file" "$out/seeds/$target/"
    done
}
take png tests/golden/*.png
take jpeg tests/golden/*.jpg
take bmp tests/golden/*.bmp
take npy tests/golden/*.npy
take npz tests/golden/npz_*.npz
take zip tests/golden/npz_*.npz
take torch tests/golden/*.pth
take recipe recipes/*.recipe

for name; do
    mkdir -p "$out/seeds/$name" "$out/$name/corpus" "fuzz/corpus/$name"
    rm -rf "$out/$name/least"
    mkdir -p "$out/$name/least"
    "$programs/$name" -merge=1 -use_counters=0 -max_len=16384 -close_fd_mask=3 \
        "$out/$name/least" "fuzz/corpus/$name" "$out/seeds/$name" "$out/$name/corpus" \
        >"$out/$name/merge.log" 2>&1 </dev/null ||
        { echo "minimise: $name: see $out/$name/merge.log" >&2; exit 1; }
    rm -rf "fuzz/corpus/$name"
    mv "$out/$name/least" "fuzz/corpus/$name"
    echo "$name: $(find "fuzz/corpus/$name" -type f | wc -l) files," \
        "$(cat "fuzz/corpus/$name"/* | wc -c) bytes"
done
