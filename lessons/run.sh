#!/bin/sh
# Runs lesson programs, NN_name each, and compares what they print with
# lessons/NN_name.expected, and in Chinese with lessons/zh/NN_name.expected (lessons/same.awk);
# a line for each, which says from the start how long it usually takes (lessons/seconds).
# Exit 1 when one failed or differs.
. "${0%/*}/language.sh"
failed=0 begun=$(date +%s)
usual() { sed -n "s/^$1 //p" lessons/seconds; }

# What a Chinese transcript has that it should not, or has not: its numbers are those of the
# English one, and no sentence is English.
wrong_in_chinese() { # FOLDER
    [ -e "$1/zh/transcript.txt" ] || return
    for file in "$1/transcript.txt" "$1/zh/transcript.txt"; do
        grep -oE '[0-9]+' "$file" | sort >"$file.numbers"
    done
    cmp -s "$1/transcript.txt.numbers" "$1/zh/transcript.txt.numbers" ||
        say 'its numbers are others in %s' '%s 里的数不同' "$1/zh/transcript.txt"
    rm "$1/transcript.txt.numbers" "$1/zh/transcript.txt.numbers"
    grep -m 1 -E '[a-z]{2,} [a-z]{2,} [a-z]{2,}' "$1/zh/transcript.txt"
}

# Compares a transcript with the expected one. What is wrong is in $verdict, the lines are in
# $difference, and the commands that would make it right in $right.
compare() { # EXPECTED PRINTED
    if ! [ -e "$1" ]; then
        verdict=$(say 'has no %s' '没有 %s' "$1")
    elif ! awk -f lessons/same.awk "$1" "$2"; then
        verdict=$(say 'prints something else:' '打印的内容不同：')
        diff -u "$1" "$2" >>"$difference"
    else
        cmp -s "$1" "$2" ||
            expected=$(say 'as expected, but for numbers behind a ~' '除了 ~ 后面的数，与预期相同')
        return
    fi
    right="${right:+$right && }cp $2 $1"
}

# Without a catalogue a lesson leaves no Chinese transcript.
compare_languages() { # NAME
    compare "lessons/$1.expected" "out/$1/transcript.txt"
    [ ! -e "out/$1/zh/transcript.txt" ] ||
        compare "lessons/zh/$1.expected" "out/$1/zh/transcript.txt"
    [ -z "$verdict" ] || return
    wrong=$(wrong_in_chinese "out/$1")
    [ -z "$wrong" ] ||
        verdict=$(say 'is not right in Chinese: %s' '中文不对：%s' "$wrong")
}

print_about() { # NAME SECONDS
    if chinese; then
        printf '%-22s 约 %3s 秒，' "$1" "${2:-?}"
    else
        printf '%-22s %-12s ' "$1" "${2:+about $2 s,}"
    fi
}

total=0
for program; do
    seconds=$(usual "$(basename "$program")")
    total=$((total + ${seconds:-0}))
done
say '%d lessons; all of them take about %d s of one processor\n' \
    '%d 课；单个处理器共需约 %d 秒\n' $# "$total"
for program; do
    name=$(basename "$program") start=$(date +%s)
    print_about "$name" "$(usual "$name")"
    mkdir -p "out/$name"
    difference=out/$name/difference.txt verdict='' right=''
    expected=$(say 'as expected' '与预期相同')
    rm -f "$difference"
    if ! [ -x "$program" ]; then
        verdict=$(say 'FAILED: it does not compile, see above' '失败：不能编译，见上面')
        : >"out/$name/errors.txt"
    elif ! "$program" >"out/$name/printed.txt" 2>"out/$name/errors.txt"; then
        why=$(tail -n 1 "out/$name/errors.txt")
        [ -s "out/$name/errors.txt" ] || why=$(grep -m 1 -e FAILED -e 未通过 "out/$name/printed.txt")
        verdict=$(say 'FAILED: %s' '失败：%s' "$why")
    else
        compare_languages "$name"
    fi
    say 'took %3d s  %s\n' '用了 %3d 秒  %s\n' $(($(date +%s) - start)) "${verdict:-$expected}"
    [ -z "$verdict" ] || failed=$((failed + 1))
    if [ -n "$right" ]; then
        [ ! -e "$difference" ] || cat "$difference"
        say 'if that is right: %s\n' '如果这是对的：%s\n' "$right"
    fi
    # What went wrong beside the subject, such as a page that could not be built.
    [ -n "$verdict" ] || cat "out/$name/errors.txt" >&2
done
say '%d lessons in %d s, %d to look at\n' '%d 课用了 %d 秒，%d 课需要看一看\n' \
    $# $(($(date +%s) - begun)) "$failed"
[ "$failed" = 0 ]
