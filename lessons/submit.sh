#!/bin/sh
# Writes all answers into one file, to be handed in: submit.sh MINE RESULTS OUT NN_name ...
# The student's name is in NAME, or is asked for. $MAKE check shows the points.
. "${0%/*}/language.sh"
mine=$1 results=$2 out=$3
shift 3
stop() { # ENGLISH CHINESE ARGUMENT ...
    printf 'submit: ' >&2
    say "$@" >&2
    echo >&2
    exit 1
}

answers=0
for name; do
    cmp -s "$mine/$name.c" "lessons/exercises/$name.c" ||
        cmp -s "$mine/$name.c" "lessons/exercises/zh/$name.c" || answers=$((answers + 1))
done
[ "$answers" != 0 ] || stop \
    'there are no answers in %s/ yet; make start-01 begins one' \
    '%s/ 里还没有答案；make start-01 开始第一个练习' "$mine"

if [ -z "$NAME" ] && [ -t 0 ]; then
    say 'Your name: ' '你的姓名：' >&2
    read -r NAME
fi
NAME=$(printf '%s' "$NAME" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
[ -n "$NAME" ] || stop \
    'whose answers are these? make submit NAME="Your Name"' \
    '这是谁的答案？make submit NAME="你的姓名"'
[ "$(printf %s "$NAME" | wc -c)" -le 100 ] || stop \
    'the name has more than 100 bytes' '姓名超过了 100 个字节'
[ "$(printf %s "$NAME" | LC_ALL=C tr -d '\000-\037\177')" = "$NAME" ] ||
    stop 'the name has characters that cannot be printed' '姓名里有不能打印的字符'

$MAKE check 2>&1 | grep -v "^make" || :

# Beside, and then renamed: a full disk leaves no half of a file.
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/submission/results" "$out" || exit 1
printf '%s\n' "$NAME" >"$folder/submission/name.txt"
for name; do
    cp "$mine/$name.c" "$folder/submission/" || exit 1
    [ ! -e "$results/$name.json" ] || cp "$results/$name.json" "$folder/submission/results/"
done
file=$out/submission-$(printf %s "$NAME" | LC_ALL=C tr ' /\\:*?"<>|$`'"'" '_').tar.gz
tar -C "$folder" -czf "$file.new" submission && mv "$file.new" "$file" || {
    rm -f "$file.new"
    stop '%s cannot be written' '%s 无法写入' "$file"
}
say '%s has your %s files, and these points; hand it in\n' \
    '%s 里有你的 %s 个文件和上面的得分；把它交上去\n' "$file" $#
