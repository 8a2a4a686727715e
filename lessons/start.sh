#!/bin/sh
# Copies blank exercises to mine/, where the student writes: start.sh FOLDER
# NN_name ... A file that is there already is never changed. Where the user's language is
# Chinese, the exercises are, too.
. "${0%/*}/language.sh"
mine=$1
shift
mkdir -p "$mine" || exit 1

exercises=lessons/exercises
! chinese || exercises=lessons/exercises/zh

for name; do
    number=${name%%_*} file=$mine/$name.c
    if [ -e "$file" ]; then
        say '%s is there already and stays as it is; make check-%s grades it\n' \
            '%s 已经存在，保持不变；用 make check-%s 打分\n' "$file" "$number"
        continue
    fi
    # Beside, and then renamed: a full disk leaves no half of an exercise.
    cp "$exercises/$name.c" "$file.new" && mv "$file.new" "$file" || exit 1
    say '%s: write your functions in place of the BLANKs, then make check-%s\n' \
        '%s：把各个 BLANK 换成你写的代码，然后运行 make check-%s\n' "$file" "$number"
done
