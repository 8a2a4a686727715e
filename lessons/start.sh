#!/bin/sh
# Copies blank exercises to mine/, where the student writes: start.sh FOLDER
# NN_name ... A file that is there already is never changed. Where the environment asks
# for Chinese (LANGUAGE=zh, or LANG=zh_CN.UTF-8), exercises and messages are in Chinese.
mine=$1
shift
mkdir -p "$mine" || exit 1

case ${LANGUAGE:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}} in
zh*)
    exercises=lessons/exercises/zh
    kept='%s 已经存在，保持不变；用 make check-%s 打分\n'
    copied='%s：把各个 BLANK 换成你写的代码，然后运行 make check-%s\n' ;;
*)
    exercises=lessons/exercises
    kept='%s is there already and stays as it is; make check-%s grades it\n'
    copied='%s: write your functions in place of the BLANKs, then make check-%s\n' ;;
esac

for name; do
    number=${name%%_*} file=$mine/$name.c
    if [ -e "$file" ]; then
        # shellcheck disable=SC2059  # the two formats above
        printf "$kept" "$file" "$number"
        continue
    fi
    # Beside, and then renamed: a full disk leaves no half of an exercise.
    cp "$exercises/$name.c" "$file.new" && mv "$file.new" "$file" || exit 1
    # shellcheck disable=SC2059
    printf "$copied" "$file" "$number"
done
