#!/bin/sh
# Copies blank exercises to mine/, where the student writes: start.sh FOLDER
# NN_name ... A file that is there already is never changed.
mine=$1
shift
mkdir -p "$mine" || exit 1
for name; do
    number=${name%%_*} file=$mine/$name.c
    if [ -e "$file" ]; then
        echo "$file is there already and stays as it is; make check-$number grades it"
        continue
    fi
    # Beside, and then renamed: a full disk leaves no half of an exercise.
    cp "lessons/exercises/$name.c" "$file.new" && mv "$file.new" "$file" || exit 1
    echo "$file: write your functions in place of the BLANKs, then make check-$number"
done
