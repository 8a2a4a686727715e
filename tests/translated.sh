#!/bin/sh
# Every exercise exists in Chinese, lessons/exercises/zh, with the same code, and every
# comment and task of it is translated. Prints what is not so.
code() { # without comments, strings and spaces
    gcc -fpreprocessed -E -P "$1" | sed 's/"[^"]*"//g' | tr -d ' \n'
}
for english in lessons/exercises/[0-9][0-9]_*.c; do
    chinese=lessons/exercises/zh/${english##*/}
    if ! [ -e "$chinese" ]; then
        echo "$chinese: is missing"
        continue
    fi
    [ "$(code "$english")" = "$(code "$chinese")" ] ||
        echo "$chinese: its code is not that of $english"
    [ "$(grep -c 'BLANK("' "$english")" = "$(grep -c 'BLANK("' "$chinese")" ] ||
        echo "$chinese: its tasks are not as many as those of $english"
    LC_ALL=C grep -n 'BLANK("[ -~]*$' "$chinese" | sed "s|^|$chinese:|; s|\$| is not translated|"
    LC_ALL=C sed -n '1{/^[ -~]*$/p}' "$chinese" |
        sed "s|^|$chinese: its statement is not translated: |"
done
for chinese in lessons/exercises/zh/*.c; do
    [ -e "lessons/exercises/${chinese##*/}" ] || echo "$chinese: there is no such exercise"
done
